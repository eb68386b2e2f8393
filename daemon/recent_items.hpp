/// Answers about one item each, as they were last given: who asks again before anything was
/// written, and on the same day in London, gets the same bytes.
///
/// Owner: ReadDesk.   Thread: the loop thread.   Fails: never.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/types.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"

namespace forcewatch {

class RecentItems {
public:
    /// `most_bytes` is about what they may take; who goes beyond it begins anew.
    explicit RecentItems(std::size_t most_bytes = 2UL << 20UL) : most_bytes_{most_bytes} {}

    [[nodiscard]] std::optional<Response> find(const Request& request, Instant now) const;
    /// Keeps the answer, where it is about one item; its body is shared from now on.
    void keep(const Request& request, Response& response, Instant now);
    /// Something was written, or is seen in another way.
    void clear();

private:
    struct Kept {
        std::shared_ptr<const std::string> body;
        std::vector<std::pair<std::string, std::string>> headers;
    };

    std::size_t most_bytes_;
    std::size_t bytes_{};
    Instant from_{};  ///< both ends of the day of those kept
    Instant until_{};
    std::unordered_map<std::string, Kept> by_path_;
};

}  // namespace forcewatch
