#include "core/clock_guard.hpp"

#include <algorithm>

namespace forcewatch {

namespace {
/// Clocks that are kept right by small steps, and seconds that do not begin together, are no news.
constexpr std::chrono::seconds unremarkable{5};
}  // namespace

ClockGuard::Verdict ClockGuard::tick(Instant wall, std::chrono::seconds since_boot) {
    const auto offset = wall.time_since_epoch() - since_boot;
    if (!started_) begin(wall, since_boot);
    if (unset_) {
        if (is_before_records(wall)) return Verdict::held;
        confirm(wall, since_boot);
        return Verdict::released;
    }
    if (offset - highest_ > most_ahead) {
        held_ = true;
        return Verdict::held;
    }
    const auto step = offset - offset_;
    const bool was_held = held_;
    held_ = false;
    offset_ = offset;
    highest_ = std::max(highest_, offset);
    if (was_held) return Verdict::released;
    if (step < -unremarkable) return Verdict::stepped_back;
    return step > unremarkable ? Verdict::stepped_ahead : Verdict::steady;
}

bool ClockGuard::is_before_records(Instant wall) const {
    return newest_record_ && *newest_record_ - wall > most_behind;
}

void ClockGuard::begin(Instant wall, std::chrono::seconds since_boot) {
    confirm(wall, since_boot);
    if (!is_before_records(wall)) return;
    offset_ = newest_record_->time_since_epoch() - since_boot;
    held_ = unset_ = true;
}

void ClockGuard::confirm(Instant wall, std::chrono::seconds since_boot) {
    offset_ = wall.time_since_epoch() - since_boot;
    highest_ = offset_;
    started_ = true;
    held_ = unset_ = false;
}

}  // namespace forcewatch
