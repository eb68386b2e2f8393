#include "daemon/ingest/jsonl_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "daemon/api/json_reader.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_line = 1UL << 20UL;

/// Calls `take(line, object)` for each line that is not blank; the first fault ends it.
template <typename Take>
std::optional<SourceFault> each_object(std::string_view text, Take&& take) {
    for (int line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (one.size() > longest_line) return SourceFault{line, "a line is longer than 1 MiB"};
        const auto object = parse_json_object(one);
        if (!object)
            return SourceFault{line, "is not one JSON object: " + std::string{object.error()}};
        const auto wanted = take(line, *object->as<JsonValue::Object>());
        if (!wanted) return wanted.error();
        if (!*wanted) break;
    }
    return std::nullopt;
}

Expected<std::string> scalar_text(const JsonValue& value) {
    if (value.is_null()) return std::string{};
    if (const auto* text = value.as<std::string>()) return *text;
    if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
    if (const auto* number = value.as<double>()) return fmt::format("{}", *number);
    if (const auto* yes = value.as<bool>()) return std::string{*yes ? "true" : "false"};
    return tl::unexpected(Problem{"holds an object or a list inside a list"});
}

Expected<std::string> cell_text(const JsonValue& value) {
    const auto* list = value.as<JsonValue::Array>();
    if (list == nullptr) return scalar_text(value);
    std::string cell;
    for (const auto& element : *list) {
        auto text = scalar_text(element);
        if (!text) return text;
        if (text->find(';') != std::string::npos)
            return tl::unexpected(Problem{"holds a list with \";\" inside one of its texts"});
        cell += cell.empty() ? *text : ";" + *text;
    }
    return cell;
}

using Taken = tl::expected<bool, SourceFault>;

}  // namespace

tl::expected<void, SourceFault> read_jsonl(std::string_view text, const RowSink& sink) {
    std::map<std::string, std::size_t, std::less<>> places;
    SourceRow header{1, {}};
    const auto note_columns = [&](int line, const JsonValue::Object& members) -> Taken {
        for (const auto& member : members) {
            if (places.contains(member.name)) continue;
            if (places.size() == most_columns)
                return tl::unexpected(SourceFault{line, "the lines have more than 200 columns"});
            places.emplace(member.name, header.fields.size());
            header.fields.push_back(member.name);
        }
        return true;
    };
    if (auto fault = each_object(text, note_columns)) return tl::unexpected(std::move(*fault));
    if (header.fields.empty() || !sink(std::move(header))) return {};

    const auto take_row = [&](int line, const JsonValue::Object& members) -> Taken {
        SourceRow row{line, std::vector<std::string>(places.size())};
        for (const auto& member : members) {
            auto cell = cell_text(member.value);
            if (cell && cell->size() > longest_field)
                cell = tl::unexpected(Problem{"is longer than 64 KiB"});
            if (!cell) return tl::unexpected(SourceFault{line, cell.error(), member.name, {}});
            row.fields[places.find(member.name)->second] = std::move(*cell);
        }
        return sink(std::move(row));
    };
    if (auto fault = each_object(text, take_row)) return tl::unexpected(std::move(*fault));
    return {};
}

}  // namespace forcewatch
