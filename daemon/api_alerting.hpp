// Private to daemon/: how alerts are told, as the API shows it.
#pragma once

#include "daemon/api_lists.hpp"
#include "daemon/engine/routing.hpp"

namespace forcewatch {

/// Silences, pauses, the hold, destinations, the route tester, who was told.   Empty: no such path.
[[nodiscard]] std::optional<Response> alerting_answer(const Asker& asker);

/// An alert with its revisions, who acknowledged it, who was told, and why somebody was not.
void write_whole_alert(JsonWriter& json, Engine& engine, const Alert& alert, Instant now);
void write_silence(JsonWriter& json, Engine& engine, const Silence& silence, Instant now);
void write_pause(JsonWriter& json, Engine& engine, const Pause& pause, Instant now);
[[nodiscard]] Response hold_answer(Engine& engine);
[[nodiscard]] Response destination_answer(Engine& engine, const std::string& name);

}  // namespace forcewatch
