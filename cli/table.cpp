#include "cli/table.hpp"

#include <algorithm>
#include <limits>

#include "cli/text.hpp"
#include "core/check.hpp"

namespace forcewatch {

namespace {

constexpr std::string_view gap = "  ";

std::size_t total_of(const std::vector<std::size_t>& shown,
                     const std::vector<std::size_t>& widths) {
    std::size_t total = (shown.size() - 1) * gap.size();
    for (const auto column : shown) total += widths[column];
    return total;
}

/// Takes from the widest of the columns that may be cut until all fit; false: they cannot.
bool shrink(const std::vector<std::size_t>& shown, const std::vector<std::size_t>& least,
            std::vector<std::size_t>& widths, std::size_t limit) {
    while (total_of(shown, widths) > limit) {
        std::optional<std::size_t> widest;
        for (const auto column : shown)
            if (widths[column] > least[column] && (!widest || widths[column] > widths[*widest]))
                widest = column;
        if (!widest) return false;
        --widths[*widest];
    }
    return true;
}

}  // namespace

void TextTable::add(std::vector<Cell> row) {
    FW_CHECK(row.size() == columns_.size());
    for (auto& cell : row) cell.text = one_line(cell.text);
    rows_.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::natural_widths(bool header) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        widths.push_back(header ? display_width(columns_[i].title) : 0);
        for (const auto& row : rows_) widths[i] = std::max(widths[i], display_width(row[i].text));
    }
    return widths;
}

bool TextTable::says_nothing(std::size_t column) const {
    return std::all_of(rows_.begin(), rows_.end(),
                       [&](const auto& row) { return row[column].text.empty(); });
}

TextTable::Layout TextTable::layout(const Terminal& terminal, bool header) const {
    const auto natural = natural_widths(header);
    Layout layout{{}, natural};
    for (std::size_t i = 0; i < columns_.size(); ++i) layout.columns.push_back(i);
    if (!terminal.width) return layout;
    std::vector<std::size_t> least = natural;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (columns_[i].least > 0) least[i] = std::min(natural[i], columns_[i].least);
    while (!shrink(layout.columns, least, layout.widths, *terminal.width)) {
        layout.widths = natural;
        const auto rank = [&](std::size_t column) {
            const int own = columns_[column].rank;
            return own > 0 && says_nothing(column) ? std::numeric_limits<int>::max() : own;
        };
        const auto goes = std::max_element(
            layout.columns.begin(), layout.columns.end(),
            [&](std::size_t left, std::size_t right) { return rank(left) < rank(right); });
        if (columns_[*goes].rank > 0) {
            layout.columns.erase(goes);
            continue;
        }
        std::fill(least.begin(), least.end(), 1);  // a sliver of a terminal: cut everything
        (void)shrink(layout.columns, least, layout.widths, *terminal.width);
        break;
    }
    return layout;
}

std::string TextTable::line(const Terminal& terminal, const Layout& layout,
                            const std::vector<Cell>& cells) const {
    std::string line;
    std::size_t owed = 0;  // spaces that only matter when more text follows
    for (const auto i : layout.columns) {
        const std::string text = cut(cells[i].text, layout.widths[i], terminal.ellipsis());
        const std::size_t rest = layout.widths[i] - std::min(display_width(text), layout.widths[i]);
        owed += columns_[i].right ? rest : 0;
        if (!text.empty()) {
            line.append(owed, ' ').append(terminal.painted(text, cells[i].tone));
            owed = 0;
        }
        owed += (columns_[i].right ? 0 : rest) + gap.size();
    }
    return line + "\n";
}

std::string TextTable::text(const Terminal& terminal, bool header) const {
    const Layout fitted = layout(terminal, header);
    std::string text;
    if (header) {
        std::vector<Cell> titles;
        for (const auto& column : columns_) titles.push_back({column.title, Tone::heading});
        text += line(terminal, fitted, titles);
    }
    for (const auto& row : rows_) text += line(terminal, fitted, row);
    return text;
}

std::vector<std::string> TextTable::left_out(const Terminal& terminal, bool header) const {
    const auto shown = layout(terminal, header).columns;
    std::vector<std::string> titles;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (std::find(shown.begin(), shown.end(), i) == shown.end() && !says_nothing(i))
            titles.push_back(columns_[i].title);
    return titles;
}

}  // namespace forcewatch
