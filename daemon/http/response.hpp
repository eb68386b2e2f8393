/// What a handler answers. Values only; the server adds lengths, framing and connection handling.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace forcewatch {

/// Replaces `chunk` by the next piece of an answer; false: there is no more (and `chunk` is not
/// sent). Called on the loop's thread, each time for at most 20 ms. Throwing cuts the connection,
/// so that the caller sees an answer that is not whole.
using ChunkSource = std::function<bool(std::string& chunk)>;

struct Response {
    int status{200};
    std::string_view content_type{"application/json"};  ///< of static storage; empty: no body
    /// A text, a cached one that is sent without a copy, or a source read piece by piece.
    std::variant<std::string, std::shared_ptr<const std::string>, ChunkSource> body;
    std::vector<std::pair<std::string, std::string>> headers;  ///< beside those of the server

    [[nodiscard]] bool streamed() const { return std::holds_alternative<ChunkSource>(body); }
    /// Empty when streamed.
    [[nodiscard]] std::string_view text() const;
};

/// "Not Found"; of an unknown status "Status".
[[nodiscard]] std::string_view reason_of(int status);

/// Appends the head of `response` to `out`, blank line included. False, with `out` as it was: a
/// header would break out of its line.
[[nodiscard]] bool append_head(std::string& out, const Response& response, bool keep_alive,
                               bool chunked);

}  // namespace forcewatch
