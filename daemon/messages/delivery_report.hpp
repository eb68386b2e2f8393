/// Delivery status notifications (RFC 3464): the mail that tells what became of a mail.
///
/// Needs the module libforcewatch_mail.so beside the program.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

struct DeliveryReport {
    std::string kind;        ///< delivered, permanent, temporary or technical
    std::string address;     ///< of the recipient that it is about
    std::string message_id;  ///< of the mail that it is about, without <>; empty: not told
    std::string reason;      ///< "5.1.1: smtp; 550 no such user"
};

/// One for each recipient that the mail tells of. The error is one sentence: it is no such mail.
[[nodiscard]] Expected<std::vector<DeliveryReport>> read_delivery_reports(const std::string& mail);

/// By RFC 3463: `permanent` is said of the address alone ("5.1.1"); a full mailbox and what ran out
/// of time is `temporary`, a refusal of the content or the sender `technical`.
[[nodiscard]] std::string_view kind_of_report(std::string_view action, std::string_view status);

}  // namespace forcewatch
