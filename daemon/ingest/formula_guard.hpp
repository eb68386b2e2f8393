/// Cells that a spreadsheet would run as a formula, made harmless for a CSV file and read back.
///
/// A cell that begins with = + - @, a tab or a carriage return gets an apostrophe in front, and so
/// does one that would look so guarded: nothing is lost on the way there and back.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace forcewatch {

/// The apostrophes are followed by what a spreadsheet runs.
[[nodiscard]] inline bool runs_behind_apostrophes(std::string_view cell) {
    const auto first = std::min(cell.find_first_not_of('\''), cell.size());
    return first < cell.size() &&
           std::string_view{"=+-@\t\r"}.find(cell[first]) != std::string_view::npos;
}

[[nodiscard]] inline std::string guarded(std::string_view cell) {
    return runs_behind_apostrophes(cell) ? "'" + std::string{cell} : std::string{cell};
}

inline void unguard(std::string& cell) {
    if (cell.starts_with('\'') && runs_behind_apostrophes(cell)) cell.erase(0, 1);
}

}  // namespace forcewatch
