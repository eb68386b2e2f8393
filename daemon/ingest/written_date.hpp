/// Dates as people write them in trackers.
#pragma once

#include <optional>
#include <string_view>

#include "core/partial_date.hpp"

namespace forcewatch {

/// `text` read by a format of D, DD, M, MM, MMM ("Jan"), MMMM ("January"), YY and YYYY, such as
/// "DD/MM/YYYY" or "MMMM YYYY". One digit will do for two; "1st" will do for D. A time of day
/// behind it is left out. Empty: it is not written so.
[[nodiscard]] std::optional<PartialDate> read_written_date(std::string_view text,
                                                           std::string_view format);

}  // namespace forcewatch
