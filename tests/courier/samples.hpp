/// Parcels and small helpers that several courier tests share.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "courier/channel.hpp"
#include "courier/transfers.hpp"

namespace forcewatch::test {

inline CourierParcel mail_parcel(const std::string& recipient, const std::string& message_id) {
    return {.id = DeliveryId{1},
            .lease = 1,
            .destination = "liaison",
            .kind = DestinationKind::email,
            .recipient = recipient,
            .sender = "forcewatch@force.example",
            .message_id = message_id,
            .content_type = "message/rfc822",
            .attempt = 1,
            .subject_key = message_id,
            .body = "Message-ID: <" + message_id +
                    ">\r\nSubject: Overdue\r\n\r\n.a line with a dot"
                    "\r\n.\r\nend\r\n"};
}

inline CourierParcel hook_parcel(const std::string& message_id) {
    return {.id = DeliveryId{1},
            .lease = 1,
            .destination = "case-system",
            .kind = DestinationKind::webhook,
            .recipient = {},
            .sender = {},
            .message_id = message_id,
            .content_type = "application/json",
            .attempt = 1,
            .subject_key = message_id,
            .body = R"({"type":"alert.opened","data":"caf)"
                    "\xC3\xA9"
                    R"("})"};
}

/// One try from beginning to end.
inline DeliveryOutcome carried(Channel& channel, TransferLoop& transfers,
                               const CourierParcel& parcel,
                               Channel::Behind behind = Channel::Behind::nothing) {
    std::optional<DeliveryOutcome> outcome;
    channel.carry(parcel, behind, [&](DeliveryOutcome ended) { outcome = std::move(ended); });
    while (!outcome) transfers.turn(std::chrono::seconds{1}, -1);
    return *outcome;
}

}  // namespace forcewatch::test
