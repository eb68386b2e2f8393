#include "storage/feeds.hpp"

#include <catch2/catch.hpp>

#include "storage/store.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;

namespace {

const Instant now = parse_instant("2026-03-28T12:00:00Z").value();

std::string digest(char c) { return std::string(32, c); }

}  // namespace

TEST_CASE("a feed is remembered with its address, and another address begins anew",
          "[storage][feed]") {
    ScratchFolder folder;
    {
        Store store{folder / "f.db"};
        CHECK(store.feeds().find("news", "https://a.example").next_at == Instant{});
        FeedState state{"news", "https://a.example"};
        state.next_at = now + 1h;
        state.fetched_at = now;
        state.etag = "\"1\"";
        state.failures = 2;
        state.error = "404";
        store.feeds().put(state);
        state.failures = 3;
        store.feeds().put(state);
    }
    Store store{folder / "f.db"};
    const auto found = store.feeds().find("news", "https://a.example");
    CHECK(found.next_at == now + 1h);
    CHECK(found.fetched_at == now);
    CHECK_FALSE(found.heard_at);
    CHECK(found.etag == "\"1\"");
    CHECK(found.failures == 3);
    CHECK(found.error == "404");
    const auto moved = store.feeds().find("news", "https://b.example");
    CHECK(moved.etag.empty());
    CHECK(moved.next_at == Instant{});
}

TEST_CASE("an item is read once, again when it was changed, and forgotten when long gone",
          "[storage][feed]") {
    ScratchFolder folder;
    Store store{folder / "f.db"};
    auto& feeds = store.feeds();
    feeds.put({"news", "https://a.example"});
    const FeedItem first{"1", digest('a')};
    CHECK_FALSE(feeds.has_read("news", first));
    feeds.note_read("news", {first, {"2", digest('b')}}, now);
    CHECK(feeds.has_read("news", first));
    CHECK_FALSE(feeds.has_read("other", first));
    CHECK_FALSE(feeds.has_read("news", {"1", digest('c')}));
    feeds.note_read("news", {first}, now + 1h, 1);
    feeds.note_read("news", {first, {"3", digest('d')}}, now + 2h, 1);
    CHECK(feeds.has_read("news", first));
    CHECK(feeds.has_read("news", {"3", digest('d')}));
    CHECK_FALSE(feeds.has_read("news", {"2", digest('b')}));
}
