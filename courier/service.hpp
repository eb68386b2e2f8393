/// What the courier says to the service manager and hears from it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace forcewatch {

/// Speaks sd_notify; does nothing where there is no service manager. Pings the watchdog only when
/// `ping` is called, so that a loop that hangs is noticed.
class ServiceManager {
public:
    ServiceManager();
    void ready() const;
    void reloading() const;
    void stopping() const;
    /// Sent only when it differs from the last one.
    void status(const std::string& line);
    /// To be called at least every `ping_every`.
    void ping();
    /// A third of the watchdog's time; a minute without one.
    [[nodiscard]] std::chrono::milliseconds ping_every() const { return ping_every_; }

private:
    std::chrono::milliseconds ping_every_{60'000};
    bool watched_{false};
    std::chrono::steady_clock::time_point last_ping_{};
    std::string last_status_;
};

/// SIGTERM, SIGINT and SIGHUP as a file descriptor. Blocks them for the whole process; make one
/// before any thread starts.
class Signals {
public:
    Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals();
    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// The signals that came since the last call; does not wait.
    [[nodiscard]] std::vector<int> taken() const;

private:
    int descriptor_;
};

}  // namespace forcewatch
