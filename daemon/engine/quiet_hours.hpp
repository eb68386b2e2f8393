/// Local hours in which messages wait.
#pragma once

#include <optional>

#include "config/settings.hpp"
#include "core/working_calendar.hpp"

namespace forcewatch {

/// When the quiet that holds at `now` ends; empty: it is not quiet. On the days on which the clocks
/// change, a time that does not exist counts as the next one, and one that comes twice as the
/// first.
[[nodiscard]] std::optional<Instant> quiet_until(const QuietHours& quiet,
                                                 const WorkingCalendar& calendar, Instant now);
/// The digest that takes along what is of this severity; null: it goes by itself.
[[nodiscard]] const Digest* digest_for(const Destination& destination, Severity severity);
/// When a digest is due next after `now`.
[[nodiscard]] Instant next_digest_at(const Digest& digest, const WorkingCalendar& calendar,
                                     Instant now);

}  // namespace forcewatch
