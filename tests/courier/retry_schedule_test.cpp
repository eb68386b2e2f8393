#include "core/retry_schedule.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace forcewatch;
using namespace std::chrono_literals;

namespace {

const Instant start = parse_instant("2026-03-28T12:00:00Z").value();

std::vector<std::chrono::seconds> waits(DestinationKind kind, DeliveryId delivery) {
    std::vector<std::chrono::seconds> all;
    Instant now = start;
    for (int attempts = 1; attempts < 1000; ++attempts) {
        const auto next = next_try_at(kind, attempts, start, now, delivery, 0s);
        if (!next) return all;
        all.push_back(*next - now);
        now = *next;
    }
    return all;
}

}  // namespace

TEST_CASE("webhooks are tried ten times over 75 hours, never early and at most a tenth late",
          "[core][delivery][R68]") {
    const std::vector<std::chrono::seconds> schedule{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
    for (std::int64_t id = 1; id <= 200; ++id) {
        const auto all = waits(DestinationKind::webhook, DeliveryId{id});
        REQUIRE(all.size() == schedule.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            CHECK(all[i] >= schedule[i]);
            CHECK(all[i] <= schedule[i] + schedule[i] / 10);
        }
    }
}

TEST_CASE("mail is tried for at least three days and at most five", "[core][delivery][R68]") {
    const auto kind = GENERATE(DestinationKind::email, DestinationKind::folder);
    const auto all = waits(kind, DeliveryId{42});
    std::chrono::seconds whole{0};
    for (const auto wait : all) {
        CHECK(wait <= 6h + 36min);
        whole += wait;
    }
    CHECK(whole >= 72h);
    CHECK(whole <= 120h);
    CHECK(all.front() >= 1min);
    CHECK(all.front() <= 66s);
}

TEST_CASE("jitter depends on the delivery alone and spreads", "[core][delivery][R68]") {
    CHECK(waits(DestinationKind::webhook, DeliveryId{7}) ==
          waits(DestinationKind::webhook, DeliveryId{7}));
    std::set<std::chrono::seconds> seen;
    for (std::int64_t id = 1; id <= 100; ++id)
        seen.insert(waits(DestinationKind::webhook, DeliveryId{id}).back());
    CHECK(seen.size() > 90);
}

TEST_CASE("Retry-After puts a try off but never brings it forward", "[core][delivery][R70]") {
    const auto next = [](std::chrono::seconds asked) {
        return *next_try_at(DestinationKind::webhook, 3, start, start, DeliveryId{1}, asked) -
               start;
    };
    CHECK(next(0s) >= 30min);
    CHECK(next(1s) == next(0s));
    CHECK(next(10h) == 10h);
    CHECK(next(24h) == 24h);
}

TEST_CASE("mail gives up when Retry-After or the schedule passes five days", "[core][delivery]") {
    const auto late = start + std::chrono::days{5} - 6h;
    CHECK_FALSE(next_try_at(DestinationKind::email, 30, start, late, DeliveryId{1}, 24h));
    CHECK(next_try_at(DestinationKind::email, 30, start, late - 1h, DeliveryId{1}, 0s));
}

TEST_CASE("a parcel that brings couriers down goes again at once three times, then with pauses",
          "[core][delivery][R78]") {
    for (const int abandoned : {1, 2, 3}) CHECK(next_try_after_crash_at(abandoned, start) == start);
    CHECK(next_try_after_crash_at(4, start) == start + 1min);
    CHECK(next_try_after_crash_at(63, start) == start + 1h);
    CHECK(next_try_after_crash_at(1000, start) == start + 1h);
}

TEST_CASE("a webhook that answered 3xx or 4xx gets three slow tries", "[core][delivery][R69]") {
    const auto second = next_slow_try_at(1, start, DeliveryId{1});
    REQUIRE(second);
    CHECK((*second >= start + 30min && *second <= start + 33min));
    const auto third = next_slow_try_at(2, start, DeliveryId{1});
    REQUIRE(third);
    CHECK((*third >= start + 2h && *third <= start + 132min));
    CHECK_FALSE(next_slow_try_at(3, start, DeliveryId{1}));
}
