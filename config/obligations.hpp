/// The file of duties that follow from publications, causes of concern and moves.
///
/// Read by whoever imports it; every fault names its place. Blocks: nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "core/reference_events.hpp"

namespace forcewatch {

/// `[[obligation]]` tables; docs/import.md lists their keys.
[[nodiscard]] tl::expected<std::vector<ObligationDefined>, std::vector<Fault>> read_obligations(
    std::string_view text, const std::string& file);

}  // namespace forcewatch
