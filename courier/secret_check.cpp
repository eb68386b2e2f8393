#include "courier/secret_check.hpp"

#include <fmt/format.h>

#include <functional>

#include "config/web_address.hpp"
#include "courier/secrets.hpp"
#include "courier/webhook_signature.hpp"

namespace forcewatch {

namespace {

using Check = std::function<Expected<void>(const std::string& secret)>;

struct Need {
    std::string who;
    SecretRef secret;
    Check check;
};

Expected<void> any_text(const std::string& /*secret*/) { return {}; }

Expected<void> signing(const std::string& secret) {
    const auto parsed = WebhookSecrets::parse(secret);
    if (!parsed) return tl::unexpected(parsed.error());
    return {};
}

Expected<void> address(const std::string& secret) {
    if (!parse_web_address(secret)) return tl::unexpected(Problem{"it holds no web address"});
    return {};
}

std::vector<Need> needs_of(const Settings& settings) {
    std::vector<Need> needs;
    const auto& mail = settings.mail;
    if (mail.password) needs.push_back({"mail.password", *mail.password, any_text});
    if (mail.oauth) {
        needs.push_back({"mail.oauth.client_secret", mail.oauth->client_secret, any_text});
        if (mail.oauth->refresh_token)
            needs.push_back({"mail.oauth.refresh_token", *mail.oauth->refresh_token, any_text});
    }
    for (const auto& destination : settings.destinations) {
        const auto* webhook = std::get_if<WebhookTarget>(&destination.target);
        if (webhook == nullptr) continue;
        const auto who = [&](std::string_view key) {
            return fmt::format("destination \"{}\": {}", destination.name, key);
        };
        if (webhook->secret) needs.push_back({who("secret"), *webhook->secret, signing});
        if (webhook->secret_url) needs.push_back({who("url"), *webhook->secret_url, address});
    }
    return needs;
}

}  // namespace

SecretCheck check_secrets(const Settings& settings, const std::string& credentials_directory) {
    const Secrets secrets{credentials_directory};
    SecretCheck done;
    for (const auto& [who, secret, check] : needs_of(settings)) {
        if (secret.source == SecretRef::Source::credential && credentials_directory.empty()) {
            ++done.unread;
            continue;
        }
        const auto text = secrets.read(secret);
        if (!text) {
            done.faults.push_back(fmt::format("{}: {}", who, text.error()));
            continue;
        }
        if (const auto checked = check(*text); !checked)
            done.faults.push_back(fmt::format("{}: {}: {}", who, secret.name, checked.error()));
    }
    return done;
}

}  // namespace forcewatch
