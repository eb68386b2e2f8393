#include "core/deadline_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "core/deadline.hpp"

namespace forcewatch {

namespace {

constexpr std::array<std::string_view, 12> month_names{
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 13> numbers{"zero", "one",    "two",   "three", "four",
                                                   "five", "six",    "seven", "eight", "nine",
                                                   "ten",  "eleven", "twelve"};

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        if ((c >= 'a' && c <= 'z') || upper || (c >= '0' && c <= '9'))
            words.back() += static_cast<char>(upper ? c - 'A' + 'a' : c);
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::optional<int> number_in(const std::string& word) {
    if (word == "a" || word == "an") return 1;
    const auto spelled = std::find(numbers.begin(), numbers.end(), word);
    if (spelled != numbers.end()) return static_cast<int>(spelled - numbers.begin());
    int value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size() || value > 1000)
        return std::nullopt;
    return value;
}

Date months_later(Date day, int months) {
    using namespace std::chrono;
    const year_month_day date{day};
    const auto month = year_month{date.year(), date.month()} + std::chrono::months{months};
    const auto last = (month / std::chrono::last).day();
    return Date{month / std::min(date.day(), last)};
}

/// "31 March 2027", or "March 2027" for the last day of it.
std::optional<Date> date_in(const std::vector<std::string>& words) {
    using namespace std::chrono;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto month = std::find(month_names.begin(), month_names.end(), words[i]);
        if (month == month_names.end() || words[i + 1].size() != 4) continue;
        const auto written = parse_date(words[i + 1] + "-01-01");
        if (!written) continue;
        const auto whole =
            year_month_day{*written}.year() /
            std::chrono::month{static_cast<unsigned>(month - month_names.begin()) + 1};
        const auto day =
            i > 0 ? number_in(words[i - 1].substr(0, words[i - 1].find_first_not_of("0123456789")))
                  : std::nullopt;
        const auto date = day ? whole / *day : year_month_day{whole / last};
        return date.ok() ? std::optional{Date{date}} : std::nullopt;
    }
    return std::nullopt;
}

/// "within three months", "within three (3) months", "within a year".
std::optional<Date> period_in(const std::vector<std::string>& words, Date published) {
    for (std::size_t i = 0; i + 2 < words.size(); ++i) {
        if (words[i] != "within") continue;
        const auto count = number_in(words[i + 1]);
        const bool said_twice = i + 3 < words.size() && number_in(words[i + 2]) == count;
        const auto& unit = words[i + (said_twice ? 3 : 2)];
        if (!count || *count < 1) return std::nullopt;
        if (unit == "day" || unit == "days")
            return last_day_of_period(published, std::chrono::days{*count});
        if (unit == "week" || unit == "weeks") return published + std::chrono::weeks{*count};
        if (unit == "month" || unit == "months") return months_later(published, *count);
        if (unit == "year" || unit == "years") return months_later(published, 12 * *count);
        return std::nullopt;
    }
    return std::nullopt;
}

bool says_at_once(const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "immediately" || word == "immediate";
    });
}

}  // namespace

std::optional<Date> resolve_deadline_words(std::string_view text, Date published) {
    const auto words = words_of(text);
    if (says_at_once(words)) return published;
    if (const auto date = date_in(words)) return date;
    return period_in(words, published);
}

}  // namespace forcewatch
