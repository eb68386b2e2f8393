/// Days and times as a letter says them, in English or Welsh. Private to daemon/messages.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// "Mon 30 Nov 2026", or "Llun 30 Tach 2026" in Welsh.
[[nodiscard]] std::string day_in_words(Date day, std::string_view language);

/// "Mon 30 Nov 2026, 09:05".
[[nodiscard]] std::string moment_in_words(std::chrono::local_seconds at, std::string_view language);

}  // namespace forcewatch
