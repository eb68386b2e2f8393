/// Mail to one recipient at a time, through the configured relay.
///
/// STARTTLS or TLS is required as configured and never given up; certificate and name are always
/// checked. Everything that reaches the SMTP dialogue is checked first. The outcome is classed by
/// the relay's reply code: a refusal before the recipient was named (greeting, EHLO, login, MAIL
/// FROM) is tried again, for it is no word about him. A connection lost after the whole mail was
/// sent is `unknown`.
///
/// While more mail waits the connection stays open. One that the relay ended meanwhile, before it
/// was told the recipient, costs no try: the mail leaves over a new one.
#pragma once

#include <chrono>
#include <memory>

#include "config/settings.hpp"
#include "courier/channel.hpp"
#include "courier/secrets.hpp"

namespace forcewatch {

class AccessTokens;
class TransferLoop;
struct RelayLine;

struct SmtpLimits {
    std::chrono::milliseconds connect{30'000};
    std::chrono::seconds step{120};  ///< silence of the relay in one step
    std::chrono::milliseconds total{600'000};
};

/// What keeps `parcel` from being sent as mail; empty: nothing. A mail has CRLF line ends alone,
/// lines of at most 998 bytes, a header block, and plain addresses.
[[nodiscard]] std::string mail_problem(const CourierParcel& parcel);

class SmtpChannel : public Channel {
public:
    /// `tokens` are asked where the settings say oauth. `transfers` must outlive the channel.
    SmtpChannel(MailSettings mail, Secrets secrets, TransferLoop& transfers, SmtpLimits limits,
                std::shared_ptr<AccessTokens> tokens = {});
    ~SmtpChannel() override;
    void carry(const CourierParcel& parcel, Behind behind, Done done) override;
    void rest() override;

private:
    MailSettings mail_;
    Secrets secrets_;
    TransferLoop& transfers_;
    SmtpLimits limits_;
    std::shared_ptr<AccessTokens> tokens_;
    std::shared_ptr<RelayLine> line_;
};

}  // namespace forcewatch
