#include "daemon/messages/calendar_words.hpp"

#include <fmt/format.h>

#include <array>

namespace forcewatch {

namespace {

struct Names {
    std::array<std::string_view, 7> days;  // from Sunday
    std::array<std::string_view, 12> months;
};

constexpr Names english{
    {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}};
constexpr Names welsh{
    {"Sul", "Llun", "Maw", "Mer", "Iau", "Gwe", "Sad"},
    {"Ion", "Chwef", "Maw", "Ebr", "Mai", "Meh", "Gorff", "Awst", "Medi", "Hyd", "Tach", "Rhag"}};

}  // namespace

std::string day_in_words(Date day, std::string_view language) {
    const Names& names = language == "cy" ? welsh : english;
    const std::chrono::year_month_day date{day};
    const std::chrono::weekday weekday{day};
    return fmt::format(
        "{} {} {} {}", names.days.at(weekday.c_encoding()), static_cast<unsigned>(date.day()),
        names.months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()));
}

std::string moment_in_words(std::chrono::local_seconds at, std::string_view language) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(at - day).count();
    return fmt::format("{}, {:02}:{:02}", day_in_words(day, language), minutes / 60, minutes % 60);
}

}  // namespace forcewatch
