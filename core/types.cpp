#include "core/types.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace forcewatch {

namespace {

template <typename Enum, std::size_t Count>
std::string_view spelled(const std::array<std::pair<Enum, std::string_view>, Count>& names,
                         Enum value) {
    for (const auto& [known, name] : names)
        if (known == value) return name;
    return "?";
}

template <typename Enum, std::size_t Count>
Expected<Enum> parsed(const std::array<std::pair<Enum, std::string_view>, Count>& names,
                      std::string_view text) {
    for (const auto& [value, name] : names)
        if (name == text) return value;
    std::string known;
    for (const auto& [value, name] : names) {
        known += known.empty() ? "" : ", ";
        known += name;
    }
    return tl::unexpected(fmt::format("\"{}\" is not one of {}", text, known));
}

constexpr std::array force_kinds{
    std::pair{ForceKind::police, std::string_view{"police"}},
    std::pair{ForceKind::fire, std::string_view{"fire"}},
    std::pair{ForceKind::rocu, std::string_view{"rocu"}},
    std::pair{ForceKind::other, std::string_view{"other"}},
};
constexpr std::array stages{
    std::pair{MonitoringStage::scan, std::string_view{"scan"}},
    std::pair{MonitoringStage::engage, std::string_view{"engage"}},
};
constexpr std::array severities{
    std::pair{Severity::info, std::string_view{"info"}},
    std::pair{Severity::warning, std::string_view{"warning"}},
    std::pair{Severity::critical, std::string_view{"critical"}},
};
constexpr std::array comparabilities{
    std::pair{Comparability::same, std::string_view{"same"}},
    std::pair{Comparability::partly, std::string_view{"partly"}},
    std::pair{Comparability::not_comparable, std::string_view{"not comparable"}},
};

bool is_digit(char c) { return '0' <= c && c <= '9'; }

/// `form` has a "d" wherever any digit may stand.
template <std::size_t Size>
bool has_form(std::string_view text, const char (&form)[Size]) {
    if (text.size() != Size - 1) return false;
    const char* const at = text.data();
    bool fits = true;
    for (std::size_t i = 0; i < Size - 1; ++i)
        fits = fits && (form[i] == 'd' ? is_digit(at[i]) : at[i] == form[i]);
    return fits;
}

int two_digits(std::string_view text, std::size_t at) {
    const char* const digits = text.data() + at;
    return (digits[0] - '0') * 10 + (digits[1] - '0');
}

}  // namespace

std::string_view text_of(ForceKind kind) { return spelled(force_kinds, kind); }
std::string_view text_of(MonitoringStage stage) { return spelled(stages, stage); }
std::string_view text_of(Severity severity) { return spelled(severities, severity); }
std::string_view text_of(Comparability comparability) {
    return spelled(comparabilities, comparability);
}

Expected<ForceKind> parse_force_kind(std::string_view text) { return parsed(force_kinds, text); }
Expected<MonitoringStage> parse_stage(std::string_view text) { return parsed(stages, text); }
Expected<Severity> parse_severity(std::string_view text) { return parsed(severities, text); }
Expected<Comparability> parse_comparability(std::string_view text) {
    return parsed(comparabilities, text);
}

Expected<Date> parse_date(std::string_view text) {
    if (!has_form(text, "dddd-dd-dd"))
        return tl::unexpected(fmt::format("\"{}\" is not a date such as 2026-03-29", text));
    const std::chrono::year_month_day date{
        std::chrono::year{two_digits(text, 0) * 100 + two_digits(text, 2)},
        std::chrono::month{static_cast<unsigned>(two_digits(text, 5))},
        std::chrono::day{static_cast<unsigned>(two_digits(text, 8))}};
    if (!date.ok()) return tl::unexpected(fmt::format("{} is not a day of the calendar", text));
    return Date{date};
}

std::string text_of(Date date) {
    const std::chrono::year_month_day parts{date};
    const auto year = static_cast<unsigned>(static_cast<int>(parts.year()));
    const auto month = static_cast<unsigned>(parts.month());
    const auto day = static_cast<unsigned>(parts.day());
    const auto digit = [](unsigned number) { return static_cast<char>('0' + number % 10); };
    return {digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            '-',
            digit(month / 10),
            digit(month),
            '-',
            digit(day / 10),
            digit(day)};
}

std::string text_of(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss time{instant - day};
    return fmt::format("{}T{:02}:{:02}:{:02}Z", text_of(Date{day.time_since_epoch()}),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

Expected<Instant> parse_instant(std::string_view text) {
    const auto bad = [&] {
        return tl::unexpected(
            fmt::format("\"{}\" is not a UTC time such as 2026-03-29T01:00:00Z", text));
    };
    if (!has_form(text, "dddd-dd-ddTdd:dd:ddZ")) return bad();
    const auto date = parse_date(text.substr(0, 10));
    const int hours = two_digits(text, 11);
    const int minutes = two_digits(text, 14);
    const int seconds = two_digits(text, 17);
    if (!date || hours > 23 || minutes > 59 || seconds > 59) return bad();
    return Instant{date->time_since_epoch()} + std::chrono::hours{hours} +
           std::chrono::minutes{minutes} + std::chrono::seconds{seconds};
}

}  // namespace forcewatch
