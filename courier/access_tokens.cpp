#include "courier/access_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "courier/address_guard.hpp"
#include "courier/transfers.hpp"
#include "daemon/api/json_reader.hpp"

namespace forcewatch {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t largest_answer = 64U << 10U;
constexpr std::size_t longest_token = 16384;
constexpr auto renewed_before_end = 5min;
constexpr TransferLimits limits{10'000ms, 15'000ms};

/// One request on its way; libcurl's callbacks point here.
struct TokenRequest {
    std::string form;
    std::string answer;
    AddressGuard guard;
    std::array<char, CURL_ERROR_SIZE> error{};
};

std::size_t take_answer(char* bytes, std::size_t size, std::size_t count, void* context) {
    auto& request = *static_cast<TokenRequest*>(context);
    if (request.answer.size() + size * count > largest_answer) return 0;
    request.answer.append(bytes, size * count);
    return size * count;
}

std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string text_in(const JsonValue& document, std::string_view key) {
    const auto* value = document.find(key);
    if (value == nullptr) return {};
    const auto* text = value->as<std::string>();
    return text != nullptr ? *text : std::string{};
}

bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= longest_token &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

AccessTokens::AccessTokens(MailOAuth oauth, Secrets secrets, TransferLoop& transfers,
                           std::function<Instant()> now)
    : oauth_{std::move(oauth)},
      secrets_{std::move(secrets)},
      transfers_{transfers},
      now_{std::move(now)} {}

void AccessTokens::get(Done done) {
    if (!token_.empty() && now_() + renewed_before_end < good_until_) return done(token_);
    waiting_.push_back(std::move(done));
    if (waiting_.size() == 1) ask();
}

void AccessTokens::forget(const std::string& token) {
    if (token == token_) token_.clear();
}

Expected<std::string> AccessTokens::form() const {
    auto secret = secrets_.read(oauth_.client_secret);
    if (!secret) return secret;
    auto text = fmt::format("client_id={}&client_secret={}&scope={}", encoded(oauth_.client_id),
                            encoded(*secret), encoded(oauth_.scope));
    if (!oauth_.refresh_token) return "grant_type=client_credentials&" + text;
    auto refresh = newer_refresh_token_.empty() ? secrets_.read(*oauth_.refresh_token)
                                                : Expected<std::string>{newer_refresh_token_};
    if (!refresh) return refresh;
    return fmt::format("grant_type=refresh_token&refresh_token={}&{}", encoded(*refresh), text);
}

void AccessTokens::ask() {
    auto wanted = form();
    if (!wanted) return tell_all(tl::unexpected(wanted.error()));
    auto easy = prepared_handle("https", limits);
    CURL* handle = easy.get();
    auto request = std::make_shared<TokenRequest>(
        TokenRequest{std::move(*wanted), {}, AddressGuard{oauth_.allow_addresses}, {}});
    set_option(handle, CURLOPT_URL, oauth_.token_url.c_str());
    if (oauth_.ca_file) set_option(handle, CURLOPT_CAINFO, oauth_.ca_file->c_str());
    set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request->form.size()));
    set_option(handle, CURLOPT_POSTFIELDS, request->form.c_str());
    set_option(handle, CURLOPT_WRITEFUNCTION, &take_answer);
    set_option(handle, CURLOPT_WRITEDATA, request.get());
    set_option(handle, CURLOPT_ERRORBUFFER, request->error.data());
    request->guard.watch(handle);
    transfers_.start(
        std::move(easy), request,
        [self = shared_from_this(), request = request.get()](const EasyHandle& ended, CURLcode) {
            long status = 0;
            curl_easy_getinfo(ended.get(), CURLINFO_RESPONSE_CODE, &status);
            self->take(status, request->answer,
                       request->guard.refusal.empty() ? printable(request->error.data())
                                                      : request->guard.refusal);
        });
}

void AccessTokens::take(long status, const std::string& answer, const std::string& failure) {
    const auto fail = [&](std::string_view why) {
        tell_all(tl::unexpected(fmt::format("no access token for the relay: {}", why)));
    };
    if (status == 0) return fail(failure.empty() ? "no answer came" : failure);
    const auto document = parse_json_object(answer);
    if (status != 200) {
        const auto error = document ? text_in(*document, "error") : std::string{};
        return fail(fmt::format("the token server answered {} {}", status, printable(error)));
    }
    const auto token = document ? text_in(*document, "access_token") : std::string{};
    if (!is_token(token)) return fail("the token server's answer holds none");
    const auto* lasts = document->find("expires_in");
    const auto* number = lasts != nullptr ? lasts->as<std::int64_t>() : nullptr;
    const auto seconds = number != nullptr ? *number : 0;
    token_ = token;
    // What does not say how long it is good is used once.
    good_until_ = now_() + std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, 86400)};
    if (const auto refresh = text_in(*document, "refresh_token"); is_token(refresh))
        newer_refresh_token_ = refresh;
    tell_all(token_);
}

void AccessTokens::tell_all(const Expected<std::string>& answer) {
    for (auto& done : std::exchange(waiting_, {})) done(answer);
}

}  // namespace forcewatch
