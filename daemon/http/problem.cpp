#include "daemon/http/problem.hpp"

#include <fmt/format.h>

#include <array>

namespace forcewatch {

namespace {

void append_json(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (static_cast<unsigned char>(c) < 0x20)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
    out += '"';
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
    out.append(out.back() == '{' ? "\"" : ",\"").append(key).append("\":");
    append_json(out, value);
}

struct ProtocolProblem {
    int status;
    std::string_view name;
    std::string_view title;
};
constexpr std::array protocol_problems{
    ProtocolProblem{400, "malformed-request", "The request is malformed"},
    ProtocolProblem{403, "cross-origin", "A web page of another origin may not change anything"},
    ProtocolProblem{408, "request-timeout", "The request did not arrive in time"},
    ProtocolProblem{413, "body-too-large", "The body is too large"},
    ProtocolProblem{414, "target-too-long", "The request line is too long"},
    ProtocolProblem{417, "expectation-failed", "The expectation is not known here"},
    ProtocolProblem{431, "head-too-large", "The request head is too large"},
    ProtocolProblem{500, "internal-error", "The daemon made a mistake"},
    ProtocolProblem{501, "not-implemented", "The method or coding is not known here"},
    ProtocolProblem{503, "too-many-connections", "Too many connections"},
    ProtocolProblem{505, "http-version", "The HTTP version is not known here"},
};

constexpr auto worth_a_retry_after = "5";  // seconds

}  // namespace

Response to_response(const ProblemDocument& problem) {
    std::string text = "{";
    append_member(text, "type", fmt::format("/problems/{}", problem.name));
    append_member(text, "title", problem.title);
    fmt::format_to(std::back_inserter(text), ",\"status\":{}", problem.status);
    if (!problem.detail.empty()) append_member(text, "detail", problem.detail);
    if (!problem.hint.empty()) append_member(text, "hint", problem.hint);
    if (!problem.errors.empty()) {
        text += ",\"errors\":[";
        for (const ProblemFault& fault : problem.errors) {
            text += &fault == &problem.errors.front() ? "{" : ",{";
            append_member(text, "pointer", fault.pointer);
            append_member(text, "detail", fault.detail);
            text += '}';
        }
        text += ']';
    }
    text += "}\n";
    Response response;
    response.status = problem.status;
    response.content_type = "application/problem+json";
    response.body = std::move(text);
    if (problem.status == 503) response.headers.emplace_back("Retry-After", worth_a_retry_after);
    return response;
}

Response unavailable(std::string detail, std::string hint) {
    ProblemDocument problem;
    problem.status = 503;
    problem.name = "unavailable";
    problem.title = "This cannot be done at the moment";
    problem.detail = std::move(detail);
    problem.hint = std::move(hint);
    return to_response(problem);
}

Response protocol_problem(int status, std::string_view detail) {
    ProblemDocument problem;
    problem.status = status;
    problem.detail = detail;
    for (const ProtocolProblem& known : protocol_problems) {
        if (known.status != status) continue;
        problem.name = known.name;
        problem.title = known.title;
    }
    return to_response(problem);
}

}  // namespace forcewatch
