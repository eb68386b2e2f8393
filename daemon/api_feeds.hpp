/// /v1/feeds: how the feeds of the configuration fare, and "fetch it now".
#pragma once

#include <optional>

#include "daemon/api_lists.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

/// Empty: no such path here.
[[nodiscard]] std::optional<Response> feeds_answer(const Asker& asker);
/// POST /v1/feeds/{name}/fetch.   Empty: no such path here.
[[nodiscard]] std::optional<Turn::Work> feed_work(const Request& request);

}  // namespace forcewatch
