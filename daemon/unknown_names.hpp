// Private to daemon/: names in the configuration that nothing recorded bears.
#pragma once

#include <string>
#include <vector>

#include "daemon/engine/engine.hpp"

namespace forcewatch {

/// A rule or a route for a force or a programme that nobody has recorded looks at nothing. One
/// sentence for each; none before there are any forces, as in a new database.
[[nodiscard]] std::vector<std::string> unknown_names(Engine& engine);

}  // namespace forcewatch
