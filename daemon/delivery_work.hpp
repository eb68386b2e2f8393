/// What an operator decides about one delivery.
#pragma once

#include <optional>

#include "daemon/http/request.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

/// The work that `request` asks for: POST /v1/deliveries/{id}/dismiss. Empty: no such path here.
[[nodiscard]] std::optional<Turn::Work> delivery_work(const Request& request);

}  // namespace forcewatch
