#include "courier/daemon_client.hpp"

#include <fmt/format.h>

#include <array>

namespace forcewatch {

namespace {

struct Exchange {
    std::string body;
    CurlList headers;
    std::size_t largest{};
    std::string answer;
    std::array<char, CURL_ERROR_SIZE> error{};
    DaemonClient::Done done;
};

std::size_t take_answer(char* bytes, std::size_t size, std::size_t count, void* context) {
    auto& exchange = *static_cast<Exchange*>(context);
    if (exchange.answer.size() + size * count > exchange.largest) return 0;
    exchange.answer.append(bytes, size * count);
    return size * count;
}

DaemonAnswer answer_of(Exchange& exchange, CURL* easy, CURLcode result) {
    if (result != CURLE_OK)
        return {0, "",
                exchange.error.front() != '\0' ? printable(exchange.error.data())
                                               : curl_easy_strerror(result)};
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    DaemonAnswer answer{static_cast<int>(status), std::move(exchange.answer), ""};
    if (status != 200)
        answer.failure = fmt::format("the daemon answered {}: {}", status, printable(answer.body));
    return answer;
}

}  // namespace

TransferLoop::Id DaemonClient::post(const std::string& socket_path, const std::string& path,
                                    std::string body, std::chrono::milliseconds limit,
                                    std::size_t largest, Done done) {
    auto exchange = std::make_shared<Exchange>();
    exchange->body = std::move(body);
    exchange->largest = largest;
    exchange->done = std::move(done);
    append_to(exchange->headers, "Content-Type: application/json");
    append_to(exchange->headers, "Expect:");
    auto easy = prepared_handle("http", {std::chrono::seconds{5}, limit});
    CURL* handle = easy.get();
    set_option(handle, CURLOPT_UNIX_SOCKET_PATH, socket_path.c_str());
    set_option(handle, CURLOPT_URL, ("http://localhost" + path).c_str());
    set_option(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(handle, CURLOPT_HTTPHEADER, exchange->headers.get());
    set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange->body.size()));
    set_option(handle, CURLOPT_POSTFIELDS, exchange->body.c_str());
    set_option(handle, CURLOPT_WRITEFUNCTION, &take_answer);
    set_option(handle, CURLOPT_WRITEDATA, exchange.get());
    set_option(handle, CURLOPT_ERRORBUFFER, exchange->error.data());
    return transfers_.start(std::move(easy), exchange,
                            [exchange = exchange.get()](const EasyHandle& ended, CURLcode result) {
                                exchange->done(answer_of(*exchange, ended.get(), result));
                            });
}

}  // namespace forcewatch
