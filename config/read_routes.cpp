#include <fmt/format.h>

#include <algorithm>

#include "config/sections.hpp"
#include "config/words.hpp"
#include "core/nearest.hpp"

namespace forcewatch {

namespace {

Severity read_threshold(TableReader& reader) {
    return read_choice<Severity>(reader, "severity",
                                 {{"info+", Severity::info},
                                  {"warning+", Severity::warning},
                                  {"critical+", Severity::critical},
                                  {"critical", Severity::critical}})
        .value_or(Severity::info);
}

// A name that must be one of `known`, with the nearest as a hint.
void check_known(TableReader& reader, const PlacedText& name, std::string_view key,
                 std::string_view what, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), name.text) != known.end()) return;
    const auto hint = nearest(name.text, known);
    reader.report_at(name.place, key,
                     fmt::format("there is no {} \"{}\"{}", what, name.text,
                                 hint.empty() ? "" : "; did you mean \"" + hint + "\"?"));
}

void read_match(TableReader reader, const Settings& settings, Route& route) {
    route.kinds = read_words<ForceKind>(
        reader, "kind", [](const std::string& text) { return parse_force_kind(text); });
    route.forces = read_words<std::string>(reader, "force", parse_slug);
    std::vector<std::string> rules;
    for (const auto& rule : settings.rules) rules.push_back(rule.name);
    for (const auto& name : reader.texts("rule")) {
        check_known(reader, name, "rule", "rule", rules);
        route.rules.insert(name.text);
    }
    route.at_least = read_threshold(reader);
    reader.refuse_unknown();
}

}  // namespace

void read_routes(TableReader& file, Settings& settings) {
    std::vector<std::string> destinations;
    for (const auto& destination : settings.destinations) destinations.push_back(destination.name);
    for (const auto* table : file.tables("route")) {
        TableReader reader{*table, "route", file.faults()};
        Route route;
        if (const auto* match = reader.table("match"))
            read_match({*match, "route.match", file.faults()}, settings, route);
        for (const auto& name : reader.texts("to")) {
            check_known(reader, name, "to", "destination", destinations);
            if (std::find(route.to.begin(), route.to.end(), name.text) != route.to.end())
                reader.report_at(name.place, "to",
                                 fmt::format("\"{}\" stands here twice", name.text));
            route.to.push_back(name.text);
        }
        if (!reader.has("to"))
            reader.report("to", "is missing");
        else if (reader.has_empty_list("to"))
            reader.report("to", "names no destination");
        reader.refuse_unknown();
        settings.routes.push_back(std::move(route));
    }
}

}  // namespace forcewatch
