/// Faults that a program of this kind can have, put in on purpose: the simulator must find each.
#pragma once

#include <string_view>
#include <vector>

#include "tests/simulation/seams.hpp"

namespace forcewatch::sim {

struct PlantedBug {
    std::string_view name;
    void (*plant)(Seams&);
};

[[nodiscard]] const std::vector<PlantedBug>& planted_bugs();

}  // namespace forcewatch::sim
