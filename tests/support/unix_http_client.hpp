/// A small blocking HTTP client over a Unix socket, for tests. It can also send what is no HTTP.
///
/// Every wait ends after 30 seconds at the latest, so that a server that hangs fails the test.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace forcewatch::test {

struct HttpAnswer {
    int status{0};                               ///< 0: no answer came
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;                            ///< chunks put together
    bool whole{false};                           ///< false: the connection broke before the end
};

class UnixHttpClient {
public:
    explicit UnixHttpClient(const std::string& path) {
        descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{.tv_sec = 30, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
            0) {
            ::close(descriptor_);
            throw std::runtime_error("cannot connect to " + path);
        }
    }
    UnixHttpClient(UnixHttpClient&& other) noexcept
        : descriptor_{std::exchange(other.descriptor_, -1)}, unread_{std::move(other.unread_)} {}
    UnixHttpClient& operator=(UnixHttpClient&&) = delete;
    ~UnixHttpClient() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    /// False: the server took no more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Whether anything has come that was not read.
    [[nodiscard]] bool has_answer() const {
        pollfd waiting{descriptor_, POLLIN, 0};
        return !unread_.empty() || ::poll(&waiting, 1, 0) > 0;
    }
    void half_close() { ::shutdown(descriptor_, SHUT_WR); }

    /// Everything up to the end of the connection.
    std::string read_to_end() {
        while (read_more()) {
        }
        return std::exchange(unread_, {});
    }

    /// The next answer, without any "100 Continue" before it; `to_head`: it has no body.
    HttpAnswer read_answer(bool to_head = false) {
        HttpAnswer answer;
        do {
            answer = {};
            const auto head = take_until("\r\n\r\n");
            if (!head || !read_head(*head, answer)) return answer;
        } while (answer.status == 100);
        answer.whole = to_head || answer.status == 204 || answer.status == 304 || read_body(answer);
        return answer;
    }

    /// One request on this connection, and its answer. `headers` are whole lines with CR LF.
    HttpAnswer ask(std::string_view method, std::string_view target, std::string_view body = {},
                   std::string_view headers = {}) {
        std::string request{method};
        request.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
        request.append(headers);
        if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
            request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
        request.append("\r\n").append(body);
        (void)send(request);
        return read_answer(method == "HEAD");
    }

private:
    bool read_more() {
        char buffer[16 * 1024];
        const ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
        if (got > 0) unread_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }
    std::optional<std::string> take_until(std::string_view mark) {
        std::size_t at = 0;
        while ((at = unread_.find(mark)) == unread_.npos)
            if (!read_more()) return std::nullopt;
        std::string text = unread_.substr(0, at);
        unread_.erase(0, at + mark.size());
        return text;
    }
    std::optional<std::string> take(std::size_t size) {
        while (unread_.size() < size)
            if (!read_more()) return std::nullopt;
        std::string text = unread_.substr(0, size);
        unread_.erase(0, size);
        return text;
    }
    static bool read_head(const std::string& head, HttpAnswer& answer) {
        if (head.rfind("HTTP/1.1 ", 0) != 0 || head.size() < 12) return false;
        std::from_chars(head.data() + 9, head.data() + 12, answer.status);
        for (auto at = head.find("\r\n"); at != head.npos;) {
            const auto end = head.find("\r\n", at + 2);
            const std::string line =
                head.substr(at + 2, end == head.npos ? head.npos : end - at - 2);
            const auto colon = line.find(": ");
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            answer.headers[name] = colon == line.npos ? "" : line.substr(colon + 2);
            at = end;
        }
        return true;
    }
    bool read_body(HttpAnswer& answer) {
        if (answer.headers.count("transfer-encoding") != 0) return read_chunks(answer);
        const auto length = answer.headers.find("content-length");
        if (length == answer.headers.end()) {
            answer.body = read_to_end();
            return true;
        }
        auto body = take(std::stoul(length->second));
        if (body) answer.body = std::move(*body);
        return body.has_value();
    }
    bool read_chunks(HttpAnswer& answer) {
        for (;;) {
            const auto line = take_until("\r\n");
            if (!line) return false;
            const std::size_t size = std::stoul(*line, nullptr, 16);
            const auto chunk = take(size);
            const auto end = take(2);
            if (!chunk || end != "\r\n") return false;
            if (size == 0) return true;
            answer.body += *chunk;
        }
    }

    int descriptor_{-1};
    std::string unread_;
};

}  // namespace forcewatch::test
