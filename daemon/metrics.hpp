/// Everything worth a graph or a warning, as Prometheus reads it.
///
/// Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <string>

#include "daemon/api_board.hpp"

namespace forcewatch {

/// Text format 0.0.4.
[[nodiscard]] std::string metrics_text(Engine& engine, Instant now, const Health& health);

}  // namespace forcewatch
