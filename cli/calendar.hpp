/// Days and moments as the tables show them: ISO for programs, words for people.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

class Calendar {
public:
    /// ISO everywhere.
    Calendar() = default;
    /// Words, seen from `today`.
    explicit Calendar(Date today) : today_{today} {}

    /// "in 6 days (Mon 30 Nov)", "12 Feb 2024"; a month or a year as given; empty stays empty.
    [[nodiscard]] std::string day(std::string_view iso) const;
    /// "30 Nov 2026", for what is past and only to be placed.
    [[nodiscard]] std::string short_day(std::string_view iso) const;
    /// "Mon 30 Nov 2026", without the distance.
    [[nodiscard]] std::string plain_day(std::string_view iso) const;
    /// "23 Nov 2026 15:17 UTC".
    [[nodiscard]] std::string moment(std::string_view iso) const;

private:
    std::optional<Date> today_;
};

}  // namespace forcewatch
