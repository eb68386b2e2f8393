/// What happens to feeds: when they are fetched, what is read from them, what is kept.
///
/// Plain functions in the transaction of their caller.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/api/fetch_protocol.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/engine/feed_watch.hpp"
#include "daemon/ingest/news_item.hpp"

namespace forcewatch {

/// One answer of a feed, on its way through the worker to the turn that keeps it.
struct FeedReading {
    std::string feed;
    Fetched fetched;
    std::vector<FeedItem> items;        ///< all that stood in it
    std::vector<NewsReading> readings;  ///< of those that were new
    std::string fault;                  ///< it could not be read; empty: it was
};

[[nodiscard]] bool has_due_feed(Engine& engine, Instant now);
/// When the next feed is due; empty: there is none.
[[nodiscard]] std::optional<Instant> next_feed_at(Engine& engine, Instant now);
/// The feed due longest, noted as handed out; its order has no number yet. Empty: none is due.
[[nodiscard]] std::optional<FetchOrder> hand_out_feed(Engine& engine, Instant now);

/// Reads the items that were not read before.
void read_feed_news(Engine& engine, FeedReading& reading);
/// Keeps the proposals and how the feed fares. Tells the log when a feed begins or ends to fail.
void keep_feed_news(Engine& engine, const FeedReading& reading, Instant now);

/// A person does not want to wait: it is due now. False: the configuration has no such feed.
bool fetch_feed_now(Engine& engine, const std::string& name);

/// The feeds that should be looked at: failing for long, not read, or without news for longer than
/// they say.
[[nodiscard]] std::vector<std::string> troubled_feeds(Engine& engine, Instant now);

}  // namespace forcewatch
