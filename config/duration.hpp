/// Durations and times of day as people write them in the configuration.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace forcewatch {

/// "30d", "-7d" or "2w"; at most 36500 days either way. Empty: it is none of these.
[[nodiscard]] std::optional<std::chrono::days> parse_days(std::string_view text);

/// "30s", "15m", "1h" or "1d", not negative, at most 36500 days. Empty: it is none of these.
[[nodiscard]] std::optional<std::chrono::seconds> parse_period(std::string_view text);

/// "08:30", from "00:00" to "23:59", as minutes after midnight. Empty: it is not one.
[[nodiscard]] std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

}  // namespace forcewatch
