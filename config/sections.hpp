/// The sections of the configuration file, one reader each. Private to config/.
#pragma once

#include "config/settings.hpp"
#include "config/table_reader.hpp"

namespace forcewatch {

/// [storage], [socket], [courier], [calendar], [deadlines] and [log].
void read_service(TableReader& file, Settings& settings);
/// [mail].
void read_mail(TableReader& file, Settings& settings);
/// [[destination]]; needs the mail settings.
void read_destinations(TableReader& file, Settings& settings);
/// [[rule]].
void read_rules(TableReader& file, Settings& settings);
/// [[rag]]: the table that derives red, amber and green.
void read_rag(TableReader& file, Settings& settings);
/// [alerts], [[escalation]] and [[inhibit]]; needs the destinations.
void read_alerts(TableReader& file, Settings& settings);
/// [[route]]; needs destinations, rules and escalations.
void read_routes(TableReader& file, Settings& settings);
/// [[feed]], [reading] and [sources].
void read_feeds(TableReader& file, Settings& settings);

/// Reports a name that is not among `known`, with the nearest as a hint.
void check_known(TableReader& reader, const PlacedText& name, std::string_view key,
                 std::string_view what, const std::vector<std::string>& known);
std::vector<std::string> destination_names(const Settings& settings);
/// The destinations at "to": known, each once, and at least one.
std::vector<std::string> read_to(TableReader& reader, const Settings& settings);
/// "credential:NAME" or "file:/path" at `key`.
std::optional<SecretRef> read_secret(TableReader& reader, std::string_view key);
/// True when `text` names a secret instead of being one.
bool names_secret(std::string_view text);
/// The address at `key` is https, or http to this machine, and no inner one that `allowed` does not
/// name. Reports what is wrong with it.
void check_web_address(TableReader& reader, std::string_view key, const std::string& text,
                       const std::vector<std::string>& allowed);
/// Addresses and ranges at "allow".
std::vector<std::string> read_allowed(TableReader& reader);

/// One word of a few at `key`, each with its meaning.
template <typename T>
std::optional<T> read_choice(TableReader& reader, std::string_view key,
                             std::initializer_list<std::pair<std::string_view, T>> choices) {
    const auto found = reader.text(key);
    if (!found) return std::nullopt;
    std::string words;
    for (const auto& [word, meaning] : choices) {
        if (word == found->text) return meaning;
        words += words.empty() ? "\"" : ", \"";
        words += word;
        words += '"';
    }
    reader.report(key, "expected one of " + words);
    return std::nullopt;
}

}  // namespace forcewatch
