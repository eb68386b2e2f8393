#include "daemon/ingest/import_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/nearest.hpp"
#include "core/text_check.hpp"
#include "daemon/ingest/file_rows.hpp"
#include "daemon/ingest/layouts.hpp"
#include "daemon/ingest/mapper.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_faults = 100;
/// What one turn of the daemon can record while others wait.
constexpr int most_rows = 250'000;
/// Trackers carry a title, a date and an owner above their header.
constexpr int last_header_row = 30;
constexpr std::string_view layout_column{"layout"};

const Layout* layout_named(std::string_view name) {
    for (const auto& layout : layouts())
        if (layout.name == name) return &layout;
    return nullptr;
}

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

std::string column_of(const Layout& layout, const std::string& field) {
    for (const auto& [known, column] : layout.columns)
        if (known == field) return std::string{column};
    return field;
}

/// The days of one division and year, told row by row, become one event.
class Holidays {
public:
    /// False: the row is about something else.
    bool take(ImportRow& row) {
        auto* event = std::get_if<Event>(&row.item);
        auto* holidays = event != nullptr ? std::get_if<HolidaysDefined>(event) : nullptr;
        if (holidays == nullptr) return false;
        const auto [place, added] =
            years_.try_emplace({holidays->division, holidays->year}, rows_.size());
        if (added) {
            rows_.push_back(std::move(row));
            return true;
        }
        auto& days = std::get<HolidaysDefined>(std::get<Event>(rows_[place->second].item)).days;
        days.push_back(holidays->days.front());
        std::sort(days.begin(), days.end());
        days.erase(std::unique(days.begin(), days.end()), days.end());
        return true;
    }
    void hand_over(const ImportSink& sink) {
        for (auto& row : rows_) sink(std::move(row));
    }

private:
    Rows rows_;
    std::map<std::pair<std::string, int>, std::size_t> years_;
};

/// Columns that say where a row comes from, or what the person who wrote it wanted to remember.
bool is_remark(const std::string& column) {
    static const std::set<std::string, std::less<>> remarks{
        "source", "note",   "title",      "kind", "hmicfrs_slug_seen_in_url", "hmicfrs_fire_region",
        "item",   "reason", "recorded_at"};
    return remarks.contains(column) || column == layout_column;
}

/// Spreadsheets leave such rows between blocks and below the last one.
bool is_blank_row(const SourceRow& row) {
    return std::all_of(row.fields.begin(), row.fields.end(),
                       [](const std::string& field) { return is_blank(field); });
}

/// One walk through a file.
class Scan {
public:
    Scan(const std::string& name, const ImportOptions& options, const ImportSink& sink)
        : name_{name}, sink_{sink} {
        if (options.mapping != nullptr) {
            header_row_ = options.mapping->header_row;
            mapper_.emplace(*options.mapping);
            for (const auto& [column, reason] : mapper_->faults()) fault(0, column, {}, reason);
        }
    }

    tl::expected<ImportFile, std::vector<FileFault>> run(const FileRows& rows) {
        if (!faults_.empty()) return tl::unexpected(std::move(faults_));
        ends_early_ = rows.ends_early();
        const auto read = rows.read([&](SourceRow&& row) {
            if (is_blank_row(row)) return true;
            if (!bound_)
                bind(row);
            else
                take(std::move(row));
            return faults_.size() < most_faults && !hopeless_;
        });
        if (!read)
            fault(read.error().line, read.error().column, read.error().value, read.error().what);
        else if (!bound_ && faults_.empty())
            unbound();
        if (faults_.empty() && file_.lines > 0) note_unread();
        if (!faults_.empty()) return tl::unexpected(std::move(faults_));
        holidays_.hand_over(sink_);
        file_.name = name_;
        file_.format = rows.format();
        for (const auto& layout : seen_)
            file_.layout += (file_.layout.empty() ? "" : "+") + std::string{layout};
        return std::move(file_);
    }

private:
    void fault(int line, std::string column, std::string value, std::string reason) {
        faults_.push_back({name_, line, std::move(column), std::move(value), std::move(reason)});
    }

    void bind(const SourceRow& row) {
        if (mapper_) {
            if (header_row_ > 0 && row.line != header_row_) return;
            bound_ = mapper_->bind(row.fields, false);
            if (!widest_ || row.fields.size() > widest_->fields.size()) widest_ = row;
            if (!bound_ && row.line >= std::max(header_row_, last_header_row)) unbound();
            return;
        }
        for (std::size_t i = 0; i < row.fields.size(); ++i)
            if (!header_.emplace(row.fields[i], i).second) {
                fault(row.line, {}, {},
                      fmt::format("names the column \"{}\" twice", row.fields[i]));
                return;
            }
        layout_ = layout_of(header_);
        if (header_.contains(layout_column)) layout_ = nullptr;
        bound_ = layout_ != nullptr || header_.contains(layout_column);
        if (layout_ != nullptr) seen_.insert(layout_->name);
        if (bound_) return;
        hopeless_ = true;
        fault(row.line, {}, {},
              "has a header that no layout knows: forcewatchctl import --guess proposes a mapping "
              "for "
              "it; the layouts need: " +
                  known_layouts());
    }

    /// No row held what a header must.
    void unbound() {
        hopeless_ = true;
        if (!widest_) {
            fault(0, {}, {}, "holds no header");
            return;
        }
        (void)mapper_->bind(widest_->fields, true);
        for (const auto& [column, reason] : mapper_->faults())
            fault(widest_->line, column, {}, reason);
    }

    void take(SourceRow&& row) {
        if (++file_.lines > most_rows) {
            hopeless_ = true;
            fault(row.line, {}, {}, fmt::format("has more than {} rows; split it", most_rows));
            return;
        }
        if (mapper_) {
            mapper_->apply(
                row,
                [&](const Mapper::Target& target, SourceRow ours) {
                    const auto before = faults_.size();
                    read(*target.layout, target.header, ours);
                    for (auto i = before; i < faults_.size(); ++i)
                        name_as_theirs(target, faults_[i], row);
                },
                [&](int line, std::string column, std::string value, std::string reason) {
                    fault(line, std::move(column), std::move(value), std::move(reason));
                });
            return;
        }
        if (ends_early_ && row.fields.size() < header_.size()) row.fields.resize(header_.size());
        if (row.fields.size() != header_.size()) {
            fault(row.line, {}, {},
                  fmt::format("has {} fields where the header has {}", row.fields.size(),
                              header_.size()));
            return;
        }
        if (layout_ != nullptr) {
            read(*layout_, header_, row);
            return;
        }
        const auto& named = row.fields[header_.find(layout_column)->second];
        if (const auto* layout = layout_named(named))
            read(*layout, header_, row);
        else
            fault(row.line, std::string{layout_column}, named,
                  "is not the name of a layout; the layouts need: " + known_layouts());
    }

    void name_as_theirs(const Mapper::Target& target, FileFault& fault,
                        const SourceRow& row) const {
        if (!target.header.contains(fault.column)) return;
        const auto ours = fault.column;
        fault.column = mapper_->theirs(target, ours);
        auto raw = mapper_->raw_of(target, ours, row);
        if (raw != fault.value && !fault.value.empty())
            fault.reason += fmt::format(" (the mapping made \"{}\" of it)", fault.value);
        fault.value = std::move(raw);
    }

    void read(const Layout& layout, const Header& header, const SourceRow& row) {
        if (seen_.insert(layout.name).second || asked_.empty()) asked_.merge(columns_of(layout));
        Rows rows;
        std::set<std::string> asked;
        RowReader reader{name_, header, row, faults_, asked};
        layout.read(reader, rows);
        for (auto& each : rows) {
            each.layout = layout.name;
            if (!holidays_.take(each)) sink_(std::move(each));
        }
    }

    /// Columns that nothing read; one that nearly has the name of one that was missed is a fault.
    void note_unread() {
        if (mapper_) {
            file_.ignored_columns = mapper_->unused();
            return;
        }
        std::vector<std::string> missed;
        for (const auto& column : asked_)
            if (!header_.contains(column)) missed.push_back(column);
        for (const auto& [column, place] : header_) {
            if (asked_.contains(column) || is_remark(column)) continue;
            const auto meant = nearest(column, missed);
            if (!meant.empty())
                fault(1, column, column,
                      fmt::format("is not a column of this layout; did you mean \"{}\"?", meant));
            file_.ignored_columns.push_back(column);
        }
    }

    const std::string& name_;
    const ImportSink& sink_;
    int header_row_{};
    std::optional<Mapper> mapper_;
    std::optional<SourceRow> widest_;  ///< the likeliest header, where none was found
    bool bound_{};
    bool hopeless_{};
    bool ends_early_{};
    Header header_;
    const Layout* layout_{};  ///< nullptr: each row names its own
    std::set<std::string_view> seen_;
    std::set<std::string> asked_;
    Holidays holidays_;
    ImportFile file_;
    std::vector<FileFault> faults_;
};

tl::expected<FileRows, std::vector<FileFault>> open_rows(const std::string& name,
                                                         std::string_view bytes,
                                                         const ImportOptions& options) {
    auto sheet = options.sheet;
    if (sheet.empty() && options.mapping != nullptr) sheet = options.mapping->sheet;
    auto rows = FileRows::open(bytes, std::move(sheet));
    if (rows) return std::move(*rows);
    auto& fault = rows.error();
    return tl::unexpected(std::vector<FileFault>{{name, fault.line, std::move(fault.column),
                                                  std::move(fault.value), std::move(fault.what)}});
}

}  // namespace

tl::expected<ImportFile, std::vector<FileFault>> scan_import(const std::string& name,
                                                             std::string_view bytes,
                                                             const ImportOptions& options,
                                                             const ImportSink& sink) {
    const auto rows = open_rows(name, bytes, options);
    if (!rows) return tl::unexpected(rows.error());
    return Scan{name, options, sink}.run(*rows);
}

tl::expected<ImportFile, std::vector<FileFault>> read_import(const std::string& name,
                                                             std::string_view bytes,
                                                             const ImportOptions& options) {
    Rows rows;
    auto file =
        scan_import(name, bytes, options, [&](ImportRow&& row) { rows.push_back(std::move(row)); });
    if (file) file->rows = std::move(rows);
    return file;
}

std::vector<FileFault> placed_faults(const std::string& name, std::string_view bytes,
                                     const ImportOptions& options,
                                     const std::vector<RefusedField>& faults) {
    std::vector<FileFault> placed;
    std::map<int, std::vector<std::size_t>> by_line;
    for (const auto& one : faults) {
        const auto* layout = layout_named(one.layout);
        by_line[one.line].push_back(placed.size());
        placed.push_back({name,
                          one.line,
                          layout != nullptr ? column_of(*layout, one.field) : one.field,
                          {},
                          one.what});
    }
    const auto rows = open_rows(name, bytes, options);
    if (!rows) return placed;
    std::optional<Mapper> mapper;
    if (options.mapping != nullptr) mapper.emplace(*options.mapping);
    bool bound = false;
    std::vector<std::string> header;
    (void)rows->read([&](SourceRow&& row) {
        if (!bound) {
            const int wanted = mapper ? options.mapping->header_row : 0;
            bound =
                (wanted == 0 || row.line == wanted) && (!mapper || mapper->bind(row.fields, false));
            header = row.fields;
            return true;
        }
        const auto found = by_line.find(row.line);
        for (const auto i : found == by_line.end() ? std::vector<std::size_t>{} : found->second) {
            auto& fault = placed[i];
            if (mapper) fault.column = mapper->theirs(faults[i].layout, fault.column);
            const auto place = static_cast<std::size_t>(
                std::find(header.begin(), header.end(), fault.column) - header.begin());
            if (place < row.fields.size()) fault.value = row.fields[place];
        }
        return by_line.empty() || row.line < by_line.rbegin()->first;
    });
    return placed;
}

}  // namespace forcewatch
