#include "daemon/ingest/csv_reader.hpp"

#include <csv.h>
#include <fmt/format.h>

#include "core/check.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_columns = 200;
constexpr std::size_t longest_field = 64UL << 10UL;

struct Collector {
    std::vector<CsvRow> rows;
    CsvRow row;
    int line{1};
    bool begun{};  ///< the row at hand has begun, if only with half a field
    std::string fault;

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
        if (!blank) collector.rows.push_back(std::move(collector.row));
        collector.row = CsvRow{collector.line, {}};
        collector.begun = false;
    }
};

}  // namespace

tl::expected<std::vector<CsvRow>, CsvFault> read_csv(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    csv_parser parser{};
    FW_CHECK(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    Collector collector;
    tl::expected<std::vector<CsvRow>, CsvFault> result;
    // Fed line by line, so that each row knows where it began.
    while (!text.empty() && collector.fault.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
        const bool blank = line.find_first_not_of("\r\n") == std::string_view::npos;
        if (!collector.begun && !blank) {
            collector.row.line = collector.line;
            collector.begun = true;
        }
        const auto taken = csv_parse(&parser, line.data(), line.size(), Collector::on_field,
                                     Collector::on_row, &collector);
        if (taken != line.size()) {
            collector.fault = csv_strerror(csv_error(&parser));
            break;
        }
        text.remove_prefix(line.size());
        ++collector.line;
    }
    if (collector.fault.empty() &&
        csv_fini(&parser, Collector::on_field, Collector::on_row, &collector) != 0)
        collector.fault = "a quoted field is not closed before the end of the file";
    csv_free(&parser);
    if (!collector.fault.empty()) {
        const int begun = collector.row.line > 0 ? collector.row.line : collector.line;
        return tl::unexpected(CsvFault{begun, collector.fault});
    }
    return std::move(collector.rows);
}

}  // namespace forcewatch
