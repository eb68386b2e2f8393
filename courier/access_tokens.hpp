/// Access tokens for the relay's login (XOAUTH2), from where [mail] oauth says.
///
/// Kept in memory alone and asked for again some minutes before they end. Lives on the courier's
/// one thread; never blocks for the network. Held by shared pointer: a request under way keeps it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "courier/secrets.hpp"

namespace forcewatch {

class TransferLoop;

class AccessTokens : public std::enable_shared_from_this<AccessTokens> {
public:
    using Done = std::function<void(Expected<std::string>)>;

    /// `transfers` must outlive this.
    AccessTokens(MailOAuth oauth, Secrets secrets, TransferLoop& transfers,
                 std::function<Instant()> now);

    /// Calls `done` once with a token that is good for some minutes, perhaps before this returns.
    /// Who asks while a request is under way gets its answer. The error holds no secret.
    void get(Done done);
    /// The relay refused `token`: it is not handed out again.
    void forget(const std::string& token);

private:
    [[nodiscard]] Expected<std::string> form() const;
    void ask();
    void take(long status, const std::string& answer, const std::string& failure);
    void tell_all(const Expected<std::string>& answer);

    MailOAuth oauth_;
    Secrets secrets_;
    TransferLoop& transfers_;
    std::function<Instant()> now_;
    std::string token_;
    std::string newer_refresh_token_;  // as handed out with the last token
    Instant good_until_{};
    std::vector<Done> waiting_;
};

}  // namespace forcewatch
