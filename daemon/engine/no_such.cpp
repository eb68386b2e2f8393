#include "daemon/engine/no_such.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/nearest.hpp"

namespace forcewatch {

std::string no_such_force(Store& store, const std::string& id) {
    std::vector<std::string> ids;
    for (const auto& force : store.facts().forces()) ids.push_back(force.id);
    return fmt::format("no force has the id \"{}\"{}", id, did_you_mean(id, ids));
}

std::string no_such_person(Store& store, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& person : store.people().all())
        names.push_back(person.name.empty() ? person.token : person.name);
    return fmt::format("no person is called \"{}\"{}", name, did_you_mean(name, names));
}

}  // namespace forcewatch
