// Private to daemon/: the parameters of requests, above all of those that change something.
#pragma once

#include <optional>

#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"

namespace forcewatch {

/// 400 where a change names a parameter that its path does not take, or a value that it does not:
/// a trial that is misspelt must not become the real thing. And where any request names one twice.
/// Looks at the address alone.
[[nodiscard]] std::optional<Response> fault_of_parameters(const Request& request);

}  // namespace forcewatch
