#include "daemon/ingest/written_date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace forcewatch {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<int> take_number(std::string_view& text, std::size_t most) {
    std::size_t digits = 0;
    int number = 0;
    while (digits < most && digits < text.size() && is_digit(text[digits]))
        number = number * 10 + (text[digits++] - '0');
    text.remove_prefix(digits);
    return digits == 0 ? std::nullopt : std::optional{number};
}

void drop_ordinal(std::string_view& text) {
    for (const std::string_view ending : {"st", "nd", "rd", "th"})
        if (text.starts_with(ending)) {
            text.remove_prefix(2);
            return;
        }
}

/// "Jan", "January" or "Sept", in any case.
std::optional<int> take_month(std::string_view& text) {
    constexpr std::array<std::string_view, 12> months{
        "january", "february", "march",     "april",   "may",      "june",
        "july",    "august",   "september", "october", "november", "december"};
    std::string word;
    while (word.size() < text.size() &&
           std::isalpha(static_cast<unsigned char>(text[word.size()])) != 0)
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[word.size()])));
    if (word.size() < 3) return std::nullopt;
    for (std::size_t i = 0; i < months.size(); ++i)
        if (months.at(i).starts_with(word)) {
            text.remove_prefix(word.size());
            return static_cast<int>(i) + 1;
        }
    return std::nullopt;
}

struct Parts {
    std::optional<int> year, month, day;

    /// Takes what `count` letters of `letter` stand for off the text; false: it is not there.
    bool take(char letter, std::size_t count, std::string_view& text) {
        if (letter == 'D') {
            day = take_number(text, 2);
            if (day) drop_ordinal(text);
            return day.has_value();
        }
        if (letter == 'M') {
            month = count > 2 ? take_month(text) : take_number(text, 2);
            return month.has_value();
        }
        const auto before = text.size();
        year = take_number(text, count);
        if (count == 2 && year) *year += 2000;
        return year && before - text.size() == count;
    }
};

/// "2026-11-30 00:00:00" and "30/11/2026 14:05" name a day.
bool is_time_of_day(std::string_view rest) {
    return rest.empty() ||
           ((rest.front() == ' ' || rest.front() == 'T') &&
            rest.find(':') != std::string_view::npos &&
            rest.find_first_not_of(" T0123456789:.ZAPMapm") == std::string_view::npos);
}

}  // namespace

std::optional<PartialDate> read_written_date(std::string_view text, std::string_view format) {
    Parts parts;
    while (!format.empty()) {
        const char letter = format.front();
        if (letter != 'D' && letter != 'M' && letter != 'Y') {
            if (text.empty() || text.front() != letter) return std::nullopt;
            text.remove_prefix(1);
            format.remove_prefix(1);
            continue;
        }
        const auto count = std::min(format.find_first_not_of(letter), format.size());
        if (!parts.take(letter, count, text)) return std::nullopt;
        format.remove_prefix(count);
    }
    if (!is_time_of_day(text) || !parts.year) return std::nullopt;
    std::string plain = fmt::format("{:04}", *parts.year);
    if (parts.month) plain += fmt::format("-{:02}", *parts.month);
    if (parts.month && parts.day) plain += fmt::format("-{:02}", *parts.day);
    const auto date = PartialDate::parse(plain);
    return date ? std::optional{*date} : std::nullopt;
}

}  // namespace forcewatch
