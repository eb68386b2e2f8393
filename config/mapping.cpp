#include "config/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/table_reader.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_layouts = 20;

std::vector<std::string> texts_at(TableReader& reader, std::string_view key) {
    std::vector<std::string> texts;
    for (auto& [text, place] : reader.texts(key)) texts.push_back(std::move(text));
    return texts;
}

std::string small(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// { join = ["A", "B"], with = " / " } or { slug = ["A", "B"] }.
MappedColumn read_made(const toml::table& table, const std::string& path, FaultList& faults) {
    TableReader reader{table, path, faults};
    MappedColumn column{MappedColumn::Way::join, texts_at(reader, "join"), " "};
    if (const auto between = reader.text("with")) column.between = between->text;
    auto slug = texts_at(reader, "slug");
    if (column.from.empty() == slug.empty())
        reader.report("", "expected { join = [columns], with = \" / \" } or { slug = [columns] }");
    if (!slug.empty()) column = {MappedColumn::Way::slug, std::move(slug), "-"};
    reader.refuse_unknown();
    return column;
}

void read_columns(TableReader& layout, MappedLayout& mapped) {
    const auto* table = layout.table("columns");
    if (table == nullptr) return;
    TableReader reader{*table, layout.path_of("columns"), layout.faults()};
    for (const auto& [key, node] : *table) {
        const std::string ours{key.str()};
        if (const auto* made = node.as_table())
            mapped.columns[ours] = read_made(*made, reader.path_of(ours), layout.faults());
        else
            mapped.columns[ours] = {MappedColumn::Way::first, texts_at(reader, ours), {}};
        if (mapped.columns[ours].from.empty()) reader.report(ours, "names no column");
    }
}

/// Texts by name at `key`.
std::map<std::string, std::string> read_texts(TableReader& reader, std::string_view key,
                                              bool in_small_letters) {
    std::map<std::string, std::string> texts;
    const auto* table = reader.table(key);
    if (table == nullptr) return texts;
    TableReader inner{*table, reader.path_of(key), reader.faults()};
    for (const auto& [name, node] : *table) {
        const std::string as_written{name.str()};
        if (auto text = inner.text(as_written))
            texts[in_small_letters ? small(as_written) : as_written] = std::move(text->text);
    }
    return texts;
}

void read_values(TableReader& layout, MappedLayout& mapped) {
    const auto* table = layout.table("values");
    if (table == nullptr) return;
    TableReader reader{*table, layout.path_of("values"), layout.faults()};
    for (const auto& [column, node] : *table) {
        const std::string ours{column.str()};
        mapped.values[ours] = read_texts(reader, ours, true);
    }
}

void read_skip(TableReader& layout, MappedLayout& mapped) {
    const auto* table = layout.table("skip");
    if (table == nullptr) return;
    TableReader reader{*table, layout.path_of("skip"), layout.faults()};
    for (const auto& [column, node] : *table) {
        const std::string theirs{column.str()};
        for (auto& text : texts_at(reader, theirs)) mapped.skip[theirs].push_back(small(text));
    }
}

void check_dates(TableReader& reader, const std::vector<std::string>& dates) {
    for (const auto& format : dates) {
        const bool known = format.find_first_not_of("DMY/-. ,") == std::string::npos &&
                           format.find("YY") != std::string::npos;
        if (!known)
            reader.report("dates",
                          fmt::format("\"{}\" is no format: write D or DD, M, MM, MMM or MMMM, and "
                                      "YY or YYYY, as in \"DD/MM/YYYY\"",
                                      format));
    }
}

MappedLayout read_layout(TableReader& reader) {
    MappedLayout mapped;
    if (const auto name = reader.required_text("name")) mapped.layout = name->text;
    mapped.only_with = texts_at(reader, "only_with");
    read_columns(reader, mapped);
    mapped.constants = read_texts(reader, "constants", false);
    read_values(reader, mapped);
    read_skip(reader, mapped);
    if (mapped.columns.empty()) reader.report("columns", "is missing");
    reader.refuse_unknown();
    return mapped;
}

}  // namespace

tl::expected<Mapping, std::vector<Fault>> read_mapping(std::string_view text,
                                                       const std::string& file) {
    FaultList faults{file};
    const auto root = parse_toml(text, file, faults);
    if (!root) return tl::unexpected(faults.sorted());
    TableReader reader{*root, "", faults};
    Mapping mapping;
    if (const auto about = reader.text("about")) mapping.about = about->text;
    if (const auto sheet = reader.text("sheet")) mapping.sheet = sheet->text;
    mapping.header_row = static_cast<int>(reader.integer("header_row", 1, 10'000).value_or(0));
    mapping.dates = texts_at(reader, "dates");
    check_dates(reader, mapping.dates);
    for (const auto* table : reader.tables("layout")) {
        TableReader one{*table, "layout", faults};
        mapping.layouts.push_back(read_layout(one));
    }
    if (mapping.layouts.empty() || mapping.layouts.size() > most_layouts)
        reader.report("layout", "expected one to twenty tables [[layout]]");
    reader.refuse_unknown();
    if (!faults.empty()) return tl::unexpected(faults.sorted());
    return mapping;
}

}  // namespace forcewatch
