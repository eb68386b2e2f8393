/// Internet addresses and ranges of them: which ones a webhook may reach.
///
/// IPv4 addresses and their IPv4-mapped IPv6 forms are the same value. Text only, no lookups.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace forcewatch {

/// Sixteen bytes in network order; IPv4 as ::ffff:a.b.c.d.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// "192.0.2.1" or "2001:db8::1", in full and without brackets. Empty: it is neither.
[[nodiscard]] std::optional<IpAddress> parse_ip_address(std::string_view text);

/// All addresses that share the first `prefix` bits of `first`.
struct AddressRange {
    IpAddress first;
    int prefix{128};
    [[nodiscard]] bool contains(const IpAddress& address) const;
};

/// One address, or "10.0.0.0/8". Empty: it is neither.
[[nodiscard]] std::optional<AddressRange> parse_address_range(std::string_view text);

/// True for every address that is not a public one of the internet: loopback, link-local
/// (metadata services among them), private, shared, multicast, documentation and reserved, also
/// when an IPv6 address carries such an IPv4 address inside.
[[nodiscard]] bool is_inner_address(const IpAddress& address);

}  // namespace forcewatch
