/// Tells a clock that was set from time that passed.
///
/// Wall time is compared with time since boot, which goes on while the machine sleeps: a suspended
/// machine or a stopped daemon simply catches up. A wall clock that runs ahead of it by more than a
/// day is not believed until somebody says so, or until it comes back; meanwhile time goes on from
/// where it was. One that goes back is believed, and told of; so it is when it then comes right.
///
/// A machine may start with a clock that nobody has set yet. One that stands more than a day before
/// the newest record is not believed either, until it has passed that record or somebody says so.
#pragma once

#include <chrono>
#include <optional>

#include "core/types.hpp"

namespace forcewatch {

class ClockGuard {
public:
    static constexpr std::chrono::hours most_ahead{24};
    static constexpr std::chrono::hours most_behind{24};

    /// `newest_record`: when anything was last recorded; empty: nothing was.
    explicit ClockGuard(std::optional<Instant> newest_record = {})
        : newest_record_{newest_record} {}

    enum class Verdict { steady, stepped_back, stepped_ahead, held, released };

    /// `since_boot` is CLOCK_BOOTTIME. `stepped_back` and `stepped_ahead` (by less than a day) are
    /// told once for each step; `held` as long as it lasts; `released` once, when the clock came
    /// right.
    [[nodiscard]] Verdict tick(Instant wall, std::chrono::seconds since_boot);
    /// The wall clock is right as it is.
    void confirm(Instant wall, std::chrono::seconds since_boot);
    [[nodiscard]] bool held() const { return held_; }
    /// It is held because it was never set, and not because it jumped.
    [[nodiscard]] bool unset() const { return unset_; }
    /// The wall clock's time, or what it would be had it not run ahead, or begun at the newest
    /// record.
    [[nodiscard]] Instant believed(Instant wall, std::chrono::seconds since_boot) const {
        return held_ ? Instant{since_boot + offset_} : wall;
    }

private:
    void begin(Instant wall, std::chrono::seconds since_boot);
    [[nodiscard]] bool is_before_records(Instant wall) const;

    std::optional<Instant> newest_record_;
    bool started_{};
    bool held_{};
    bool unset_{};
    std::chrono::seconds offset_{};   ///< of wall time over time since boot, as last believed
    std::chrono::seconds highest_{};  ///< that was ever believed
};

}  // namespace forcewatch
