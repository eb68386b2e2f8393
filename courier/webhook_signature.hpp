/// Standard Webhooks 1.0.0 signatures, version v1 (HMAC-SHA256).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

/// Secrets of one destination: each line "whsec_" and base64 of 24 to 64 bytes. Two lines are two
/// active secrets while one replaces the other; " until 2026-12-01T00:00:00Z" behind one says when
/// it ends. The error names the line and nothing in it.
class WebhookSecrets {
public:
    [[nodiscard]] static Expected<WebhookSecrets> parse(std::string_view text);

    /// The `webhook-signature` header: one "v1,…" for each secret that has not ended at
    /// `timestamp`, separated by blanks; empty: all have ended.
    [[nodiscard]] std::string sign(std::string_view id, Instant timestamp,
                                   std::string_view body) const;
    /// True when one of the signatures in `header` was made with one of our secrets that has not
    /// ended at `timestamp`. Compares in constant time.
    [[nodiscard]] bool verify(std::string_view header, std::string_view id, Instant timestamp,
                              std::string_view body) const;

private:
    struct Key {
        std::string bytes;
        std::optional<Instant> ends_at;
    };
    static std::optional<Key> read_line(std::string_view line);
    [[nodiscard]] std::vector<std::string> active(Instant at) const;

    std::vector<Key> keys_;
};

}  // namespace forcewatch
