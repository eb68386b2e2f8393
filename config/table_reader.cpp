#include "config/table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/duration.hpp"
#include "core/nearest.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_text = 1000;

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
    });
}

bool is_name(std::string_view text) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= 64 && plain(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return plain(c) || c == '.' || c == '-' || c == '_'; });
}

}  // namespace

std::optional<toml::table> parse_toml(std::string_view text, const std::string& file,
                                      FaultList& faults) {
    try {
        return toml::parse(text, std::string{file});
    } catch (const toml::parse_error& error) {
        faults.add(error.source().begin, "", error.description());
        return std::nullopt;
    }
}

void FaultList::add(toml::source_position place, std::string_view key, std::string_view message) {
    faults_.push_back({place, fmt::format("{}:{}:{}: {}{}{}", file_, place.line, place.column, key,
                                          key.empty() ? "" : ": ", message)});
}

std::vector<Fault> FaultList::sorted() const {
    auto placed = faults_;
    std::stable_sort(placed.begin(), placed.end(), [](const Placed& left, const Placed& right) {
        return left.place < right.place;
    });
    std::vector<Fault> faults;
    faults.reserve(placed.size());
    for (auto& each : placed) faults.push_back(std::move(each.fault));
    return faults;
}

TableReader::TableReader(const toml::table& table, std::string path, FaultList& faults)
    : table_{table}, path_{std::move(path)}, faults_{faults} {}

bool TableReader::has_empty_list(std::string_view key) const {
    const auto* found = table_.get_as<toml::array>(key);
    return found && found->empty();
}

std::string TableReader::path_of(std::string_view key) const {
    return path_.empty() ? std::string{key} : fmt::format("{}.{}", path_, key);
}

void TableReader::report(std::string_view key, std::string_view message) {
    const auto* found = table_.get(key);
    report_at(found ? found->source().begin : place(), key, message);
}

void TableReader::report_at(toml::source_position place, std::string_view key,
                            std::string_view message) {
    faults_.add(place, key.empty() ? path_ : path_of(key), message);
}

const toml::node* TableReader::node(std::string_view key) {
    known_.emplace_back(key);
    return table_.get(key);
}

std::optional<PlacedText> TableReader::checked(const toml::node& node, std::string_view key) {
    const auto place = node.source().begin;
    const auto* text = node.as_string();
    if (!text)
        report_at(place, key, "expected text in quotes");
    else if (text->get().size() > longest_text)
        report_at(place, key, fmt::format("is longer than {} bytes", longest_text));
    else if (has_control(text->get()))
        report_at(place, key, "must not contain line breaks or other control characters");
    else
        return PlacedText{text->get(), place};
    return std::nullopt;
}

std::optional<PlacedText> TableReader::text(std::string_view key) {
    const auto* found = node(key);
    return found ? checked(*found, key) : std::nullopt;
}

std::optional<PlacedText> TableReader::required_text(std::string_view key) {
    if (!node(key)) {
        report(key, "is missing");
        return std::nullopt;
    }
    auto found = text(key);
    if (!found || !found->text.empty()) return found;
    report(key, "must not be empty");
    return std::nullopt;
}

std::vector<PlacedText> TableReader::texts(std::string_view key) {
    const auto* found = node(key);
    std::vector<PlacedText> all;
    if (!found) return all;
    const auto* array = found->as_array();
    if (!array) {
        if (auto one = checked(*found, key)) all.push_back(std::move(*one));
        return all;
    }
    for (const auto& element : *array)
        if (auto one = checked(element, key)) all.push_back(std::move(*one));
    return all;
}

std::optional<std::int64_t> TableReader::integer(std::string_view key, std::int64_t least,
                                                 std::int64_t most) {
    const auto* found = node(key);
    if (!found) return std::nullopt;
    const auto* number = found->as_integer();
    if (number && number->get() >= least && number->get() <= most) return number->get();
    report(key, fmt::format("expected a whole number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<bool> TableReader::boolean(std::string_view key) {
    const auto* found = node(key);
    if (!found) return std::nullopt;
    if (const auto* yes = found->as_boolean()) return yes->get();
    report(key, "expected true or false");
    return std::nullopt;
}

std::optional<std::chrono::days> TableReader::days(std::string_view key, int least, int most) {
    const auto found = text(key);
    if (!found) return std::nullopt;
    const auto length = parse_days(found->text);
    if (!length)
        report(key, "expected days, such as \"30d\" or \"2w\"");
    else if (length->count() < least || length->count() > most)
        report(key, fmt::format("expected \"{}d\" to \"{}d\"", least, most));
    else
        return length;
    return std::nullopt;
}

std::optional<std::chrono::seconds> TableReader::period(std::string_view key) {
    const auto found = text(key);
    if (!found) return std::nullopt;
    const auto period = parse_period(found->text);
    if (!period) report(key, "expected a period with its unit, such as \"12h\" or \"2d\"");
    return period;
}

std::optional<std::string> TableReader::path(std::string_view key) {
    auto found = text(key);
    if (!found) return std::nullopt;
    if (found->text.starts_with('/')) return std::move(found->text);
    report(key, "expected a path from the root, such as \"/var/lib/forcewatch\"");
    return std::nullopt;
}

std::optional<PlacedText> TableReader::name(std::string_view key) {
    auto found = required_text(key);
    if (!found || is_name(found->text)) return found;
    report(key, "expected at most 64 lower-case letters, digits, dots, hyphens and underscores");
    return std::nullopt;
}

const toml::table* TableReader::table(std::string_view key) {
    const auto* found = node(key);
    if (!found) return nullptr;
    if (const auto* inner = found->as_table()) return inner;
    report(key, fmt::format("expected a table, as in [{}]", path_of(key)));
    return nullptr;
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
    const auto* found = node(key);
    std::vector<const toml::table*> all;
    if (!found) return all;
    const auto* array = found->as_array();
    if (!array) {
        report(key, path_.empty() ? fmt::format("expected a list of tables, as in [[{}]]", key)
                                  : "expected a list of tables, as in [ { … }, { … } ]");
        return all;
    }
    for (const auto& element : *array) {
        if (const auto* inner = element.as_table())
            all.push_back(inner);
        else
            report_at(element.source().begin, key, "expected a table");
    }
    return all;
}

void TableReader::refuse_unknown() {
    for (const auto& [key, value] : table_) {
        if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
        report_at(key.source().begin, key.str(),
                  "is not a key here" + did_you_mean(key.str(), known_));
    }
}

}  // namespace forcewatch
