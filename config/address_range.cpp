#include "config/address_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace forcewatch {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

IpAddress mapped(const std::uint8_t* four_bytes) {
    IpAddress address;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
    std::copy(four_bytes, four_bytes + 4, address.bytes.begin() + mapped_prefix.size());
    return address;
}

bool is_mapped(const IpAddress& address) {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
}

std::vector<AddressRange> ranges(std::initializer_list<std::string_view> texts) {
    std::vector<AddressRange> parsed;
    for (const auto text : texts) parsed.push_back(parse_address_range(text).value());
    return parsed;
}

bool within(const std::vector<AddressRange>& all, const IpAddress& address) {
    return std::any_of(all.begin(), all.end(),
                       [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    if (text.empty() || text.size() > 45 || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    const std::string terminated{text};
    IpAddress address;
    std::array<std::uint8_t, 4> four{};
    if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return mapped(four.data());
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

bool AddressRange::contains(const IpAddress& address) const {
    const auto whole = static_cast<std::size_t>(prefix / 8);
    if (!std::equal(first.bytes.begin(), first.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    address.bytes.begin()))
        return false;
    if (prefix % 8 == 0) return true;
    const unsigned mask = 0xFFU << static_cast<unsigned>(8 - prefix % 8) & 0xFFU;
    return (first.bytes.at(whole) & mask) == (address.bytes.at(whole) & mask);
}

std::optional<AddressRange> parse_address_range(std::string_view text) {
    const auto slash = text.find('/');
    const auto first = parse_ip_address(text.substr(0, slash));
    if (!first) return std::nullopt;
    if (slash == std::string_view::npos) return AddressRange{*first, 128};
    const auto bits = text.substr(slash + 1);
    const bool four = text.find(':') == std::string_view::npos;
    int prefix = 0;
    const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
    if (error != std::errc{} || end != bits.data() + bits.size() || prefix < 0 ||
        prefix > (four ? 32 : 128))
        return std::nullopt;
    return AddressRange{*first, four ? prefix + 96 : prefix};
}

bool is_inner_address(const IpAddress& address) {
    static const auto inner_four = ranges(
        {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
         "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
         "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"});
    static const auto outer_six = ranges({"2000::/3"});
    static const auto inner_six = ranges({"2001::/23", "2001:db8::/32", "3fff::/20"});
    static const auto translated = parse_address_range("64:ff9b::/96").value();
    static const auto tunnelled = parse_address_range("2002::/16").value();
    if (is_mapped(address)) return within(inner_four, address);
    if (translated.contains(address)) return is_inner_address(mapped(address.bytes.data() + 12));
    if (tunnelled.contains(address)) return is_inner_address(mapped(address.bytes.data() + 2));
    return !within(outer_six, address) || within(inner_six, address);
}

}  // namespace forcewatch
