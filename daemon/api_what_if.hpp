/// The rules, asked on purpose: explain, forecast and back-test, as documents of the API.
///
/// Thread: the worker's.   Fails: problem documents; throws StoreError.
#pragma once

#include <functional>
#include <optional>

#include "daemon/engine/engine.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"

namespace forcewatch {

/// What the worker is to work out for a request; empty: it asks nothing that takes a scan.
[[nodiscard]] std::optional<std::function<Response(Engine& engine)>> scan_for(
    const Request& request, Instant now);

}  // namespace forcewatch
