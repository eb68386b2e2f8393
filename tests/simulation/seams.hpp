/// Where a planted bug can take hold: between the driver and the program, and under the program in
/// its tables. As they come, the program runs as it is.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/engine/engine.hpp"

namespace forcewatch::sim {

/// Runs SQL on the scratch database, from outside and between two transactions.
using Tamper = std::function<void(const std::string& sql)>;

struct Seams {
    /// What the daemon takes the wall clock's time for.
    std::function<Instant(Instant)> clock;
    /// When the engine steps, it is told this time.
    std::function<Instant(Instant)> step_clock;
    /// What became of the settings on their way to the engine.
    std::function<void(Settings&)> settings;
    std::function<void(std::vector<NewParcel>&)> rendered;
    /// In place of `Desk::claim`.
    std::function<std::vector<Leased>(Engine&, const Claimant&, int, Instant)> claim;
    /// Before results are settled.
    std::function<void(std::vector<std::pair<Leased, DeliveryOutcome>>&)> results;
    /// After the database was made, a crash, a reload, a turn of the loop, a clock set back.
    std::function<void(const Tamper&)> made;
    std::function<void(const Tamper&)> crashed;
    std::function<void(const Tamper&)> reloaded;
    std::function<void(const Tamper&, int turn)> turned;
    std::function<void(const Tamper&)> set_back;

    [[nodiscard]] bool tampers() const { return made || crashed || reloaded || turned || set_back; }

    bool sends_before_commit{};  ///< a claim
    bool settles_before_sending{};
    bool answers_before_commit{};  ///< a client
    bool ignores_failed_commit{};  ///< of a settlement
    bool believes_any_clock{};
    bool renames_on_retry{};  ///< an item that is sent again gets another id
};

}  // namespace forcewatch::sim
