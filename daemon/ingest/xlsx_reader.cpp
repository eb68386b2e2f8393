#include "daemon/ingest/xlsx_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "daemon/ingest/sheet_cells.hpp"
#include "daemon/ingest/xml_stream.hpp"

namespace forcewatch {

namespace {

using Node = XmlStream::Node;
constexpr std::size_t most_shared_text = 32UL << 20UL;
constexpr std::size_t most_shared = 2'000'000;
constexpr int highest_row = 1'048'576;

int number_in(std::string_view text, int otherwise) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

/// Calls `visit` at every node of a part; its answer false ends it. Returns what is wrong.
template <typename Visit>
Expected<void> each_node(const ZipArchive& archive, const std::string& name, Visit&& visit) {
    auto part = archive.part(name);
    if (!part) return tl::unexpected(part.error());
    XmlStream xml{*part};
    for (auto node = xml.next(); node != Node::none; node = xml.next())
        if (!visit(node, xml)) return {};
    if (!xml.fault().empty()) return tl::unexpected(name + ": " + xml.fault());
    return {};
}

struct Sheet {
    std::string name;
    std::string part;
};

/// What the workbook says of itself.
struct Workbook {
    std::vector<Sheet> sheets;
    bool from_1904{};
    std::vector<std::string> shared;  ///< texts that cells name by number
    std::vector<bool> days;           ///< by style: it shows a day
};

Expected<std::map<std::string, std::string>> read_targets(const ZipArchive& archive) {
    std::map<std::string, std::string> targets;
    auto read = each_node(archive, "xl/_rels/workbook.xml.rels", [&](Node node, XmlStream& xml) {
        if (node == Node::begin && xml.name() == "Relationship") {
            auto target = xml.attribute("Target");
            target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
            targets.emplace(xml.attribute("Id"), std::move(target));
        }
        return targets.size() < 1000;
    });
    if (!read) return tl::unexpected(read.error());
    return targets;
}

Expected<void> read_sheets(const ZipArchive& archive, Workbook& workbook) {
    if (!archive.holds("xl/workbook.xml"))
        return tl::unexpected(Problem{"is a ZIP file, and no workbook (.xlsx) in it"});
    const auto targets = read_targets(archive);
    if (!targets) return tl::unexpected(targets.error());
    auto read = each_node(archive, "xl/workbook.xml", [&](Node node, XmlStream& xml) {
        if (node != Node::begin) return true;
        if (xml.name() == "workbookPr") {
            const auto mode = xml.attribute("date1904");
            workbook.from_1904 = mode == "1" || mode == "true";
        }
        if (xml.name() == "sheet")
            if (const auto found = targets->find(xml.attribute("id")); found != targets->end())
                workbook.sheets.push_back({xml.attribute("name"), found->second});
        return workbook.sheets.size() < 1000;
    });
    if (read && workbook.sheets.empty()) return tl::unexpected(Problem{"holds no sheet"});
    return read;
}

/// The texts of <si> or <is>: those of <t>, but for the readings of characters in <rPh>.
class TextGatherer {
public:
    void take(Node node, const XmlStream& xml) {
        if (node == Node::text && in_text_ && !in_reading_) text_ += xml.text();
        if (node == Node::text) return;
        const bool begins = node == Node::begin;
        if (xml.name() == "rPh") in_reading_ = begins;
        if (xml.name() == "t") in_text_ = begins;
    }
    [[nodiscard]] std::size_t size() const { return text_.size(); }
    [[nodiscard]] std::string finish() { return unescaped_cell(std::exchange(text_, {})); }

private:
    std::string text_;
    bool in_text_{};
    bool in_reading_{};
};

Expected<void> read_shared(const ZipArchive& archive, Workbook& workbook) {
    constexpr auto part = "xl/sharedStrings.xml";
    if (!archive.holds(part)) return {};
    std::size_t size = 0;
    TextGatherer gatherer;
    auto read = each_node(archive, part, [&](Node node, XmlStream& xml) {
        gatherer.take(node, xml);
        if (node == Node::end && xml.name() == "si") {
            workbook.shared.push_back(gatherer.finish());
            size += workbook.shared.back().size();
        }
        return size + gatherer.size() <= most_shared_text && workbook.shared.size() <= most_shared;
    });
    if (size + gatherer.size() > most_shared_text || workbook.shared.size() > most_shared)
        return tl::unexpected(Problem{"holds more than 32 MiB (or 2 million) of texts"});
    return read;
}

Expected<void> read_styles(const ZipArchive& archive, Workbook& workbook) {
    constexpr auto part = "xl/styles.xml";
    if (!archive.holds(part)) return {};
    std::set<int> own_days;
    bool in_cells = false;
    return each_node(archive, part, [&](Node node, XmlStream& xml) {
        if (node == Node::text) return true;
        if (xml.name() == "cellXfs") in_cells = node == Node::begin;
        if (node != Node::begin) return true;
        if (xml.name() == "numFmt" && shows_a_day(std::string_view{xml.attribute("formatCode")}))
            own_days.insert(number_in(xml.attribute("numFmtId"), -1));
        if (in_cells && xml.name() == "xf") {
            const int id = number_in(xml.attribute("numFmtId"), 0);
            workbook.days.push_back(shows_a_day(id) || own_days.contains(id));
        }
        return workbook.days.size() < 100'000;
    });
}

/// Gathers the cells of a sheet to rows.
class SheetReader {
public:
    SheetReader(const Workbook& workbook, const RowSink& sink) : workbook_{workbook}, sink_{sink} {}

    /// False: nothing more is wanted, or a fault was found.
    bool take(Node node, const XmlStream& xml) {
        if (node == Node::text) {
            if (in_value_) value_ += xml.text();
            if (in_inline_) inline_.take(node, xml);
            if (value_.size() > longest_field || inline_.size() > longest_field)
                return refuse("a cell is longer than 64 KiB");
            return true;
        }
        const bool begins = node == Node::begin;
        const auto name = xml.name();
        if (name == "row") return begins ? begin_row(xml) : end_row();
        if (name == "c") return begins ? begin_cell(xml) : end_cell();
        if (name == "v") in_value_ = begins;
        if (name == "is") in_inline_ = begins;
        if (in_inline_) inline_.take(node, xml);
        return true;
    }
    [[nodiscard]] const std::optional<SourceFault>& fault() const { return fault_; }

private:
    bool refuse(std::string what) {
        fault_ = SourceFault{row_.line, std::move(what), cell_, value_.substr(0, 100)};
        return false;
    }
    bool begin_row(const XmlStream& xml) {
        const int next = row_.line + 1;
        row_ = SourceRow{number_in(xml.attribute("r"), next), {}};
        cell_.clear();
        if (row_.line < next || row_.line > highest_row) return refuse("its rows are out of order");
        return true;
    }
    bool end_row() {
        if (row_.fields.empty()) return true;
        const int line = row_.line;
        const bool more = sink_(std::move(row_));
        row_ = SourceRow{line, {}};
        return more;
    }
    bool begin_cell(const XmlStream& xml) {
        cell_ = xml.attribute("r");
        const auto place =
            cell_.empty() ? row_.fields.size() : column_of_reference(cell_).value_or(most_columns);
        type_ = xml.attribute("t");
        style_ = number_in(xml.attribute("s"), 0);
        value_.clear();
        if (place < row_.fields.size()) return refuse("its cells are out of order");
        place_ = place;
        return true;
    }
    bool end_cell() {
        auto text = cell_text();
        if (!text) return refuse(text.error());
        if (text->empty()) return true;
        if (place_ >= most_columns) return refuse("a row has more than 200 columns");
        row_.fields.resize(place_ + 1);
        row_.fields[place_] = std::move(*text);
        return true;
    }
    Expected<std::string> cell_text() {
        if (type_ == "inlineStr") return inline_.finish();
        if (type_ == "str") return unescaped_cell(std::move(value_));
        if (type_ == "b") return std::string{value_ == "1" ? "TRUE" : "FALSE"};
        if (type_ == "e") return tl::unexpected(fmt::format("holds the error {}", value_));
        if (type_ == "d") return value_.substr(0, 10);
        if (type_ == "s") {
            const auto number = static_cast<std::size_t>(number_in(value_, -1));
            if (number >= workbook_.shared.size())
                return tl::unexpected(Problem{"names a text that the workbook does not hold"});
            return workbook_.shared[number];
        }
        const auto style = static_cast<std::size_t>(std::max(style_, 0));
        if (value_.empty() || style >= workbook_.days.size() || !workbook_.days[style])
            return plain_number(value_);
        double serial = 0;
        std::from_chars(value_.data(), value_.data() + value_.size(), serial);
        const auto on = day_of_serial(serial, workbook_.from_1904);
        if (!on) return tl::unexpected(Problem{"shows a day, and its number is none"});
        return text_of(*on);
    }

    const Workbook& workbook_;
    const RowSink& sink_;
    SourceRow row_;
    std::size_t place_{};
    std::string cell_;
    std::string type_;
    int style_{};
    std::string value_;
    bool in_value_{};
    TextGatherer inline_;
    bool in_inline_{};
    std::optional<SourceFault> fault_;
};

tl::unexpected<SourceFault> whole(std::string what) {
    return tl::unexpected(SourceFault{0, std::move(what)});
}

tl::expected<const Sheet*, SourceFault> find_sheet(const Workbook& workbook,
                                                   const std::string& name) {
    if (name.empty()) return &workbook.sheets.front();
    std::vector<std::string> names;
    for (const auto& sheet : workbook.sheets) {
        if (sheet.name == name) return &sheet;
        names.push_back(sheet.name);
    }
    return whole(fmt::format("holds no sheet \"{}\"; it has: {}", name, fmt::join(names, ", ")));
}

}  // namespace

tl::expected<std::vector<std::string>, SourceFault> sheets_of(std::string_view bytes) {
    const auto archive = ZipArchive::open(bytes);
    if (!archive) return whole(archive.error());
    Workbook workbook;
    if (auto read = read_sheets(*archive, workbook); !read) return whole(read.error());
    std::vector<std::string> names;
    for (const auto& sheet : workbook.sheets) names.push_back(sheet.name);
    return names;
}

tl::expected<void, SourceFault> read_xlsx(std::string_view bytes, const std::string& name,
                                          const RowSink& sink) {
    const auto archive = ZipArchive::open(bytes);
    if (!archive) return whole(archive.error());
    Workbook workbook;
    if (auto read = read_sheets(*archive, workbook); !read) return whole(read.error());
    const auto sheet = find_sheet(workbook, name);
    if (!sheet) return tl::unexpected(sheet.error());
    if (auto read = read_shared(*archive, workbook); !read) return whole(read.error());
    if (auto read = read_styles(*archive, workbook); !read) return whole(read.error());
    SheetReader reader{workbook, sink};
    auto read = each_node(*archive, (*sheet)->part,
                          [&](Node node, XmlStream& xml) { return reader.take(node, xml); });
    if (reader.fault()) return tl::unexpected(*reader.fault());
    if (!read) return whole(read.error());
    return {};
}

}  // namespace forcewatch
