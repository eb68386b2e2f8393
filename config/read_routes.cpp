#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/sections.hpp"
#include "config/words.hpp"
#include "core/nearest.hpp"

namespace forcewatch {

void check_known(TableReader& reader, const PlacedText& name, std::string_view key,
                 std::string_view what, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), name.text) != known.end()) return;
    reader.report_at(
        name.place, key,
        fmt::format("there is no {} \"{}\"{}", what, name.text, did_you_mean(name.text, known)));
}

std::vector<std::string> destination_names(const Settings& settings) {
    std::vector<std::string> names;
    for (const auto& destination : settings.destinations) names.push_back(destination.name);
    return names;
}

namespace {

constexpr int deepest_route = 8;

Severity read_threshold(TableReader& reader) {
    return read_choice<Severity>(reader, "severity",
                                 {{"info+", Severity::info},
                                  {"warning+", Severity::warning},
                                  {"critical+", Severity::critical},
                                  {"critical", Severity::critical}})
        .value_or(Severity::info);
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
    if (reader.has_empty_list("rule")) reader.report("rule", "is empty; leave it out to mean all");
    route.at_least = read_threshold(reader);
    reader.refuse_unknown();
}

std::vector<Route> read_level(TableReader& reader, const Settings& settings, int depth);

Route read_route(TableReader& reader, const Settings& settings, int depth) {
    Route route;
    if (reader.has("name"))
        if (const auto name = reader.name("name")) route.name = name->text;
    if (const auto* match = reader.table("match"))
        read_match({*match, reader.path_of("match"), reader.faults()}, settings, route);
    route.to = read_to(reader, settings);
    if (const auto name = reader.text("escalation")) {
        std::vector<std::string> known;
        for (const auto& escalation : settings.escalations) known.push_back(escalation.name);
        check_known(reader, *name, "escalation", "escalation", known);
        route.escalation = name->text;
    }
    if (const auto period = reader.period("repeat_every")) {
        if (*period < std::chrono::minutes{1})
            reader.report("repeat_every", "expected a minute or more, such as \"1d\"");
        else
            route.repeat_every = *period;
    }
    route.goes_on = reader.boolean("continue").value_or(false);
    if (depth < deepest_route)
        route.inner = read_level(reader, settings, depth + 1);
    else if (reader.has("route"))
        reader.report("route", "lies deeper than eight routes");
    reader.refuse_unknown();
    return route;
}

/// Among those of its level a route is told apart by its name.
std::vector<Route> read_level(TableReader& reader, const Settings& settings, int depth) {
    std::vector<Route> routes;
    std::set<std::string> names;
    for (const auto* table : reader.tables("route")) {
        TableReader inner{*table, reader.path_of("route"), reader.faults()};
        routes.push_back(read_route(inner, settings, depth));
        const auto& name = routes.back().name;
        if (!name.empty() && !names.insert(name).second)
            inner.report("name", fmt::format("\"{}\" is the name of an earlier route", name));
    }
    return routes;
}

bool takes_all(const Route& route) {
    return route.kinds.empty() && route.forces.empty() && route.rules.empty() &&
           route.at_least == Severity::info;
}

/// An alert that fits no route must not vanish because nobody thought of it.
void refuse_gap(TableReader& file, const Settings& settings) {
    if (settings.routes.empty() || !file.faults().empty() ||
        std::any_of(settings.routes.begin(), settings.routes.end(), takes_all))
        return;
    const auto* alerts = file.table("alerts");
    if (alerts != nullptr && alerts->contains("otherwise")) return;
    TableReader{*file.tables("route").front(), "route", file.faults()}.report(
        "match",
        "no route takes every alert: add one without match, or say in [alerts] where the rest "
        "goes, otherwise = \"NAME\" (\"none\": it is only recorded)");
}

}  // namespace

std::vector<std::string> read_to(TableReader& reader, const Settings& settings) {
    std::vector<std::string> to;
    for (const auto& name : reader.texts("to")) {
        check_known(reader, name, "to", "destination", destination_names(settings));
        if (std::find(to.begin(), to.end(), name.text) != to.end())
            reader.report_at(name.place, "to", fmt::format("\"{}\" stands here twice", name.text));
        to.push_back(name.text);
    }
    if (!reader.has("to"))
        reader.report("to", "is missing");
    else if (reader.has_empty_list("to"))
        reader.report("to", "names no destination");
    return to;
}

void read_routes(TableReader& file, Settings& settings) {
    settings.routes = read_level(file, settings, 1);
    refuse_gap(file, settings);
}

}  // namespace forcewatch
