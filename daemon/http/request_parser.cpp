#include "daemon/http/request_parser.hpp"

#include <llhttp.h>

#include <algorithm>
#include <array>

static_assert(LLHTTP_STRICT_MODE, "without strict mode a bare CR passes for a line end");

namespace forcewatch {

namespace {

constexpr std::string_view too_large = "The body is larger than this request may bring.";

/// Bytes that need no thought inside a head: visible ASCII and everything above it.
constexpr auto plain = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0x21; i < 256; ++i) table[i] = i != 0x7F;
    return table;
}();

/// The characters of RFC 3986 for a host and a port; empty is allowed.
bool is_host(std::string_view text) {
    constexpr std::string_view marks = "-._~%!$&'()*+,;=:[]";
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

std::optional<Method> method_of(std::uint8_t method) {
    switch (method) {
        case HTTP_GET:
            return Method::get;
        case HTTP_HEAD:
            return Method::head;
        case HTTP_POST:
            return Method::post;
        case HTTP_PUT:
            return Method::put;
        case HTTP_PATCH:
            return Method::patch;
        case HTTP_DELETE:
            return Method::delete_;
        case HTTP_OPTIONS:
            return Method::options;
        default:
            return std::nullopt;
    }
}

}  // namespace

struct RequestParser::Machine {
    llhttp_t llhttp{};
    RequestParser* parser{};
    std::string_view target;

    static RequestParser& parser_of(llhttp_t* llhttp) {
        return *static_cast<RequestParser*>(llhttp->data);
    }
    static Request::Field& last_field(RequestParser& parser) {
        return parser.request_.fields_.back();
    }
    static std::uint32_t offset_of(const RequestParser& parser, const char* at) {
        return static_cast<std::uint32_t>(at - parser.request_.text_.data());
    }

    static int on_url(llhttp_t* llhttp, const char* at, std::size_t size) {
        parser_of(llhttp).machine_->target = {at, size};
        return 0;
    }
    static int on_field(llhttp_t* llhttp, const char* at, std::size_t size) {
        RequestParser& parser = parser_of(llhttp);
        if (parser.state_ == State::body) {
            parser.fail(400, "Fields after a chunked body are not taken here.");
            return HPE_USER;
        }
        if (parser.request_.fields_.size() == parser.limits_.fields) {
            parser.fail(431, "The request has too many header fields.");
            return HPE_USER;
        }
        const std::uint32_t begin = offset_of(parser, at);
        parser.request_.fields_.push_back({begin, static_cast<std::uint32_t>(size), begin, 0});
        return 0;
    }
    /// llhttp may hand over one value in pieces; they lie side by side, for a head is fed at once.
    static int on_value(llhttp_t* llhttp, const char* at, std::size_t size) {
        RequestParser& parser = parser_of(llhttp);
        Request::Field& field = last_field(parser);
        const std::uint32_t begin = offset_of(parser, at);
        if (field.value_at == field.name_at) field.value_at = begin;
        field.value_size = begin + static_cast<std::uint32_t>(size) - field.value_at;
        return 0;
    }
    static int on_headers_complete(llhttp_t* llhttp) {
        RequestParser& parser = parser_of(llhttp);
        llhttp->upgrade = 0;  // "Upgrade" may be ignored, and is
        if (!parser.check_fields()) return -1;
        parser.state_ = State::body;
        return 0;
    }
    static int on_body(llhttp_t* llhttp, const char* at, std::size_t size) {
        RequestParser& parser = parser_of(llhttp);
        std::string& body = parser.request_.body;
        if (size > parser.body_limit_ - body.size()) {
            parser.fail(413, too_large);
            return HPE_USER;
        }
        body.append(at, size);
        return 0;
    }
    static int on_message_complete(llhttp_t* llhttp) {
        RequestParser& parser = parser_of(llhttp);
        parser.keep_alive_ = parser.may_chunk_ && llhttp_should_keep_alive(llhttp) != 0;
        parser.state_ = State::complete;
        return HPE_PAUSED;  // what follows belongs to the next request
    }

    static const llhttp_settings_t& settings() {
        static const llhttp_settings_t instance = [] {
            llhttp_settings_t wanted;
            llhttp_settings_init(&wanted);
            wanted.on_url = on_url;
            wanted.on_header_field = on_field;
            wanted.on_header_value = on_value;
            wanted.on_headers_complete = on_headers_complete;
            wanted.on_body = on_body;
            wanted.on_message_complete = on_message_complete;
            return wanted;
        }();
        return instance;
    }
};

RequestParser::RequestParser(const HttpLimits& limits)
    : limits_{limits}, machine_{std::make_unique<Machine>()}, body_limit_{limits.body_bytes} {
    llhttp_init(&machine_->llhttp, HTTP_REQUEST, &Machine::settings());
    machine_->llhttp.data = this;
}

RequestParser::~RequestParser() = default;

void RequestParser::next() {
    llhttp_reset(&machine_->llhttp);
    request_.clear();
    head_bytes_ = overhead_bytes_ = 0;
    body_limit_ = limits_.body_bytes;
    state_ = State::head;
    previous_ = 0;
    hosts_ = transfer_encodings_ = 0;
    first_line_ = at_line_start_ = true;
    head_ended_ = keep_alive_ = may_chunk_ = expects_continue_ = false;
}

std::size_t RequestParser::feed(std::string_view bytes) {
    return state_ == State::head ? take_head(bytes) : take_body(bytes);
}

void RequestParser::limit_body(std::size_t bytes) {
    body_limit_ = std::min(bytes, limits_.body_bytes);
    const bool announced = transfer_encodings_ == 0;
    if (state_ == State::body && announced && machine_->llhttp.content_length > body_limit_)
        fail(413, too_large);
}

std::size_t RequestParser::take_head(std::string_view bytes) {
    const std::size_t room = std::min(bytes.size(), limits_.head_bytes - head_bytes_);
    std::size_t taken = 0;
    while (taken < room && !head_ended_) {
        if (const std::size_t run = plain_run(bytes.substr(taken, room - taken)); run > 0) {
            taken += run;
            continue;
        }
        const auto byte = static_cast<unsigned char>(bytes[taken]);
        ++taken;
        if (!scan(byte, head_bytes_ + taken)) {
            fail(400, "The request head holds a control character, a folded or a broken line.");
            return taken;
        }
    }
    head_bytes_ += taken;
    request_.text_.append(bytes.substr(0, taken));
    if (head_ended_)
        parse_head();
    else if (taken < bytes.size())
        fail(first_line_ ? 414 : 431, "The request head is longer than this daemon takes.");
    return taken;
}

/// How many bytes at the front need no thought; after a CR every byte does.
std::size_t RequestParser::plain_run(std::string_view bytes) {
    if (previous_ == '\r') return 0;
    std::size_t run = 0;
    while (run < bytes.size() && plain[static_cast<unsigned char>(bytes[run])]) ++run;
    if (run == 0) return 0;
    at_line_start_ = false;
    previous_ = static_cast<unsigned char>(bytes[run - 1]);
    return run;
}

/// The byte of this number, not plain or after a CR; false: it may not stand here.
bool RequestParser::scan(unsigned char byte, std::size_t number) {
    const bool after_cr = previous_ == '\r';
    const bool second_blank = first_line_ && byte == ' ' && previous_ == ' ';
    previous_ = byte;
    if (byte == '\n') return after_cr && scan_newline(number);
    if (after_cr) return false;
    if (byte == '\r') return true;
    const bool space = byte == ' ' || (byte == '\t' && !first_line_);
    return space && !second_blank &&
           !at_line_start_;  // a space at the start would continue the line before
}

bool RequestParser::scan_newline(std::size_t number) {
    if (!at_line_start_) {
        first_line_ = false;
        at_line_start_ = true;
        return true;
    }
    if (first_line_) return number == 2;  // RFC 9112 §2.2: one blank line before is forgiven
    head_ended_ = true;
    return true;
}

void RequestParser::parse_head() {
    const std::string& text = request_.text_;
    const llhttp_errno_t error = llhttp_execute(&machine_->llhttp, text.data(), text.size());
    if (state_ == State::failed || error == HPE_OK || error == HPE_PAUSED) return;
    switch (error) {
        case HPE_INVALID_VERSION:
            fail(505, "This daemon speaks HTTP/1.1.");
            break;
        case HPE_INVALID_TRANSFER_ENCODING:
            fail(501, "The only transfer coding is \"chunked\".");
            break;
        default:
            fail(400, "The request head is not valid HTTP/1.1.");
    }
}

std::size_t RequestParser::take_body(std::string_view bytes) {
    const std::size_t body_before = request_.body.size();
    const llhttp_errno_t error = llhttp_execute(&machine_->llhttp, bytes.data(), bytes.size());
    if (state_ == State::failed) return bytes.size();
    std::size_t taken = bytes.size();
    if (error == HPE_PAUSED) {
        taken = static_cast<std::size_t>(llhttp_get_error_pos(&machine_->llhttp) - bytes.data());
    } else if (error != HPE_OK) {
        fail(400, "The body is not framed as HTTP/1.1 asks.");
        return taken;
    }
    overhead_bytes_ += taken - (request_.body.size() - body_before);
    if (overhead_bytes_ > limits_.chunk_overhead_bytes)
        fail(400, "The chunks are too small for what they carry.");
    return taken;
}

bool RequestParser::check_fields() {
    const llhttp_t& llhttp = machine_->llhttp;
    if (llhttp.http_major != 1 || llhttp.http_minor > 1)
        return fail(505, "This daemon speaks HTTP/1.1.");
    may_chunk_ = llhttp.http_minor == 1;
    const auto method = method_of(llhttp.method);
    if (!method) return fail(501, "The method is not known here.");
    request_.method = *method;
    for (Request::Field& field : request_.fields_) {
        const char* value = request_.text_.data() + field.value_at;
        while (field.value_size > 0 &&
               (value[field.value_size - 1] == ' ' || value[field.value_size - 1] == '\t'))
            --field.value_size;
        if (!check_field(field)) return false;
    }
    if (may_chunk_ && hosts_ == 0) return fail(400, "The Host field is missing.");
    if (transfer_encodings_ > 0 && !may_chunk_)
        return fail(400, "HTTP/1.0 knows no transfer codings.");
    if (!request_.set_target(machine_->target))
        return fail(400, "The request target is not a valid path and query.");
    if (llhttp.content_length > limits_.body_bytes && transfer_encodings_ == 0)
        return fail(413, too_large);
    return true;
}

bool RequestParser::check_field(const Request::Field& field) {
    const std::string_view name = request_.name_of(field);
    const std::string_view value =
        std::string_view{request_.text_}.substr(field.value_at, field.value_size);
    switch (name.size()) {
        case 0:
            return fail(400, "A header field has no name.");
        case 4:
            if (!same_ignoring_case(name, "host")) return true;
            if (++hosts_ > 1) return fail(400, "There is more than one Host field.");
            return is_host(value) || fail(400, "The Host field is not a host and a port.");
        case 6:
            if (!same_ignoring_case(name, "expect")) return true;
            expects_continue_ = may_chunk_;
            return same_ignoring_case(value, "100-continue") ||
                   fail(417, "The only expectation is \"100-continue\".");
        case 17:
            if (!same_ignoring_case(name, "transfer-encoding")) return true;
            if (++transfer_encodings_ > 1)
                return fail(400, "There is more than one Transfer-Encoding field.");
            return same_ignoring_case(value, "chunked") ||
                   fail(501, "The only transfer coding is \"chunked\".");
        default:
            return true;
    }
}

bool RequestParser::fail(int status, std::string_view detail) {
    if (state_ == State::failed) return false;
    state_ = State::failed;
    error_status_ = status;
    error_detail_ = detail;
    return false;
}

}  // namespace forcewatch
