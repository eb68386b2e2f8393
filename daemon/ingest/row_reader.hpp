// Private to daemon/ingest/: one row by column name, collecting its faults.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/partial_date.hpp"
#include "daemon/ingest/import_file.hpp"
#include "daemon/ingest/source_rows.hpp"

namespace forcewatch {

using Header = std::map<std::string, std::size_t, std::less<>>;

class RowReader {
public:
    /// Notes in `asked` the columns that were asked for.
    RowReader(const std::string& file, const Header& header, const SourceRow& row,
              std::vector<FileFault>& faults, std::set<std::string>& asked)
        : file_{file}, header_{header}, row_{row}, faults_{faults}, asked_{asked} {}

    [[nodiscard]] int line() const { return row_.line; }
    [[nodiscard]] std::string source() const;
    void fault(std::string_view column, std::string reason);

    /// Trimmed; empty when the file has no such column.
    [[nodiscard]] std::string text(std::string_view column) const;
    /// As it stands, but for the line breaks of a spreadsheet, and accents in one spelling (NFC).
    [[nodiscard]] std::string untrimmed(std::string_view column) const;
    /// A fault when empty.
    [[nodiscard]] std::string required(std::string_view column);
    /// Parts between `separator`, trimmed, without empty ones.
    [[nodiscard]] std::vector<std::string> list(std::string_view column, char separator) const;
    [[nodiscard]] PartialDate partial_date(std::string_view column);
    [[nodiscard]] std::optional<Date> date(std::string_view column);
    [[nodiscard]] int number(std::string_view column);

    /// Empty cell: `otherwise`. A cell that does not parse is a fault.
    template <typename T>
    [[nodiscard]] T parsed(std::string_view column, Expected<T> (*parse)(std::string_view),
                           T otherwise) {
        const std::string cell = text(column);
        if (cell.empty()) return otherwise;
        auto value = parse(cell);
        if (value) return std::move(*value);
        fault(column, std::move(value.error()));
        return otherwise;
    }
    template <typename T>
    [[nodiscard]] std::optional<T> maybe(std::string_view column,
                                         Expected<T> (*parse)(std::string_view)) {
        if (text(column).empty()) return std::nullopt;
        return parsed(column, parse, T{});
    }

private:
    const std::string& file_;
    const Header& header_;
    const SourceRow& row_;
    std::vector<FileFault>& faults_;
    std::set<std::string>& asked_;
};

}  // namespace forcewatch
