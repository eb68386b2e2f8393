/// What the mail system tells after a message has left: bounces, and that it arrived.
///
/// An address that is permanently refused gets nothing more, and the fallback hears of it.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: EventFault for what does not fit; throws
/// StoreError.
#pragma once

#include <string>

#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/recorder.hpp"

namespace forcewatch {

struct MailReport {
    /// As GOV.UK Notify tells them apart: the address does not take mail; not now (a full mailbox);
    /// the fault is on the way.
    enum class Kind { delivered, permanent, temporary, technical };
    Kind kind{};
    std::string message_id;  ///< with or without <>; empty: not known
    std::string address;     ///< empty: that of the message
    std::string reason;
};
[[nodiscard]] std::string_view text_of(MailReport::Kind kind);
[[nodiscard]] Expected<MailReport::Kind> parse_mail_report_kind(std::string_view text);

class MailReports {
public:
    MailReports(Store& store, const Settings& settings, Instant now)
        : store_{store}, settings_{settings}, now_{now} {}

    /// The address that it is about.
    [[nodiscard]] tl::expected<std::string, EventFault> take(const MailReport& report);
    /// Lets an address have mail again, or digests of `destination`. False: it had them.
    [[nodiscard]] bool allow(const std::string& address, const std::string& destination);

private:
    void bounced(const std::string& address, const std::string& destination,
                 const std::string& reason);

    Store& store_;
    const Settings& settings_;
    Instant now_;
};

}  // namespace forcewatch
