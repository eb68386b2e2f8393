/// CSV text to rows, with the line on which each begins. RFC 4180, UTF-8, commas.
///
/// Limits: 200 columns, 64 KiB a field. A quote that is never closed, a stray quote or a limit
/// passed is one fault with its line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

struct CsvRow {
    int line{};  ///< on which the row begins, counted from 1
    std::vector<std::string> fields;
};

struct CsvFault {
    int line{};
    std::string what;
};

/// Blank lines are skipped; a byte order mark is too.
[[nodiscard]] tl::expected<std::vector<CsvRow>, CsvFault> read_csv(std::string_view text);

}  // namespace forcewatch
