// Private to core/: how every rule climbs its ladder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluate.hpp"

namespace forcewatch {

/// Takes the earlier of the two, where `candidate` lies after `today`.
void soonest(std::optional<Date>& next, std::optional<Date> candidate, Date today);

/// Fills in which steps are reached by `today`, the severity they give, the reminders since, and
/// when any of it could be another.
void climb(Ruling& ruling, const Rule& rule, std::optional<Date> origin,
           const std::vector<Date>& round_dates, Date today, const WorkingCalendar& calendar);

/// The condition has held since `from`: climbs, and names the episode.
void hold_since(Ruling& ruling, const Rule& rule, Date from, Date today,
                const WorkingCalendar& calendar);
/// The condition does not hold; whatever ran before `on` ended for that reason.
void end_on(Ruling& ruling, Date on, std::string why);

[[nodiscard]] std::string joined(const std::vector<std::string>& parts);
[[nodiscard]] std::string days_text(std::chrono::days count);

}  // namespace forcewatch
