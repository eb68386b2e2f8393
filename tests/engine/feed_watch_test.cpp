#include "daemon/engine/feed_watch.hpp"

#include "tests/support/kent.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// One feed, asked for every hour, that may be silent for a month; last read on 1 January at noon.
struct OneFeed : KentWorld {
    OneFeed() {
        use({Feed{"hmicfrs", "https://hmicfrs.example/feed", 1h, std::chrono::days{30}}});
        state.name = "hmicfrs";
        state.url = "https://hmicfrs.example/feed";
    }
    void use(std::vector<Feed> feeds) {
        auto settings = to_folder({});
        settings.feeds = std::move(feeds);
        adopt(settings, noon("2026-01-01"), std::to_string(++adopted));
    }
    /// As when the courier has brought an answer.
    void heard(Instant at, int failures, bool news) {
        if (failures == 0) state.fetched_at = at;
        if (news) state.heard_at = at;
        state.failures = failures;
        state.error = failures == 0 ? "" : "the server answered 503";
        store->feeds().put(state);
        store->agenda().touch(feed_subject("hmicfrs"), at);
        settle(at);
    }
    [[nodiscard]] std::string alert() {
        const auto open = open_alerts();
        REQUIRE(open.size() <= 1);
        return open.empty() ? std::string{} : open[0].summary;
    }
    FeedState state;
    int adopted{};
};

}  // namespace

TEST_CASE("a feed that fails three times opens an alert, and one answer closes it",
          "[engine][feed]") {
    OneFeed world;
    world.heard(noon("2026-01-01"), 0, true);
    world.heard(noon("2026-01-01") + 1h, 2, false);
    CHECK(world.alert().empty());
    world.heard(noon("2026-01-01") + 2h, 3, false);
    CHECK_THAT(world.alert(), Contains("it failed 3 times") && Contains("503"));
    CHECK(world.messages() == 1);
    world.heard(noon("2026-01-01") + 3h, 4, false);
    CHECK(world.messages() == 1);
    world.heard(noon("2026-01-01") + 4h, 0, false);
    CHECK(world.alert().empty());
    CHECK(world.messages() == 2);
}

TEST_CASE("a feed without news for longer than it may be opens an alert by itself",
          "[engine][feed]") {
    OneFeed world;
    world.heard(noon("2026-01-01"), 0, true);
    world.heard(noon("2026-01-31"), 0, false);
    CHECK(world.alert().empty());
    world.settle(noon("2026-01-31") + 2s);
    CHECK_THAT(world.alert(), Contains("nothing new for more than 30 days"));
    world.heard(noon("2026-02-01"), 0, true);
    CHECK(world.alert().empty());
}

TEST_CASE("a feed that nobody fetches opens an alert after a day", "[engine][feed]") {
    OneFeed world;
    world.heard(noon("2026-01-01"), 0, true);
    world.settle(noon("2026-01-02"));
    CHECK(world.alert().empty());
    world.settle(noon("2026-01-02") + 2s);
    CHECK_THAT(world.alert(), Contains("is the courier at work?"));
}

TEST_CASE("a feed that was never read is awaited from when it was configured", "[engine][feed]") {
    OneFeed world;
    {
        Store::Transaction transaction{*world.store};
        await_feeds(*world.store, world.engine->settings(), noon("2026-01-01"));
        transaction.commit();
    }
    world.settle(noon("2026-01-02"));
    CHECK(world.alert().empty());
    {
        Store::Transaction transaction{*world.store};
        await_feeds(*world.store, world.engine->settings(), noon("2026-01-02"));  // a restart
        transaction.commit();
    }
    world.settle(noon("2026-01-02") + 1h);
    CHECK(world.alert().empty());
    world.settle(noon("2026-01-02") + 2h);
    CHECK_THAT(world.alert(), Contains("never read"));
    world.heard(noon("2026-01-02") + 3h, 0, true);
    CHECK(world.alert().empty());
}

TEST_CASE("a feed that is taken out of the configuration takes its alert with it",
          "[engine][feed]") {
    OneFeed world;
    world.heard(noon("2026-01-01"), 3, false);
    REQUIRE_FALSE(world.alert().empty());
    world.use({});
    world.settle(noon("2026-01-01") + 1s);
    CHECK(world.alert().empty());
}
