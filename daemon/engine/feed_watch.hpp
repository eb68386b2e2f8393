/// Feeds that should be looked at: an alert like any other, with "feed:NAME" as its subject.
///
/// A feed is in trouble when it failed three times in a row, when it was not read for a day or for
/// three times its `every`, whichever is longer, or when nothing new came for longer than its
/// `silent`; one that was never read is awaited from when it was configured. The agenda says when
/// to look again; what the courier brings makes it due at once.
///
/// Owner: Evaluation.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <optional>
#include <string>

#include "daemon/engine/alert_book.hpp"
#include "storage/feeds.hpp"

namespace forcewatch {

[[nodiscard]] std::string feed_subject(std::string_view feed);

/// Three failures in a row are no hiccup any more.
[[nodiscard]] bool fails_for_long(const FeedState& state);
[[nodiscard]] bool is_silent(const Feed& feed, const FeedState& state, Instant now);
/// Nobody read it for long, whether or not anybody tried.
[[nodiscard]] bool is_unread(const Store& store, const Feed& feed, const FeedState& state,
                             Instant now);

/// Has the feeds of a configuration looked at, once there was time to fetch each; those never read
/// are awaited from `now` on. Runs in the caller's transaction, at a start and a reload.
void await_feeds(Store& store, const Settings& settings, Instant now);

/// Opens or closes the alert about `subject` ("feed:NAME"), as the feed fares; one that the
/// configuration no longer has is in no trouble. When to look again; empty: when something comes.
[[nodiscard]] std::optional<Instant> watch_feed(Store& store, const Settings& settings,
                                                AlertBook& book, const std::string& subject,
                                                Instant now);

}  // namespace forcewatch
