/// JSON Lines to rows: an object a line, its members by name as columns.
///
/// The columns are those of all lines, in the order in which they first come; the first row handed
/// over names them. A text, a number, true, false and null become a cell; a list of texts becomes
/// one cell with ";" between them. Limits as in `source_rows.hpp`, and 1 MiB a line.
#pragma once

#include <string_view>

#include "core/types.hpp"
#include "daemon/ingest/source_rows.hpp"

namespace forcewatch {

[[nodiscard]] tl::expected<void, SourceFault> read_jsonl(std::string_view text,
                                                         const RowSink& sink);

}  // namespace forcewatch
