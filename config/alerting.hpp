/// How alerts become messages: grouping, repeats, escalation, inhibition. Values only.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/matcher.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// The section [alerts].
struct Alerting {
    /// Alerts that agree in these labels go as one message.
    std::vector<std::string> group_by{"force"};
    std::chrono::seconds group_wait{};  ///< zero: each alert by itself
    std::chrono::seconds group_interval{std::chrono::minutes{5}};
    /// While something is overdue and nobody acknowledged it, no more time than this passes
    /// between two signals: rules that watch dates remind at least so often.
    std::chrono::seconds longest_gap{std::chrono::days{7}};
    std::chrono::seconds acknowledge_at_most{std::chrono::days{30}};
    int unanswered_reminders{3};  ///< of an acknowledgement; then it is dropped
    /// What opened and closed before anybody could be told: told in one message from this severity
    /// on, else recorded only.
    Severity tell_missed{Severity::warning};
    int storm{};           ///< messages per destination and hour, then one list; 0: no limit
    std::string fallback;  ///< name of a destination; empty: none
    /// Takes what no route does: name of a destination; empty: such an alert is only recorded.
    std::string otherwise;
    /// How long an alert may wait to be taken by anybody, by severity.
    std::map<Severity, std::chrono::seconds> fallback_after{
        {Severity::critical, std::chrono::minutes{15}},
        {Severity::warning, std::chrono::hours{2}},
        {Severity::info, std::chrono::days{1}}};
    /// A destination that failed for so long is given up until it is enabled again.
    std::chrono::seconds disable_after{std::chrono::days{5}};
    friend bool operator==(const Alerting&, const Alerting&) = default;
};

struct EscalationStep {
    std::chrono::seconds after{};
    std::vector<std::string> to;  ///< names of destinations
    friend bool operator==(const EscalationStep&, const EscalationStep&) = default;
};
/// Who is told next while nobody acknowledges.
struct Escalation {
    std::string name;
    bool from_delivery{};  ///< counts from the first delivery, else from when it took effect
    std::vector<EscalationStep> steps;  ///< never empty, in order
    friend bool operator==(const Escalation&, const Escalation&) = default;
};

/// While an alert that `source` picks is open, those that `target` picks say nothing, if the labels
/// in `same` agree: the target's (first) with the source's (second).
struct Inhibition {
    std::string name;
    std::vector<Matcher> source;
    std::vector<Matcher> target;
    std::vector<std::pair<std::string, std::string>> same;
    friend bool operator==(const Inhibition&, const Inhibition&) = default;
};

}  // namespace forcewatch
