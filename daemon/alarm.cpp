#include "daemon/alarm.hpp"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace forcewatch {

void Alarm::ring() {
    for (auto* timer : waiting_) timer->cancel();
}

asio::awaitable<void> Alarm::wait(std::chrono::steady_clock::duration longest) {
    asio::steady_timer timer{io_, longest};
    const auto place = waiting_.insert(waiting_.end(), &timer);
    asio::error_code rung;
    auto waited = timer.async_wait(asio::redirect_error(asio::use_awaitable, rung));
    co_await std::move(waited);
    waiting_.erase(place);
}

}  // namespace forcewatch
