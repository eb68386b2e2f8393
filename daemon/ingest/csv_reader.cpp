#include "daemon/ingest/csv_reader.hpp"

#include <csv.h>

#include <algorithm>
#include <array>

#include "core/check.hpp"

namespace forcewatch {

namespace {

constexpr std::string_view byte_order_mark{"\xEF\xBB\xBF"};

struct Collector {
    const RowSink& sink;
    SourceRow row{};
    int line{1};
    bool begun{};   ///< the row at hand has begun, if only with half a field
    bool enough{};  ///< the sink wants no more
    std::string fault{};

    static void on_field(void* field, std::size_t length, void* self) {
        auto& collector = *static_cast<Collector*>(self);
        if (length > longest_field) collector.fault = "a field is longer than 64 KiB";
        if (collector.row.fields.size() == most_columns)
            collector.fault = "a row has more than 200 columns";
        if (!collector.fault.empty()) return;
        collector.row.fields.emplace_back(static_cast<const char*>(field), length);
    }
    static void on_row(int, void* self) {
        auto& collector = *static_cast<Collector*>(self);
        const bool blank = collector.row.fields.size() == 1 && collector.row.fields.front().empty();
        if (!blank && !collector.enough && collector.fault.empty())
            collector.enough = !collector.sink(std::move(collector.row));
        collector.row = SourceRow{collector.line, {}};
        collector.begun = false;
    }
};

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// The separator that Excel's own first line names; empty: there is no such line.
std::string_view named_separator(std::string_view text) {
    auto line = first_line(text);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line.size() == 5 && line.starts_with("sep=") ? line.substr(4) : std::string_view{};
}

}  // namespace

char separator_of(std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (const auto named = named_separator(text); !named.empty()) return named.front();
    constexpr std::array separators{',', ';', '\t', '|'};
    std::array<int, separators.size()> seen{};
    bool quoted = false;
    for (const char c : text.substr(0, longest_field)) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\n') break;
        const auto* const found = std::find(separators.begin(), separators.end(), c);
        if (found != separators.end())
            ++seen.at(static_cast<std::size_t>(found - separators.begin()));
    }
    return separators.at(
        static_cast<std::size_t>(std::max_element(seen.begin(), seen.end()) - seen.begin()));
}

tl::expected<void, SourceFault> read_csv(std::string_view text, char separator,
                                         const RowSink& sink) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    Collector collector{sink};
    if (!named_separator(text).empty()) {
        text.remove_prefix(std::min(first_line(text).size() + 1, text.size()));
        ++collector.line;
    }
    csv_parser parser{};
    FW_CHECK(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_delim(&parser, static_cast<unsigned char>(separator));
    // Fed line by line, so that each row knows where it began, and in pieces, so that a line
    // without end is refused before it is held.
    bool line_begins = true;
    while (!text.empty() && collector.fault.empty() && !collector.enough) {
        const auto end = text.substr(0, longest_field).find('\n');
        const bool line_ends = end != std::string_view::npos;
        const auto piece =
            text.substr(0, line_ends ? end + 1 : std::min(text.size(), longest_field));
        const bool blank = piece.find_first_not_of("\r\n") == std::string_view::npos;
        if (line_begins && !collector.begun && !blank) {
            collector.row.line = collector.line;
            collector.begun = true;
        }
        const auto taken = csv_parse(&parser, piece.data(), piece.size(), Collector::on_field,
                                     Collector::on_row, &collector);
        if (taken != piece.size()) {
            collector.fault =
                "a quote stands inside a field: write it twice and the field in quotes";
            break;
        }
        if (parser.entry_pos > longest_field) collector.fault = "a field is longer than 64 KiB";
        text.remove_prefix(piece.size());
        line_begins = line_ends;
        if (line_ends) ++collector.line;
    }
    if (collector.fault.empty() && !collector.enough &&
        csv_fini(&parser, Collector::on_field, Collector::on_row, &collector) != 0)
        collector.fault = "a quoted field is not closed before the end of the file";
    csv_free(&parser);
    if (!collector.fault.empty()) {
        const int begun = collector.row.line > 0 ? collector.row.line : collector.line;
        return tl::unexpected(SourceFault{begun, collector.fault});
    }
    return {};
}

}  // namespace forcewatch
