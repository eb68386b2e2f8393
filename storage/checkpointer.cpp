#include "storage/checkpointer.hpp"

#include <utility>

#include "storage/sql.hpp"

namespace forcewatch {

Checkpointer::Checkpointer(std::filesystem::path database, Failed failed)
    : database_{std::move(database)}, failed_{std::move(failed)} {}

void Checkpointer::log_holds(int pages) {
    constexpr int step = 1'000;
    if (pages < pages_asked_at_) pages_asked_at_ = 0;  // all was moved, and it began anew
    if (pages - pages_asked_at_ < step) return;
    pages_asked_at_ = pages;
    run_soon();
}

void Checkpointer::run_soon() {
    {
        const std::lock_guard lock{mutex_};
        wanted_ = true;
    }
    if (thread_.joinable()) return asked_.notify_one();
    thread_ = std::jthread{[this](const std::stop_token& stopped) { work(stopped); }};
}

bool Checkpointer::next(const std::stop_token& stopped) {
    std::unique_lock lock{mutex_};
    if (!asked_.wait(lock, stopped, [this] { return wanted_; })) return false;
    wanted_ = false;
    return true;
}

void Checkpointer::work(const std::stop_token& stopped) {
    while (next(stopped)) {
        try {
            // Anew each time: between two it would only hold memory.
            sql::Connection{database_.string(), sql::Connection::Mode::existing}.move_log();
        } catch (const StoreError& error) {
            if (error.fatal()) return failed_(error);
        }
    }
}

}  // namespace forcewatch
