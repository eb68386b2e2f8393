/// Who is meant by "owner", "deputy", "contributors" or "acknowledger" of an alert.
#pragma once

#include <string>
#include <vector>

#include "daemon/engine/judging.hpp"
#include "storage/alert_tables.hpp"
#include "storage/people.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// Each once; also who has no mail address, and never who has left: for an owner who has, the
/// deputy.
[[nodiscard]] std::vector<Name> holders_of(const std::string& role, const Alert& alert,
                                           FactSource& facts, Store& store);

}  // namespace forcewatch
