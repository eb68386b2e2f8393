/// A table for people: columns fitted to the terminal.
///
/// Where the table is too wide, long texts are cut, down to the least width of their column; then
/// columns are left out, empty ones first and then those of the highest rank. Cells are made
/// harmless when added.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.hpp"

namespace forcewatch {

struct Cell {
    std::string text;
    Tone tone{Tone::plain};
};

struct Column {
    std::string title;
    bool right{false};     ///< for numbers
    std::size_t least{0};  ///< width it may be cut to; 0: never cut
    int rank{0};           ///< 0: never left out
};

class TextTable {
public:
    explicit TextTable(std::vector<Column> columns) : columns_{std::move(columns)} {}

    /// One cell for each column.
    void add(std::vector<Cell> row);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    [[nodiscard]] std::string text(const Terminal& terminal, bool header) const;
    /// Titles of the columns that `text` leaves out although they say something.
    [[nodiscard]] std::vector<std::string> left_out(const Terminal& terminal, bool header) const;

private:
    struct Layout {
        std::vector<std::size_t> columns;  ///< those shown
        std::vector<std::size_t> widths;   ///< of every column
    };
    [[nodiscard]] std::vector<std::size_t> natural_widths(bool header) const;
    [[nodiscard]] bool says_nothing(std::size_t column) const;
    [[nodiscard]] Layout layout(const Terminal& terminal, bool header) const;
    [[nodiscard]] std::string line(const Terminal& terminal, const Layout& layout,
                                   const std::vector<Cell>& cells) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace forcewatch
