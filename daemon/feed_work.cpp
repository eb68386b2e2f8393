#include "daemon/feed_work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/feed_schedule.hpp"
#include "core/utf8.hpp"
#include "daemon/auto_accept.hpp"
#include "daemon/ingest/news_feed.hpp"
#include "daemon/ingest/read_news.hpp"
#include "daemon/log.hpp"
#include "daemon/news_work.hpp"
#include "storage/digest.hpp"

namespace forcewatch {

namespace {

/// As long as a courier may take; then the feed is handed out again.
constexpr std::chrono::minutes lease{5};
constexpr std::size_t longest_title = 300;

FeedState state_of(Engine& engine, const Feed& feed) {
    return engine.store().feeds().find(feed.name, feed.url);
}

const Feed* feed_named(Engine& engine, const std::string& name) {
    for (const auto& feed : engine.settings().feeds)
        if (feed.name == name) return &feed;
    return nullptr;
}

std::string failure_of(const FeedReading& reading) {
    const auto& fetched = reading.fetched;
    if (!fetched.failure.empty()) return fetched.failure;
    if (fetched.status == 304) return {};
    if (fetched.status != 200)
        return fmt::format("the server answered {}{}", fetched.status,
                           fetched.status == 410 ? ": the feed is gone for good" : "");
    return reading.fault;
}

void tell_change(const Feed& feed, const FeedState& before, const FeedState& after) {
    if (before.error == after.error) return;
    if (after.error.empty())
        log_event(LogLevel::info, fmt::format("feed {} can be read again", feed.name),
                  {{"feed", feed.name}});
    else
        log_event(LogLevel::warning, fmt::format("feed {}: {}", feed.name, after.error),
                  {{"feed", feed.name}});
}

FeedItem identity_of(const NewsItem& item) {
    return {item.source, sha256(item.title + '\n' + item.text)};
}

void keep_items(Engine& engine, const Feed& feed, const FeedReading& reading, FeedState& state,
                Instant now) {
    const auto kept = keep_news(engine, reading.readings, now);
    engine.store().feeds().note_read(reading.feed, reading.items, now);
    if (!reading.readings.empty()) {
        state.heard_at = now;
        state.heard_title = utf8_beginning(reading.readings.front().title, longest_title);
    }
    std::int64_t accepted = 0;
    for (const auto id : kept.proposals)
        accepted += accept_by_itself(engine, feed, id, now) ? 1 : 0;
    if (kept.added > 0)
        log_event(LogLevel::info,
                  fmt::format("feed {}: {} new items, {} proposals, {} of them accepted by "
                              "themselves; forcewatchctl proposals lists the others",
                              feed.name, reading.readings.size(), kept.added, accepted),
                  {{"feed", feed.name}});
}

}  // namespace

bool has_due_feed(Engine& engine, Instant now) {
    const auto& feeds = engine.settings().feeds;
    return std::any_of(feeds.begin(), feeds.end(), [&](const Feed& feed) {
        return fetch_is_due(state_of(engine, feed).next_at, now);
    });
}

std::optional<Instant> next_feed_at(Engine& engine, Instant now) {
    std::optional<Instant> next;
    for (const auto& feed : engine.settings().feeds) {
        const auto at = state_of(engine, feed).next_at;
        const auto due = fetch_is_due(at, now) ? now : at;
        if (!next || due < *next) next = due;
    }
    return next;
}

std::optional<FetchOrder> hand_out_feed(Engine& engine, Instant now) {
    std::optional<FeedState> due;
    for (const auto& feed : engine.settings().feeds) {
        auto state = state_of(engine, feed);
        if (fetch_is_due(state.next_at, now) && (!due || state.next_at < due->next_at))
            due = std::move(state);
    }
    if (!due) return std::nullopt;
    due->tried_at = now;
    due->next_at = now + lease;
    engine.store().feeds().put(*due);
    return FetchOrder{0, due->name, due->url, due->etag, due->last_modified};
}

void read_feed_news(Engine& engine, FeedReading& reading) {
    auto items = read_feed(reading.feed, reading.fetched.body);
    if (!items) {
        reading.fault = "what came " + items.error();
        return;
    }
    date_in_london(*items);
    const auto names = names_in(engine.store());
    for (const auto& item : *items) {
        reading.items.push_back(identity_of(item));
        if (!engine.store().feeds().has_read(reading.feed, reading.items.back()))
            reading.readings.push_back(read_news(item, names));
    }
}

void keep_feed_news(Engine& engine, const FeedReading& reading, Instant now) {
    const auto* feed = feed_named(engine, reading.feed);
    if (feed == nullptr) return;  // the configuration lost it meanwhile
    const auto before = state_of(engine, *feed);
    auto state = before;
    state.error = failure_of(reading);
    state.failures = state.error.empty() ? 0 : before.failures + 1;
    state.next_at =
        next_fetch_at(feed->name, feed->every, state.failures, reading.fetched.retry_in, now);
    if (state.error.empty()) {
        state.fetched_at = now;
        if (!state.heard_at) state.heard_at = now;  // silence counts from here
    }
    if (state.error.empty() && reading.fetched.status == 200) {
        state.etag = reading.fetched.etag;
        state.last_modified = reading.fetched.last_modified;
        engine.store().feeds().put(state);
        keep_items(engine, *feed, reading, state, now);
    }
    engine.store().feeds().put(state);
    engine.store().agenda().touch(feed_subject(feed->name), now);
    tell_change(*feed, before, state);
}

bool fetch_feed_now(Engine& engine, const std::string& name) {
    const auto* feed = feed_named(engine, name);
    if (feed == nullptr) return false;
    auto state = state_of(engine, *feed);
    state.next_at = Instant{};
    engine.store().feeds().put(state);
    return true;
}

std::vector<std::string> troubled_feeds(Engine& engine, Instant now) {
    std::vector<std::string> names;
    for (const auto& feed : engine.settings().feeds) {
        const auto state = state_of(engine, feed);
        if (fails_for_long(state) || is_unread(engine.store(), feed, state, now) ||
            is_silent(feed, state, now))
            names.push_back(feed.name);
    }
    return names;
}

}  // namespace forcewatch
