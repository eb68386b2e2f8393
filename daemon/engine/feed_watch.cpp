#include "daemon/engine/feed_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

constexpr auto rule = "feed-troubled";
constexpr int failures_to_look_at = 3;
constexpr std::chrono::seconds least_unread{std::chrono::hours{24}};
/// While it is in trouble: so that a feed taken out of the configuration is noticed.
constexpr std::chrono::hours look_again{24};
/// After a start: what nobody could fetch while the daemon was down is no news.
constexpr std::chrono::hours time_to_begin{1};

std::string awaited_setting(const Feed& feed) {
    return fmt::format("feed-awaited:{} {}", feed.name, feed.url);
}

/// From when on it counts as not read; empty: nobody knows since when it is awaited.
std::optional<Instant> unread_from(const Store& store, const Feed& feed, const FeedState& state) {
    auto since = state.fetched_at;
    if (!since)
        if (const auto awaited = store.setting(awaited_setting(feed)))
            if (const auto at = parse_instant(*awaited)) since = *at;
    if (!since) return std::nullopt;
    return *since + std::max(least_unread, 3 * feed.every);
}

/// What is wrong with it, for a person; empty: nothing.
std::string trouble_of(const Store& store, const Feed& feed, const FeedState& state, Instant now) {
    const auto last =
        state.fetched_at ? "last read at " + text_of(*state.fetched_at) : std::string{"never read"};
    if (fails_for_long(state))
        return fmt::format("it failed {} times in a row, {}: {}", state.failures, last,
                           state.error);
    if (is_unread(store, feed, state, now))
        return fmt::format("nobody fetches it, {}; is the courier at work?", last);
    if (is_silent(feed, state, now))
        return fmt::format("nothing new for more than {} days, since {}", feed.silent->count(),
                           text_of(*state.heard_at));
    return {};
}

}  // namespace

std::string feed_subject(std::string_view feed) { return fmt::format("feed:{}", feed); }

bool fails_for_long(const FeedState& state) { return state.failures >= failures_to_look_at; }

bool is_silent(const Feed& feed, const FeedState& state, Instant now) {
    return feed.silent && state.heard_at && now - *state.heard_at > *feed.silent;
}

bool is_unread(const Store& store, const Feed& feed, const FeedState& state, Instant now) {
    const auto from = unread_from(store, feed, state);
    return from && *from < now;
}

void await_feeds(Store& store, const Settings& settings, Instant now) {
    for (const auto& feed : settings.feeds) {
        const auto setting = awaited_setting(feed);
        if (!store.setting(setting)) store.set_setting(setting, text_of(now));
        store.agenda().set(feed_subject(feed.name), now + feed.every + time_to_begin);
    }
}

std::optional<Instant> watch_feed(Store& store, const Settings& settings, AlertBook& book,
                                  const std::string& subject, Instant now) {
    const auto name = subject_key(subject);
    const auto feed = std::find_if(settings.feeds.begin(), settings.feeds.end(),
                                   [&](const Feed& each) { return each.name == name; });
    if (feed == settings.feeds.end()) {
        book.close_told(subject, "the configuration has it no more");
        return std::nullopt;
    }
    const auto state = store.feeds().find(feed->name, feed->url);
    const auto trouble = trouble_of(store, *feed, state, now);
    if (!trouble.empty()) {
        const AlertSubject about{
            subject, {}, ForceKind::other, fmt::format("Feed \"{}\" needs a look", feed->name)};
        book.open_notice(about, rule, Severity::warning, trouble, london_date(now));
        return now + look_again;
    }
    book.close_told(subject, "it can be read, and has something new");
    std::optional<Instant> next;
    constexpr std::chrono::seconds past{1};
    if (const auto from = unread_from(store, *feed, state)) next = *from + past;
    if (feed->silent && state.heard_at) {
        const auto silent_at = *state.heard_at + *feed->silent + past;
        next = next ? std::min(*next, silent_at) : silent_at;
    }
    return next;
}

}  // namespace forcewatch
