#include "daemon/ingest/sheet_cells.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace forcewatch {

std::optional<Date> day_of_serial(double serial, bool from_1904) {
    using std::chrono::days;
    constexpr Date first_1904{std::chrono::year{1904} / std::chrono::January / 1};
    constexpr Date eve_of_1900{std::chrono::year{1899} / std::chrono::December / 31};
    constexpr double last = 2958465;  // 9999-12-31
    if (!(serial >= (from_1904 ? 0 : 1)) || serial >= last + 1) return std::nullopt;
    const auto whole = static_cast<int>(std::floor(serial));
    if (from_1904) return first_1904 + days{whole};
    if (whole == 60) return std::nullopt;  // the day that never was
    return eve_of_1900 + days{whole > 60 ? whole - 1 : whole};
}

bool shows_a_day(int id) {
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
           (id >= 50 && id <= 58);
}

bool shows_a_day(std::string_view code) {
    bool quoted = false;
    bool bracketed = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\\' || c == '_' || c == '*') {
            ++i;
            continue;
        }
        if (c == '[') bracketed = true;
        if (c == ']') bracketed = false;
        if (!bracketed && (c == 'd' || c == 'D' || c == 'y' || c == 'Y')) return true;
    }
    return code.find("mmm") != std::string_view::npos;
}

std::string plain_number(std::string_view written) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), number);
    if (error != std::errc{} || end != written.data() + written.size() || !std::isfinite(number))
        return std::string{written};
    return std::floor(number) == number && std::abs(number) < 1e15 ? fmt::format("{:.0f}", number)
                                                                   : fmt::format("{:.15g}", number);
}

std::string unescaped_cell(std::string text) {
    for (auto at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
        unsigned value = 0;
        if (at + 7 > text.size() || text[at + 6] != '_') continue;
        const char* begin = text.data() + at + 2;
        const auto [end, error] = std::from_chars(begin, begin + 4, value, 16);
        if (error != std::errc{} || end != begin + 4 || value >= 0x80) continue;
        text.replace(at, 7, value == 0 ? "" : std::string(1, static_cast<char>(value)));
    }
    return text;
}

std::optional<std::size_t> column_of_reference(std::string_view reference) {
    std::size_t column = 0;
    std::size_t letters = 0;
    while (letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z' &&
           letters < 4)
        column = column * 26 + static_cast<std::size_t>(reference[letters++] - 'A') + 1;
    if (letters == 0 || letters == 4) return std::nullopt;
    return column - 1;
}

}  // namespace forcewatch
