#include "core/deadline_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "core/deadline.hpp"

namespace forcewatch {

namespace {

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

}  // namespace

std::optional<Date> resolve_deadline_words(std::string_view text, Date published) {
    const auto words = words_of(text);
    if (std::find(words.begin(), words.end(), "immediately") != words.end() ||
        (words.size() == 2 && words[0] == "with" && words[1] == "immediate"))
        return published;
    for (std::size_t i = 0; i + 2 < words.size(); ++i) {
        if (words[i] != "within") continue;
        const auto count = number_in(words[i + 1]);
        const auto& unit = words[i + 2];
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

}  // namespace forcewatch
