/// Coroutines wait here until somebody rings, or until it is late.
///
/// Owner: who rings.   Thread: the loop thread.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <list>

namespace forcewatch {

class Alarm {
public:
    explicit Alarm(asio::io_context& io) : io_{io} {}

    /// Everyone who waits goes on.
    void ring();
    /// Returns when rung, or after `longest`.
    [[nodiscard]] asio::awaitable<void> wait(std::chrono::steady_clock::duration longest);

private:
    asio::io_context& io_;
    std::list<asio::steady_timer*> waiting_;
};

}  // namespace forcewatch
