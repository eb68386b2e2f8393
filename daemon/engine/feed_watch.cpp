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

Instant unread_from(const Feed& feed, Instant fetched_at) {
    return fetched_at + std::max(least_unread, 3 * feed.every);
}

/// What is wrong with it, for a person; empty: nothing.
std::string trouble_of(const Feed& feed, const FeedState& state, Instant now) {
    const auto last =
        state.fetched_at ? "last read at " + text_of(*state.fetched_at) : std::string{"never read"};
    if (fails_for_long(state))
        return fmt::format("it failed {} times in a row, {}: {}", state.failures, last,
                           state.error);
    if (is_unread(feed, state, now))
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

bool is_unread(const Feed& feed, const FeedState& state, Instant now) {
    return state.fetched_at && unread_from(feed, *state.fetched_at) < now;
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
    const auto trouble = trouble_of(*feed, state, now);
    if (!trouble.empty()) {
        const AlertSubject about{
            subject, {}, ForceKind::other, fmt::format("Feed \"{}\" needs a look", feed->name)};
        book.open_notice(about, rule, Severity::warning, trouble, london_date(now));
        return now + look_again;
    }
    book.close_told(subject, "it can be read, and has something new");
    std::optional<Instant> next;
    constexpr std::chrono::seconds past{1};
    if (state.fetched_at) next = unread_from(*feed, *state.fetched_at) + past;
    if (feed->silent && state.heard_at) {
        const auto silent_at = *state.heard_at + *feed->silent + past;
        next = next ? std::min(*next, silent_at) : silent_at;
    }
    return next;
}

}  // namespace forcewatch
