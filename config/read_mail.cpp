#include <algorithm>

#include "config/sections.hpp"
#include "config/web_address.hpp"
#include "core/mail_address.hpp"

namespace forcewatch {

namespace {

bool is_credential_name(std::string_view text) {
    return !text.empty() && text.size() <= 200 && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

void read_host(TableReader& reader, std::string_view key, std::string& into) {
    const auto found = reader.text(key);
    if (!found) return;
    if (is_host_name(found->text))
        into = found->text;
    else
        reader.report(key, "expected a host name, such as \"mail.force.example\"");
}

int usual_port(MailSecurity security) {
    switch (security) {
        case MailSecurity::starttls:
            return 587;
        case MailSecurity::tls:
            return 465;
        case MailSecurity::plain:
            return 25;
    }
    return 587;
}

void check_login(TableReader& reader, const MailSettings& mail) {
    if (mail.user && !mail.password && !reader.has("password") && !reader.has("oauth"))
        reader.report("user", "needs a password or oauth beside it");
    for (const auto* key : {"password", "oauth"})
        if (reader.has(key) && !reader.has("user")) reader.report(key, "needs a user beside it");
    if (reader.has("password") && reader.has("oauth"))
        reader.report("oauth", "stands instead of a password, not beside one");
    if ((mail.password || mail.oauth) && mail.security == MailSecurity::plain &&
        !is_loopback_host(mail.host))
        reader.report("security", "a password is never sent without TLS to another machine");
}

MailOAuth read_oauth(TableReader reader) {
    MailOAuth oauth;
    oauth.allow_addresses = read_allowed(reader);
    if (const auto url = reader.required_text("token_url")) {
        oauth.token_url = url->text;
        if (url->text.starts_with("http:"))
            reader.report("token_url", "must start with https://");
        else
            check_web_address(reader, "token_url", url->text, oauth.allow_addresses);
    }
    if (const auto id = reader.required_text("client_id")) oauth.client_id = id->text;
    if (const auto scope = reader.required_text("scope")) oauth.scope = scope->text;
    if (!reader.has("client_secret")) reader.report("client_secret", "is missing");
    if (const auto secret = read_secret(reader, "client_secret")) oauth.client_secret = *secret;
    oauth.refresh_token = read_secret(reader, "refresh_token");
    oauth.ca_file = reader.path("ca_file");
    reader.refuse_unknown();
    return oauth;
}

}  // namespace

bool names_secret(std::string_view text) {
    return text.starts_with("credential:") || text.starts_with("file:");
}

std::optional<SecretRef> read_secret(TableReader& reader, std::string_view key) {
    const auto found = reader.text(key);
    if (!found) return std::nullopt;
    const std::string_view text = found->text;
    constexpr std::string_view credential = "credential:";
    constexpr std::string_view file = "file:";
    if (text.starts_with(credential) && is_credential_name(text.substr(credential.size())))
        return SecretRef{SecretRef::Source::credential,
                         std::string{text.substr(credential.size())}};
    if (text.starts_with(file) && text.substr(file.size()).starts_with('/'))
        return SecretRef{SecretRef::Source::file, std::string{text.substr(file.size())}};
    reader.report(key,
                  "expected \"credential:NAME\" or \"file:/path\"; a secret itself does not "
                  "belong in this file");
    return std::nullopt;
}

void read_mail(TableReader& file, Settings& settings) {
    const auto* table = file.table("mail");
    if (!table) return;
    TableReader reader{*table, "mail", file.faults()};
    MailSettings& mail = settings.mail;
    read_host(reader, "host", mail.host);
    const auto security = read_choice<MailSecurity>(reader, "security",
                                                    {{"starttls", MailSecurity::starttls},
                                                     {"tls", MailSecurity::tls},
                                                     {"plain", MailSecurity::plain}});
    if (security) mail.security = *security;
    mail.port =
        static_cast<int>(reader.integer("port", 1, 65535).value_or(usual_port(mail.security)));
    if (reader.has("user"))
        if (const auto user = reader.required_text("user")) mail.user = user->text;
    mail.password = read_secret(reader, "password");
    if (const auto* oauth = reader.table("oauth"))
        mail.oauth = read_oauth({*oauth, reader.path_of("oauth"), reader.faults()});
    check_login(reader, mail);
    if (const auto from = reader.text("from")) {
        if (is_mail_address(from->text))
            mail.from = from->text;
        else
            reader.report("from", "expected an e-mail address, such as \"name@force.example\"");
    }
    if (const auto name = reader.text("from_name")) mail.from_name = name->text;
    read_host(reader, "ehlo", mail.ehlo);
    read_host(reader, "message_domain", mail.message_domain);
    mail.ca_file = reader.path("ca_file");
    mail.templates = reader.path("templates");
    reader.refuse_unknown();
}

}  // namespace forcewatch
