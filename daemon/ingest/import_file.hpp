/// A file's text to import rows, by the columns of its header.
///
/// The layouts are listed in `docs/import.md`. A column that no layout knows is ignored; a layout
/// is recognised when all the columns it needs are there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

struct ImportFile {
    std::string name;
    std::string layout;  ///< such as "judgements"
    std::vector<ImportRow> rows;
    int lines{};                               ///< data rows read
    std::vector<std::string> ignored_columns;  ///< that the layout has no use for
};

/// Up to 100 faults are listed.
[[nodiscard]] tl::expected<ImportFile, std::vector<FileFault>> read_import(const std::string& name,
                                                                           std::string_view text);

/// The column in which an event's field stands in a layout; the field itself where they agree.
[[nodiscard]] std::string column_of(std::string_view layout, std::string_view field);

/// Looks up, in the file's text, what stands where each fault is.
void fill_values(std::string_view text, std::vector<FileFault>& faults);

/// Id of a publication that the source does not name: programme, cycle, force and date.
[[nodiscard]] std::string inspection_slug(std::string_view inspection, std::string_view force,
                                          const PartialDate& published);

}  // namespace forcewatch
