/// What a changing request may demand of the state it meets: `If-Match`, so that nobody overwrites
/// what somebody else has just changed, and `Idempotency-Key`, so that a request which is sent
/// again has its effect once.
///
/// The version of a thing is the number of the last event about it; of an alert or a proposal, it
/// counts its revisions.
///
/// Thread: the loop thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/request.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

/// The entity tag of what stands at `path` ("/v1/actions/tracker/A-1"), in its quotes; empty:
/// nothing with a version does.
[[nodiscard]] std::optional<std::string> version_at(Engine& engine, std::string_view path);

/// The same work under the conditions that the request sets. Its answer bears the version that it
/// made.
[[nodiscard]] Turn::Work guarded(const Request& request, Turn::Work work);

}  // namespace forcewatch
