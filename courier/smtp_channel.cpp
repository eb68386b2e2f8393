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
#include "courier/connection_pool.hpp"
#include "courier/transfers.hpp"

namespace forcewatch {

namespace {

struct Login {
    std::string user;  // empty: none
    std::string secret;
    bool token{false};  // XOAUTH2, else a password
};

}  // namespace

/// What stands open to the relay, and the latest login, which those connections stand under.
struct RelayLine {
    ConnectionPool connections;
    Login login;
};

namespace {

using Afterwards = ConnectionPool::Afterwards;
using Ended = std::function<void(const DeliveryOutcome&, CURLcode)>;

constexpr TransferLimits farewell_limits{std::chrono::milliseconds{2'000},
                                         std::chrono::milliseconds{5'000}};
constexpr std::size_t longest_line = 998;

/// One try on its way; libcurl's callbacks point here.
struct SmtpTry {
    std::shared_ptr<RelayLine> line;
    std::string body;
    std::size_t handed_out{0};
    bool connected{false};
    bool recipient_named{false};
    CurlList recipients;
    std::string last_refusal;
    std::array<char, CURL_ERROR_SIZE> error{};
    Ended done;
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

int note_connected(void* context, char*, char*, int, int) {
    static_cast<SmtpTry*>(context)->connected = true;
    return CURL_PREREQFUNC_OK;
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
    std::shared_ptr<RelayLine> line;
    Afterwards afterwards;
};

void set_login(CURL* handle, const Login& login) {
    if (login.user.empty()) return;
    set_option(handle, CURLOPT_USERNAME, login.user.c_str());
    if (!login.token) return set_option(handle, CURLOPT_PASSWORD, login.secret.c_str());
    set_option(handle, CURLOPT_XOAUTH2_BEARER, login.secret.c_str());
    set_option(handle, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
}

/// A handle that is about to speak to the relay over `line`.
EasyHandle relay_handle(const MailSettings& settings, const TransferLimits& limits, RelayLine& line,
                        Afterwards afterwards) {
    auto easy = prepared_handle(settings.security == MailSecurity::tls ? "smtps" : "smtp", limits);
    CURL* handle = easy.get();
    line.connections.lend(handle, afterwards);
    set_login(handle, line.login);
    set_option(handle, CURLOPT_URL, url_of(settings).c_str());
    set_option(handle, CURLOPT_USE_SSL,
               static_cast<long>(settings.security == MailSecurity::starttls ? CURLUSESSL_ALL
                                                                             : CURLUSESSL_NONE));
    if (settings.ca_file) set_option(handle, CURLOPT_CAINFO, settings.ca_file->c_str());
    return easy;
}

void set_callbacks(CURL* handle, SmtpTry& mail) {
    set_option(handle, CURLOPT_READFUNCTION, &hand_out);
    set_option(handle, CURLOPT_READDATA, &mail);
    set_option(handle, CURLOPT_HEADERFUNCTION, &take_reply);
    set_option(handle, CURLOPT_HEADERDATA, &mail);
    set_option(handle, CURLOPT_VERBOSE, 1L);
    set_option(handle, CURLOPT_DEBUGFUNCTION, &watch_commands);
    set_option(handle, CURLOPT_DEBUGDATA, &mail);
    set_option(handle, CURLOPT_PREREQFUNCTION, &note_connected);
    set_option(handle, CURLOPT_PREREQDATA, &mail);
    set_option(handle, CURLOPT_WRITEFUNCTION, &ignore);
    set_option(handle, CURLOPT_ERRORBUFFER, mail.error.data());
}

enum class Connection { any, fresh };

/// The relay ended a connection that stood open since an earlier mail, before it knew of this one.
bool came_too_late(const SmtpTry& mail, CURL* easy, CURLcode result) {
    long connects = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    return mail.connected && connects == 0 && !mail.recipient_named &&
           result != CURLE_ABORTED_BY_CALLBACK;
}

void start(const Journey& journey, const Login& login, Connection connection, Ended done) {
    const auto& [settings, limits, transfers, parcel, line, afterwards] = journey;
    line->login = login;
    auto easy = relay_handle(settings, {limits.connect, limits.total}, *line, afterwards);
    CURL* handle = easy.get();
    auto mail = std::make_shared<SmtpTry>();
    mail->line = line;
    mail->body = parcel.body;
    mail->done = std::move(done);
    append_to(mail->recipients, "<" + parcel.recipient + ">");
    set_callbacks(handle, *mail);
    if (connection == Connection::fresh) set_option(handle, CURLOPT_FRESH_CONNECT, 1L);
    set_option(handle, CURLOPT_MAIL_FROM, ("<" + parcel.sender + ">").c_str());
    set_option(handle, CURLOPT_MAIL_RCPT, mail->recipients.get());
    set_option(handle, CURLOPT_UPLOAD, 1L);
    set_option(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(limits.step.count()));
    set_option(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set_option(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.step.count()));
    transfers.start(
        std::move(easy), mail,
        [mail = mail.get(), journey, login, connection](const EasyHandle& ended, CURLcode result) {
            if (connection == Connection::any && came_too_late(*mail, ended.get(), result))
                return start(journey, login, Connection::fresh, mail->done);
            mail->done(outcome_of(*mail, ended.get(), result), result);
        });
}

/// Ends an open connection as the protocol wants it: after the command libcurl says QUIT.
void say_farewell(const MailSettings& settings, TransferLoop& transfers,
                  const std::shared_ptr<RelayLine>& line) {
    auto easy = relay_handle(settings, farewell_limits, *line, Afterwards::close);
    auto words = std::make_shared<SmtpTry>();
    words->line = line;
    set_callbacks(easy.get(), *words);
    set_option(easy.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
    set_option(easy.get(), CURLOPT_NOBODY, 1L);
    transfers.start(std::move(easy), words, [](const EasyHandle&, CURLcode) {});
}

enum class FirstToken { yes, no };

/// A token that the relay refuses is forgotten, and the mail tried once more with a new one.
void start_with_token(const Journey& journey, const std::shared_ptr<AccessTokens>& tokens,
                      FirstToken first, Channel::Done done) {
    tokens->get([journey, tokens, first, done = std::move(done)](Expected<std::string> token) {
        if (!token) return done({Verdict::retry_later, 0, token.error(), {}});
        start(journey, {journey.mail.user.value_or(""), *token, true}, Connection::any,
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
      tokens_{std::move(tokens)},
      line_{std::make_shared<RelayLine>()} {}

SmtpChannel::~SmtpChannel() = default;

void SmtpChannel::carry(const CourierParcel& parcel, Behind behind, Done done) {
    if (const auto problem = mail_problem(parcel); !problem.empty())
        return done({Verdict::rejected, 0, problem, {}});
    if (!is_host_name(mail_.host) || !is_host_name(mail_.ehlo))
        return done({Verdict::retry_later, 0, "no mail relay is configured", {}});
    const Journey journey{
        mail_,  limits_, transfers_,
        parcel, line_,   behind == Behind::more ? Afterwards::keep : Afterwards::close};
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
    start(journey, login, Connection::any,
          [done = std::move(done)](const DeliveryOutcome& outcome, CURLcode) { done(outcome); });
}

void SmtpChannel::rest() {
    if (line_->connections.open() == 0) return;
    const auto line = std::exchange(line_, std::make_shared<RelayLine>());
    for (auto left = line->connections.open(); left > 0; --left)
        say_farewell(mail_, transfers_, line);
}

}  // namespace forcewatch
