/// What was read from news and waits for a person: to confirm, edit or dismiss.
///
/// A proposal is no fact and no part of the journal. Read again, the same item adds nothing, also
/// after its proposals were decided.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement.   Fails: throws
/// StoreError.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

enum class ProposalId : std::int64_t {};
enum class ProposalState { open, confirmed, dismissed };

[[nodiscard]] std::string_view text_of(ProposalState state);
[[nodiscard]] Expected<ProposalState> parse_proposal_state(std::string_view text);

struct StoredProposal {
    ProposalId id{};
    std::string dedup_key;
    Instant read_at{};
    ProposalState state{ProposalState::open};
    std::optional<Instant> decided_at{};
    std::int64_t decided_by{-1};
    std::string reason;
    std::string source;
    std::string url;
    std::string title;
    std::string published;
    std::string kind;
    std::string forces;  ///< ids, a blank between
    std::string programme;
    std::string change;
    std::string area;
    std::string grade;
    std::string date;
    std::string counts;  ///< JSON; empty: none
    std::string finding;
    std::string words;
    int percent{};
    std::string conflicts;  ///< JSON
};

struct ProposalFilter {
    std::optional<ProposalState> state;  ///< empty: all
    std::int64_t after{};
    int limit{100};
};

class Proposals {
public:
    explicit Proposals(sql::Connection& connection) : connection_{connection} {}

    /// Empty: it is held already, open or decided.
    std::optional<ProposalId> add(const StoredProposal& proposal);
    [[nodiscard]] std::optional<StoredProposal> find(ProposalId id);
    /// By id; the newest last.
    [[nodiscard]] std::vector<StoredProposal> list(const ProposalFilter& filter);
    /// The newest of a kind on exactly these forces, without those dismissed.
    [[nodiscard]] std::vector<StoredProposal> about(const std::string& kind,
                                                    const std::string& forces, int limit = 50);
    /// Takes forces, programme, change, area, grade and date of an open one. False: it is not open.
    bool edit(const StoredProposal& proposal);
    /// False: it is not open.
    bool decide(ProposalId id, ProposalState state, Instant now, std::int64_t uid,
                const std::string& reason);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
