/// A file to import rows, by the columns of its header or by a mapping.
///
/// The format (CSV, JSON Lines, a workbook) is found by the content. The layouts are listed in
/// `docs/import.md`. A column that no layout knows is ignored; a layout is recognised when all the
/// columns it needs are there, or named by each row in a column "layout".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/mapping.hpp"
#include "core/reconcile.hpp"

namespace forcewatch {

/// One fault of a file, as a person finds it there.
struct FileFault {
    std::string file;
    int line{};          ///< counted from 1; 0: the file as a whole
    std::string column;  ///< empty: the row as a whole
    std::string value;
    std::string reason;
};

struct ImportOptions {
    std::string sheet{};       ///< of a workbook; empty: the mapping's, else the first
    const Mapping* mapping{};  ///< nullptr: the columns are ours
};

struct ImportFile {
    std::string name;
    std::string format;  ///< such as "CSV, Windows-1252, semicolons"
    std::string layout;  ///< such as "judgements"; several with "+" between them
    std::vector<ImportRow> rows;
    int lines{};                               ///< data rows read
    std::vector<std::string> ignored_columns;  ///< that the layout has no use for
};

using ImportSink = std::function<void(ImportRow&&)>;

/// Hands over row by row; with a fault, what was handed over is to be forgotten. Up to 100 faults
/// are listed. `rows` of the answer stay empty.
[[nodiscard]] tl::expected<ImportFile, std::vector<FileFault>> scan_import(
    const std::string& name, std::string_view bytes, const ImportOptions& options,
    const ImportSink& sink);

/// The same with all rows at once.
[[nodiscard]] tl::expected<ImportFile, std::vector<FileFault>> read_import(
    const std::string& name, std::string_view bytes, const ImportOptions& options = {});

/// What is wrong with an event that a row became.
struct RefusedField {
    int line{};
    std::string_view layout;
    std::string field;  ///< of the event
    std::string what;
};
/// The same with the column of the file and what stands there.
[[nodiscard]] std::vector<FileFault> placed_faults(const std::string& name, std::string_view bytes,
                                                   const ImportOptions& options,
                                                   const std::vector<RefusedField>& faults);

/// Id of a publication that the source does not name: programme, cycle, force and date.
[[nodiscard]] std::string inspection_slug(std::string_view inspection, std::string_view force,
                                          const PartialDate& published);

}  // namespace forcewatch
