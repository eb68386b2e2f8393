#include "courier/webhook_signature.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/check.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t shortest_key = 24;
constexpr std::size_t longest_key = 64;
constexpr std::size_t most_keys = 2;

std::optional<std::string> decode_base64(std::string_view text) {
    const auto digits = std::min(text.find('='), text.size());
    const auto is_digit = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/';
    };
    const auto padding = text.size() - digits;
    if (text.empty() || text.size() % 4 != 0 || padding > 2 || text.size() > 4 * longest_key ||
        !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(digits), is_digit) ||
        text.substr(digits) != std::string_view{"=="}.substr(0, padding))
        return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    bytes.resize(bytes.size() - padding);
    return bytes;
}

std::string signature(const std::string& key, std::string_view content) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    FW_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                  reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                  digest.data(), &size));
    std::array<unsigned char, std::size_t{2} * EVP_MAX_MD_SIZE> text{};
    const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
    return "v1," + std::string{text.begin(), text.begin() + length};
}

std::string signed_content(std::string_view id, Instant timestamp, std::string_view body) {
    return fmt::format("{}.{}.{}", id, timestamp.time_since_epoch().count(), body);
}

}  // namespace

Expected<WebhookSecrets> WebhookSecrets::parse(std::string_view text) {
    WebhookSecrets secrets;
    for (int line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        auto secret = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (secret.ends_with('\r')) secret.remove_suffix(1);
        if (secret.empty()) continue;
        auto key = read_line(secret);
        if (!key)
            return tl::unexpected(
                fmt::format("line {} is not \"whsec_\" followed by base64 of 24 to 64 bytes, with "
                            "\" until 2026-12-01T00:00:00Z\" behind it where it ends",
                            line));
        secrets.keys_.push_back(std::move(*key));
    }
    if (secrets.keys_.empty()) return tl::unexpected(Problem{"there is no secret in it"});
    if (secrets.keys_.size() > most_keys)
        return tl::unexpected(Problem{"there are more than two secrets in it"});
    return secrets;
}

std::optional<WebhookSecrets::Key> WebhookSecrets::read_line(std::string_view line) {
    constexpr std::string_view prefix = "whsec_";
    constexpr std::string_view until = " until ";
    Key key;
    if (const auto place = line.find(until); place != std::string_view::npos) {
        const auto end = parse_instant(line.substr(place + until.size()));
        if (!end) return std::nullopt;
        key.ends_at = *end;
        line = line.substr(0, place);
    }
    if (!line.starts_with(prefix)) return std::nullopt;
    const auto bytes = decode_base64(line.substr(prefix.size()));
    if (!bytes || bytes->size() < shortest_key || bytes->size() > longest_key) return std::nullopt;
    key.bytes = *bytes;
    return key;
}

std::vector<std::string> WebhookSecrets::active(Instant at) const {
    std::vector<std::string> keys;
    for (const auto& key : keys_)
        if (!key.ends_at || at < *key.ends_at) keys.push_back(key.bytes);
    return keys;
}

std::string WebhookSecrets::sign(std::string_view id, Instant timestamp,
                                 std::string_view body) const {
    const auto content = signed_content(id, timestamp, body);
    std::string header;
    for (const auto& key : active(timestamp))
        header += (header.empty() ? "" : " ") + signature(key, content);
    return header;
}

bool WebhookSecrets::verify(std::string_view header, std::string_view id, Instant timestamp,
                            std::string_view body) const {
    const auto content = signed_content(id, timestamp, body);
    bool matches = false;
    while (!header.empty()) {
        const auto end = std::min(header.find(' '), header.size());
        const auto offered = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        for (const auto& key : active(timestamp)) {
            const auto ours = signature(key, content);
            if (ours.size() == offered.size() &&
                CRYPTO_memcmp(ours.data(), offered.data(), ours.size()) == 0)
                matches = true;
        }
    }
    return matches;
}

}  // namespace forcewatch
