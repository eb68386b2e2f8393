/// Findings that are one: said, taken back, and suggested.
#pragma once

#include <functional>
#include <optional>

#include "daemon/engine/engine.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

/// GET /v1/findings/duplicates: what may be one, for a person to decide. Asked beside the loop,
/// since it compares titles by the thousand.   Empty: another path.
[[nodiscard]] std::optional<std::function<Response(Engine&)>> duplicates_for(const Request& request,
                                                                             Instant now);
/// POST /v1/findings/{force}/{reference}/same-as and /apart.   Empty: another path.
[[nodiscard]] std::optional<Turn::Work> same_as_work(const Request& request);

}  // namespace forcewatch
