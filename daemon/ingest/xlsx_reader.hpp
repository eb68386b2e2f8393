/// A sheet of an Excel workbook (.xlsx) to rows.
///
/// Days come as "2026-11-30", whatever the cell shows; a formula gives the value that was saved
/// with it. A cell with an error ("#N/A") is a fault.
///
/// Limits: those of `source_rows.hpp`; 128 MiB a part once unpacked, 32 MiB of shared texts. The
/// sheet is read as a stream.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"
#include "daemon/ingest/source_rows.hpp"

namespace forcewatch {

/// Names of the sheets, in the order of the workbook.
[[nodiscard]] tl::expected<std::vector<std::string>, SourceFault> sheets_of(std::string_view bytes);

/// `sheet` empty: the first one. Blank rows are skipped; a row ends with its last cell that is not
/// empty.
[[nodiscard]] tl::expected<void, SourceFault> read_xlsx(std::string_view bytes,
                                                        const std::string& sheet,
                                                        const RowSink& sink);

}  // namespace forcewatch
