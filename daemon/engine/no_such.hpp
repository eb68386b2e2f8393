/// What to say to somebody who names what nobody has recorded.
#pragma once

#include <string>

#include "storage/store.hpp"

namespace forcewatch {

/// Says that there is none, and which may be meant.
[[nodiscard]] std::string no_such_force(Store& store, const std::string& id);
[[nodiscard]] std::string no_such_person(Store& store, const std::string& name);

}  // namespace forcewatch
