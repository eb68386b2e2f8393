/// The two clocks of the machine, in whole seconds.
#pragma once

#include <chrono>
#include <ctime>

#include "core/types.hpp"

namespace forcewatch {

/// What the machine says the time is; it may be set.
inline Instant wall_clock() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Counts on while the machine sleeps, and cannot be set.
inline std::chrono::seconds since_boot() {
    timespec at{};
    ::clock_gettime(CLOCK_BOOTTIME, &at);
    return std::chrono::seconds{at.tv_sec};
}

}  // namespace forcewatch
