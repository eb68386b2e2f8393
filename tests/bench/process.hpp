/// Programs under measurement: started, watched through /proc, and ended by their id.
///
/// A child dies with its parent, so that an interrupted run leaves nothing behind. Everything here
/// throws std::runtime_error where the machine does not play along.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace forcewatch::bench {

/// Seconds of a clock that only goes forward.
[[nodiscard]] double wall_seconds();
/// CPU time of the calling thread.
[[nodiscard]] double own_cpu_seconds();
/// Keeps the calling thread on one core; a machine with fewer keeps it anywhere.
void stay_on_core(int core);
void stay_anywhere();

/// The path of a program on PATH or under /usr/sbin; empty: it is not installed.
[[nodiscard]] std::string find_program(const std::string& name);

struct Memory {
    std::int64_t rss{};
    std::int64_t anonymous{};
};

class Child {
public:
    struct Options {
        std::vector<std::string> environment;  ///< "NAME=value"
        std::filesystem::path log;             ///< takes stdout and stderr
        std::optional<int> core;
    };
    Child(const std::vector<std::string>& arguments, const Options& options);
    /// Ends it, if it has not ended.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] double started_at() const { return started_at_; }
    [[nodiscard]] bool running();
    /// SIGTERM, and SIGKILL for who does not go within a minute. Returns when it is gone.
    void stop();

    [[nodiscard]] double cpu_seconds() const;
    [[nodiscard]] Memory memory() const;
    [[nodiscard]] int threads() const;
    /// How often any of its threads gave up the processor to wait.
    [[nodiscard]] std::int64_t waits() const;
    void move_to_core(int core) const;
    /// Returns once a daemon that is ready has checked its file: its loop and its idle worker are
    /// the only threads left.
    void wait_for_rest() const;

private:
    pid_t pid_{-1};
    double started_at_{};
};

/// The service manager's end of sd_notify.
class NotifySocket {
public:
    explicit NotifySocket(const std::filesystem::path& path);
    ~NotifySocket();
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    [[nodiscard]] std::string variable() const { return "NOTIFY_SOCKET=" + path_.string(); }
    /// Returns the moment at which READY=1 came, by `wall_seconds`. What is sent later is refused,
    /// as nobody would read it.
    [[nodiscard]] double wait_until_ready();

private:
    void close();
    std::filesystem::path path_;
    int descriptor_{-1};
};

/// A folder for one run, removed at the end.
class Folder {
public:
    explicit Folder(const std::filesystem::path& path);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace forcewatch::bench
