// Bytes of a connection against the request parser: no crash, and the same verdict however the
// bytes are cut. The first byte of the input chooses the cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/request_parser.hpp"

using forcewatch::HttpLimits;
using forcewatch::RequestParser;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// What came of the bytes: one line per request, and how it ended.
std::vector<std::string> verdict(std::string_view bytes, std::size_t piece) {
    HttpLimits limits;
    limits.head_bytes = 2'000;
    limits.body_bytes = 2'000;
    RequestParser parser{limits};
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string_view offered = bytes.substr(at, piece);
        const std::size_t taken = parser.feed(offered);
        require(taken <= offered.size());
        require(taken > 0 || parser.state() == RequestParser::State::failed);
        at += taken;
        if (parser.state() == RequestParser::State::failed) {
            require(parser.error_status() >= 400 && parser.error_status() < 600);
            seen.push_back(std::to_string(parser.error_status()));
            return seen;
        }
        if (parser.state() != RequestParser::State::complete) continue;
        auto& request = parser.request();
        require(!request.path.empty() && request.path[0] == '/');
        require(request.path.find('\0') == std::string::npos);
        require(request.body.size() <= limits.body_bytes);
        require(request.header_count("host") <= 1);
        seen.push_back(std::string{text_of(request.method)} + " " + request.path + " " +
                       request.body + " " + std::string{request.header("a").value_or("-")} +
                       (parser.keep_alive() ? "+" : "-"));
        if (!parser.keep_alive()) return seen;
        parser.next();
    }
    seen.emplace_back(parser.started() ? "begun" : "idle");
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto whole = verdict(bytes, bytes.size());
    require(verdict(bytes, 1) == whole);
    require(verdict(bytes, std::size_t{data[0]} + 1) == whole);
    return 0;
}
