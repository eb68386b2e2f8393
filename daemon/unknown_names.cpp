#include "daemon/unknown_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/nearest.hpp"

namespace forcewatch {

namespace {

struct Known {
    std::vector<std::string> forces;
    std::vector<std::string> programmes;
};

Known known_of(Engine& engine) {
    Known known;
    for (const auto& force : engine.store().facts().forces()) known.forces.push_back(force.id);
    for (const auto& [subject, cycle] : engine.reference().facts().cycles)
        known.programmes.push_back(cycle.programme);
    return known;
}

void tell(std::vector<std::string>& notices, const std::string& where, std::string_view what,
          const std::set<std::string>& names, const std::vector<std::string>& known) {
    for (const auto& name : names) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const auto hint = nearest(name, known);
        notices.push_back(
            fmt::format("{}: no {} is called \"{}\"{}", where, what, name,
                        hint.empty() ? "" : fmt::format("; did you mean \"{}\"?", hint)));
    }
}

void tell_of_routes(std::vector<std::string>& notices, const std::vector<Route>& routes,
                    const Known& known) {
    for (const auto& route : routes) {
        const auto where =
            route.name.empty() ? std::string{"a route"} : fmt::format("route \"{}\"", route.name);
        tell(notices, where, "force", route.forces, known.forces);
        tell_of_routes(notices, route.inner, known);
    }
}

}  // namespace

std::vector<std::string> unknown_names(Engine& engine) {
    const auto known = known_of(engine);
    std::vector<std::string> notices;
    if (known.forces.empty()) return notices;
    for (const auto& rule : engine.settings().rules) {
        const auto where = fmt::format("rule \"{}\"", rule.name);
        tell(notices, where, "force", rule.forces, known.forces);
        if (!known.programmes.empty())
            tell(notices, where, "programme", rule.programmes, known.programmes);
    }
    tell_of_routes(notices, engine.settings().routes, known);
    return notices;
}

}  // namespace forcewatch
