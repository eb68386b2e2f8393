/// What does not fit together, until a person settles it.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement.   Fails: throws
/// StoreError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/proposals.hpp"

namespace forcewatch {

enum class ConflictId : std::int64_t {};

struct StoredConflict {
    ConflictId id{};
    std::string dedup_key{};
    std::string kind{};    ///< counts, body, date, statements, facts or sources
    std::string forces{};  ///< ids, a blank between
    std::string what{};
    std::string words{};
    std::string source{};
    std::string url{};
    std::optional<ProposalId> proposal{};  ///< settled with it; empty: it is not about one alone
    Instant found_at{};
    std::optional<Instant> settled_at{};
    std::int64_t settled_by{-1};
    std::string reason{};
};

struct ConflictFilter {
    std::optional<bool> open;  ///< empty: all
    std::int64_t after{};
    int limit{100};
};

class Conflicts {
public:
    explicit Conflicts(sql::Connection& connection) : connection_{connection} {}

    /// Empty: it is held already, open or settled.
    std::optional<ConflictId> add(const StoredConflict& conflict);
    [[nodiscard]] std::optional<StoredConflict> find(ConflictId id);
    /// By id; the newest last.
    [[nodiscard]] std::vector<StoredConflict> list(const ConflictFilter& filter);
    [[nodiscard]] std::int64_t count_open();
    [[nodiscard]] bool any_open_of(ProposalId proposal);
    /// False: it is not open.
    bool settle(ConflictId id, Instant now, std::int64_t uid, const std::string& reason);
    void settle_all_of(ProposalId proposal, Instant now, std::int64_t uid,
                       const std::string& reason);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
