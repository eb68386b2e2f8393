#include "core/feed_schedule.hpp"

#include <algorithm>

namespace forcewatch {

namespace {

using std::chrono::seconds;

constexpr seconds day{86400};
constexpr seconds longest_wait = 7 * day;
constexpr int most_doublings = 10;

/// FNV-1a, so that the answer is the same on every machine.
std::uint64_t hash_of(std::string_view text, std::uint64_t number) {
    std::uint64_t hash = 0xcbf29ce484222325U ^ number;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

}  // namespace

Instant next_fetch_at(std::string_view feed, seconds every, int failures, seconds retry_after,
                      Instant now) {
    seconds wait = every;
    for (int i = 1; i < std::min(failures, most_doublings); ++i) wait *= 2;
    if (failures > 0) wait = std::max(every, std::min(wait, day));
    wait = std::max(wait, std::min(retry_after, longest_wait));
    const auto tenth = static_cast<std::uint64_t>(wait.count() / 10);
    const auto moment = static_cast<std::uint64_t>(now.time_since_epoch().count());
    const auto jitter = tenth == 0 ? 0U : hash_of(feed, moment) % tenth;
    return now + wait + seconds{static_cast<std::int64_t>(jitter)};
}

bool fetch_is_due(Instant next_at, Instant now) {
    return next_at <= now || next_at > now + longest_wait + longest_wait / 10;
}

}  // namespace forcewatch
