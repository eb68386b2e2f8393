/// The changing side of the API: each request becomes work for a turn.
///
/// The work checks, records and judges; its answer is given once it is durable. Answers of 400 and
/// above leave nothing behind.
#pragma once

#include <optional>

#include "daemon/http/request.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

/// The work that `request` asks for; empty: no such path here. The request's shape is checked at
/// once, and what is wrong with it is what the work answers.
[[nodiscard]] std::optional<Turn::Work> write_work(const Request& request);

}  // namespace forcewatch
