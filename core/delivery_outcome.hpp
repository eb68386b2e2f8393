/// What became of one try to hand a parcel over.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

enum class DestinationKind { email, webhook, folder };

enum class Verdict {
    delivered,    ///< the receiver took responsibility
    retry_later,  ///< not taken, may be later
    rejected,     ///< refused for good
    unknown,      ///< sent, no answer came: it may have arrived
    gone,         ///< HTTP 410: the destination asks for no more
    not_begun,    ///< handed back before its first byte left: no try at all
};

/// Parcels that a courier has in hand at most, beside those whose outcome it has yet to tell, for a
/// destination that holds what is unknown: with its death all of them are, begun or not.
inline constexpr int few_in_hand = 16;

struct DeliveryOutcome {
    Verdict verdict{};
    int code{};                       ///< the receiver's reply code; zero: none came
    std::string reason;               ///< for a person; empty when delivered
    std::chrono::seconds retry_in{};  ///< what the receiver asked for; zero: it did not say
    friend bool operator==(const DeliveryOutcome&, const DeliveryOutcome&) = default;
};

[[nodiscard]] std::string_view text_of(DestinationKind kind);
[[nodiscard]] std::string_view text_of(Verdict verdict);
[[nodiscard]] Expected<DestinationKind> parse_destination_kind(std::string_view text);
[[nodiscard]] Expected<Verdict> parse_verdict(std::string_view text);

}  // namespace forcewatch
