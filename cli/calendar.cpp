#include "cli/calendar.hpp"

#include <fmt/format.h>

#include <array>

namespace forcewatch {

namespace {

using std::chrono::days;

/// Beyond it a distance in days says nothing to a person.
constexpr days near{60};

std::string_view month_name(std::chrono::month month) {
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return names.at(static_cast<unsigned>(month) - 1);
}

std::string_view weekday_name(Date date) {
    constexpr std::array<std::string_view, 7> names{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
    return names.at(std::chrono::weekday{date}.c_encoding());
}

std::string written(Date date, bool weekday, bool year) {
    const std::chrono::year_month_day day{date};
    std::string text = weekday ? fmt::format("{} ", weekday_name(date)) : std::string{};
    text += fmt::format("{} {}", static_cast<unsigned>(day.day()), month_name(day.month()));
    if (year) text += fmt::format(" {}", static_cast<int>(day.year()));
    return text;
}

std::string distance(days away) {
    const auto count = away.count();
    if (count == 0) return "today";
    if (count == 1) return "tomorrow";
    if (count == -1) return "yesterday";
    return count > 0 ? fmt::format("in {} days", count) : fmt::format("{} days ago", -count);
}

}  // namespace

std::string Calendar::day(std::string_view iso) const {
    const auto date = parse_date(iso);
    if (!today_ || !date) return std::string{iso};
    const days away = *date - *today_;
    if (away > near || away < -near) return written(*date, false, true);
    const bool other_year =
        std::chrono::year_month_day{*date}.year() != std::chrono::year_month_day{*today_}.year();
    return fmt::format("{} ({})", distance(away), written(*date, true, other_year));
}

std::string Calendar::short_day(std::string_view iso) const {
    const auto date = parse_date(iso);
    return today_ && date ? written(*date, false, true) : std::string{iso};
}

std::string Calendar::plain_day(std::string_view iso) const {
    const auto date = parse_date(iso);
    return today_ && date ? written(*date, true, true) : std::string{iso};
}

std::string Calendar::moment(std::string_view iso) const {
    const auto instant = parse_instant(iso);
    if (!today_ || !instant) return std::string{iso};
    const Date date{std::chrono::floor<days>(*instant).time_since_epoch()};
    return fmt::format("{} {} UTC", written(date, false, true), iso.substr(11, 5));
}

}  // namespace forcewatch
