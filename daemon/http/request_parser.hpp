/// Bytes of a connection in, whole checked requests out.
///
/// llhttp in strict mode does the parsing. Around it stands what a parser alone does not refuse:
/// limits, control characters, folded lines, trailers, doubled or missing Host. The first fault
/// ends the connection, for what follows can no longer be told apart.
///
/// Owner: one Connection. Blocks: never. Fails: `State::failed` with a status and a sentence.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "daemon/http/limits.hpp"
#include "daemon/http/request.hpp"

namespace forcewatch {

class RequestParser {
public:
    enum class State : std::uint8_t { head, body, complete, failed };

    explicit RequestParser(const HttpLimits& limits);  ///< `limits` must outlive the parser
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Reads on to the end of the head, or from there to the end of the request, at most; returns
    /// how many bytes it took.
    [[nodiscard]] std::size_t feed(std::string_view bytes);
    /// The body that is to come may not be larger than this; fails at once where it says it is.
    void limit_body(std::size_t bytes);
    /// Forgets the request and waits for the next one.
    void next();

    [[nodiscard]] State state() const { return state_; }
    /// True once the first byte of a request is here.
    [[nodiscard]] bool started() const { return state_ != State::head || head_bytes_ > 0; }
    /// Whole when `complete`; its head is whole when `body`.
    [[nodiscard]] Request& request() { return request_; }
    /// Whether the caller may send another request on this connection; known when `complete`.
    [[nodiscard]] bool keep_alive() const { return keep_alive_; }
    /// Whether the answer may be chunked: the caller speaks HTTP/1.1.
    [[nodiscard]] bool may_chunk() const { return may_chunk_; }
    /// Whether the caller waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool expects_continue() const { return expects_continue_; }

    [[nodiscard]] int error_status() const { return error_status_; }
    [[nodiscard]] std::string_view error_detail() const { return error_detail_; }

private:
    struct Machine;
    friend struct Machine;

    [[nodiscard]] std::size_t take_head(std::string_view bytes);
    [[nodiscard]] std::size_t take_body(std::string_view bytes);
    [[nodiscard]] std::size_t plain_run(std::string_view bytes);
    [[nodiscard]] bool scan(unsigned char byte, std::size_t number);
    [[nodiscard]] bool scan_newline(std::size_t number);
    void parse_head();
    [[nodiscard]] bool check_fields();
    [[nodiscard]] bool check_field(const Request::Field& field);
    bool fail(int status, std::string_view detail);

    const HttpLimits& limits_;
    std::unique_ptr<Machine> machine_;
    Request request_;
    std::size_t head_bytes_{0};
    std::size_t overhead_bytes_{0};
    std::size_t body_limit_;
    std::string_view error_detail_;
    int error_status_{0};
    State state_{State::head};
    unsigned char previous_{0};
    std::uint8_t hosts_{0};
    std::uint8_t transfer_encodings_{0};
    bool first_line_{true};
    bool at_line_start_{true};
    bool head_ended_{false};
    bool keep_alive_{false};
    bool may_chunk_{false};
    bool expects_continue_{false};
};

}  // namespace forcewatch
