#include "daemon/http/server_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <cerrno>

#include "daemon/http/connection.hpp"
#include "daemon/http/problem.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t descriptors_for_the_rest = 64;  ///< database, journal, timers, backups
constexpr std::size_t most_refused = 32;
constexpr std::chrono::milliseconds accept_pause{50};

HttpLimits within_descriptors(HttpLimits limits) {
    rlimit allowed{};
    if (::getrlimit(RLIMIT_NOFILE, &allowed) != 0 || allowed.rlim_cur == RLIM_INFINITY)
        return limits;
    const std::size_t kept = descriptors_for_the_rest + most_refused;
    const std::size_t left = allowed.rlim_cur > kept + 8 ? allowed.rlim_cur - kept : 8;
    limits.connections = std::min(limits.connections, left);
    limits.reserved = std::min(limits.reserved, limits.connections / 2);
    return limits;
}

int open_spare() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

/// In haste, for one who cannot be kept long enough to be refused in style.
void say_full(int socket) {
    const Response response = protocol_problem(503, "The daemon has no room for one more.");
    std::string text;
    (void)append_head(text, response, false, false);
    text += response.text();
    (void)::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::shared_ptr<const Peer> peer_of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return nullptr;
    auto peer = std::make_shared<Peer>();
    peer->uid = credentials.uid;
    peer->gid = credentials.gid;
    peer->pid = credentials.pid;
    size = 0;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, nullptr, &size) == 0 || errno != ERANGE)
        return peer;
    peer->groups.resize(size / sizeof(gid_t));
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer->groups.data(), &size) != 0)
        return nullptr;
    peer->groups.resize(size / sizeof(gid_t));
    return peer;
}

}  // namespace

ServerState::ServerState(asio::io_context& io, int descriptor, HttpHandlers handlers,
                         HttpLimits limits)
    : io_{io},
      handlers_{std::move(handlers)},
      limits_{within_descriptors(std::move(limits))},
      acceptor_{io, asio::local::stream_protocol{}, descriptor},
      timer_{io},
      spare_descriptor_{open_spare()} {
    acceptor_.non_blocking(true);
}

ServerState::~ServerState() {
    if (spare_descriptor_ >= 0) ::close(spare_descriptor_);
}

void ServerState::accept() {
    acceptor_.async_accept(
        [self = shared_from_this()](const asio::error_code& error, Socket socket) {
            self->accepted(error, std::move(socket));
        });
}

void ServerState::accepted(const asio::error_code& error, Socket socket) {
    if (!acceptor_.is_open()) return;
    if (!error) {
        admit(std::move(socket));
        return accept();
    }
    if (error == asio::error::connection_aborted) return accept();
    if (error == asio::error::no_descriptors) refuse_one();
    report(fmt::format("accepting pauses: {}", error.message()));
    pause();
}

void ServerState::pause() {
    timer_.expires_after(accept_pause);
    timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
        if (!error && self->acceptor_.is_open()) self->accept();
    });
}

/// With no descriptor left, somebody still learns why he must wait.
void ServerState::refuse_one() {
    if (spare_descriptor_ >= 0) ::close(spare_descriptor_);
    const int socket = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
        say_full(socket);
        ::close(socket);
    }
    spare_descriptor_ = open_spare();
}

bool ServerState::has_room_for(uid_t uid) const {
    const auto& favoured = limits_.reserved_for;
    const bool may_use_reserve = std::find(favoured.begin(), favoured.end(), uid) != favoured.end();
    const std::size_t room = limits_.connections - (may_use_reserve ? 0 : limits_.reserved);
    const auto own = admitted_.find(uid);
    return open_.size() - refused_ < room &&
           (own == admitted_.end() || own->second < limits_.connections_per_uid);
}

void ServerState::admit(Socket socket) {
    ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
    auto peer = peer_of(socket.native_handle());
    if (!peer) return;
    const uid_t uid = peer->uid;
    const bool admitted = has_room_for(uid);
    if (!admitted && refused_ == most_refused) return say_full(socket.native_handle());
    auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket),
                                                   std::move(peer), admitted);
    open_.insert(connection.get());
    ++(admitted ? admitted_[uid] : refused_);
    asio::co_spawn(io_, Connection::run(std::move(connection)), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);  // our own bug, or no memory: ends the loop
    });
}

void ServerState::leave(const Connection& connection) {
    open_.erase(const_cast<Connection*>(&connection));
    if (!connection.admitted()) {
        --refused_;
    } else if (const auto own = admitted_.find(connection.uid()); --own->second == 0) {
        admitted_.erase(own);
    }
    if (stopping_ && open_.empty()) finish_stop();
}

bool ServerState::take_room(std::size_t bytes) {
    if (bytes > limits_.all_bodies_bytes - body_bytes_) return false;
    body_bytes_ += bytes;
    return true;
}

void ServerState::report(std::string_view what) const {
    if (handlers_.failed) handlers_.failed(what);
}

void ServerState::stop(std::function<void()> stopped) {
    stopping_ = true;
    stopped_ = std::move(stopped);
    asio::error_code ignored;
    acceptor_.close(ignored);
    for (Connection* connection : open_) connection->stop();
    if (open_.empty()) return finish_stop();
    timer_.expires_after(limits_.stop_time);
    timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
        if (error) return;
        self->close_all();
        self->finish_stop();
    });
}

void ServerState::finish_stop() {
    timer_.cancel();
    if (stopped_) asio::post(io_, std::exchange(stopped_, nullptr));
}

void ServerState::close_all() {
    stopping_ = true;
    asio::error_code ignored;
    timer_.cancel();
    acceptor_.close(ignored);
    for (Connection* connection : open_) connection->close();
}

}  // namespace forcewatch
