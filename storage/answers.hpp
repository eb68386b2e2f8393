/// What changing requests that bear an Idempotency-Key were answered, so that one sent twice has
/// one effect and the same answer.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement.   Fails: throws
/// StoreError.
#pragma once

#include <optional>
#include <string>

#include "core/types.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

struct KeptAnswer {
    std::int64_t user{};  ///< who asked
    std::string key;
    std::string request;  ///< hash of method, target and body
    int status{};
    std::string version;  ///< entity tag that went with it; empty: none
    std::string body;
    Instant made_at{};
};

class Answers {
public:
    explicit Answers(sql::Connection& connection) : connection_{connection} {}

    [[nodiscard]] std::optional<KeptAnswer> find(std::int64_t user, const std::string& key) const;
    /// Keeps an answer, and forgets those made before `limit`.
    void keep(const KeptAnswer& answer, Instant limit);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
