#include "daemon/notify.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace forcewatch {

namespace {

void send(const std::string& message) { (void)::sd_notify(0, message.c_str()); }

/// A line break would begin another message to the manager.
std::string one_line(std::string_view text) {
    std::string line{text};
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\0'; }, ' ');
    return line;
}

}  // namespace

void notify_ready(std::string_view status) {
    send(fmt::format("READY=1\nSTATUS={}", one_line(status)));
}

void notify_reloading() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC
    send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=reading the configuration",
                     std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void notify_status(std::string_view status) { send("STATUS=" + one_line(status)); }

void notify_stopping(std::string_view status) {
    send(fmt::format("STOPPING=1\nSTATUS={}", one_line(status)));
}

void notify_watchdog() { send("WATCHDOG=1"); }

std::optional<std::chrono::microseconds> watchdog_interval() {
    std::uint64_t interval = 0;
    if (::sd_watchdog_enabled(0, &interval) <= 0) return std::nullopt;
    return std::chrono::microseconds{interval};
}

}  // namespace forcewatch
