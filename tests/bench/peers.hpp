/// The programs that are compared: forcewatchd, nginx and Alertmanager, each on sockets of this
/// machine only, each with a folder of its own.
#pragma once

#include <filesystem>
#include <string>

#include "tests/bench/load.hpp"
#include "tests/bench/process.hpp"

namespace forcewatch::bench {

/// The configuration of every daemon measured: the shipped rules, and messages to a folder.
[[nodiscard]] std::string settings_text(const std::filesystem::path& folder);

/// forcewatchd on the database in `folder`, ready to be asked. `wrapper` runs it under a tool;
/// `settings` stand in place of `settings_text`.
class Daemon {
public:
    explicit Daemon(const std::filesystem::path& folder, std::vector<std::string> wrapper = {},
                    const std::string& settings = {});

    [[nodiscard]] Endpoint endpoint() const;
    [[nodiscard]] Child& child() { return child_; }
    [[nodiscard]] const Child& child() const { return child_; }
    [[nodiscard]] double seconds_to_ready() const { return seconds_to_ready_; }

private:
    std::filesystem::path folder_;
    NotifySocket notify_;
    Child child_;
    double seconds_to_ready_{};
};

/// forcewatch-courier for the daemon of that folder.
class Courier {
public:
    explicit Courier(const std::filesystem::path& folder);
    [[nodiscard]] const Child& child() const { return child_; }

private:
    Child child_;
};

/// nginx, one process on one core, serving `folder`/files over `folder`/nginx.sock.
class Nginx {
public:
    Nginx(const std::filesystem::path& folder, int core);

    [[nodiscard]] static bool installed() { return !find_program("nginx").empty(); }
    [[nodiscard]] Endpoint endpoint() const { return {(folder_ / "nginx.sock").string(), 0}; }
    [[nodiscard]] const Child& child() const { return child_; }

private:
    std::filesystem::path folder_;
    Child child_;
};

/// Alertmanager with a route to nobody, or to the webhook at `hook`. Its default puts all alerts
/// into one group; `each_alone` gives each a group of its own, told at once, as Forcewatch tells of
/// each subject for itself.
class Alertmanager {
public:
    enum class Groups { one, each_alone };
    explicit Alertmanager(const std::filesystem::path& folder, Groups groups = Groups::one,
                          const std::string& hook = {});

    [[nodiscard]] static bool installed() {
        return !find_program("prometheus-alertmanager").empty();
    }
    [[nodiscard]] Endpoint endpoint() const { return {{}, port_}; }
    [[nodiscard]] const Child& child() const { return child_; }
    [[nodiscard]] double seconds_to_ready() const { return seconds_to_ready_; }

private:
    int port_;
    Child child_;
    double seconds_to_ready_{};
};

/// A port of loopback that nobody listens on.
[[nodiscard]] int free_port();
/// Asks until a 2xx comes; returns the moment.
double wait_for_answer(const Endpoint& endpoint, std::string_view target);

void write_file(const std::filesystem::path& path, std::string_view text);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace forcewatch::bench
