#include "daemon/ingest/mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/nearest.hpp"
#include "daemon/ingest/written_date.hpp"

namespace forcewatch {

namespace {

std::string trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return std::string{text.substr(begin, text.find_last_not_of(blanks) - begin + 1)};
}

std::string slug_of(std::string_view text) {
    std::string slug;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0)
            slug += static_cast<char>(std::tolower(byte));
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
        if (slug.size() == 80) break;
    }
    while (slug.ends_with('-')) slug.pop_back();
    return slug;
}

std::string cell_at(const SourceRow& row, std::size_t place) {
    return place < row.fields.size() ? trimmed(row.fields[place]) : std::string{};
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
        text += text.empty() ? "" : ", ";
        text += '"' + name + '"';
    }
    return text;
}

}  // namespace

std::string header_key(std::string_view text) {
    std::string key;
    for (const char c : trimmed(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isspace(byte) != 0) {
            if (!key.empty() && !key.ends_with(' ')) key += ' ';
        } else if (std::iscntrl(byte) == 0) {
            key += static_cast<char>(std::tolower(byte));
        }
    }
    while (key.ends_with(' ')) key.pop_back();
    return key;
}

bool is_date_column(std::string_view column) {
    constexpr std::array<std::string_view, 14> dates{
        "due",    "raised", "planned",   "updated_on",  "force_state_on", "inspectorate_state_on",
        "date",   "left",   "announced", "verified_on", "published",      "ended",
        "starts", "ends"};
    return std::find(dates.begin(), dates.end(), column) != dates.end();
}

std::set<std::string> columns_of(const Layout& layout) {
    const std::string file;
    const Header none;
    const SourceRow blank{1, {}};
    std::vector<FileFault> faults;
    std::set<std::string> asked;
    RowReader reader{file, none, blank, faults, asked};
    Rows rows;
    layout.read(reader, rows);
    return asked;
}

Mapper::Mapper(const Mapping& mapping) : mapping_{mapping} {
    for (const auto& mapped : mapping.layouts) {
        Target target;
        target.mapped = &mapped;
        std::vector<std::string> names;
        for (const auto& layout : layouts()) {
            names.emplace_back(layout.name);
            if (layout.name == mapped.layout) target.layout = &layout;
        }
        if (target.layout == nullptr) {
            faults_.push_back(
                {mapped.layout,
                 "the mapping names a layout that there is not; there are " + listed(names)});
            continue;
        }
        check_names(target);
        targets_.push_back(std::move(target));
    }
}

void Mapper::check_names(Target& target) {
    const auto known = columns_of(*target.layout);
    const std::vector<std::string> names{known.begin(), known.end()};
    const auto note = [&](const std::string& ours, const char* where) {
        if (known.contains(ours)) {
            target.header.try_emplace(ours, target.header.size());
            return;
        }
        const auto meant = nearest(ours, names);
        faults_.push_back(
            {ours, fmt::format("the mapping's {} name a column that {} do not have{}", where,
                               target.layout->name,
                               meant.empty() ? "; they have " + listed(names)
                                             : fmt::format("; did you mean \"{}\"?", meant))});
    };
    for (const auto& [ours, column] : target.mapped->columns) note(ours, "columns");
    for (const auto& [ours, text] : target.mapped->constants) note(ours, "constants");
    for (const auto& [ours, words] : target.mapped->values)
        if (!target.header.contains(ours))
            faults_.push_back({ours, "the mapping has values for it, and no column that gives it"});
    for (const auto need : target.layout->needs)
        if (!target.header.contains(need))
            faults_.push_back({std::string{need},
                               fmt::format("the mapping says nothing of this column, which {} need",
                                           target.layout->name)});
}

bool Mapper::find(const std::string& column, std::size_t& place, bool last) {
    const auto key = header_key(column);
    for (std::size_t i = 0; i < header_.size(); ++i)
        if (header_key(header_[i]) == key) {
            place = i;
            return true;
        }
    if (last) {
        const auto meant = nearest(column, header_);
        faults_.push_back({column, meant.empty()
                                       ? "there is no such column; there are " + listed(header_)
                                       : fmt::format("there is no such column; did you mean "
                                                     "\"{}\"?",
                                                     meant)});
    }
    return false;
}

bool Mapper::bind(const std::vector<std::string>& header, bool last) {
    header_ = header;
    bool whole = true;
    for (auto& target : targets_) {
        target.places.clear();
        target.only_with.clear();
        target.skip.clear();
        for (const auto& [ours, column] : target.mapped->columns) {
            // Of columns that stand in for each other, one has to be there.
            const bool any = column.way == MappedColumn::Way::first;
            auto& places = target.places[ours];
            for (const auto& name : column.from) {
                std::size_t place = 0;
                const bool needed = !any || (name == column.from.back() && places.empty());
                if (find(name, place, last && needed))
                    places.push_back(place);
                else if (needed)
                    whole = false;
            }
        }
        for (const auto& name : target.mapped->only_with) {
            std::size_t place = 0;
            whole = find(name, place, last) && whole;
            target.only_with.push_back(place);
        }
        for (const auto& [name, words] : target.mapped->skip) {
            std::size_t place = 0;
            whole = find(name, place, last) && whole;
            target.skip.emplace_back(place, &words);
        }
    }
    return whole;
}

bool Mapper::counts(const Target& target, const SourceRow& row) {
    for (const auto place : target.only_with)
        if (cell_at(row, place).empty()) return false;
    return std::none_of(target.skip.begin(), target.skip.end(), [&](const auto& skipped) {
        const auto cell = header_key(cell_at(row, skipped.first));
        return std::find(skipped.second->begin(), skipped.second->end(), cell) !=
               skipped.second->end();
    });
}

void Mapper::drop_idle_deadline(const Target& target, SourceRow& row) {
    if (!target.mapped->constants.contains("deadline")) return;
    const auto cell = [&](std::string_view column) -> std::string* {
        const auto found = target.header.find(column);
        return found == target.header.end() ? nullptr : &row.fields[found->second];
    };
    for (const std::string_view column : {"due", "words"})
        if (const auto* text = cell(column); text != nullptr && !text->empty()) return;
    cell("deadline")->clear();
}

std::string Mapper::raw_of(const Target& target, const std::string& ours,
                           const SourceRow& row) const {
    const auto constant = target.mapped->constants.find(ours);
    const auto column = target.mapped->columns.find(ours);
    std::string text;
    if (column != target.mapped->columns.end())
        for (const auto place : target.places.at(ours)) {
            const auto cell = cell_at(row, place);
            if (cell.empty()) continue;
            if (!text.empty()) text += column->second.between;
            text += cell;
            if (column->second.way == MappedColumn::Way::first) break;
        }
    return text.empty() && constant != target.mapped->constants.end() ? constant->second : text;
}

Expected<std::string> Mapper::cell_of(const Target& target, const std::string& ours,
                                      const SourceRow& row) const {
    auto text = raw_of(target, ours, row);
    const auto column = target.mapped->columns.find(ours);
    if (column == target.mapped->columns.end()) return text;
    if (const auto words = target.mapped->values.find(ours); words != target.mapped->values.end()) {
        auto found = words->second.find(header_key(text));
        if (found == words->second.end() && !text.empty()) found = words->second.find("*");
        if (found != words->second.end()) return found->second;
    }
    if (column->second.way == MappedColumn::Way::slug) return slug_of(text);
    return is_date_column(ours) ? dated(text) : Expected<std::string>{std::move(text)};
}

Expected<std::string> Mapper::dated(const std::string& cell) const {
    if (cell.empty() || PartialDate::parse(cell)) return cell;
    for (const auto& format : mapping_.dates)
        if (const auto date = read_written_date(cell, format)) return date->text();
    if (const auto date = read_written_date(cell, "YYYY-MM-DD")) return date->text();
    auto formats = mapping_.dates;
    formats.emplace_back("YYYY-MM-DD");
    return tl::unexpected("is not a date written as " + listed(formats) +
                          "; add its format to dates, or the word to the mapping's values");
}

std::string Mapper::theirs(const Target& target, const std::string& ours) const {
    const auto found = target.mapped->columns.find(ours);
    if (found == target.mapped->columns.end()) return ours;
    const auto& places = target.places.at(ours);
    return places.empty() ? found->second.from.front() : header_[places.front()];
}

std::string Mapper::theirs(std::string_view layout, const std::string& ours) const {
    for (const auto& target : targets_)
        if (target.layout->name == layout) return theirs(target, ours);
    return ours;
}

std::vector<std::string> Mapper::unused() const {
    std::set<std::size_t> used;
    for (const auto& target : targets_) {
        for (const auto& [ours, places] : target.places) used.insert(places.begin(), places.end());
        used.insert(target.only_with.begin(), target.only_with.end());
        for (const auto& [place, words] : target.skip) used.insert(place);
    }
    std::vector<std::string> unused;
    for (std::size_t i = 0; i < header_.size(); ++i)
        if (!used.contains(i) && !trimmed(header_[i]).empty()) unused.push_back(header_[i]);
    return unused;
}

}  // namespace forcewatch
