/// Web addresses (URLs) of webhooks and feeds, by a grammar narrower than the standard's.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// "https://host:port/path?query". The host is a name, an IPv4 address or an IPv6 address.
struct WebAddress {
    std::string scheme;  ///< "https" or "http"
    std::string host;    ///< lower case, without the brackets of an IPv6 address
    int port{};
    std::string target;  ///< path and query, at least "/"
};

/// Refused: other schemes, user names and passwords, fragments, control characters, blanks,
/// anything but ASCII, hosts that are numbers in disguise ("0x7f.1", "2130706433").
[[nodiscard]] Expected<WebAddress> parse_web_address(std::string_view text);

/// "localhost" and its subdomains, 127.0.0.0/8, ::1.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace forcewatch
