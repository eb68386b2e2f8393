#include "core/working_calendar.hpp"

namespace forcewatch {

namespace {

int year_of(Date day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); }

bool is_weekend(Date day) {
    const std::chrono::weekday weekday{day};
    return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

}  // namespace

void WorkingCalendar::set_year(int year, std::set<Date> holidays) {
    years_[year] = std::move(holidays);
}

bool WorkingCalendar::is_holiday(Date day) const {
    const auto year = years_.find(year_of(day));
    return year != years_.end() && year->second.contains(day);
}

bool WorkingCalendar::is_working(Date day) const { return !is_weekend(day) && !is_holiday(day); }

bool WorkingCalendar::knows(Date day) const { return years_.contains(year_of(day)); }

std::optional<int> WorkingCalendar::last_year() const {
    return years_.empty() ? std::nullopt : std::optional{years_.rbegin()->first};
}

WorkingCalendar::Counted WorkingCalendar::plus(Date from, int count) const {
    const std::chrono::days step{count < 0 ? -1 : 1};
    Counted counted{from, false};
    for (int left = count < 0 ? -count : count; left > 0;) {
        counted.day += step;
        counted.calendar_ends = counted.calendar_ends || !knows(counted.day);
        if (is_working(counted.day)) --left;
    }
    return counted;
}

}  // namespace forcewatch
