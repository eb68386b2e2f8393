#include "core/partial_date.hpp"

#include <fmt/format.h>

namespace forcewatch {

using std::chrono::year_month_day;

PartialDate::PartialDate(Date day) : precision_{Precision::day}, first_{day} {}

Expected<PartialDate> PartialDate::parse(std::string_view text) {
    PartialDate result;
    if (text.empty()) return result;
    const auto first = [&]() -> Expected<Date> {
        if (text.size() == 4) return parse_date(fmt::format("{}-01-01", text));
        if (text.size() == 7) return parse_date(fmt::format("{}-01", text));
        return parse_date(text);
    }();
    if (!first)
        return tl::unexpected(
            fmt::format("\"{}\" is not a date such as 2021-12-03, 2021-12 or 2019", text));
    result.first_ = *first;
    result.precision_ = text.size() == 4   ? Precision::year
                        : text.size() == 7 ? Precision::month
                                           : Precision::day;
    return result;
}

std::optional<Date> PartialDate::first_day() const {
    if (!known()) return std::nullopt;
    return first_;
}

std::optional<Date> PartialDate::last_day() const {
    const year_month_day first{first_};
    switch (precision_) {
        case Precision::none:
            return std::nullopt;
        case Precision::year:
            return Date{first.year() / std::chrono::December / 31};
        case Precision::month:
            return Date{first.year() / first.month() / std::chrono::last};
        case Precision::day:
            return first_;
    }
    return std::nullopt;
}

std::string PartialDate::text() const {
    if (!known()) return {};
    std::string whole = text_of(first_);
    switch (precision_) {
        case Precision::none:
            return {};
        case Precision::year:
            return whole.substr(0, 4);
        case Precision::month:
            return whole.substr(0, 7);
        case Precision::day:
            return whole;
    }
    return {};
}

bool agree(const PartialDate& left, const PartialDate& right) {
    const auto holds = [](const PartialDate& wide, const PartialDate& narrow) {
        return wide.first_day() <= narrow.first_day() && narrow.last_day() <= wide.last_day();
    };
    return !left.known() || !right.known() || holds(left, right) || holds(right, left);
}

}  // namespace forcewatch
