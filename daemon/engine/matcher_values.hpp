/// Whether the values that a person asks for exist, so that a slip does not silence nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "core/matcher.hpp"
#include "daemon/engine/reference.hpp"

namespace forcewatch {

/// What is wrong with a value of `matchers`; empty: nothing. Forces, programmes and people must be
/// known; a rule or an area need not be (the daemon has rules of its own, and a finding's area is
/// free text), but is refused where it is nearly the name of one.
[[nodiscard]] std::optional<std::string> unknown_value(const std::vector<Matcher>& matchers,
                                                       Store& store, Reference& reference,
                                                       const Settings& settings);
/// The same for one area.
[[nodiscard]] std::optional<std::string> mistyped_area(const std::string& area,
                                                       Reference& reference);

}  // namespace forcewatch
