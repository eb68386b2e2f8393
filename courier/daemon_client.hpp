/// Requests to the daemon over the courier's Unix socket. Private to courier/.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "courier/transfers.hpp"

namespace forcewatch {

/// What the daemon said. The answer is a stranger's text: nothing in it is trusted.
struct DaemonAnswer {
    int status{};         ///< zero: there was no answer
    std::string body;     ///< cut short requests end with status zero
    std::string failure;  ///< why, for a person; empty with status 200
};

class DaemonClient {
public:
    using Done = std::function<void(DaemonAnswer)>;

    /// `transfers` must outlive the client.
    explicit DaemonClient(TransferLoop& transfers) : transfers_{transfers} {}

    /// POSTs JSON to `path` on the socket at `socket_path`; reads at most `largest` bytes.
    TransferLoop::Id post(const std::string& socket_path, const std::string& path, std::string body,
                          std::chrono::milliseconds limit, std::size_t largest, Done done);

private:
    TransferLoop& transfers_;
};

}  // namespace forcewatch
