#include "courier/web_page.hpp"

#include <fmt/format.h>

#include <array>

#include "config/web_address.hpp"
#include "core/delivery_class.hpp"
#include "core/utf8.hpp"
#include "courier/address_guard.hpp"

namespace forcewatch {

namespace {

constexpr auto user_agent = "Forcewatch/" FORCEWATCH_VERSION;
constexpr auto wanted_types =
    "Accept: application/rss+xml, application/atom+xml, application/xml;q=0.9, text/html;q=0.8, "
    "*/*;q=0.1";
constexpr long most_redirects = 3;
constexpr std::size_t longest_reason = 480;

/// One GET on its way; libcurl's callbacks point here.
struct PageTry {
    explicit PageTry(const FetchReach& reach) : guard{reach.allow_addresses} {}

    AddressGuard guard;
    CurlList headers;
    Fetched fetched;
    std::string retry_after;
    std::size_t largest{};
    bool too_large{false};
    Instant started_at{};
    std::array<char, CURL_ERROR_SIZE> error{};
    std::function<void(Fetched)> done;
};

/// The value of the field `name` in a header line; empty: the line is another one.
std::optional<std::string> value_in(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = line[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != name[i]) return std::nullopt;
    }
    line.remove_prefix(name.size() + 1);
    const auto first = line.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return std::string{};
    return std::string{line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1)};
}

/// What is too long or no plain text is as good as absent.
void keep_stamp(std::string& stamp, std::string value) {
    if (value.size() <= fetch_limits::stamp && is_header_text(value)) stamp = std::move(value);
}

std::size_t take_header(char* line, std::size_t size, std::size_t count, void* context) {
    auto& page = *static_cast<PageTry*>(context);
    const std::string_view text{line, size * count};
    if (text.starts_with("HTTP/")) {  // of an answer after a redirect, too
        page.fetched.etag.clear();
        page.fetched.last_modified.clear();
        page.retry_after.clear();
    }
    if (auto etag = value_in(text, "etag")) keep_stamp(page.fetched.etag, std::move(*etag));
    if (auto stamp = value_in(text, "last-modified"))
        keep_stamp(page.fetched.last_modified, std::move(*stamp));
    if (auto wait = value_in(text, "retry-after")) page.retry_after = printable(*wait);
    return size * count;
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* context) {
    auto& page = *static_cast<PageTry*>(context);
    page.too_large = page.fetched.body.size() + size * count > page.largest;
    if (page.too_large) return 0;
    page.fetched.body.append(bytes, size * count);
    return size * count;
}

std::string failure_of(const PageTry& page, CURLcode result, const FetchLimits& limits) {
    if (page.too_large) return fmt::format("is larger than {} MiB", page.largest >> 20U);
    if (!page.guard.refusal.empty()) return page.guard.refusal;
    if (result == CURLE_OPERATION_TIMEDOUT)
        return fmt::format("did not end within {} s",
                           std::chrono::duration_cast<std::chrono::seconds>(limits.total).count());
    if (result == CURLE_TOO_MANY_REDIRECTS)
        return fmt::format("redirects more than {} times", most_redirects);
    if (result == CURLE_UNSUPPORTED_PROTOCOL) return "redirects to an address that is not https";
    return page.error.front() != '\0' ? printable(page.error.data()) : curl_easy_strerror(result);
}

std::string text_info(CURL* easy, CURLINFO info, std::size_t longest) {
    const char* text = nullptr;
    curl_easy_getinfo(easy, info, &text);
    if (text == nullptr) return {};
    std::string kept{text};
    return kept.size() <= longest && is_header_text(kept) ? kept : std::string{};
}

void conclude(PageTry& page, CURL* easy, CURLcode result, const std::string& asked,
              const FetchLimits& limits) {
    Fetched& fetched = page.fetched;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    fetched.url = text_info(easy, CURLINFO_EFFECTIVE_URL, fetch_limits::address);
    fetched.type = text_info(easy, CURLINFO_CONTENT_TYPE, 200);
    fetched.retry_in = read_retry_after(page.retry_after, page.started_at);
    if (result == CURLE_OK) {
        fetched.status = status > 999 ? 0 : static_cast<int>(status);
    } else {
        fetched.failure = failure_of(page, result, limits);
        if (!fetched.url.empty() && fetched.url != asked)
            fetched.failure += fmt::format(" (after a redirect to {})", fetched.url);
        fetched.failure.resize(utf8_beginning(fetched.failure, longest_reason).size());
    }
    if (fetched.status != 200) fetched.body.clear();
    page.done(std::move(fetched));
}

void set_reach(CURL* handle, const FetchOrder& order, const FetchReach& reach, bool plain) {
    set_option(handle, CURLOPT_URL, order.url.c_str());
    set_option(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(handle, CURLOPT_USERAGENT, user_agent);
    set_option(handle, CURLOPT_FOLLOWLOCATION, 1L);
    set_option(handle, CURLOPT_MAXREDIRS, most_redirects);
    set_option(handle, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
    if (reach.ca_file) set_option(handle, CURLOPT_CAINFO, reach.ca_file->c_str());
}

}  // namespace

TransferLoop::Id fetch_page(TransferLoop& transfers, const FetchOrder& order,
                            const FetchReach& reach, const FetchLimits& limits, Instant now,
                            std::function<void(Fetched)> done) {
    const auto address = parse_web_address(order.url);
    const bool plain = address && address->scheme == "http" && is_loopback_host(address->host);
    auto easy = prepared_handle(plain ? "http" : "https", {limits.connect, limits.total});
    CURL* handle = easy.get();
    auto page = std::make_shared<PageTry>(reach);
    page->fetched.id = order.id;
    page->largest = limits.body;
    page->started_at = now;
    page->done = std::move(done);
    append_to(page->headers, wanted_types);
    if (!order.etag.empty()) append_to(page->headers, "If-None-Match: " + order.etag);
    if (!order.last_modified.empty())
        append_to(page->headers, "If-Modified-Since: " + order.last_modified);
    set_reach(handle, order, reach, plain);
    page->guard.watch(handle);
    set_option(handle, CURLOPT_HTTPHEADER, page->headers.get());
    set_option(handle, CURLOPT_HEADERFUNCTION, &take_header);
    set_option(handle, CURLOPT_HEADERDATA, page.get());
    set_option(handle, CURLOPT_WRITEFUNCTION, &take_body);
    set_option(handle, CURLOPT_WRITEDATA, page.get());
    set_option(handle, CURLOPT_ERRORBUFFER, page->error.data());
    return transfers.start(
        std::move(easy), page,
        [page = page.get(), asked = order.url, limits](const EasyHandle& ended, CURLcode result) {
            conclude(*page, ended.get(), result, asked, limits);
        });
}

}  // namespace forcewatch
