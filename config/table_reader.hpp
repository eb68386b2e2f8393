/// Takes known keys out of one TOML table and reports everything else with its place.
///
/// Private to config/. A getter reports a value of the wrong kind and answers as if it were
/// absent, so that one pass finds every fault. A key that no getter asked for is unknown.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace forcewatch {

/// Faults of one file, handed out in the order of the file.
class FaultList {
public:
    explicit FaultList(std::string file) : file_{std::move(file)} {}
    void add(toml::source_position place, std::string_view key, std::string_view message);
    [[nodiscard]] bool empty() const { return faults_.empty(); }
    [[nodiscard]] std::vector<Fault> sorted() const;

private:
    struct Placed {
        toml::source_position place;
        Fault fault;
    };
    std::string file_;
    std::vector<Placed> faults_;
};

/// The whole file; where it is no TOML, that is the one fault.
[[nodiscard]] std::optional<toml::table> parse_toml(std::string_view text, const std::string& file,
                                                    FaultList& faults);

/// Text from the file with the place where it stands.
struct PlacedText {
    std::string text;
    toml::source_position place;
};

class TableReader {
public:
    /// `path` is the table's own key, such as "destination.webhook"; empty for the whole file.
    TableReader(const toml::table& table, std::string path, FaultList& faults);

    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
    [[nodiscard]] bool has_empty_list(std::string_view key) const;
    [[nodiscard]] toml::source_position place() const { return table_.source().begin; }

    /// Text without control characters, at most 1000 bytes.
    std::optional<PlacedText> text(std::string_view key);
    std::optional<PlacedText> required_text(std::string_view key);
    /// A list of texts, or one text alone.
    std::vector<PlacedText> texts(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                        std::int64_t most);
    std::optional<bool> boolean(std::string_view key);
    std::optional<std::chrono::days> days(std::string_view key, int least, int most);
    /// "30s", "15m", "12h" or "2d".
    std::optional<std::chrono::seconds> period(std::string_view key);
    /// An absolute path.
    std::optional<std::string> path(std::string_view key);
    /// A name of lower-case letters, digits, dots, hyphens and underscores.
    std::optional<PlacedText> name(std::string_view key);

    const toml::table* table(std::string_view key);
    /// The tables of `[[key]]` or of a list of inline tables.
    std::vector<const toml::table*> tables(std::string_view key);

    /// Reports a fault at the value of `key`, or at the table where it is absent.
    void report(std::string_view key, std::string_view message);
    void report_at(toml::source_position place, std::string_view key, std::string_view message);
    [[nodiscard]] std::string path_of(std::string_view key) const;
    [[nodiscard]] FaultList& faults() { return faults_; }

    /// Reports every key that no getter asked for, with the nearest one that could be meant.
    void refuse_unknown();

private:
    const toml::node* node(std::string_view key);
    std::optional<PlacedText> checked(const toml::node& node, std::string_view key);

    const toml::table& table_;
    std::string path_;
    FaultList& faults_;
    std::vector<std::string> known_;
};

}  // namespace forcewatch
