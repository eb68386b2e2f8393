/// A load client: HTTP/1.1 over a Unix socket or loopback TCP, on one thread.
///
/// Each connection asks, waits for the whole answer and asks again. One connection blocks, as a
/// simple client would; several are driven by epoll. An answer other than 2xx ends the run with
/// std::runtime_error, and so does a server that says nothing for a minute.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace forcewatch::bench {

struct Endpoint {
    std::string unix_path;  ///< empty: loopback, at `port`
    int port{};
};

/// Reads one answer after another, however the bytes are cut.
class AnswerReader {
public:
    /// Takes bytes of one answer; true once it is whole. Nothing may follow it.
    [[nodiscard]] bool take(std::string_view bytes);
    /// Makes ready for the next answer.
    void clear();
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] std::int64_t body_bytes() const { return body_bytes_; }
    /// The body is kept only if asked for before it came.
    void keep_body(bool keep) { keep_ = keep; }
    [[nodiscard]] std::string& body() { return body_; }

private:
    enum class State : std::uint8_t { head, body, chunk_size, chunk, chunk_end, trailer, done };
    void read_head();
    [[nodiscard]] std::string_view take_body(std::string_view bytes);
    [[nodiscard]] std::string_view take_line(std::string_view bytes);
    void end_line();

    State state_{State::head};
    std::string line_;  ///< the head, or a line between chunks, so far
    std::int64_t left_{};
    std::int64_t body_bytes_{};
    int status_{};
    bool keep_{};
    std::string body_;
};

class Load {
public:
    Load(const Endpoint& endpoint, std::size_t connections);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    struct Outcome {
        double seconds{};
        std::int64_t body_bytes{};
        std::vector<double> latencies;  ///< in seconds, only if asked for
    };
    /// The text of the request of this number; it must stay as it is until the next call.
    using Requests = std::function<std::string_view(std::size_t)>;

    /// Sends `total` requests and returns when the last is answered.
    Outcome run(std::size_t total, const Requests& requests, bool keep_latencies = false);
    /// One request on the first connection; returns the body.
    std::string ask(std::string_view request);

private:
    struct Line {
        int descriptor{-1};
        AnswerReader reader;
        double asked_at{};
    };
    void send(Line& line, std::string_view request) const;
    /// True once the answer is whole; false: the socket has no more for now.
    [[nodiscard]] bool receive(Line& line, bool wait);
    void check(const Line& line) const;
    void run_blocking(Outcome& outcome, std::size_t total, const Requests& requests, bool keep);
    void run_many(Outcome& outcome, std::size_t total, const Requests& requests, bool keep);

    std::vector<Line> lines_;
    std::vector<char> buffer_;
    int epoll_{-1};
};

[[nodiscard]] std::string get_request(std::string_view target);
[[nodiscard]] std::string post_request(std::string_view target, std::string_view content_type,
                                       std::string_view body);

}  // namespace forcewatch::bench
