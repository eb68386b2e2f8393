#include "daemon/unknown_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/nearest.hpp"

namespace forcewatch {

namespace {

/// Names that one place of the configuration gives.
struct Given {
    std::string where;
    const std::set<std::string>& names;
};

void collect(std::vector<Given>& forces, const std::vector<Route>& routes) {
    for (const auto& route : routes) {
        forces.push_back(
            {route.name.empty() ? std::string{"a route"} : fmt::format("route \"{}\"", route.name),
             route.forces});
        collect(forces, route.inner);
    }
}

bool names_nothing(const std::vector<Given>& all) {
    return std::all_of(all.begin(), all.end(),
                       [](const Given& given) { return given.names.empty(); });
}

/// Where nothing is known, as in a new database, nothing is told.
void tell(std::vector<std::string>& notices, std::string_view what, const std::vector<Given>& all,
          const std::vector<std::string>& known) {
    if (known.empty()) return;
    for (const auto& given : all)
        for (const auto& name : given.names) {
            if (std::find(known.begin(), known.end(), name) != known.end()) continue;
            notices.push_back(fmt::format("{}: no {} is called \"{}\"{}", given.where, what, name,
                                          did_you_mean(name, known)));
        }
}

}  // namespace

std::vector<std::string> unknown_names(Engine& engine) {
    std::vector<Given> forces;
    std::vector<Given> programmes;
    for (const auto& rule : engine.settings().rules) {
        forces.push_back({fmt::format("rule \"{}\"", rule.name), rule.forces});
        programmes.push_back({forces.back().where, rule.programmes});
    }
    collect(forces, engine.settings().routes);
    std::vector<std::string> notices;
    if (names_nothing(forces) && names_nothing(programmes)) return notices;  // as shipped
    std::vector<std::string> known;
    for (const auto& force : engine.store().facts().forces()) known.push_back(force.id);
    if (known.empty()) return notices;
    tell(notices, "force", forces, known);
    known.clear();
    for (const auto& [subject, cycle] : engine.reference().facts().cycles)
        known.push_back(cycle.programme);
    tell(notices, "programme", programmes, known);
    return notices;
}

}  // namespace forcewatch
