/// One GET of a feed or a page.
///
/// HTTPS (HTTP to loopback alone), no proxy, no cookies, at most 4 MiB in 30 s, three redirects.
/// Every address is checked at the moment of connecting, those of redirects too: inner ones are
/// refused unless allowed.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "courier/transfers.hpp"
#include "daemon/api/fetch_protocol.hpp"

namespace forcewatch {

struct FetchLimits {
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds total{30'000};
    std::size_t body{fetch_limits::body};
};

/// Where fetching may go beside the public web.
struct FetchReach {
    std::vector<std::string> allow_addresses;
    std::optional<std::string> ca_file;
};

/// `done` is told what came, or why nothing did. With an ETag or a Last-Modified in the order, an
/// unchanged page is a 304 without a body.
TransferLoop::Id fetch_page(TransferLoop& transfers, const FetchOrder& order,
                            const FetchReach& reach, const FetchLimits& limits, Instant now,
                            std::function<void(Fetched)> done);

}  // namespace forcewatch
