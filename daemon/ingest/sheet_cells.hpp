// Private to daemon/ingest/: how a workbook writes days, numbers and texts.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// The day of a serial number, of the calendar that counts from 1900 (with its 29 February 1900)
/// or from 1904. Empty: no day of the years 1900 to 9999. The time of the day is left out.
[[nodiscard]] std::optional<Date> day_of_serial(double serial, bool from_1904);

/// Whether a number format shows a day: built in by its id, or by its code.
[[nodiscard]] bool shows_a_day(int format_id);
[[nodiscard]] bool shows_a_day(std::string_view format_code);

/// "12" for 12.0, "0.1" for 0.1000000000000000055; anything else as it is.
[[nodiscard]] std::string plain_number(std::string_view written);

/// Undoes "_x000D_", the way in which a workbook writes what XML cannot hold.
[[nodiscard]] std::string unescaped_cell(std::string text);

/// Counted from 0, of a reference such as "AB12"; empty: it is none.
[[nodiscard]] std::optional<std::size_t> column_of_reference(std::string_view reference);

}  // namespace forcewatch
