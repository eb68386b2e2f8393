/// The courier's log: lines on stderr, with priorities as journald reads them.
#pragma once

#include <string>

namespace forcewatch {

/// Sets up the default logger at `level` (debug, info, warning, error). Under the journal each
/// line starts with "<N>", else with the time.
void set_up_log(const std::string& level);
void set_log_level(const std::string& level);

}  // namespace forcewatch
