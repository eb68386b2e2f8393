/// What an import, or the undoing of one, does to the facts: for people.
#pragma once

#include "cli/session.hpp"

namespace forcewatch {

/// Items that are added, changed or removed with their fields, what is missing, and which alerts
/// open or close. The first of each kind alone, unless `all`.
void print_effect(Session& session, const JsonValue& outcome, bool all);

}  // namespace forcewatch
