/// Alerts, their revisions and the ledger of steps told: ordinary tables outside the fold.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement or a page of rows.
/// Fails: throws StoreError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/alert_story.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

enum class AlertState { open, acknowledged, closed };
[[nodiscard]] std::string_view text_of(AlertState state);

/// One episode of one rule on one subject.
struct Alert {
    AlertId id{};
    std::string rule;
    std::string subject;
    std::string force;
    std::string title;  ///< what it is about, for a person
    Date episode_on{};
    AlertState state{AlertState::open};
    Severity severity{};
    int revision{};
    std::string version;  ///< of the deadline
    int reminders{};
    Date effective_on{};
    Instant effective_at{};
    Instant detected_at{};
    Instant opened_at{};
    std::optional<Instant> closed_at;
    std::string ending;
    std::string summary;
    bool told{true};  ///< its opening was let out
    bool closing{};   ///< the condition is gone, within the hold-off
    std::optional<Instant> held_until;
    int damped{};     ///< reversals inside the hold-off
    bool baseline{};  ///< it was so before anybody was to be told
    bool overdue{};   ///< a date has passed
    /// Closed by hand while it was still true: looked at again then.
    std::optional<Instant> review_at{};
};

/// What one revision of an alert says.
struct AlertRevision {
    AlertId alert{};
    int revision{};
    Instant at{};
    Change change{};
    Severity severity{};
    std::vector<std::string> steps;
    std::string summary;
    std::vector<std::string> remarks;
};

struct AlertFilter {
    std::string force;
    std::optional<bool> open;
    std::optional<Instant> known_at;  ///< those that were open then, if `open`; else opened by then
    bool baseline{};                  ///< only those
    std::int64_t after{0};            ///< keyset, by id
    int limit{100};
};

class AlertTables {
public:
    explicit AlertTables(sql::Connection& connection) : connection_{connection} {}

    /// Also one that was closed by hand and waits for its review.
    [[nodiscard]] std::optional<Alert> open_alert(const std::string& rule,
                                                  const std::string& subject) const;
    /// Whether there ever was an alert on the subject, be it closed.
    [[nodiscard]] bool any_of(const std::string& subject) const;
    /// Rules with an open alert on the subject.
    [[nodiscard]] std::vector<std::string> open_rules(const std::string& subject) const;
    /// Subjects with an open alert that begin with `prefix`.
    [[nodiscard]] std::vector<std::string> open_subjects(const std::string& prefix) const;
    [[nodiscard]] std::optional<Alert> find(AlertId id) const;
    [[nodiscard]] std::vector<Alert> list(const AlertFilter& filter) const;
    /// Every alert there ever was on a subject, oldest first.
    [[nodiscard]] std::vector<Alert> of_subject(const std::string& subject) const;
    /// Oldest first; with `number`, that one alone.
    [[nodiscard]] std::vector<AlertRevision> revisions(AlertId id, int number = 0) const;
    [[nodiscard]] AlertRevision revision(AlertId id, int number) const;

    AlertId insert(const Alert& alert);
    void update(const Alert& alert);
    /// What was closed by hand on the subject is over: it may open again before its review.
    void forget_reviews(const std::string& subject);
    void add_revision(const AlertRevision& revision);

    /// Steps of this version that the ledger holds.
    [[nodiscard]] std::set<std::string> told_steps(AlertId id, const std::string& version) const;
    void add_step(AlertId id, const std::string& version, const std::string& step, Date reached_on,
                  int revision);

    struct Counts {
        std::int64_t info{};
        std::int64_t warning{};
        std::int64_t critical{};
    };
    [[nodiscard]] Counts open_counts() const;
    [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> open_by_rule() const;
    [[nodiscard]] std::int64_t open_of_force(const std::string& force) const;

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
