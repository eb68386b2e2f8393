/// What people and time do to an open alert: acknowledgements, clocks, escalation; and silences and
/// planned pauses, as they are in force.
///
/// The journal holds each decision of a person; these tables hold what follows from it now.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement or a page of rows.
/// Fails: throws StoreError.
#pragma once

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

struct Acknowledgement {
    AlertId alert{};
    std::string by;  ///< token of a person, or "uid:1000"
    std::string reason;
    Instant at{};
    Instant until{};
    bool sticky{};                                  ///< holds until the alert closes
    std::chrono::seconds remind_every{};            ///< zero: no reminders
    int reminded{};                                 ///< reminders without an answer
    std::optional<std::chrono::seconds> left_over;  ///< to the next step of escalation
};

enum class AlertClock { acknowledgement, remind, escalate, repeat, fallback };
[[nodiscard]] std::string_view text_of(AlertClock clock);

struct DueClock {
    AlertId alert{};
    AlertClock clock{};
    Instant due_at{};
};

/// One step of escalation: so long after its base, to these destinations.
struct EscalationTurn {
    std::chrono::seconds after{};
    std::vector<std::string> to;
    friend bool operator==(const EscalationTurn&, const EscalationTurn&) = default;
};

/// The escalation of one alert, as it was configured when that opened.
struct EscalationState {
    AlertId alert{};
    std::string name;
    std::vector<EscalationTurn> steps;
    bool from_delivery{};
    std::optional<Instant> base_at;  ///< empty: nothing was delivered yet
    int taken{};
    bool unanswered{};  ///< every step was taken, and nobody answered
};

struct Silence {
    std::int64_t id{};
    std::vector<std::string> matchers;  ///< such as "force=kent"
    Instant from_at{};
    Instant until_at{};  ///< exclusive
    std::string author;
    std::string reason;
    bool ended{};
};

/// Planned: nothing is said of a force, or of one area of it.
struct Pause {
    std::int64_t id{};
    std::string force;
    std::string area;  ///< empty: all of it
    Date from_on{};
    Date until_on{};  ///< exclusive
    std::string author;
    std::string reason;
    bool ended{};
};

class AlertCare {
public:
    static constexpr auto above_all = std::numeric_limits<std::int64_t>::max();

    explicit AlertCare(sql::Connection& connection) : connection_{connection} {}

    [[nodiscard]] std::optional<Acknowledgement> acknowledgement(AlertId alert) const;
    void acknowledge(const Acknowledgement& acknowledgement);
    void unacknowledge(AlertId alert);

    void set_clock(AlertId alert, AlertClock clock, std::optional<Instant> due_at);
    [[nodiscard]] std::optional<Instant> clock(AlertId alert, AlertClock clock) const;
    /// Longest due first.
    [[nodiscard]] std::vector<DueClock> due_clocks(Instant now, int limit) const;
    [[nodiscard]] std::optional<Instant> next_clock_at() const;
    /// The alert closed: nothing more happens to it by itself.
    void forget(AlertId alert);

    [[nodiscard]] std::optional<EscalationState> escalation(AlertId alert) const;
    /// Escalations of the alerts in a message that wait for one to arrive.
    [[nodiscard]] std::vector<AlertId> waiting_for(DeliveryId message) const;
    /// Whether any escalation waits for a message to arrive.
    [[nodiscard]] bool has_waiting_escalation() const;
    void set_escalation(const EscalationState& state);
    /// Open alerts that nobody answered, by number.
    [[nodiscard]] std::vector<AlertId> unanswered() const;

    std::int64_t add(const Silence& silence);
    [[nodiscard]] std::optional<Silence> silence(std::int64_t id) const;
    /// `all`: those that are over as well; newest first, of those with a number below `before`.
    [[nodiscard]] std::vector<Silence> silences(bool all, int limit,
                                                std::int64_t before = above_all) const;
    void end_silence(std::int64_t id, Instant at);
    std::int64_t add(const Pause& pause);
    [[nodiscard]] std::optional<Pause> pause(std::int64_t id) const;
    [[nodiscard]] std::vector<Pause> pauses(bool all, int limit,
                                            std::int64_t before = above_all) const;
    void end_pause(std::int64_t id, Date on);
    /// Marks those whose end has come as seen and returns them.
    [[nodiscard]] std::vector<Silence> take_ended_silences(Instant now);
    [[nodiscard]] std::vector<Pause> take_ended_pauses(Date today);
    /// When a silence or a pause next ends; a pause counts from the first moment of its day.
    [[nodiscard]] std::optional<Instant> next_silence_end() const;
    [[nodiscard]] std::optional<Date> next_pause_end() const;

    /// A destination that fails.
    struct Failing {
        std::string destination;
        Instant since{};
        std::optional<Instant> disabled_at;
        std::string reason;
    };
    [[nodiscard]] std::vector<Failing> failing() const;
    [[nodiscard]] std::optional<Failing> failing(const std::string& destination) const;
    void set_failing(const Failing& failing);
    void forget_failing(const std::string& destination);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
