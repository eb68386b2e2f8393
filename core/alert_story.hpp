/// How one alert lives: from a ruling and what was said before to what is to be said now.
///
/// Pure: the engine keeps the answers in tables, a forecast or a back-test in memory, and both run
/// this same code.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/evaluate.hpp"

namespace forcewatch {

enum class Change {
    opened,
    raised,
    lowered,
    step,
    reminder,
    acknowledged,
    resumed,     ///< an acknowledgement ended, and it is still so
    escalated,   ///< nobody answered: the next ones are told
    unanswered,  ///< the last step of escalation got no answer
    reopened,    ///< it was closed by hand until now, and is still so
    closed
};
[[nodiscard]] std::string_view text_of(Change change);
[[nodiscard]] Expected<Change> parse_change(std::string_view text);

/// A step past zero: it says that a date has gone by.
[[nodiscard]] bool is_past(const ReachedStep& step);
/// The summary of such a revision is the alert's own: how its subject stands. Other words are about
/// those who were told.
[[nodiscard]] bool says_how_it_stands(Change change);
/// Whether a deadline lies before another, both as the versions of an alert name them.
[[nodiscard]] bool is_earlier(const std::string& deadline, const std::string& before);

/// What is remembered of an open alert.
struct AlertMemory {
    Date episode_on{};
    Severity severity{};
    int revision{};
    std::string version;  ///< of the deadline
    int reminders{};
    std::set<std::string> steps;  ///< of this version, that stand in the ledger
    /// Hold-off: what there is to say waits until then.
    std::optional<Instant> held_until;
    bool told{true};  ///< its opening was let out
    bool closing{};   ///< the condition is gone; it closes at `held_until` unless that comes back
    int damped{};     ///< reversals inside the hold-off
    friend bool operator==(const AlertMemory&, const AlertMemory&) = default;
};

/// One thing that happens to the alert.
struct AlertTurn {
    std::optional<Change> change;  ///< a revision to write; empty: what is remembered alone changes
    bool tells{};                  ///< those concerned are told of the latest revision
    std::vector<ReachedStep> steps;     ///< new in the ledger
    std::string ending;                 ///< of `closed`
    std::optional<AlertMemory> memory;  ///< as it stands after; empty: closed
};

/// What follows for the alert of one rule on one subject; empty: nothing changes. At most two
/// turns: one episode ends and another begins.
[[nodiscard]] std::vector<AlertTurn> turns_of(const std::optional<AlertMemory>& known,
                                              const Rule& rule, const Ruling& ruling, Instant now);

/// False: the episode that is remembered ended by itself, or another one began.
[[nodiscard]] bool is_same_episode(const AlertMemory& known, const Rule& rule, const Ruling& ruling,
                                   Instant now);

/// What would be remembered if the rule had been at work all along, and had just been asked.
[[nodiscard]] std::optional<AlertMemory> memory_of(const Ruling& ruling);

}  // namespace forcewatch
