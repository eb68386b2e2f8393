/// One caller's connection, from accept to close. Internal to the server.
///
/// Owner: its own coroutine. Thread: that of the io_context. One lazy timer guards every wait: it
/// is re-armed only when it fires, or when a nearer deadline appears.
#pragma once

#include <array>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/request_parser.hpp"
#include "daemon/http/server_state.hpp"

namespace forcewatch {

class Connection : public std::enable_shared_from_this<Connection> {
public:
    /// `admitted` is false for one too many, which is only told so.
    Connection(std::shared_ptr<ServerState> server, ServerState::Socket socket,
               std::shared_ptr<const Peer> peer, bool admitted);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Serves until the caller leaves or must leave. `self` keeps the connection alive.
    static asio::awaitable<void> run(std::shared_ptr<Connection> self);

    [[nodiscard]] uid_t uid() const { return peer_->uid; }
    [[nodiscard]] bool admitted() const { return admitted_; }
    /// Closes when nothing is under way. Who never was served yet, or has sent half a request, gets
    /// a moment to send the rest.
    void stop();
    void close();

private:
    using Clock = std::chrono::steady_clock;
    enum class Wait : std::uint8_t { none, idle, head, body, write, drain };

    asio::awaitable<void> serve();
    asio::awaitable<Response> handle_slowly();
    asio::awaitable<bool> send_rest(std::string_view first, std::string_view second);
    asio::awaitable<bool> send_chunks(ChunkSource source, bool chunked);
    asio::awaitable<void> drain();

    [[nodiscard]] std::optional<Response> handle_now();
    [[nodiscard]] bool prepare_to_read();
    [[nodiscard]] bool received(const asio::error_code& error, std::size_t size);
    [[nodiscard]] asio::mutable_buffer read_buffer();
    [[nodiscard]] std::string_view make_head(Response& response, bool keep_alive, bool has_body);
    /// Sends what the socket takes now and shortens both; false: the caller is gone.
    [[nodiscard]] bool write_some(std::string_view& first, std::string_view& second);
    void parse_buffered();
    void decide_on_head();
    void account_for_body();
    void next_request();
    void refuse(int status, std::string_view detail);
    void send_refusal(Response response);
    void wait_for(Wait wait, std::chrono::milliseconds time);
    void arm();
    void on_timer();

    std::shared_ptr<ServerState> server_;
    ServerState::Socket socket_;
    asio::steady_timer timer_;
    Clock::time_point deadline_{Clock::time_point::max()};
    std::shared_ptr<const Peer> peer_;
    RequestParser parser_;
    std::optional<Response> refusal_;     ///< of the request at hand, whose body is not wanted
    std::size_t held_bytes_{0};           ///< of its body, as the server counts them
    std::string head_;                    ///< of the answer being sent
    std::unique_ptr<char[]> big_buffer_;  ///< only while a body arrives
    std::size_t unread_at_{0};            ///< bytes of the buffer not yet parsed
    std::size_t unread_end_{0};
    Wait wait_{Wait::none};
    bool admitted_;
    bool timer_armed_{false};
    bool expired_{false};
    bool continue_sent_{false};
    bool served_{false};
    bool decided_{false};  ///< whether the request at hand may come
    std::array<char, 512> small_buffer_;
};

}  // namespace forcewatch
