/// Connections that stay open from one transfer to the next. Private to courier/.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <set>

namespace forcewatch {

/// What one destination has open: no other's transfer comes by it, whatever this one may reach.
///
/// Every transfer that was lent the pool must end before it; `TransferLoop::start` keeps it when
/// handed over. What is open at the end is cut without a farewell, so that no peer can hold us up.
class ConnectionPool {
public:
    ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;
    ~ConnectionPool();

    enum class Afterwards { keep, close };
    /// The transfer takes an open connection, or makes one, and then leaves it as said.
    void lend(CURL* easy, Afterwards afterwards);

    /// Connections that are open, in use or not.
    [[nodiscard]] std::size_t open() const { return sockets_.size(); }

private:
    static int opened(void* pool, curl_socket_t socket, curlsocktype purpose);
    static int close(void* pool, curl_socket_t socket);

    CURLSH* share_;
    std::set<curl_socket_t> sockets_;
};

}  // namespace forcewatch
