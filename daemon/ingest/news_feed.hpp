/// RSS 2.0 and Atom 1.0 to news items.
///
/// A document type declaration is refused, so no entity of the feed's own is ever expanded and
/// nothing outside is looked at. At most 8 MiB, 1,000 entries and 100 levels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"
#include "daemon/ingest/news_item.hpp"

namespace forcewatch {

/// The items in the order of the feed; `source` of each is `name`, "#" and its link or id.
[[nodiscard]] Expected<std::vector<NewsItem>> read_feed(const std::string& name,
                                                        std::string_view document);
/// The document looks like a feed, not like a page.
[[nodiscard]] bool is_feed(std::string_view document);
/// "Tue, 12 Aug 2025 12:20:00 +0000" or "2025-08-12T13:20:00+01:00": the day in the zone that is
/// written there. Empty: no such date.
[[nodiscard]] PartialDate day_of_stamp(std::string_view stamp);

}  // namespace forcewatch
