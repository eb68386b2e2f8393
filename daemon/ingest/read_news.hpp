/// One news item to proposals and conflicts.
///
/// General rules of how the inspectorate and those who report on it write; nothing here knows a
/// single item. Pure and bounded: the time grows with the text, of which at most 200,000
/// characters are read.
#pragma once

#include <vector>

#include "daemon/ingest/body_names.hpp"
#include "daemon/ingest/news_item.hpp"

namespace forcewatch {

[[nodiscard]] NewsReading read_news(const NewsItem& item, const BodyNames& names);

}  // namespace forcewatch
