/// What the server and its connections share; lives until the last of them is gone. Internal.
///
/// Owner: shared. Thread: that of the io_context.
#pragma once

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "daemon/http/server.hpp"

namespace forcewatch {

class Connection;

class ServerState : public std::enable_shared_from_this<ServerState> {
public:
    using Socket = asio::local::stream_protocol::socket;

    ServerState(asio::io_context& io, int descriptor, HttpHandlers handlers, HttpLimits limits);
    ~ServerState();
    ServerState(const ServerState&) = delete;
    ServerState& operator=(const ServerState&) = delete;

    void begin() { accept(); }
    void stop(std::function<void()> stopped);
    void close_all();

    void leave(const Connection& connection);  ///< called by each connection when it ends
    /// Room for that many more bytes of bodies; false: there is none now.
    [[nodiscard]] bool take_room(std::size_t bytes);
    void give_room(std::size_t bytes) { body_bytes_ -= bytes; }
    void report(std::string_view what) const;
    [[nodiscard]] bool stopping() const { return stopping_; }
    [[nodiscard]] std::size_t connections() const { return open_.size(); }
    [[nodiscard]] const HttpLimits& limits() const { return limits_; }
    [[nodiscard]] const HttpHandlers& handlers() const { return handlers_; }

private:
    void accept();
    void accepted(const asio::error_code& error, Socket socket);
    void admit(Socket socket);
    void refuse_one();
    void pause();
    void finish_stop();
    [[nodiscard]] bool has_room_for(uid_t uid) const;

    asio::io_context& io_;
    HttpHandlers handlers_;
    HttpLimits limits_;
    asio::local::stream_protocol::acceptor acceptor_;
    asio::steady_timer timer_;  ///< of a pause in accepting, later of the stop
    int spare_descriptor_;      ///< given up for a moment to answer when no other is left
    std::unordered_set<Connection*> open_;
    std::unordered_map<uid_t, std::size_t> admitted_;
    std::size_t refused_{0};     ///< open, only to be told so
    std::size_t body_bytes_{0};  ///< of all bodies held now
    std::function<void()> stopped_;
    bool stopping_{false};
};

}  // namespace forcewatch
