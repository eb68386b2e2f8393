/// HTTP/1.1 over a listening Unix socket: one coroutine per connection, answers in order.
///
/// Requests reach the handlers whole and within `HttpLimits`; whatever is hostile, late or too big
/// is answered and closed here and costs only its sender.
///
/// Owner: the program; may go before its connections do. Thread: that of the io_context, only.
/// Blocks: never. Fails: a handler that throws becomes a 500 and a call of `failed`.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "daemon/http/limits.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"

namespace forcewatch {

/// What is decided on the head alone, before a byte of the body is held.
struct Admission {
    std::optional<Response> refusal;  ///< answered at once, the body unread
    std::size_t body_bytes{};         ///< the largest body that this request may have
};

struct HttpHandlers {
    /// Asked for each request that has a body or changes something. May be null: all may come.
    std::function<Admission(const Request& head)> admit;
    /// Whether a browser's page may send this although it changes something. May be null: none.
    std::function<bool(const Request& head)> for_pages;
    /// Tried first; empty: this request needs `answer`. For what is at hand, such as cached bytes,
    /// because it costs no coroutine. May be null.
    std::function<std::optional<Response>(const Request&)> answer_now;
    std::function<asio::awaitable<Response>(Request)> answer;
    /// Told of what a handler threw and of trouble with accepting. May be null.
    std::function<void(std::string_view what)> failed;
};

class Server {
public:
    /// Takes over the listening `descriptor` and begins to accept.
    Server(asio::io_context& io, int descriptor, HttpHandlers handlers, HttpLimits limits = {});
    /// Closes everything at once.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Stops listening, closes idle connections, lets what is in flight finish for `stop_time`,
    /// closes the rest, then calls `stopped` once, from the loop.
    void stop(std::function<void()> stopped);

    [[nodiscard]] std::size_t connections() const;

private:
    std::shared_ptr<class ServerState> state_;
};

}  // namespace forcewatch
