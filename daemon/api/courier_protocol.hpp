/// What the daemon and the courier say to each other over the courier's socket.
///
/// `POST /courier/claim` carries a CourierClaim and is answered by parcels; `POST /courier/settle`
/// carries what became of them. Each side treats the other as hostile: reading checks every
/// member, its type, its range and its grammar, and refuses members it does not know. Writing
/// trusts its caller. Values only; nothing blocks or throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/delivery_outcome.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// Limits of the protocol, checked by whoever reads.
namespace courier_limits {
inline constexpr std::int64_t parcels = 500;       ///< in one claim or settlement
inline constexpr std::size_t carrying = 6000;      ///< parcels a courier may hold at once
inline constexpr std::int64_t wait_seconds = 60;   ///< of one claim
inline constexpr std::size_t body = 1U << 20U;     ///< bytes of one parcel's body
inline constexpr std::size_t bodies = 8U << 20U;   ///< a claim that has so many gets no more
inline constexpr std::size_t reason = 500;         ///< bytes of one reason
inline constexpr std::size_t request = 1U << 20U;  ///< bytes of a claim or settlement
inline constexpr std::size_t answer = 64U << 20U;  ///< bytes of an answer to a claim
}  // namespace courier_limits

/// Asks for work.
struct CourierClaim {
    std::string fingerprint;        ///< `destinations_fingerprint` of the courier's settings
    std::string session;            ///< differs for every start of a courier
    int max{};                      ///< parcels wanted, 1 to 500
    std::chrono::seconds wait{};    ///< how long an empty answer may be held back
    std::vector<std::string> busy;  ///< destinations to pass over: as full as they may be
    /// Every parcel still to be settled, in rising order. A leased one that is not named never
    /// reached the courier.
    std::vector<DeliveryId> carrying;
    friend bool operator==(const CourierClaim&, const CourierClaim&) = default;
};

/// One message for one recipient, as it is to leave.
struct CourierParcel {
    DeliveryId id{};
    std::int64_t lease{};  ///< names this claim of the parcel; a settlement must repeat it
    std::string destination;
    DestinationKind kind{};
    std::string recipient;     ///< e-mail: the one envelope recipient; else empty
    std::string sender;        ///< e-mail: the envelope sender; else empty
    std::string message_id;    ///< same on every try: Message-ID without <>, webhook-id, file name
    std::string content_type;  ///< such as "message/rfc822" or "application/json"
    int attempt{};             ///< 1 for the first try
    std::string subject_key;   ///< parcels of one destination and subject keep their order
    std::string body;          ///< UTF-8 without U+0000; sent unchanged
    friend bool operator==(const CourierParcel&, const CourierParcel&) = default;
};

/// What became of one parcel.
struct CourierResult {
    DeliveryId id{};
    std::int64_t lease{};
    DeliveryOutcome outcome;
    friend bool operator==(const CourierResult&, const CourierResult&) = default;
};

/// True for what may serve as Message-ID, webhook-id and file name at once: up to 200 of letters,
/// digits and `.-_@+=`, not starting with a dot.
[[nodiscard]] bool is_message_id(std::string_view text);

[[nodiscard]] std::string write_claim(const CourierClaim& claim);
[[nodiscard]] std::string write_parcels(const std::vector<CourierParcel>& parcels);
[[nodiscard]] std::string write_results(const std::vector<CourierResult>& results);
[[nodiscard]] std::string write_settled(int settled);

/// The error is one sentence that names the place by its JSON pointer.
[[nodiscard]] Expected<CourierClaim> read_claim(std::string_view json);
[[nodiscard]] Expected<std::vector<CourierParcel>> read_parcels(std::string_view json);
[[nodiscard]] Expected<std::vector<CourierResult>> read_results(std::string_view json);
[[nodiscard]] Expected<int> read_settled(std::string_view json);

}  // namespace forcewatch
