/// What the parts of one simulated year share: the plan, true time, the dice, and what was found.
#pragma once

#include <algorithm>

#include "tests/simulation/dice.hpp"
#include "tests/simulation/findings.hpp"
#include "tests/simulation/model.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/receivers.hpp"
#include "tests/simulation/scratch_disk.hpp"
#include "tests/simulation/seams.hpp"

namespace forcewatch::sim {

/// A process dies here. Not an exception of the library, so that nobody takes it for an error.
struct Killed {
    KillPoint at{};
};

struct Context {
    Context(Plan wanted, const Seams& planted)
        : plan{std::move(wanted)},
          seams{planted},
          dice{plan.seed ^ 0x5eedU},
          model{plan.settings.rules},
          receivers{model, findings},
          now{plan.begin} {}
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    const Plan plan;
    const Seams& seams;
    Dice dice;
    Findings findings;
    Model model;
    Receivers receivers;
    ScratchDisk& disk{ScratchDisk::installed()};
    Instant now;                   ///< true time
    std::chrono::seconds ahead{};  ///< of the wall clock
    bool calm{};                   ///< nothing fails any more

    [[nodiscard]] Instant wall() const { return now + ahead; }
    /// A daemon that starts now would take the clock for right, as nobody could tell otherwise.
    [[nodiscard]] bool is_far_ahead() const { return ahead > std::chrono::hours{24}; }
    [[nodiscard]] bool chance(int per_mille) { return !calm && dice.per_mille(per_mille); }

    [[nodiscard]] bool is_killed_at(KillPoint point) {
        if (calm || is_far_ahead() || kills_left_ == 0) return false;
        const int favoured = point == plan.favourite ? plan.odds.favoured : 0;
        if (!dice.per_mille(plan.odds.kill + favoured)) return false;
        --kills_left_;
        return true;
    }
    void kill_at(KillPoint point) {
        ++findings.kills[place_of(point)];
        findings.note(name_of(point));
    }

private:
    int kills_left_{20};
};

}  // namespace forcewatch::sim
