#include "daemon/ingest/file_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "daemon/ingest/csv_reader.hpp"
#include "daemon/ingest/formula_guard.hpp"
#include "daemon/ingest/jsonl_reader.hpp"
#include "daemon/ingest/xlsx_reader.hpp"

namespace forcewatch {

namespace {

using std::string_view_literals::operator""sv;

/// What people send by mistake, and what to do about it.
std::optional<std::string> refusal_of(std::string_view bytes) {
    constexpr std::array refused{
        std::pair{
            "\xD0\xCF\x11\xE0"sv,
            "is a workbook of the old kind (.xls) or one with a password; save it as .xlsx"sv},
        std::pair{"%PDF"sv, "is a PDF; export the table behind it as CSV or .xlsx"sv},
        std::pair{"\x1F\x8B"sv, "is compressed (gzip); unpack it first"sv},
        std::pair{"<"sv, "is a web page or XML; save it as CSV or .xlsx"sv},
        std::pair{"{\\rtf"sv, "is a text document (RTF); export the table as CSV or .xlsx"sv},
    };
    for (const auto& [magic, why] : refused)
        if (bytes.starts_with(magic)) return std::string{why};
    return std::nullopt;
}

std::string_view separator_name(char separator) {
    switch (separator) {
        case ',':
            return "commas";
        case ';':
            return "semicolons";
        case '\t':
            return "tabs";
        default:
            return "bars";
    }
}

}  // namespace

tl::expected<FileRows, SourceFault> FileRows::open(std::string_view bytes, std::string sheet) {
    const auto refuse = [](std::string why) {
        return tl::unexpected(SourceFault{0, std::move(why)});
    };
    FileRows rows;
    rows.bytes_ = bytes;
    rows.sheet_ = std::move(sheet);
    if (bytes.starts_with("PK\x03\x04")) {
        const auto sheets = sheets_of(bytes);
        if (!sheets) return tl::unexpected(sheets.error());
        rows.kind_ = Kind::xlsx;
        rows.format_ = fmt::format("Excel workbook, sheet \"{}\"",
                                   rows.sheet_.empty() ? sheets->front() : rows.sheet_);
        return rows;
    }
    if (auto why = refusal_of(bytes)) return refuse(std::move(*why));
    if (!rows.sheet_.empty()) return refuse("has no sheets: it is not a workbook (.xlsx)");
    auto text = utf8_of(bytes);
    if (!text) return tl::unexpected(std::move(text.error()));
    rows.text_ = std::move(*text);
    const auto begin = rows.text_.text().find_first_not_of(" \t\r\n");
    const char first = begin == std::string_view::npos ? '\0' : rows.text_.text()[begin];
    if (first == '[')
        return refuse(
            "is one JSON list; write each of its objects on a line of its own (jq -c .[])");
    if (first == '{') {
        rows.kind_ = Kind::jsonl;
        rows.format_ = fmt::format("JSON Lines, {}", rows.text_.encoding);
        return rows;
    }
    rows.separator_ = separator_of(rows.text_.text());
    rows.format_ = fmt::format("CSV, {}, {}", rows.text_.encoding, separator_name(rows.separator_));
    return rows;
}

tl::expected<void, SourceFault> FileRows::read(const RowSink& sink) const {
    switch (kind_) {
        case Kind::jsonl:
            return read_jsonl(text_.text(), sink);
        case Kind::xlsx:
            return read_xlsx(bytes_, sheet_, sink);
        case Kind::csv:
            break;
    }
    return read_csv(text_.text(), separator_, [&](SourceRow&& row) {
        for (auto& field : row.fields) unguard(field);
        return sink(std::move(row));
    });
}

}  // namespace forcewatch
