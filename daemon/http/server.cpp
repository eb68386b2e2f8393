#include "daemon/http/server.hpp"

#include "daemon/http/server_state.hpp"

namespace forcewatch {

Server::Server(asio::io_context& io, int descriptor, HttpHandlers handlers, HttpLimits limits)
    : state_{
          std::make_shared<ServerState>(io, descriptor, std::move(handlers), std::move(limits))} {
    state_->begin();
}

Server::~Server() { state_->close_all(); }

void Server::stop(std::function<void()> stopped) { state_->stop(std::move(stopped)); }

std::size_t Server::connections() const { return state_->connections(); }

}  // namespace forcewatch
