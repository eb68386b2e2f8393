/// CSV text to rows, with the line on which each begins. RFC 4180 in UTF-8, with a separator of
/// choice.
///
/// Limits: 200 columns, 64 KiB a field. A quote that is never closed, a stray quote or a limit
/// passed is one fault with its line.
#pragma once

#include <string_view>

#include "core/types.hpp"
#include "daemon/ingest/source_rows.hpp"

namespace forcewatch {

/// Blank lines are skipped; a byte order mark and the line "sep=;" of Excel are too.
[[nodiscard]] tl::expected<void, SourceFault> read_csv(std::string_view text, char separator,
                                                       const RowSink& sink);

/// Comma, semicolon, tab or bar: the one that the first line holds most often outside quotes, or
/// that a line "sep=;" names.
[[nodiscard]] char separator_of(std::string_view text);

}  // namespace forcewatch
