/// News read with the names that the records know, and kept as proposals.
#pragma once

#include <vector>

#include "daemon/engine/engine.hpp"
#include "daemon/ingest/body_names.hpp"
#include "daemon/ingest/news_item.hpp"

namespace forcewatch {

/// The forces there are today, by all their names.
[[nodiscard]] BodyNames names_in(Store& store);

/// What bears a moment is of the day in London on which that was.
void date_in_london(std::vector<NewsItem>& items);

struct KeptNews {
    std::int64_t added{};
    std::int64_t known{};  ///< held already, open or decided, or said by another source
    std::vector<ProposalId> proposals;  ///< those added, and open ones that were said again
};
/// Keeps every proposal that has something to record and is not held already.
[[nodiscard]] KeptNews keep_news(Engine& engine, const std::vector<NewsReading>& items,
                                 Instant now);

}  // namespace forcewatch
