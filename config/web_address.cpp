#include "config/web_address.hpp"

#include <algorithm>
#include <charconv>

#include "config/address_range.hpp"
#include "core/mail_address.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_address = 2000;

std::string lower_case(std::string_view text) {
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

// A last label that starts with a digit makes resolvers read the whole name as a number.
bool looks_numeric(std::string_view host) {
    const auto last = host.substr(host.rfind('.') + 1);
    return !last.empty() && last.front() >= '0' && last.front() <= '9';
}

bool is_host(std::string_view host, bool bracketed) {
    const bool address = parse_ip_address(host).has_value();
    if (bracketed) return address && host.find(':') != std::string_view::npos;
    if (host.find(':') != std::string_view::npos) return false;
    return address || (is_host_name(host) && !looks_numeric(host));
}

std::optional<int> parse_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65535)
        return std::nullopt;
    return port;
}

// Fills in host and port of `address`; answers what is wrong, or nullptr.
const char* read_authority(std::string_view authority, WebAddress& address) {
    const bool bracketed = !authority.empty() && authority.front() == '[';
    const auto host_end = bracketed ? authority.find(']') : authority.find(':');
    if (bracketed && host_end == std::string_view::npos) return "has a [ without a ]";
    const auto host = authority.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
    if (!is_host(host, bracketed)) return "needs a host name or an address";
    address.host = lower_case(host);
    if (host_end == std::string_view::npos) return nullptr;
    const auto rest = authority.substr(bracketed ? host_end + 1 : host_end);
    if (rest.empty()) return nullptr;
    const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
    if (!port) return "has a port that is not 1 to 65535";
    address.port = *port;
    return nullptr;
}

}  // namespace

Expected<WebAddress> parse_web_address(std::string_view text) {
    const auto bad = [](const char* reason) { return tl::unexpected(Problem{reason}); };
    if (text.size() > longest_address) return bad("is longer than 2000 characters");
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; }))
        return bad("must be ASCII without blanks");
    if (text.find_first_of("#\\\"<>^`{|}") != std::string_view::npos)
        return bad("must have no fragment and none of \\ \" < > ^ ` { | }");
    const auto mark = text.find("://");
    const auto scheme = lower_case(text.substr(0, mark));
    if (mark == std::string_view::npos || (scheme != "https" && scheme != "http"))
        return bad("must start with https://");
    text.remove_prefix(mark + 3);
    const auto slash = std::min(text.find_first_of("/?"), text.size());
    const auto authority = text.substr(0, slash);
    if (authority.find('@') != std::string_view::npos)
        return bad("must not contain a user name or password");
    WebAddress address{.scheme = scheme,
                       .host = {},
                       .port = scheme == "https" ? 443 : 80,
                       .target = std::string{text.substr(slash)}};
    if (address.target.empty() || address.target.front() != '/') address.target.insert(0, "/");
    const auto problem = read_authority(authority, address);
    if (problem) return bad(problem);
    return address;
}

bool is_loopback_host(std::string_view host) {
    static const auto four = parse_address_range("127.0.0.0/8").value();
    static const auto six = parse_address_range("::1").value();
    if (const auto address = parse_ip_address(host))
        return four.contains(*address) || six.contains(*address);
    const auto name = lower_case(host);
    return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace forcewatch
