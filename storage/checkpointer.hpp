/// Moves what was committed from the write-ahead log into the database file, beside whoever writes:
/// neither commits nor readers wait for it.
///
/// Owner: Service.   Thread: a thread of its own, begun when it is first needed, each time with a
/// connection of its own.   Fails: what must end the program is told to `failed`, on that thread;
/// anything else is tried again at the next call.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "storage/error.hpp"

namespace forcewatch {

class Checkpointer {
public:
    using Failed = std::function<void(const StoreError& error)>;
    Checkpointer(std::filesystem::path database, Failed failed);

    /// Of whoever writes, after each commit: moves the log each time it has grown by a thousand
    /// pages. Returns at once.
    void log_holds(int pages);

private:
    void run_soon();
    void work(const std::stop_token& stopped);
    [[nodiscard]] bool next(const std::stop_token& stopped);

    std::filesystem::path database_;
    Failed failed_;
    int pages_asked_at_{};
    std::mutex mutex_;
    std::condition_variable_any asked_;
    bool wanted_{};
    std::jthread thread_;  ///< last: it uses the others
};

}  // namespace forcewatch
