#include "daemon/ingest/import_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/nearest.hpp"
#include "core/utf8.hpp"
#include "daemon/ingest/layouts.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_faults = 100;

const Layout* layout_of(const Header& header) {
    for (const auto& layout : layouts())
        if (std::all_of(layout.needs.begin(), layout.needs.end(),
                        [&](std::string_view column) { return header.contains(column); }))
            return &layout;
    return nullptr;
}

std::string known_layouts() {
    std::string text;
    for (const auto& layout : layouts()) {
        text += fmt::format("{}{} (", text.empty() ? "" : "; ", layout.name);
        for (const auto& column : layout.needs)
            text += fmt::format("{}{}", column == layout.needs.front() ? "" : ",", column);
        text += ")";
    }
    return text;
}

/// The days of one division and year, told row by row, become one event.
void gather_holidays(Rows& rows) {
    std::map<std::pair<std::string, int>, std::size_t> years;
    Rows gathered;
    for (auto& row : rows) {
        auto* event = std::get_if<Event>(&row.item);
        auto* holidays = event != nullptr ? std::get_if<HolidaysDefined>(event) : nullptr;
        if (holidays == nullptr) {
            gathered.push_back(std::move(row));
            continue;
        }
        const auto [place, added] =
            years.try_emplace({holidays->division, holidays->year}, gathered.size());
        if (added) {
            gathered.push_back(std::move(row));
            continue;
        }
        auto& days = std::get<HolidaysDefined>(std::get<Event>(gathered[place->second].item)).days;
        days.push_back(holidays->days.front());
        std::sort(days.begin(), days.end());
        days.erase(std::unique(days.begin(), days.end()), days.end());
    }
    rows = std::move(gathered);
}

/// Columns that say where a row comes from, or what the person who wrote it wanted to remember.
bool is_remark(const std::string& column) {
    static const std::set<std::string> remarks{
        "source", "note", "title", "kind", "hmicfrs_slug_seen_in_url", "hmicfrs_fire_region"};
    return remarks.contains(column);
}

/// Columns that nothing read; one that nearly has the name of one that was missed is a fault.
std::vector<std::string> unread_columns(const Header& header, const std::set<std::string>& asked,
                                        const std::string& file, std::vector<FileFault>& faults) {
    std::vector<std::string> unread;
    std::vector<std::string> missed;
    for (const auto& column : asked)
        if (!header.contains(column)) missed.push_back(column);
    for (const auto& [column, place] : header) {
        if (asked.contains(column) || is_remark(column)) continue;
        const auto meant = nearest(column, missed);
        if (!meant.empty())
            faults.push_back(
                {file, 1, column, column,
                 fmt::format("is not a column of this layout; did you mean \"{}\"?", meant)});
        unread.push_back(column);
    }
    return unread;
}

}  // namespace

std::string column_of(std::string_view layout_name, std::string_view field) {
    for (const auto& layout : layouts())
        if (layout.name == layout_name)
            for (const auto& [known, column] : layout.columns)
                if (known == field) return std::string{column};
    return std::string{field};
}

void fill_values(std::string_view text, std::vector<FileFault>& faults) {
    const auto rows = read_csv(text);
    if (!rows || rows->empty()) return;
    const auto& header = rows->front().fields;
    for (auto& fault : faults) {
        const auto column = std::find(header.begin(), header.end(), fault.column);
        const auto row = std::find_if(rows->begin(), rows->end(),
                                      [&](const CsvRow& each) { return each.line == fault.line; });
        const auto place = static_cast<std::size_t>(column - header.begin());
        if (row != rows->end() && place < row->fields.size()) fault.value = row->fields[place];
    }
}

tl::expected<ImportFile, std::vector<FileFault>> read_import(const std::string& name,
                                                             std::string_view text) {
    const auto whole = [&](int line, std::string reason) {
        return tl::unexpected(std::vector<FileFault>{{name, line, {}, {}, std::move(reason)}});
    };
    if (!is_utf8(text)) return whole(0, "is not UTF-8");
    auto rows = read_csv(text);
    if (!rows) return whole(rows.error().line, std::move(rows.error().what));
    if (rows->empty()) return whole(0, "holds no header");

    Header header;
    for (std::size_t i = 0; i < rows->front().fields.size(); ++i)
        if (!header.emplace(rows->front().fields[i], i).second)
            return whole(1, fmt::format("names the column \"{}\" twice", rows->front().fields[i]));
    const Layout* layout = layout_of(header);
    if (layout == nullptr)
        return whole(1, "has a header that no layout knows; the layouts need: " + known_layouts());

    ImportFile file{name, std::string{layout->name}, {}, static_cast<int>(rows->size()) - 1, {}};
    std::vector<FileFault> faults;
    std::set<std::string> asked;
    for (std::size_t i = 1; i < rows->size() && faults.size() < most_faults; ++i) {
        const auto& fields = rows->at(i).fields;
        RowReader row{name, header, rows->at(i), faults, asked};
        if (fields.size() != header.size())
            row.fault({}, fmt::format("has {} fields where the header has {}", fields.size(),
                                      header.size()));
        else
            layout->read(row, file.rows);
    }
    if (rows->size() > 1) file.ignored_columns = unread_columns(header, asked, name, faults);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    gather_holidays(file.rows);
    return file;
}

}  // namespace forcewatch
