// Private to daemon/ingest/: dates as people write them.
#pragma once

#include <string_view>
#include <vector>

#include "core/partial_date.hpp"

namespace forcewatch {

struct WrittenDate {
    std::size_t begin{};
    std::size_t end{};
    PartialDate date;
};

/// "14 October 2022", "October 14, 2022", "22nd Sep 2022", "14/10/2022", "March 2024", "in 2019".
/// Of a day without a year, the year is that in which it is nearest before `published`; where
/// that is not known, such a day is left out. `lower` is lower case.
[[nodiscard]] std::vector<WrittenDate> dates_in(std::string_view lower,
                                                const PartialDate& published);

}  // namespace forcewatch
