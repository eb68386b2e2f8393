#include "daemon/ingest/row_reader.hpp"

#include <fmt/format.h>

#include <charconv>

#include "daemon/ingest/nfc.hpp"

namespace forcewatch {

namespace {

/// Every row asks for the same columns: noting those of the first ones is enough.
constexpr int first_lines_noted = 100;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

std::string RowReader::source() const { return fmt::format("{}:{}", file_, row_.line); }

void RowReader::fault(std::string_view column, std::string reason) {
    faults_.push_back({file_, row_.line, std::string{column}, text(column), std::move(reason)});
}

std::string RowReader::untrimmed(std::string_view column) const {
    if (row_.line <= first_lines_noted) asked_.emplace(column);
    const auto found = header_.find(column);
    if (found == header_.end() || found->second >= row_.fields.size()) return {};
    std::string cell = row_.fields[found->second];
    // Spreadsheets break lines inside a cell with CR LF.
    for (auto at = cell.find("\r\n"); at != std::string::npos; at = cell.find("\r\n", at))
        cell.erase(at, 1);
    return composed(std::move(cell));
}

std::string RowReader::text(std::string_view column) const {
    return std::string{trimmed(untrimmed(column))};
}

std::string RowReader::required(std::string_view column) {
    std::string cell = text(column);
    if (cell.empty()) fault(column, "is empty");
    return cell;
}

std::vector<std::string> RowReader::list(std::string_view column, char separator) const {
    std::vector<std::string> parts;
    const std::string cell = text(column);
    std::string_view rest = cell;
    while (!rest.empty()) {
        const auto end = rest.find(separator);
        if (const auto part = trimmed(rest.substr(0, end)); !part.empty()) parts.emplace_back(part);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return parts;
}

PartialDate RowReader::partial_date(std::string_view column) {
    auto date = PartialDate::parse(text(column));
    if (date) return *date;
    fault(column, std::move(date.error()));
    return {};
}

std::optional<Date> RowReader::date(std::string_view column) { return maybe(column, parse_date); }

int RowReader::number(std::string_view column) {
    const std::string cell = required(column);
    int value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (!cell.empty() && (error != std::errc{} || end != cell.data() + cell.size()))
        fault(column, "is not a whole number");
    return value;
}

}  // namespace forcewatch
