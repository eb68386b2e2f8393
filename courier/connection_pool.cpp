#include "courier/connection_pool.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include "core/check.hpp"
#include "courier/transfers.hpp"

namespace forcewatch {

ConnectionPool::ConnectionPool() : share_{curl_share_init()} {
    FW_CHECK(share_);
    for (const auto what : {CURL_LOCK_DATA_CONNECT, CURL_LOCK_DATA_SSL_SESSION})
        FW_CHECK(curl_share_setopt(share_, CURLSHOPT_SHARE, what) == CURLSHE_OK);
}

ConnectionPool::~ConnectionPool() {
    // libcurl would say QUIT to a mail relay and wait two minutes for the answer.
    for (const auto socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    curl_share_cleanup(share_);
}

void ConnectionPool::lend(CURL* easy, Afterwards afterwards) {
    set_option(easy, CURLOPT_SHARE, share_);
    set_option(easy, CURLOPT_FRESH_CONNECT, 0L);
    set_option(easy, CURLOPT_FORBID_REUSE, afterwards == Afterwards::close ? 1L : 0L);
    set_option(easy, CURLOPT_SOCKOPTFUNCTION, &opened);
    set_option(easy, CURLOPT_SOCKOPTDATA, this);
    set_option(easy, CURLOPT_CLOSESOCKETFUNCTION, &close);
    set_option(easy, CURLOPT_CLOSESOCKETDATA, this);
}

int ConnectionPool::opened(void* pool, curl_socket_t socket, curlsocktype) {
    static_cast<ConnectionPool*>(pool)->sockets_.insert(socket);
    return CURL_SOCKOPT_OK;
}

int ConnectionPool::close(void* pool, curl_socket_t socket) {
    static_cast<ConnectionPool*>(pool)->sockets_.erase(socket);
    return ::close(socket);
}

}  // namespace forcewatch
