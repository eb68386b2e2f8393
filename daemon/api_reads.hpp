/// The GET side of the API: facts, alerts, deliveries, journal. Synchronous, on the loop thread.
///
/// Every list of facts takes `as_of=DATE` and then folds the journal up to that day; without it the
/// fact tables answer. Fails: problem documents; throws StoreError.
#pragma once

#include <optional>

#include "daemon/engine/engine.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"

namespace forcewatch {

class ApiReads {
public:
    explicit ApiReads(Engine& engine) : engine_{engine} {}

    /// Empty: no such path here.
    [[nodiscard]] std::optional<Response> answer(const Request& request, Instant now);

private:
    Engine& engine_;
};

}  // namespace forcewatch
