#include "config/duration.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace forcewatch {

namespace {

using std::chrono::seconds;
constexpr seconds longest = std::chrono::days{36500};

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<seconds> times_unit(std::string_view text, seconds unit) {
    const auto count = whole_number(text.substr(0, text.size() - 1));
    if (!count || std::abs(*count) > longest / unit) return std::nullopt;
    return *count * unit;
}

}  // namespace

std::optional<std::chrono::days> parse_days(std::string_view text) {
    if (text.empty() || (text.back() != 'd' && text.back() != 'w')) return std::nullopt;
    const auto length = times_unit(
        text, text.back() == 'd' ? seconds{std::chrono::days{1}} : seconds{std::chrono::weeks{1}});
    if (!length) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::days>(*length);
}

std::optional<seconds> parse_period(std::string_view text) {
    if (text.empty() || text.front() == '-') return std::nullopt;
    switch (text.back()) {
        case 's':
            return times_unit(text, seconds{1});
        case 'm':
            return times_unit(text, std::chrono::minutes{1});
        case 'h':
            return times_unit(text, std::chrono::hours{1});
        case 'd':
            return times_unit(text, std::chrono::days{1});
        default:
            return std::nullopt;
    }
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':' || text[0] == '-' || text[3] == '-') return std::nullopt;
    const auto hours = whole_number(text.substr(0, 2));
    const auto minutes = whole_number(text.substr(3, 2));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
}

}  // namespace forcewatch
