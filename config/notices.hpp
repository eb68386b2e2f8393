/// What a configuration says that is no fault, and yet not what its author may think.
///
/// Values only, but for one look at the system's groups. Told at check, start and reload.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace forcewatch {

/// Settings that this release keeps and does not use, webhooks that go unsigned, and groups that
/// do not exist. Sentences for a person.
[[nodiscard]] std::vector<std::string> notices_of(const Settings& settings);

/// The keys, such as "storage.path", that `wanted` changes and that a reload cannot put into use.
[[nodiscard]] std::vector<std::string> needs_restart(const Settings& running,
                                                     const Settings& wanted);

}  // namespace forcewatch
