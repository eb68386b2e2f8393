/// /v1/conflicts: what does not fit together, and how a person settled it.
#pragma once

#include <optional>

#include "daemon/api_lists.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

/// Empty: no such path here.
[[nodiscard]] std::optional<Response> conflicts_answer(const Asker& asker);
/// POST /v1/conflicts/{id}/settle.   Empty: no such path here.
[[nodiscard]] std::optional<Turn::Work> conflict_work(const Request& request);

}  // namespace forcewatch
