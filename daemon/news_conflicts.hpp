/// Where a proposal disagrees with what is recorded, or with what another source says.
#pragma once

#include <optional>

#include "daemon/engine/engine.hpp"
#include "daemon/ingest/news_item.hpp"

namespace forcewatch {

/// Keeps what does not fit together in an item as it was read.
void keep_item_conflicts(Engine& engine, const NewsReading& item, Instant now);
/// An earlier proposal, open or confirmed, that says the same of the same event; empty: none does.
[[nodiscard]] std::optional<StoredProposal> same_as(Engine& engine, const StoredProposal& proposal);
/// Compares a proposal that was just kept with facts and with other proposals, and keeps each
/// disagreement for a person.
void find_conflicts(Engine& engine, const StoredProposal& proposal, Instant now);

}  // namespace forcewatch
