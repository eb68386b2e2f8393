/// A file's bytes to news items: plain text, a saved HTML page, a JSON item or a feed.
///
/// What a page of a news agency lists as its latest news, each with its stamp, is an item of its
/// own. Bounded: 8 MiB in, 1,000 items out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"
#include "daemon/ingest/news_item.hpp"

namespace forcewatch {

/// `name` is the file's, `type` its media type where that is known; else the content tells.
[[nodiscard]] Expected<std::vector<NewsItem>> read_news_source(const std::string& name,
                                                               std::string_view type,
                                                               std::string_view bytes);

}  // namespace forcewatch
