/// What a seed means: a year of forces, items, people and faults, laid out before it is lived.
///
/// A value. The same seed gives the same plan; living it rolls dice of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "tests/simulation/kill_points.hpp"

namespace forcewatch::sim {

using Seed = std::uint64_t;

/// What somebody does, and when they first try to.
struct Command {
    enum class Kind {
        plan_action,
        move_deadline,
        update_action,
        finish_action,
        enter_stage,
        leave_stage,
        judge,
        acknowledge,
        unacknowledge,
        close,
        silence,
        reload,
        restart
    };
    Kind kind{};
    Instant at{};
    int item{};                  ///< of its kind; for orders a number to pick an alert by
    Date on{};                   ///< of what is recorded; for a plan or a move the deadline
    bool low{};                  ///< the grade, or whether an acknowledgement is sticky
    std::chrono::hours lasts{};  ///< an acknowledgement, a silence or a closing
};

struct Window {
    Instant from{};
    Instant until{};
};
/// A receiver that takes nothing.
struct Outage : Window {
    enum class Kind { refuses, silent, gone } kind{};
    std::string destination;
};
/// The wall clock is wrong by so much.
struct WrongClock : Window {
    std::chrono::seconds ahead{};
};
/// Of a machine: switched off, or asleep with its programs in memory.
struct Absence : Window {
    bool asleep{};
};

/// Per mille, and each zero in many years: faults come in swarms.
struct Odds {
    int kill{};          ///< at every kill point
    int favoured{};      ///< at the one point that this year looks into
    int courier_dies{};  ///< with a message in hand
    int busy{};          ///< a receiver says "later"
    int no_answer{};     ///< a receiver took it or not, and did not say
    int refused{};       ///< a mail server takes this message never
    int asks_twice{};    ///< a client whose answer was lost
};

struct Plan {
    Seed seed{};
    Instant begin{};
    Instant end{};
    Settings settings;
    int forces{};
    int actions{};
    KillPoint favourite{};
    Odds odds;
    std::vector<Command> commands;  ///< by time
    std::vector<Outage> outages;
    std::vector<WrongClock> wrong_clocks;  ///< apart from each other and from absences
    std::vector<Absence> absences;
    std::vector<Window> full_disks;
    std::vector<Instant> failing_syncs;
    std::vector<Instant> failing_writes;
    bool replays_dead{};  ///< at the end the operator sends the dead again
};

/// `faults` false: the same year with nothing going wrong.
[[nodiscard]] Plan plan_of(Seed seed, bool faults = true);

[[nodiscard]] std::string force_id(int number);
[[nodiscard]] std::string action_id(int number);
inline constexpr auto fallback_destination = "desk";

}  // namespace forcewatch::sim
