#include "courier/webhook_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/web_address.hpp"
#include "core/delivery_class.hpp"
#include "courier/address_guard.hpp"
#include "courier/connection_pool.hpp"
#include "courier/transfers.hpp"
#include "courier/webhook_signature.hpp"

namespace forcewatch {

namespace {

constexpr auto user_agent = "Forcewatch/" FORCEWATCH_VERSION;

constexpr std::string_view alertmanager_path = "/api/v2/alerts";

}  // namespace

/// One try on its way, and then others after it; libcurl's callbacks point here.
struct WebhookTry {
    explicit WebhookTry(const std::vector<std::string>& allowed) : guard{allowed} {}

    std::string url;
    std::shared_ptr<ConnectionPool> pool;
    std::string body;
    bool begun{false};
    CurlList headers;
    AddressGuard guard;
    std::string retry_after;
    std::size_t answer_left{0};
    std::array<char, CURL_ERROR_SIZE> error{};
    Instant started_at{};
    Channel::Done done;
    EasyHandle easy;  // empty: under way

    void begin(const std::string& bytes, std::size_t most_answered, Instant now) {
        body = bytes;
        begun = false;
        headers.reset();
        guard.refusal.clear();
        retry_after.clear();
        answer_left = most_answered;
        error.front() = '\0';
        started_at = now;
    }
};

namespace {

/// libcurl would by itself send anew what a kept connection took and left unanswered.
int begin_once(void* context, char*, char*, int, int) {
    auto& hook = *static_cast<WebhookTry*>(context);
    return std::exchange(hook.begun, true) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t take_header(char* line, std::size_t size, std::size_t count, void* context) {
    constexpr std::string_view name = "retry-after:";
    auto& hook = *static_cast<WebhookTry*>(context);
    const std::string_view text{line, size * count};
    if (text.starts_with("HTTP/")) hook.retry_after.clear();
    const bool ours = text.size() > name.size() &&
                      std::equal(name.begin(), name.end(), text.begin(), [](char wanted, char got) {
                          return wanted == (got >= 'A' && got <= 'Z' ? got - 'A' + 'a' : got);
                      });
    if (ours) hook.retry_after = printable(text.substr(name.size()));
    return size * count;
}

std::size_t count_answer(char*, std::size_t size, std::size_t count, void* context) {
    auto& hook = *static_cast<WebhookTry*>(context);
    if (size * count > hook.answer_left) return 0;  // ends the transfer; the status is known
    hook.answer_left -= size * count;
    return size * count;
}

std::string reason_of(const WebhookTry& hook, long status, CURLcode result) {
    if (status >= 200) return fmt::format("the receiver answered {}", status);
    if (!hook.guard.refusal.empty()) return hook.guard.refusal;
    if (hook.error.front() != '\0') return printable(hook.error.data());
    return curl_easy_strerror(result);
}

DeliveryOutcome outcome_of(const WebhookTry& hook, CURLcode result) {
    long status = 0;
    curl_off_t uploaded = 0;
    if (hook.begun) {  // until then the handle tells of the try before
        curl_easy_getinfo(hook.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(hook.easy.get(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
    }
    // libcurl counts anew where it wants to begin again, and then could not.
    const bool unanswered = hook.pool && hook.begun && uploaded == 0 && status == 0;
    const bool whole =
        unanswered || (uploaded > 0 && static_cast<std::size_t>(uploaded) >= hook.body.size());
    DeliveryOutcome outcome;
    outcome.verdict = classify_http(static_cast<int>(status), whole ? Sent::whole : Sent::part);
    outcome.code = status > 999 ? 0 : static_cast<int>(status);
    if (outcome.verdict != Verdict::delivered)
        outcome.reason = unanswered ? "the receiver closed the connection unanswered"
                                    : reason_of(hook, status, result);
    if (outcome.verdict == Verdict::retry_later)
        outcome.retry_in = read_retry_after(hook.retry_after, hook.started_at);
    return outcome;
}

}  // namespace

WebhookChannel::WebhookChannel(WebhookTarget target, Connections connections, Secrets secrets,
                               TransferLoop& transfers, WebhookLimits limits,
                               std::function<Instant()> now)
    : target_{std::move(target)},
      secrets_{std::move(secrets)},
      transfers_{transfers},
      limits_{limits},
      now_{std::move(now)},
      pool_{connections == Connections::kept ? std::make_shared<ConnectionPool>() : nullptr},
      idle_{std::make_shared<Tries>()} {}

Expected<std::vector<std::string>> WebhookChannel::headers_for(const CourierParcel& parcel) const {
    const Instant now = now_();
    std::vector<std::string> headers{
        "Content-Type: " + parcel.content_type, "webhook-id: " + parcel.message_id,
        fmt::format("webhook-timestamp: {}", now.time_since_epoch().count()), "Expect:"};
    if (!target_.secret) return headers;
    const auto text = secrets_.read(*target_.secret);
    if (!text) return tl::unexpected(text.error());
    const auto secrets = WebhookSecrets::parse(*text);
    if (!secrets) return tl::unexpected("the webhook secret cannot be used: " + secrets.error());
    const auto signature = secrets->sign(parcel.message_id, now, parcel.body);
    if (signature.empty()) return tl::unexpected(Problem{"every webhook secret has ended"});
    headers.push_back("webhook-signature: " + signature);
    return headers;
}

Expected<std::string> WebhookChannel::url() const {
    auto text = target_.secret_url ? secrets_.read(*target_.secret_url)
                                   : Expected<std::string>{target_.url};
    if (!text) return text;
    if (target_.secret_url && !parse_web_address(*text))
        return tl::unexpected(
            fmt::format("what {} holds is no web address", target_.secret_url->name));
    if (target_.format == "alertmanager" && !text->ends_with(alertmanager_path))
        *text += text->ends_with('/') ? alertmanager_path.substr(1) : alertmanager_path;
    return text;
}

std::shared_ptr<WebhookTry> WebhookChannel::idle_try(const std::string& url) const {
    if (!idle_->empty() && idle_->back()->url != url) idle_->clear();
    if (!idle_->empty()) {
        auto idle = std::move(idle_->back());
        idle_->pop_back();
        return idle;
    }
    const auto address = parse_web_address(url);
    if (!address) return nullptr;
    auto hook = std::make_shared<WebhookTry>(target_.allow_addresses);
    hook->url = url;
    hook->pool = pool_;
    const bool plain = address->scheme == "http" && is_loopback_host(address->host);
    hook->easy = prepared_handle(plain ? "http" : "https", {limits_.connect, limits_.total});
    CURL* handle = hook->easy.get();
    set_option(handle, CURLOPT_URL, url.c_str());
    if (!pool_) set_option(handle, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    set_option(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(handle, CURLOPT_USERAGENT, user_agent);
    if (target_.ca_file) set_option(handle, CURLOPT_CAINFO, target_.ca_file->c_str());
    set_option(handle, CURLOPT_PREREQFUNCTION, &begin_once);
    set_option(handle, CURLOPT_PREREQDATA, hook.get());
    hook->guard.watch(handle);
    set_option(handle, CURLOPT_HEADERFUNCTION, &take_header);
    set_option(handle, CURLOPT_HEADERDATA, hook.get());
    set_option(handle, CURLOPT_WRITEFUNCTION, &count_answer);
    set_option(handle, CURLOPT_WRITEDATA, hook.get());
    set_option(handle, CURLOPT_ERRORBUFFER, hook->error.data());
    return hook;
}

void WebhookChannel::carry(const CourierParcel& parcel, Behind behind, Done done) {
    const auto where = url();
    if (!where) return done({Verdict::retry_later, 0, where.error(), {}});
    const auto hook = idle_try(*where);
    if (!hook || !is_message_id(parcel.message_id) ||
        parcel.content_type.find_first_of("\r\n") != std::string::npos)
        return done({Verdict::rejected, 0, "the parcel cannot be sent as a webhook", {}});
    const auto headers = headers_for(parcel);
    if (!headers) return done({Verdict::retry_later, 0, headers.error(), {}});
    hook->begin(parcel.body, limits_.answer, now_());
    hook->done = std::move(done);
    CURL* handle = hook->easy.get();
    for (const auto& header : *headers) append_to(hook->headers, header);
    set_option(handle, CURLOPT_HTTPHEADER, hook->headers.get());
    set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(hook->body.size()));
    set_option(handle, CURLOPT_POSTFIELDS, hook->body.data());  // in one piece with the head
    if (pool_)
        pool_->lend(handle, behind == Behind::more ? ConnectionPool::Afterwards::keep
                                                   : ConnectionPool::Afterwards::close);
    // `hook` twice: as what the handle points to it has to outlive the handle.
    transfers_.start(std::move(hook->easy), hook,
                     [hook, idle = idle_](EasyHandle ended, CURLcode result) {
                         hook->easy = std::move(ended);
                         const auto outcome = outcome_of(*hook, result);
                         const auto told = std::exchange(hook->done, nullptr);
                         idle->push_back(hook);
                         told(outcome);
                     });
}

}  // namespace forcewatch
