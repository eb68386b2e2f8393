#include "daemon/engine/mail_reports.hpp"

#include <fmt/format.h>

#include "core/mail_address.hpp"
#include "daemon/engine/routing.hpp"
#include "storage/digest.hpp"

namespace forcewatch {

namespace {

constexpr auto rule = "address-bounced";

/// Alerts about an address do not name it, for their subject is shown and sent everywhere.
std::string subject_of(const std::string& address) {
    return "address:" + hex(sha256(mailbox_of(address))).substr(0, 12);
}

std::string bare(std::string message_id) {
    if (message_id.starts_with('<') && message_id.ends_with('>'))
        message_id = message_id.substr(1, message_id.size() - 2);
    return message_id;
}

}  // namespace

std::string_view text_of(MailReport::Kind kind) {
    switch (kind) {
        case MailReport::Kind::delivered:
            return "delivered";
        case MailReport::Kind::permanent:
            return "permanent";
        case MailReport::Kind::temporary:
            return "temporary";
        case MailReport::Kind::technical:
            return "technical";
    }
    return "?";
}

Expected<MailReport::Kind> parse_mail_report_kind(std::string_view text) {
    for (const auto kind : {MailReport::Kind::delivered, MailReport::Kind::permanent,
                            MailReport::Kind::temporary, MailReport::Kind::technical})
        if (text_of(kind) == text) return kind;
    return tl::unexpected(
        fmt::format("\"{}\" is not one of delivered, permanent, temporary, technical", text));
}

tl::expected<std::string, EventFault> MailReports::take(const MailReport& report) {
    auto& outbox = store_.outbox();
    const auto id =
        report.message_id.empty() ? std::nullopt : outbox.find_message(bare(report.message_id));
    const auto delivery = id ? outbox.find(*id) : std::nullopt;
    if (!delivery && report.address.empty())
        return tl::unexpected(
            EventFault{EventFault::Kind::unknown, "message_id",
                       report.message_id.empty()
                           ? std::string{"name the message or the address"}
                           : fmt::format("no message {} was sent from here", report.message_id)});
    // A mailing list's members bounce under addresses of their own; the one written to counts.
    const auto& address = delivery ? delivery->parcel.recipient : report.address;
    if (delivery)
        outbox.report(*id, report.reason.empty()
                               ? std::string{text_of(report.kind)}
                               : fmt::format("{}: {}", text_of(report.kind), report.reason));
    if (report.kind == MailReport::Kind::permanent)
        bounced(address, delivery ? delivery->parcel.destination : std::string{}, report.reason);
    return address;
}

void MailReports::bounced(const std::string& address, const std::string& destination,
                          const std::string& reason) {
    store_.addresses().mark({address, {}, AddressState::bounced, now_, reason});
    const AlertSubject about{
        subject_of(address), {}, ForceKind::other, fmt::format("Mail to {} comes back", address)};
    AlertBook{store_, settings_, now_}.open_notice_to(
        about, rule, Severity::warning,
        fmt::format("nothing more goes to it{}{}; once it takes mail again: forcewatchctl "
                    "addresses allow {}",
                    reason.empty() ? "" : ": ", reason, address),
        fallback_of(settings_, destination));
}

bool MailReports::allow(const std::string& address, const std::string& destination) {
    if (!store_.addresses().clear(address, destination)) return false;
    if (destination.empty())
        AlertBook{store_, settings_, now_}.close_told(subject_of(address), "it takes mail again");
    return true;
}

}  // namespace forcewatch
