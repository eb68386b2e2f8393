#include "core/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace forcewatch {

using std::chrono::days;

namespace {

constexpr Date long_ago{std::chrono::year{1} / std::chrono::January / 1};

/// The day on which a step is reached; empty: not by what is known.
std::optional<Date> day_of(const LadderStep& step, std::optional<Date> origin,
                           const std::vector<Date>& round_dates, const WorkingCalendar& calendar,
                           bool& calendar_ends) {
    if (step.rounds) {
        const auto wanted = static_cast<std::size_t>(*step.rounds);
        return wanted > 0 && round_dates.size() >= wanted ? std::optional{round_dates[wanted - 1]}
                                                          : std::nullopt;
    }
    if (!step.offset || !origin) return std::nullopt;
    if (!step.working) return *origin + *step.offset;
    const auto counted = calendar.plus(*origin, static_cast<int>(step.offset->count()));
    calendar_ends = calendar_ends || counted.calendar_ends;
    return counted.day;
}

}  // namespace

void soonest(std::optional<Date>& next, std::optional<Date> candidate, Date today) {
    if (candidate && *candidate > today && (!next || *candidate < *next)) next = candidate;
}

void climb(Ruling& ruling, const Rule& rule, std::optional<Date> origin,
           const std::vector<Date>& round_dates, Date today, const WorkingCalendar& calendar) {
    bool calendar_ends = false;
    for (const auto& step : rule.ladder) {
        const auto on = day_of(step, origin, round_dates, calendar, calendar_ends);
        if (!on) continue;
        if (*on <= today)
            ruling.reached.push_back({step.name(), *on, step.severity});
        else
            soonest(ruling.next_on, on, today);
    }
    if (calendar_ends)
        ruling.remarks.push_back(
            calendar.last_year()
                ? fmt::format("the calendar ends with {}: bank holidays after it are not known",
                              *calendar.last_year())
                : std::string{"no bank holidays are known: only weekends were left out"});
    std::stable_sort(ruling.reached.begin(), ruling.reached.end(),
                     [](const auto& left, const auto& right) { return left.on < right.on; });
    if (ruling.reached.empty()) return;
    ruling.firing = true;
    ruling.severity = ruling.reached.front().severity;
    ruling.effective_on = ruling.reached.front().on;
    for (const auto& step : ruling.reached)
        if (step.severity > ruling.severity) {
            ruling.severity = step.severity;
            ruling.effective_on = step.on;
        }
    if (rule.remind_every && *rule.remind_every > days{0}) {
        const Date last = ruling.reached.back().on;
        ruling.reminders = static_cast<int>((today - last) / *rule.remind_every);
        soonest(ruling.next_on, last + *rule.remind_every * (ruling.reminders + 1), today);
    }
}

void hold_since(Ruling& ruling, const Rule& rule, Date from, Date today,
                const WorkingCalendar& calendar) {
    climb(ruling, rule, from, {}, today, calendar);
    if (ruling.firing) ruling.episodes.push_back({from, std::nullopt, {}});
}

void end_on(Ruling& ruling, Date on, std::string why) {
    ruling.episodes.push_back({long_ago, on, std::move(why)});
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

std::string days_text(days count) {
    return fmt::format("{} day{}", count.count(), count == days{1} ? "" : "s");
}

}  // namespace forcewatch
