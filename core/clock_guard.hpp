/// Tells a clock that was set from time that passed.
///
/// Wall time is compared with time since boot, which goes on while the machine sleeps: a suspended
/// machine or a stopped daemon simply catches up. A wall clock that runs ahead of it by more than a
/// day is not believed until somebody says so, or until it comes back; meanwhile time goes on from
/// where it was. One that goes back is believed, and told of; so it is when it then comes right.
#pragma once

#include <chrono>

#include "core/types.hpp"

namespace forcewatch {

class ClockGuard {
public:
    static constexpr std::chrono::hours most_ahead{24};

    enum class Verdict { steady, stepped_back, stepped_ahead, held, released };

    /// `since_boot` is CLOCK_BOOTTIME. `stepped_back` and `stepped_ahead` (by less than a day) are
    /// told once for each step; `held` as long as it lasts; `released` once, when the clock came
    /// back.
    [[nodiscard]] Verdict tick(Instant wall, std::chrono::seconds since_boot);
    /// The wall clock is right as it is.
    void confirm(Instant wall, std::chrono::seconds since_boot);
    [[nodiscard]] bool held() const { return held_; }
    /// The wall clock's time, or what it would be had it not run ahead.
    [[nodiscard]] Instant believed(Instant wall, std::chrono::seconds since_boot) const {
        return held_ ? Instant{since_boot + offset_} : wall;
    }

private:
    bool started_{};
    bool held_{};
    std::chrono::seconds offset_{};   ///< of wall time over time since boot, as last believed
    std::chrono::seconds highest_{};  ///< that was ever believed
};

}  // namespace forcewatch
