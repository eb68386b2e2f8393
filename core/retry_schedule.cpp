#include "core/retry_schedule.hpp"

#include <algorithm>
#include <array>

#include "core/check.hpp"

namespace forcewatch {

namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

// The wait before try number index + 1.
constexpr std::array<seconds, 10> webhook_waits{0s, 5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr std::array<seconds, 8> mail_waits{0s, 1min, 5min, 15min, 1h, 2h, 4h, 6h};
constexpr std::array<seconds, 3> slow_waits{0s, 30min, 2h};
constexpr seconds mail_patience = std::chrono::days{5};

std::uint64_t scattered(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

seconds jitter(seconds wait, DeliveryId delivery, int attempts_made) {
    const auto most = static_cast<std::uint64_t>(wait.count()) / 10;
    const auto seed = scattered(static_cast<std::uint64_t>(number_of(delivery))) +
                      static_cast<std::uint64_t>(attempts_made);
    return seconds{static_cast<std::int64_t>(scattered(seed) % (most + 1))};
}

}  // namespace

std::optional<Instant> next_try_at(DestinationKind kind, int attempts_made,
                                   Instant first_attempt_at, Instant now, DeliveryId delivery,
                                   seconds retry_after) {
    FW_CHECK(attempts_made >= 1);
    const auto tries = static_cast<std::size_t>(attempts_made);
    const bool webhook = kind == DestinationKind::webhook;
    if (webhook && tries >= webhook_waits.size()) return std::nullopt;
    const seconds wait =
        webhook ? webhook_waits.at(tries) : mail_waits.at(std::min(tries, mail_waits.size() - 1));
    const Instant next =
        std::max(now + wait + jitter(wait, delivery, attempts_made), now + retry_after);
    if (!webhook && next > first_attempt_at + mail_patience) return std::nullopt;
    return next;
}

std::optional<Instant> next_slow_try_at(int attempts_made, Instant now, DeliveryId delivery) {
    FW_CHECK(attempts_made >= 1);
    const auto tries = static_cast<std::size_t>(attempts_made);
    if (tries >= slow_waits.size()) return std::nullopt;
    const seconds wait = slow_waits.at(tries);
    return now + wait + jitter(wait, delivery, attempts_made);
}

Instant next_try_after_crash_at(int abandoned, Instant now) {
    FW_CHECK(abandoned >= 1);
    constexpr int at_once = 3;
    return now + std::min<seconds>(1min * std::max(0, abandoned - at_once), 1h);
}

}  // namespace forcewatch
