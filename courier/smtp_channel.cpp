#include "courier/smtp_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "core/check.hpp"
#include "core/delivery_class.hpp"
#include "core/mail_address.hpp"
#include "courier/access_tokens.hpp"
#include "courier/transfers.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_line = 998;

/// One try on its way; libcurl's callbacks point here.
struct SmtpTry {
    std::string body;
    std::size_t handed_out{0};
    bool recipient_named{false};
    CurlList recipients;
    std::string last_refusal;
    std::array<char, CURL_ERROR_SIZE> error{};
    std::function<void(const DeliveryOutcome&, CURLcode)> done;
};

struct Login {
    std::string user;  // empty: none
    std::string secret;
    bool token{false};  // XOAUTH2, else a password
};

std::size_t hand_out(char* buffer, std::size_t size, std::size_t count, void* context) {
    auto& mail = *static_cast<SmtpTry*>(context);
    const auto length = std::min(size * count, mail.body.size() - mail.handed_out);
    mail.body.copy(buffer, length, mail.handed_out);
    mail.handed_out += length;
    return length;
}

std::size_t take_reply(char* line, std::size_t size, std::size_t count, void* context) {
    // The answer to QUIT comes last and says nothing about the mail.
    if (size * count > 0 && (*line == '4' || *line == '5'))
        static_cast<SmtpTry*>(context)->last_refusal = printable({line, size * count});
    return size * count;
}

/// Sees each command that libcurl sends; keeps none of them, for a password may be among them.
int watch_commands(CURL* handle, curl_infotype kind, char* text, std::size_t size, void* context) {
    if (kind != CURLINFO_HEADER_OUT) return 0;
    const std::string_view command{text, size};
    if (command.starts_with("RCPT TO")) static_cast<SmtpTry*>(context)->recipient_named = true;
    // libcurl waits for the answer to QUIT and does nothing else meanwhile; the mail has gone.
    if (command.starts_with("QUIT")) set_option(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1L);
    return 0;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

std::string url_of(const MailSettings& mail) {
    // The path of the address is what libcurl says in EHLO.
    return fmt::format("{}://{}:{}/{}", mail.security == MailSecurity::tls ? "smtps" : "smtp",
                       mail.host, mail.port, mail.ehlo);
}

DeliveryOutcome outcome_of(const SmtpTry& mail, CURL* easy, CURLcode result) {
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    const auto sent = !mail.recipient_named                 ? Sent::nothing
                      : mail.handed_out == mail.body.size() ? Sent::whole
                                                            : Sent::part;
    DeliveryOutcome outcome{
        classify_smtp(static_cast<int>(code), sent), static_cast<int>(code), "", {}};
    if (outcome.verdict == Verdict::delivered) return outcome;
    const bool refused = code >= 400 && code < 600;
    if (refused && !mail.last_refusal.empty())
        outcome.reason =
            fmt::format("{}: {}",
                        sent == Sent::nothing ? "the relay will not have us, whoever the recipient"
                                              : "the relay answered",
                        mail.last_refusal);
    else if (mail.error.front() != '\0')
        outcome.reason = printable(mail.error.data());
    else
        outcome.reason = curl_easy_strerror(result);
    return outcome;
}

bool is_header_line(std::string_view line) {
    if (line.starts_with(' ') || line.starts_with('\t')) return true;
    const auto colon = line.find(':');
    return colon != std::string_view::npos && colon > 0 &&
           std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return c > ' ' && c <= '~'; });
}

std::string body_problem(std::string_view body) {
    if (body.find('\0') != std::string_view::npos) return "the mail contains a NUL byte";
    bool headers = true;
    bool any = false;
    while (!body.empty()) {
        const auto end = body.find("\r\n");
        const auto line = body.substr(0, end);
        if (end == std::string_view::npos) return "the mail does not end with a line break";
        if (line.find_first_of("\r\n") != std::string_view::npos)
            return "the mail has a line end that is not CRLF";
        if (line.size() > longest_line) return "the mail has a line longer than 998 bytes";
        if (headers && line.empty()) headers = false;
        if (headers && !is_header_line(line)) return "the mail has a malformed header";
        any = any || headers;
        body.remove_prefix(end + 2);
    }
    return headers || !any ? "the mail has no header block" : "";
}

/// What one try needs, copied: the channel may be gone before it ends.
struct Journey {
    MailSettings mail;
    SmtpLimits limits;
    TransferLoop& transfers;
    CourierParcel parcel;
};

void set_login(CURL* handle, const Login& login) {
    if (login.user.empty()) return;
    set_option(handle, CURLOPT_USERNAME, login.user.c_str());
    if (!login.token) return set_option(handle, CURLOPT_PASSWORD, login.secret.c_str());
    set_option(handle, CURLOPT_XOAUTH2_BEARER, login.secret.c_str());
    set_option(handle, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
}

void set_callbacks(CURL* handle, SmtpTry& mail) {
    set_option(handle, CURLOPT_READFUNCTION, &hand_out);
    set_option(handle, CURLOPT_READDATA, &mail);
    set_option(handle, CURLOPT_HEADERFUNCTION, &take_reply);
    set_option(handle, CURLOPT_HEADERDATA, &mail);
    set_option(handle, CURLOPT_VERBOSE, 1L);
    set_option(handle, CURLOPT_DEBUGFUNCTION, &watch_commands);
    set_option(handle, CURLOPT_DEBUGDATA, &mail);
    set_option(handle, CURLOPT_WRITEFUNCTION, &ignore);
    set_option(handle, CURLOPT_ERRORBUFFER, mail.error.data());
}

void start(const Journey& journey, const Login& login,
           std::function<void(const DeliveryOutcome&, CURLcode)> done) {
    const auto& [settings, limits, transfers, parcel] = journey;
    auto easy = prepared_handle(settings.security == MailSecurity::tls ? "smtps" : "smtp",
                                {limits.connect, limits.total});
    CURL* handle = easy.get();
    auto mail = std::make_shared<SmtpTry>();
    mail->body = parcel.body;
    mail->done = std::move(done);
    append_to(mail->recipients, "<" + parcel.recipient + ">");
    set_login(handle, login);
    set_callbacks(handle, *mail);
    set_option(handle, CURLOPT_URL, url_of(settings).c_str());
    set_option(handle, CURLOPT_USE_SSL,
               static_cast<long>(settings.security == MailSecurity::starttls ? CURLUSESSL_ALL
                                                                             : CURLUSESSL_NONE));
    if (settings.ca_file) set_option(handle, CURLOPT_CAINFO, settings.ca_file->c_str());
    set_option(handle, CURLOPT_MAIL_FROM, ("<" + parcel.sender + ">").c_str());
    set_option(handle, CURLOPT_MAIL_RCPT, mail->recipients.get());
    set_option(handle, CURLOPT_UPLOAD, 1L);
    set_option(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(limits.step.count()));
    set_option(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set_option(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.step.count()));
    transfers.start(std::move(easy), mail, [mail = mail.get()](CURL* ended, CURLcode result) {
        mail->done(outcome_of(*mail, ended, result), result);
    });
}

enum class FirstToken { yes, no };

/// A token that the relay refuses is forgotten, and the mail tried once more with a new one.
void start_with_token(const Journey& journey, const std::shared_ptr<AccessTokens>& tokens,
                      FirstToken first, Channel::Done done) {
    tokens->get([journey, tokens, first, done = std::move(done)](Expected<std::string> token) {
        if (!token) return done({Verdict::retry_later, 0, token.error(), {}});
        start(journey, {journey.mail.user.value_or(""), *token, true},
              [journey, tokens, first, done, token = *token](const DeliveryOutcome& outcome,
                                                             CURLcode result) {
                  const bool denied = result == CURLE_LOGIN_DENIED || outcome.code == 535;
                  if (denied) tokens->forget(token);
                  if (denied && first == FirstToken::yes)
                      return start_with_token(journey, tokens, FirstToken::no, done);
                  done(outcome);
              });
    });
}

}  // namespace

std::string mail_problem(const CourierParcel& parcel) {
    if (!is_mail_address(parcel.recipient)) return "the recipient is not a plain e-mail address";
    if (!is_mail_address(parcel.sender)) return "the sender is not a plain e-mail address";
    return body_problem(parcel.body);
}

SmtpChannel::SmtpChannel(MailSettings mail, Secrets secrets, TransferLoop& transfers,
                         SmtpLimits limits, std::shared_ptr<AccessTokens> tokens)
    : mail_{std::move(mail)},
      secrets_{std::move(secrets)},
      transfers_{transfers},
      limits_{limits},
      tokens_{std::move(tokens)} {}

void SmtpChannel::carry(const CourierParcel& parcel, Done done) {
    if (const auto problem = mail_problem(parcel); !problem.empty())
        return done({Verdict::rejected, 0, problem, {}});
    if (!is_host_name(mail_.host) || !is_host_name(mail_.ehlo))
        return done({Verdict::retry_later, 0, "no mail relay is configured", {}});
    const Journey journey{mail_, limits_, transfers_, parcel};
    if (mail_.oauth) {
        FW_CHECK(tokens_);
        return start_with_token(journey, tokens_, FirstToken::yes, std::move(done));
    }
    Login login;
    if (mail_.user && mail_.password) {
        const auto password = secrets_.read(*mail_.password);
        if (!password) return done({Verdict::retry_later, 0, password.error(), {}});
        login = {*mail_.user, *password, false};
    }
    start(journey, login,
          [done = std::move(done)](const DeliveryOutcome& outcome, CURLcode) { done(outcome); });
}

}  // namespace forcewatch
