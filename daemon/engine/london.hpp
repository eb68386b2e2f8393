/// The one place where London days and instants meet.
///
/// The zone's rules come from the system's time-zone data. `zone_known` is asked once at start:
/// with no data there is no service.
#pragma once

#include <string>

#include "core/types.hpp"

namespace forcewatch {

/// True when the system knows Europe/London.
[[nodiscard]] bool zone_known();
/// Every change of London's clocks from 2000 to 2099, as text: another where the rules are others.
[[nodiscard]] std::string zone_rules();
/// The London day on which `at` falls.
[[nodiscard]] Date london_date(Instant at);
/// What clocks in London show at `at`.
[[nodiscard]] std::chrono::local_seconds london_time(Instant at);
/// The first instant of a London day.
[[nodiscard]] Instant starts_at(Date day);
/// A local time of day as an instant: the first valid one where it does not exist, the first of the
/// two where it occurs twice.
[[nodiscard]] Instant at_local_time(Date day, std::chrono::minutes since_midnight);

}  // namespace forcewatch
