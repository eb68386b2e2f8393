/// What the service manager is told: ready, reloading, alive, stopping.
///
/// Without one (no $NOTIFY_SOCKET) every function does nothing. Blocks: one datagram. Fails: never;
/// a message that cannot be sent is lost, and the watchdog or a time-out of the manager notices.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace forcewatch {

/// The socket answers and the database is open. Also ends a reload, kept or refused.
void notify_ready(std::string_view status);
/// Must be followed by `notify_ready`, even when the new configuration was refused.
void notify_reloading();
/// One line for `systemctl status`, such as "412 open actions, 9 overdue".
void notify_status(std::string_view status);
void notify_stopping(std::string_view status);

/// Sent by the loop itself and only while the daemon is well: a thread for it would hide hangs.
void notify_watchdog();
/// How often the manager wants to hear from us at least; ping at a third. Empty: it does not care.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace forcewatch
