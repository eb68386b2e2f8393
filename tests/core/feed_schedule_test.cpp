#include "core/feed_schedule.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace forcewatch;
using namespace std::chrono_literals;

namespace {

const Instant now = parse_instant("2026-03-28T12:00:00Z").value();

}  // namespace

TEST_CASE("a feed is asked after its time and a tenth at most, each at its own second",
          "[core][feed]") {
    std::set<Instant> moments;
    for (const char* name : {"a", "b", "c", "d"}) {
        const auto next = next_fetch_at(name, 1h, 0, 0s, now);
        CHECK(next >= now + 1h);
        CHECK(next < now + 66min);
        moments.insert(next);
    }
    CHECK(moments.size() > 1);
}

TEST_CASE("a feed that fails is asked ever less often, and once a day at least", "[core][feed]") {
    const auto [failures, least] = GENERATE(table<int, std::chrono::seconds>(
        {{1, 1h}, {2, 2h}, {3, 4h}, {5, 16h}, {6, 24h}, {1000, 24h}}));
    const auto next = next_fetch_at("a", 1h, failures, 0s, now);
    CHECK(next >= now + least);
    CHECK(next <= now + least + least / 10);
    CHECK(next_fetch_at("a", 48h, failures, 0s, now) >= now + 48h);
}

TEST_CASE("a server that asks for patience gets it, up to a week", "[core][feed]") {
    CHECK(next_fetch_at("a", 1h, 1, 5h, now) >= now + 5h);
    CHECK(next_fetch_at("a", 1h, 0, 30s, now) < now + 66min);
    CHECK(next_fetch_at("a", 1h, 1, 24h * 3650, now) < now + 24h * 8);
}

TEST_CASE("a clock that was set back by years does not put a feed to sleep", "[core][feed]") {
    CHECK(fetch_is_due(now, now));
    CHECK_FALSE(fetch_is_due(now + 1s, now));
    CHECK_FALSE(fetch_is_due(next_fetch_at("a", 1h, 1, 24h * 3650, now), now));
    CHECK(fetch_is_due(now + 24h * 30, now));
}
