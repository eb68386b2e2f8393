/// Everything as files, and what came in by files: exports, past imports, owners by the handful.
#pragma once

#include <functional>
#include <optional>

#include "daemon/engine/engine.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

struct Asker;

/// GET /v1/export: asked beside the loop, since it folds the journal.   Empty: another path.
[[nodiscard]] std::optional<std::function<Response(Engine&)>> export_for(const Request& request,
                                                                         Instant now);
/// GET /v1/imports.   Empty: another path.
[[nodiscard]] std::optional<Response> imports_answer(const Asker& asker);
/// POST /v1/imports/ID/undo and /v1/assign.   Empty: another path.
[[nodiscard]] std::optional<Turn::Work> files_work(const Request& request);

}  // namespace forcewatch
