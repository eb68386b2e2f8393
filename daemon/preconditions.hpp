/// What a changing request may demand of the state it meets: `If-Match`, so that nobody overwrites
/// what somebody else has just changed, and `Idempotency-Key`, so that a request which is sent
/// again has its effect once.
///
/// The version of a thing is the number of the last event about it; of an alert or a proposal, it
/// counts its revisions.
///
/// Thread: the loop thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/request.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

/// The entity tag of what stands at `path` ("/v1/actions/tracker/A-1"), in its quotes; empty:
/// nothing with a version does.
[[nodiscard]] std::optional<std::string> version_at(Engine& engine, std::string_view path);

/// The same of a subject of the journal ("action:tracker/A-1").
[[nodiscard]] std::optional<std::string> version_of(Engine& engine, const std::string& subject);

class Conditions {
public:
    explicit Conditions(const Request& request);

    /// The same work under these conditions. Its answer bears the version that it made, unless it
    /// bears one already: what is made anew stands elsewhere.
    [[nodiscard]] Turn::Work on(Turn::Work work) const;

private:
    std::int64_t user_{};
    std::string path_;
    std::string wanted_;       ///< versions; empty: any
    std::string key_;          ///< empty: the answer is not kept
    std::string request_;      ///< hash of it, where there is a key
    std::string empty_field_;  ///< one of the two that says nothing, which is refused
};

}  // namespace forcewatch
