/// Rows as a file holds them, whatever its format: handed over one by one, so that a long file
/// takes no more memory than a short one.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace forcewatch {

/// Every format keeps to these.
inline constexpr std::size_t most_columns = 200;
inline constexpr std::size_t longest_field = 64UL << 10UL;

struct SourceRow {
    int line{};  ///< on which the row begins, counted from 1; of a sheet, the number of the row
    std::vector<std::string> fields;
};

struct SourceFault {
    int line{};  ///< 0: the file as a whole
    std::string what;
    std::string column{};
    std::string value{};
};

/// Takes a row; false: no more are wanted.
using RowSink = std::function<bool(SourceRow&&)>;

}  // namespace forcewatch
