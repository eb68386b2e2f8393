// Private to daemon/: how the effect of a batch is told.
#pragma once

#include <vector>

#include "daemon/api/json_writer.hpp"
#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/import_effect.hpp"

namespace forcewatch {

inline constexpr std::size_t most_items_told = 1000;

/// "items" and "items_left_out".
void write_items(JsonWriter& json, const ImportEffect& effect);
/// "alerts": what opened, changed and closed.
void write_alerts(JsonWriter& json, const std::vector<AlertNews>& alerts);

}  // namespace forcewatch
