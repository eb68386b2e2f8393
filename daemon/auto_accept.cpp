#include "daemon/auto_accept.hpp"

#include <fmt/format.h>

#include "daemon/proposal_events.hpp"

namespace forcewatch {

namespace {

bool is_contradicted(Engine& engine, const StoredProposal& proposal) {
    return proposal.conflicts != "[]" || engine.store().conflicts().any_open_of(proposal.id);
}

}  // namespace

bool accept_by_itself(Engine& engine, const Feed& feed, ProposalId id, Instant now) {
    auto& store = engine.store();
    const auto proposal = store.proposals().find(id);
    if (!proposal || !feed.auto_accept.contains(proposal->kind) ||
        proposal->percent < feed.auto_accept_from || is_contradicted(engine, *proposal))
        return false;
    ProposalDecision nothing_added;
    complete(engine, *proposal, nothing_added);
    const auto [events, faults] = events_of(*proposal, nothing_added);
    if (!faults.empty() || events.empty()) return false;
    const auto reason = fmt::format("auto_accept of feed {}: read with {} % confidence", feed.name,
                                    proposal->percent);
    Store::Savepoint savepoint{store};
    const Origin origin{-1, "forcewatchd", fmt::format("proposal {}", number_of(id)), reason,
                        source_of(*proposal)};
    if (!engine.record(events, origin, now)) {
        engine.reference().forget();
        return false;  // the savepoint undoes what was begun
    }
    store.proposals().decide(id, ProposalState::confirmed, now, -1, reason);
    savepoint.keep();
    return true;
}

}  // namespace forcewatch
