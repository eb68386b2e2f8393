// Private to daemon/ingest/: the layouts of CSV files, known by the columns they need.
#pragma once

#include <string_view>
#include <vector>

#include "daemon/ingest/row_reader.hpp"

namespace forcewatch {

using Rows = std::vector<ImportRow>;

struct FieldColumn {
    std::string_view field;
    std::string_view column;
};

struct Layout {
    std::string_view name;
    std::vector<std::string_view> needs;
    void (*read)(RowReader&, Rows&);
    std::vector<FieldColumn> columns;  ///< where an event's field has another name in the file
};

/// In the order in which a header is compared with them.
[[nodiscard]] const std::vector<Layout>& layouts();

}  // namespace forcewatch
