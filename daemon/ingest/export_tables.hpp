/// Facts as the tables in which they leave: the way back of `layouts.hpp`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/facts.hpp"

namespace forcewatch {

struct ExportTable {
    std::string_view layout;
    std::vector<std::string_view> columns;
};

/// In the order in which an import takes them. The first one, "records", holds the whole history
/// and comes from the journal; the others say what holds now, and nothing that it does not say.
[[nodiscard]] const std::vector<ExportTable>& export_tables();
/// nullptr: there is none of that name.
[[nodiscard]] const ExportTable* find_export_table(std::string_view layout);

using CellsSink = std::function<void(const std::vector<std::string>& cells)>;
/// What to call the person behind a token.
using NameOf = std::function<std::string(const std::string& token)>;

/// Calls `sink` for each row of a table but "records".
void export_rows(const Facts& facts, const ExportTable& table, const NameOf& name_of,
                 const CellsSink& sink);
/// The row of one event, and whether it is one of the facts: decisions about alerts,
/// configurations and what was withdrawn stay at home.
[[nodiscard]] bool is_exported(const Event& event);
[[nodiscard]] std::vector<std::string> record_cells(const Recorded& recorded,
                                                    const NameOf& name_of);

/// As a line of CSV (RFC 4180), guarded against spreadsheets that run formulas.
void append_csv_line(std::string& out, const std::vector<std::string>& cells);
/// As a line of JSON Lines, with a member "layout"; empty cells are left out.
void append_json_line(std::string& out, const ExportTable& table,
                      const std::vector<std::string>& cells);

}  // namespace forcewatch
