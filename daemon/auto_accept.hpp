/// Proposals of a trusted feed that need no person.
#pragma once

#include "daemon/engine/engine.hpp"

namespace forcewatch {

/// Records what a proposal says where the feed may (`auto_accept`), it was read with enough
/// confidence and nothing contradicts it. False: it waits for a person.
bool accept_by_itself(Engine& engine, const Feed& feed, ProposalId id, Instant now);

}  // namespace forcewatch
