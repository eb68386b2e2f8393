/// The courier's socket: claims wait here for work, settlements are recorded.
///
/// Owner: Service.   Thread: the loop thread.   Fails: problem documents.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <functional>

#include "daemon/alarm.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

class CourierDesk {
public:
    struct Hooks {
        std::function<Instant()> now;
        std::function<void(bool same_destinations)> seen;  ///< a courier asked
    };
    CourierDesk(asio::io_context& io, Turn& turn, Engine& engine, Hooks hooks);

    [[nodiscard]] asio::awaitable<Response> answer(Request request);
    /// Parcels may have become ready: every waiting claim looks again.
    void ring() { alarm_.ring(); }
    /// The service stops: claims that wait, and those that still come, are answered at once.
    void close();
    /// The destinations changed.
    void adopt(const Settings& settings);

private:
    [[nodiscard]] asio::awaitable<Response> claim(Request request);
    [[nodiscard]] asio::awaitable<Response> settle(Request request);
    [[nodiscard]] std::chrono::steady_clock::duration until_next_parcel() const;

    Alarm alarm_;
    Turn& turn_;
    Engine& engine_;
    Hooks hooks_;
    std::string fingerprint_;
    bool closed_{};
};

}  // namespace forcewatch
