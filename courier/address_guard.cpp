#include "courier/address_guard.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>

#include "courier/transfers.hpp"

namespace forcewatch {

namespace {

std::optional<IpAddress> address_of(const curl_sockaddr& target) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (target.family == AF_INET)
        bytes = &reinterpret_cast<const sockaddr_in&>(target.addr).sin_addr;
    else if (target.family == AF_INET6)
        bytes = &reinterpret_cast<const sockaddr_in6&>(target.addr).sin6_addr;
    if (!bytes || !inet_ntop(target.family, bytes, text.data(), text.size())) return std::nullopt;
    return parse_ip_address(text.data());
}

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* target) {
    auto& guard = *static_cast<AddressGuard*>(context);
    const auto address = address_of(*target);
    const bool allowed =
        address &&
        (!is_inner_address(*address) ||
         std::any_of(guard.allowed.begin(), guard.allowed.end(),
                     [&](const AddressRange& range) { return range.contains(*address); }));
    if (allowed) return ::socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
    guard.refusal = "the host has an inner address that allow does not name";
    return CURL_SOCKET_BAD;
}

}  // namespace

AddressGuard::AddressGuard(const std::vector<std::string>& ranges) {
    for (const auto& text : ranges)
        if (const auto range = parse_address_range(text)) allowed.push_back(*range);
}

void AddressGuard::watch(CURL* easy) {
    set_option(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set_option(easy, CURLOPT_OPENSOCKETDATA, this);
}

}  // namespace forcewatch
