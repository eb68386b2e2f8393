#include "cli/api_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/text.hpp"
#include "core/check.hpp"

namespace forcewatch {

namespace {

/// More than any page or message, so that a daemon gone wrong cannot fill the memory.
constexpr std::size_t largest_answer = 256UL << 20UL;
constexpr long question_seconds = 60;
constexpr long change_seconds = 30L * 60;

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
    FW_CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

/// What comes back: kept as a text, or handed on where it is what was asked for.
struct Arriving {
    CURL* handle{};
    const std::function<void(std::string_view)>& hand_on;
    std::string text{};

    static std::size_t take(char* bytes, std::size_t size, std::size_t count, void* self) {
        auto& arriving = *static_cast<Arriving*>(self);
        const std::string_view piece{bytes, size * count};
        long status = 0;
        curl_easy_getinfo(arriving.handle, CURLINFO_RESPONSE_CODE, &status);
        if (arriving.hand_on && status < 300) {
            arriving.hand_on(piece);
            return piece.size();
        }
        if (arriving.text.size() + piece.size() > largest_answer) return 0;
        arriving.text += piece;
        return piece.size();
    }
};

/// Tells how long the daemon has been at work.
struct Patience {
    const ApiClient::Waiting& waiting;
    std::chrono::steady_clock::time_point began{std::chrono::steady_clock::now()};
    long told{0};

    static int tick(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        auto& patience = *static_cast<Patience*>(self);
        const auto gone = std::chrono::steady_clock::now() - patience.began;
        const auto seconds =
            static_cast<long>(std::chrono::duration_cast<std::chrono::seconds>(gone).count());
        if (seconds > patience.told) patience.waiting(patience.told = seconds);
        return 0;
    }
};

Failure unreachable(const std::string& socket, CURLcode result, int error) {
    const auto place = one_line(socket);
    if (result == CURLE_OPERATION_TIMEDOUT)
        return {cli_exit::later,
                fmt::format(
                    "forcewatchd does not answer at {} in time.\nIt may be busy: try again, or see "
                    "`systemctl status forcewatchd`.",
                    place),
                {}};
    if (result == CURLE_COULDNT_CONNECT && (error == EACCES || error == EPERM))
        return {
            cli_exit::not_allowed,
            fmt::format(
                "You may not open {}: {}.\nAsk the administrator to add you to the socket's group "
                "(usually forcewatch), then log in again.",
                place, std::strerror(error)),
            {}};
    const std::string why = result == CURLE_COULDNT_CONNECT && error != 0
                                ? std::strerror(error)
                                : curl_easy_strerror(result);
    return {
        cli_exit::unreachable,
        fmt::format(
            "forcewatchd does not answer at {}: {}.\nIs it running? Look with `systemctl status "
            "forcewatchd`; name another socket with --socket PATH.",
            place, why),
        {}};
}

/// A list that is narrowed to something that does not exist is refused where it is asked for.
bool names_nothing(const JsonValue& problem) {
    const auto& errors = array_at(problem, "errors");
    if (errors.size() != 1) return false;
    const auto place = text_at(errors.front(), "pointer");
    return place == "/force" || place == "/owner" || place == "/destination";
}

int exit_code_of(int status, const JsonValue& problem) {
    if (text_at(problem, "type") == "/problems/configuration") return cli_exit::configuration;
    switch (status) {
        case 403:
            return cli_exit::not_allowed;
        case 400:
            return names_nothing(problem) ? cli_exit::not_found : cli_exit::failed;
        case 404:
            return cli_exit::not_found;
        case 409:
        case 412:
            return cli_exit::conflict;
        case 408:
        case 429:
        case 503:
            return cli_exit::later;
        default:
            return cli_exit::failed;
    }
}

/// The faults, one a line. A detail that the document as a whole gave already is not said twice.
std::string errors_of(const JsonValue& problem, const std::string& detail) {
    std::string text;
    for (const auto& error : array_at(problem, "errors")) {
        const auto pointer = text_at(error, "pointer");
        const auto what = text_at(error, "detail");
        const auto name = pointer.substr(pointer.rfind('/') + 1);
        if (detail.find(what) != std::string::npos && detail.find(name) != std::string::npos)
            continue;
        text += fmt::format("\n  {}{}{}", one_line(pointer), pointer.empty() ? "" : ": ",
                            one_line(what));
    }
    return text;
}

/// The detail; of a single fault that it does not place, with the place before it.
std::string detail_of(const JsonValue& problem) {
    auto detail = text_at(problem, "detail");
    const auto& errors = array_at(problem, "errors");
    if (errors.size() != 1 || text_at(errors.front(), "detail") != detail) return detail;
    const auto pointer = text_at(errors.front(), "pointer");
    if (pointer.size() < 2) return detail;
    const auto place = pointer.substr(1) + ": ";
    return detail.starts_with(place) ? detail : place + detail;
}

}  // namespace

struct ApiClient::Exchange {
    std::string url;
    std::string body;
    std::string content_type;
    bool change{};
    Waiting waiting{};
    std::function<void(std::string_view)> hand_on{};
    std::string method{};  ///< empty: GET, or POST for a change
};

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

Failure failure_of(int status, std::string_view body) {
    const auto problem = parse_json_object(body);
    if (!problem || text_at(*problem, "title").empty())
        return {
            exit_code_of(status, {}),
            fmt::format(
                "The answer has status {} and says nothing that forcewatchctl understands. Is it "
                "forcewatchd that listens there?",
                status),
            {}};
    const auto detail = detail_of(*problem);
    std::string text = one_line(text_at(*problem, "title"));
    if (!detail.empty()) text += ": " + many_lines(detail);
    text += errors_of(*problem, detail);
    if (const auto hint = text_at(*problem, "hint"); !hint.empty()) text += "\n" + many_lines(hint);
    return {exit_code_of(status, *problem), text, std::string{body}};
}

Outcome<std::string> ApiClient::transfer(Exchange& exchange) const {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> owner{curl_easy_init(),
                                                                    &curl_easy_cleanup};
    CURL* handle = owner.get();
    FW_CHECK(handle != nullptr);
    Arriving answer{handle, exchange.hand_on};
    Patience patience{exchange.waiting};
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");
    if (exchange.change)
        headers = curl_slist_append(headers, ("Content-Type: " + exchange.content_type).c_str());
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_owner{
        headers, &curl_slist_free_all};
    set(handle, CURLOPT_UNIX_SOCKET_PATH, socket_path_.c_str());
    set(handle, CURLOPT_URL, exchange.url.c_str());
    set(handle, CURLOPT_PATH_AS_IS, 1L);
    set(handle, CURLOPT_PROTOCOLS_STR, "http");
    set(handle, CURLOPT_PROXY, "");
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_USERAGENT, "forcewatchctl/" FORCEWATCH_VERSION);
    set(handle, CURLOPT_HTTPHEADER, headers);
    set(handle, CURLOPT_CONNECTTIMEOUT, 5L);
    set(handle, CURLOPT_TIMEOUT,
        exchange.change || exchange.hand_on ? change_seconds : question_seconds);
    set(handle, CURLOPT_WRITEFUNCTION, &Arriving::take);
    set(handle, CURLOPT_WRITEDATA, &answer);
    if (exchange.waiting) {
        set(handle, CURLOPT_NOPROGRESS, 0L);
        set(handle, CURLOPT_XFERINFOFUNCTION, &Patience::tick);
        set(handle, CURLOPT_XFERINFODATA, &patience);
    }
    if (exchange.change) {
        set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.body.size()));
        set(handle, CURLOPT_POSTFIELDS, exchange.body.c_str());
    }
    if (!exchange.method.empty()) set(handle, CURLOPT_CUSTOMREQUEST, exchange.method.c_str());
    if (const CURLcode result = curl_easy_perform(handle); result != CURLE_OK) {
        long error = 0;
        curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error);
        return tl::unexpected(unreachable(socket_path_, result, static_cast<int>(error)));
    }
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 300) return tl::unexpected(failure_of(static_cast<int>(status), answer.text));
    return std::move(answer.text);
}

Outcome<JsonValue> ApiClient::perform(Exchange& exchange) const {
    const auto answer = transfer(exchange);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->empty()) return JsonValue{JsonValue::Object{}};  // 204
    auto document = parse_json_object(*answer);
    if (!document)
        return tl::unexpected(
            Failure{cli_exit::failed, "The answer is not JSON: " + document.error(), {}});
    return std::move(*document);
}

namespace {

std::string url_of(const std::string& path, const ApiClient::Parameters& parameters) {
    std::string url = "http://localhost" + path;
    char mark = path.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        url += fmt::format("{}{}={}", mark, percent_encoded(name), percent_encoded(value));
        mark = '&';
    }
    return url;
}

}  // namespace

Outcome<JsonValue> ApiClient::get(const std::string& path, const Parameters& parameters) const {
    Exchange exchange{url_of(path, parameters), {}, {}, false, {}, {}};
    return perform(exchange);
}

Outcome<JsonValue> ApiClient::get_all(const std::string& path, Parameters parameters) const {
    parameters.emplace_back("limit", "1000");
    parameters.emplace_back("after", "");
    JsonValue whole;
    JsonValue::Array items;
    for (;;) {
        auto page = get(path, parameters);
        if (!page) return page;
        auto& members = std::get<JsonValue::Object>(page->held);
        for (auto& member : members)
            if (auto* some = std::get_if<JsonValue::Array>(&member.value.held);
                some != nullptr && member.name == "items")
                items.insert(items.end(), std::make_move_iterator(some->begin()),
                             std::make_move_iterator(some->end()));
        const std::string next = text_at(*page, "next");
        if (next.empty() || next == parameters.back().second) {
            whole = std::move(*page);
            break;
        }
        parameters.back().second = next;
    }
    for (auto& member : std::get<JsonValue::Object>(whole.held)) {
        if (member.name == "items") member.value.held = std::exchange(items, {});
        if (member.name == "next") member.value.held = std::monostate{};
    }
    return whole;
}

Outcome<JsonValue> ApiClient::post(const std::string& path, const Parameters& parameters,
                                   const std::string& body, const std::string& content_type,
                                   Waiting waiting) const {
    Exchange exchange{url_of(path, parameters), body, content_type, true, std::move(waiting), {}};
    return perform(exchange);
}

Outcome<JsonValue> ApiClient::change(const std::string& method, const std::string& path,
                                     const std::string& body) const {
    Exchange exchange{url_of(path, {}), body, "application/json", true, {}, {}, method};
    return perform(exchange);
}

Outcome<void> ApiClient::download(const std::string& path, const Parameters& parameters,
                                  const std::function<void(std::string_view)>& take) const {
    Exchange exchange{url_of(path, parameters), {}, {}, false, {}, take};
    if (auto done = transfer(exchange); !done) return tl::unexpected(done.error());
    return {};
}

}  // namespace forcewatch
