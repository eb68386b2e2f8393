#include "daemon/http/response.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace forcewatch {

namespace {

struct Status {
    int code;
    std::string_view reason;
};
constexpr std::array statuses{
    Status{200, "OK"},
    Status{201, "Created"},
    Status{202, "Accepted"},
    Status{204, "No Content"},
    Status{304, "Not Modified"},
    Status{400, "Bad Request"},
    Status{401, "Unauthorized"},
    Status{403, "Forbidden"},
    Status{404, "Not Found"},
    Status{405, "Method Not Allowed"},
    Status{406, "Not Acceptable"},
    Status{408, "Request Timeout"},
    Status{409, "Conflict"},
    Status{410, "Gone"},
    Status{412, "Precondition Failed"},
    Status{413, "Content Too Large"},
    Status{414, "URI Too Long"},
    Status{415, "Unsupported Media Type"},
    Status{417, "Expectation Failed"},
    Status{422, "Unprocessable Content"},
    Status{428, "Precondition Required"},
    Status{429, "Too Many Requests"},
    Status{431, "Request Header Fields Too Large"},
    Status{500, "Internal Server Error"},
    Status{501, "Not Implemented"},
    Status{503, "Service Unavailable"},
    Status{505, "HTTP Version Not Supported"},
    Status{507, "Insufficient Storage"},
};

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
}

bool is_one_line(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

/// RFC 9110 §8.6: these statuses have no body, and a length would be wrong or forbidden.
bool never_has_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string_view Response::text() const {
    if (const auto* own = std::get_if<std::string>(&body)) return *own;
    const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&body);
    return shared && *shared ? std::string_view{**shared} : std::string_view{};
}

std::string_view reason_of(int status) {
    for (const Status& known : statuses)
        if (known.code == status) return known.reason;
    return "Status";
}

bool append_head(std::string& out, const Response& response, bool keep_alive, bool chunked) {
    for (const auto& [name, value] : response.headers)
        if (!is_token(name) || !is_one_line(value)) return false;
    if (response.status == 200) {
        out.append("HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\n");
    } else {
        out.append("HTTP/1.1 ");
        append_number(out, static_cast<std::size_t>(response.status));
        out.append(" ").append(reason_of(response.status));
        out.append("\r\nX-Content-Type-Options: nosniff\r\n");
    }
    if (!never_has_body(response.status)) {
        if (!response.content_type.empty())
            out.append("Content-Type: ").append(response.content_type).append("\r\n");
        if (!response.streamed()) {
            out.append("Content-Length: ");
            append_number(out, response.text().size());
            out.append("\r\n");
        } else if (chunked) {
            out.append("Transfer-Encoding: chunked\r\n");
        }
    }
    for (const auto& [name, value] : response.headers)
        out.append(name).append(": ").append(value).append("\r\n");
    if (!keep_alive) out.append("Connection: close\r\n");
    out.append("\r\n");
    return true;
}

}  // namespace forcewatch
