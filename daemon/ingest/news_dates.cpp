#include "daemon/ingest/news_dates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "daemon/ingest/pattern.hpp"

namespace forcewatch {

namespace {

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr auto month_words =
    "(january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)";

int number_in(std::string_view digits) {
    int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

int month_in(std::string_view word) {
    const auto found = std::find(months.begin(), months.end(), word.substr(0, 3));
    return found == months.end() ? 0 : static_cast<int>(found - months.begin()) + 1;
}

PartialDate made(int year, int month, int day) {
    const auto text = day > 0     ? fmt::format("{:04}-{:02}-{:02}", year, month, day)
                      : month > 0 ? fmt::format("{:04}-{:02}", year, month)
                                  : fmt::format("{:04}", year);
    return PartialDate::parse(text).value_or(PartialDate{});
}

/// The latest such day that is not after `published`.
PartialDate before(const PartialDate& published, int month, int day) {
    if (published.precision() != PartialDate::Precision::day) return {};
    const int year = number_in(published.text().substr(0, 4));
    const auto same = made(year, month, day);
    if (same.known() && *same.first_day() <= *published.first_day()) return same;
    return made(year - 1, month, day);
}

/// "from 1 September" may be some weeks ahead; any other day is the latest that has come.
PartialDate ahead_or_before(std::string_view words_before, const PartialDate& published, int month,
                            int day) {
    constexpr std::chrono::days soon{31};
    const auto past = before(published, month, day);
    if (!past.known() || !words_before.ends_with("from ")) return past;
    const auto next = made(number_in(past.text().substr(0, 4)) + 1, month, day);
    return next.known() && *next.first_day() <= *published.first_day() + soon ? next : past;
}

class Dates {
public:
    explicit Dates(std::string_view lower) : lower_{lower} {}

    void put(const Part& whole, const PartialDate& date) {
        if (!date.known()) return;
        for (const auto& other : found)
            if (whole.begin < other.end && other.begin < whole.end) return;
        found.push_back({whole.begin, whole.end, date});
    }
    [[nodiscard]] std::string_view text(const Part& part) const { return part.of(lower_); }
    [[nodiscard]] int number(const Part& part) const { return number_in(text(part)); }

    std::vector<WrittenDate> found;

private:
    std::string_view lower_;
};

}  // namespace

std::vector<WrittenDate> dates_in(std::string_view lower, const PartialDate& published) {
    static const Pattern day_first{std::string{R"(\b(\d{1,2})(?:st|nd|rd|th)? (?:of )?)"} +
                                   month_words + R"(,? (\d{4})\b)"};
    static const Pattern month_first{std::string{R"(\b)"} + month_words +
                                     R"( (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b)"};
    static const Pattern digits{R"(\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b)"};
    static const Pattern iso{R"(\b(\d{4})-(\d{2})-(\d{2})\b)"};
    static const Pattern month_only{std::string{R"(\b)"} + month_words + R"(,? (\d{4})\b)"};
    static const Pattern no_year{std::string{R"(\b(\d{1,2})(?:st|nd|rd|th)? )"} + month_words +
                                 R"(\b)"};
    static const Pattern no_year_month_first{std::string{R"(\b)"} + month_words +
                                             R"( (\d{1,2})(?:st|nd|rd|th)?\b)"};
    static const Pattern year_only{R"(\b(?:in|since|until|from|of) (20\d{2})\b)"};
    Dates dates{lower};
    for (const auto& m : day_first.all(lower))
        dates.put(m[0], made(dates.number(m[3]), month_in(dates.text(m[2])), dates.number(m[1])));
    for (const auto& m : month_first.all(lower))
        dates.put(m[0], made(dates.number(m[3]), month_in(dates.text(m[1])), dates.number(m[2])));
    for (const auto& m : digits.all(lower))
        dates.put(m[0], made(dates.number(m[3]), dates.number(m[2]), dates.number(m[1])));
    for (const auto& m : iso.all(lower))
        dates.put(m[0], made(dates.number(m[1]), dates.number(m[2]), dates.number(m[3])));
    for (const auto& m : month_only.all(lower))
        dates.put(m[0], made(dates.number(m[2]), month_in(dates.text(m[1])), 0));
    for (const auto& m : no_year.all(lower))
        dates.put(m[0], ahead_or_before(lower.substr(0, m[0].begin), published,
                                        month_in(dates.text(m[2])), dates.number(m[1])));
    for (const auto& m : no_year_month_first.all(lower))
        dates.put(m[0], before(published, month_in(dates.text(m[1])), dates.number(m[2])));
    for (const auto& m : year_only.all(lower)) dates.put(m[0], made(dates.number(m[1]), 0, 0));
    std::sort(dates.found.begin(), dates.found.end(),
              [](const auto& left, const auto& right) { return left.begin < right.begin; });
    return std::move(dates.found);
}

}  // namespace forcewatch
