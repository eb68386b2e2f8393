/// How an alert stood at an earlier moment, by its revisions. A pure function.
#pragma once

#include <vector>

#include "storage/alert_tables.hpp"

namespace forcewatch {

/// The alert as its revisions, given in their order, had left it by then: its state, severity,
/// summary and end. What changes without a revision, such as its title, is as it is now.
[[nodiscard]] Alert alert_as_known(Alert alert, const std::vector<AlertRevision>& revisions,
                                   Instant at);

}  // namespace forcewatch
