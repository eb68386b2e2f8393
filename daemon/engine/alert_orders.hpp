/// What people decide about alerts: acknowledge, close, silence, pause, hold all sending.
///
/// Each order is journalled with who and why, and takes effect in the same transaction.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: EventFault for an order that does not fit;
/// throws StoreError.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/recorder.hpp"

namespace forcewatch {

/// An exercise: its alert gathers with no others, so that each step tells how long it takes.
inline constexpr auto drill_rule = "drill";

struct AcknowledgeOrder {
    AlertId alert{};
    std::string by;  ///< name or token of a person; empty: whoever sends it
    std::string reason;
    std::optional<Instant> until;  ///< empty: as long as is allowed
    bool sticky{};
    std::chrono::seconds remind_every{};
};

struct SilenceOrder {
    std::vector<std::string> matchers;
    std::optional<Instant> from;  ///< empty: now
    Instant until{};
    std::string reason;
};

struct PauseOrder {
    std::string force;
    std::string area;
    Date from{};
    Date until{};
    std::string reason;
};

/// Open alerts that conditions such as "force=kent" pick now, by number; of at most 1000.
[[nodiscard]] std::vector<Alert> alerts_picked(Store& store, Reference& reference,
                                               const std::vector<std::string>& conditions);

class AlertOrders {
public:
    template <typename T>
    using Outcome = tl::expected<T, EventFault>;

    AlertOrders(Store& store, Reference& reference, const Settings& settings, Origin origin,
                Instant now);

    [[nodiscard]] Outcome<Alert> acknowledge(const AcknowledgeOrder& order);
    [[nodiscard]] Outcome<Alert> unacknowledge(AlertId id, const std::string& reason);
    [[nodiscard]] Outcome<Alert> close(AlertId id, const std::string& reason, Date review_on);
    [[nodiscard]] Outcome<Silence> silence(const SilenceOrder& order);
    [[nodiscard]] Outcome<Silence> end_silence(std::int64_t id, const std::string& reason);
    [[nodiscard]] Outcome<Pause> pause(const PauseOrder& order);
    [[nodiscard]] Outcome<Pause> end_pause(std::int64_t id, const std::string& reason);
    [[nodiscard]] Outcome<void> hold(bool held, const std::string& reason);
    /// One step of a drill: "open" makes a marked alert, "escalate" takes its next step now, and
    /// "close" ends it; all through the true destinations.
    [[nodiscard]] Outcome<Alert> drill(const std::string& step, std::optional<AlertId> id);
    [[nodiscard]] const std::vector<AlertNews>& news() const { return book_.news(); }

    /// What is wrong with the conditions and times of a silence.
    [[nodiscard]] std::optional<EventFault> fault_of(const SilenceOrder& order) const;

private:
    [[nodiscard]] Outcome<Alert> open_alert(AlertId id);
    [[nodiscard]] Alert open_drill();
    [[nodiscard]] Alert escalate_drill(const Alert& alert);
    void record(const Event& event);
    [[nodiscard]] std::vector<std::string> with_tokens(const std::vector<std::string>& matchers);
    [[nodiscard]] std::string author() const;

    Store& store_;
    Reference& reference_;
    const Settings& settings_;
    Origin origin_;
    Recorder recorder_;
    AlertBook book_;
    Instant now_;
};

}  // namespace forcewatch
