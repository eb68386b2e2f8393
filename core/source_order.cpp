#include "core/source_order.hpp"

#include <algorithm>

namespace forcewatch {

std::string document_of(const std::string& source) {
    const auto colon = source.rfind(':');
    const bool row = colon != std::string::npos && colon + 1 < source.size() &&
                     source.find_first_not_of("0123456789", colon + 1) == std::string::npos;
    return row ? source.substr(0, colon) : source;
}

bool fits_pattern(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    std::size_t in = 0;
    std::size_t star = std::string_view::npos;  // the last one met, and what it stood for last
    std::size_t resumed = 0;
    while (at < text.size()) {
        if (in < pattern.size() && pattern[in] == '*') {
            star = in++;
            resumed = at;
        } else if (in < pattern.size() && pattern[in] == text[at]) {
            ++in;
            ++at;
        } else if (star != std::string_view::npos) {
            in = star + 1;
            at = ++resumed;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

Believed believed_of(const std::vector<std::string>& order, std::string_view one,
                     std::string_view other) {
    const auto place_of = [&](std::string_view source) {
        return std::find_if(order.begin(), order.end(), [&](const std::string& pattern) {
            return fits_pattern(source, pattern);
        });
    };
    const auto first = place_of(one);
    const auto second = place_of(other);
    if (first == second) return Believed::neither;
    return first < second ? Believed::one : Believed::other;
}

bool may_be_one_event(const PartialDate& left, const PartialDate& right) {
    constexpr std::chrono::days apart{60};
    if (!left.known() || !right.known()) return true;
    return *left.first_day() <= *right.last_day() + apart &&
           *right.first_day() <= *left.last_day() + apart;
}

bool tells_better(const PartialDate& date, const PartialDate& other) {
    return other.known() && date.precision() > other.precision() && agree(date, other);
}

}  // namespace forcewatch
