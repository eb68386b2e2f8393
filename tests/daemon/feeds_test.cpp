#include <catch2/catch.hpp>
#include <thread>

#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

std::string text_at(const JsonValue& object, std::string_view name) {
    const auto* value = object.find(name);
    if (value == nullptr) return {};
    if (const auto* number = value->as<std::int64_t>()) return std::to_string(*number);
    const auto* text = value->as<std::string>();
    return text != nullptr ? *text : std::string{};
}

const JsonValue::Array& items_of(const JsonValue& document) {
    return *document.find("items")->as<JsonValue::Array>();
}

std::string feed_of(const std::string& items) {
    return R"(<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>)" + items +
           "</channel></rss>";
}

std::string item(const std::string& id, const std::string& title, const std::string& text,
                 const std::string& stamp = "Mon, 10 Mar 2025 09:00:00 +0000") {
    return fmt::format(
        "<item><title>{}</title><link>https://hmicfrs.example/{}</link><guid>{}</guid>"
        "<pubDate>{}</pubDate><description>{}</description></item>",
        title, id, id, stamp, text);
}

const std::string kent = item("kent", "Kent Police moved into enhanced monitoring",
                              "HMICFRS has today moved Kent Police into Engage.");
const std::string essex = item("essex", "Essex Police moved into enhanced monitoring",
                               "HMICFRS has today moved Essex Police into Engage.");

/// A daemon and a courier with one feed on a web server of their own.
struct World {
    ScratchFolder scratch;
    std::optional<LocalServer> web;
    std::optional<RunningDaemon> daemon;

    explicit World(const std::string& path = "file/feed.xml", const std::string& more = "") {
        std::filesystem::create_directory(scratch / "web");
        web.emplace("feed_server.py", std::vector<std::string>{"--out", scratch.at("requests"),
                                                               "--folder", scratch.at("web")});
        daemon.emplace(
            fmt::format("[[feed]]\nname = \"news\"\nurl = \"http://127.0.0.1:{0}/{1}\"\n"
                        "every = \"1h\"\nallow = [\"127.0.0.1\"]\n{2}"
                        "[reading]\nallow = [\"127.0.0.1\"]\n",
                        web->port(), path, more));
        daemon->import_reference();
    }
    void publish(const std::string& document, const std::string& name = "feed.xml") const {
        std::ofstream{scratch.at("web/" + name)} << document;
    }
    std::string address(const std::string& path) const {
        return fmt::format("http://127.0.0.1:{}/{}", web->port(), path);
    }
    JsonValue feed() { return items_of(daemon->json("/v1/feeds")).at(0); }
    /// Looks until `holds`; how long that takes says nothing.
    template <typename Holds>
    void until(Holds&& holds) {
        for (int looks = 0; looks < 1500; ++looks) {
            if (holds()) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        FAIL("it did not come to this");
    }
    void fetch_again() {
        const auto tried = text_at(feed(), "last_tried_at");
        // Moments are seconds, so the next one begins first.
        std::this_thread::sleep_for(std::chrono::milliseconds{1050});
        REQUIRE(daemon->ask("POST", "/v1/feeds/news/fetch", "").status == 200);
        until([&] {
            const auto now = feed();
            return text_at(now, "last_tried_at") != tried &&
                   (text_at(now, "last_fetched_at") >= text_at(now, "last_tried_at") ||
                    text_at(now, "state") == "failing");
        });
    }
    std::size_t proposals() { return items_of(daemon->json("/v1/proposals?state=all")).size(); }
};

}  // namespace

TEST_CASE("a feed becomes proposals that name it, and nothing is read twice",
          "[daemon][feed][R23]") {
    World world;
    world.publish(feed_of(kent));
    CHECK(text_at(world.feed(), "state") == "new");
    world.daemon->start_courier();
    world.until([&] { return text_at(world.feed(), "state") == "ok"; });
    REQUIRE(world.proposals() == 1);
    const auto list = world.daemon->json("/v1/proposals");
    const auto& proposal = items_of(list).at(0);
    CHECK(text_at(proposal, "source") == "news#kent");
    CHECK(text_at(proposal, "url") == "https://hmicfrs.example/kent");
    CHECK(text_at(proposal, "date") == "2025-03-10");
    CHECK(text_at(world.feed(), "last_new_item") == "Kent Police moved into enhanced monitoring");

    world.fetch_again();  // unchanged
    CHECK(world.proposals() == 1);
    CHECK(text_at(parse_json_object(lines_of_file(world.scratch.at("requests")).back()).value(),
                  "path") == "/file/feed.xml");
    CHECK_THAT(lines_of_file(world.scratch.at("requests")).back(), Contains("if-none-match"));

    world.publish(feed_of(essex + kent));
    world.fetch_again();
    CHECK(world.proposals() == 2);
    world.daemon->ask("POST", "/v1/proposals/1/dismiss", R"({"reason":"a test"})");
    world.publish(feed_of(essex + kent + " "));  // other bytes, the same items
    world.fetch_again();
    CHECK(world.proposals() == 2);
}

TEST_CASE("an item is of the day in London on which it appeared", "[daemon][feed]") {
    const auto [stamp, day] = GENERATE(table<std::string, std::string>({
        {"Tue, 12 Aug 2025 22:59:59 +0000", "2025-08-12"},
        {"Tue, 12 Aug 2025 23:00:00 +0000", "2025-08-13"},
        {"Wed, 13 Aug 2025 00:30:00 +0100", "2025-08-13"},
        {"Tue, 09 Dec 2025 23:30:00 GMT", "2025-12-09"},
    }));
    World world;
    world.publish(feed_of(item("kent", "Kent Police moved into enhanced monitoring",
                               "HMICFRS has today moved Kent Police into Engage.", stamp)));
    world.daemon->start_courier();
    world.until([&] { return text_at(world.feed(), "state") == "ok"; });
    const auto list = world.daemon->json("/v1/proposals");
    CHECK(text_at(items_of(list).at(0), "date") == day);
}

TEST_CASE("a daemon killed at any moment fetches again and proposes nothing twice",
          "[daemon][feed][V1]") {
    World world;
    world.publish(feed_of(kent + essex));
    world.daemon->start_courier();
    for (int round = 0; round < 5; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds{40 * round});
        world.daemon->kill();
        world.daemon->start();
        (void)world.daemon->ask("POST", "/v1/feeds/news/fetch", "");
    }
    world.until([&] { return text_at(world.feed(), "state") == "ok"; });
    CHECK(world.proposals() == 2);
}

TEST_CASE("a feed that ends badly says so once, and is left alone for a while",
          "[daemon][feed][I3]") {
    const auto [path, words] = GENERATE(table<std::string, std::string>({
        {"status/404", "the server answered 404"},
        {"status/410", "gone for good"},
        {"retry/7200", "the server answered 503"},
        {"endless", "is larger than 4 MiB"},
        {"away/http%3A%2F%2F10.0.0.1%2F", "inner address"},
        {"file/bomb.xml", "declares a document type"},
        {"file/page.html", "is neither RSS 2.0 nor Atom 1.0"},
        {"file/cut.xml", "is no XML"},
    }));
    CAPTURE(path);
    World world{path};
    world.publish("<!DOCTYPE r [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><rss>&b;</rss>",
                  "bomb.xml");
    world.publish("<html><body>hello</body></html>", "page.html");
    world.publish("<rss><channel><item>", "cut.xml");
    world.daemon->start_courier();
    world.until([&] { return text_at(world.feed(), "state") == "failing"; });
    const auto feed = world.feed();
    CHECK_THAT(text_at(feed, "error"), Contains(words));
    CHECK(text_at(feed, "failures") == "1");
    CHECK(text_at(feed, "next_at") > text_at(feed, "last_tried_at"));
    CHECK(world.proposals() == 0);
    CHECK(text_at(world.daemon->json("/v1/status"), "health") == "ok");
    for (int failures = 2; failures <= 3; ++failures) {
        REQUIRE(world.daemon->ask("POST", "/v1/feeds/news/fetch", "").status == 200);
        world.until([&] { return text_at(world.feed(), "failures") == std::to_string(failures); });
    }
    world.until([&] { return text_at(world.daemon->json("/v1/status"), "health") == "degraded"; });
    CHECK_THAT(world.daemon->get("/v1/status").body, Contains(R"("troubled":["news"])"));
    CHECK_THAT(world.daemon->get("/metrics").body, Contains("forcewatch_feeds_troubled 1"));
    const auto alerts = world.daemon->json("/v1/alerts");
    REQUIRE(items_of(alerts).size() == 1);
    CHECK(text_at(items_of(alerts)[0], "rule") == "feed-troubled");
    CHECK(text_at(items_of(alerts)[0], "subject") == "feed:news");
    CHECK_THAT(text_at(items_of(alerts)[0], "summary"), Contains("3 times in a row"));
    CHECK_THAT(world.daemon->get("/v1/deliveries").body, Contains("feed:news"));
}

TEST_CASE("a page is read from its address, and is the source of what it proposes",
          "[daemon][feed][R23]") {
    World world;
    world.publish(
        "<html><head><title>Kent Police moved into enhanced monitoring</title></head>"
        "<body><p>HMICFRS has today moved Kent Police into Engage.</p></body></html>",
        "kent.html");
    const auto target = "/v1/read?name=kent.html&url=" + world.address("file/kent.html");
    const auto alone = world.daemon->ask("POST", target, "");
    CHECK(alone.status == 503);
    CHECK_THAT(alone.body, Contains("no courier is running"));

    world.daemon->start_courier();
    world.until([&] {
        return world.daemon->get("/v1/status").body.find(R"("present":true)") != std::string::npos;
    });
    const auto dry = world.daemon->ask("POST", target + "&dry_run=true", "");
    CHECK(dry.status == 200);
    CHECK(world.proposals() == 0);
    CHECK(world.daemon->ask("POST", target, "").status == 200);
    const auto list = world.daemon->json("/v1/proposals");
    REQUIRE(items_of(list).size() == 1);
    CHECK(text_at(items_of(list)[0], "url") == world.address("file/kent.html"));

    const auto gone = world.daemon->ask("POST", "/v1/read?url=" + world.address("nowhere"), "");
    CHECK(gone.status == 422);
    CHECK_THAT(gone.body, Contains("the server answered 404"));
    CHECK(world.daemon->ask("POST", "/v1/read?url=http://a.example/", "").status == 400);
    CHECK(world.daemon->ask("POST", "/v1/read?url=file:///etc/passwd", "").status == 400);
}

TEST_CASE("nothing is fetched for who may not change facts, and no feed that is not there",
          "[daemon][feed][R83]") {
    World world;
    CHECK(world.daemon->ask("POST", "/v1/feeds/other/fetch", "").status == 404);
    CHECK(world.daemon->ask("GET", "/v1/feeds?x=1", "").status == 400);
}

TEST_CASE("a trusted feed records what nothing contradicts, and says why it did",
          "[daemon][feed][R23]") {
    World world{"file/feed.xml", "auto_accept = [\"stage\"]\n"};
    world.publish(feed_of(kent + item("surrey", "Surrey Police removed from enhanced monitoring",
                                      "HMICFRS said so.")));
    world.daemon->start_courier();
    world.until([&] { return text_at(world.feed(), "state") == "ok"; });
    CHECK(text_at(world.daemon->json("/v1/forces/kent"), "stage") == "engage");
    CHECK_THAT(world.daemon->get("/v1/journal?force=kent&limit=1000").body,
               Contains("https://hmicfrs.example/kent") && Contains("auto_accept of feed news"));
    const auto open = world.daemon->json("/v1/proposals");
    REQUIRE(items_of(open).size() == 1);  // the day of the move is not stated
    CHECK(text_at(items_of(open)[0], "change") == "left");
}

TEST_CASE("a trusted feed settles what somebody else said first", "[daemon][feed]") {
    World world{"file/feed.xml", "auto_accept = [\"stage\"]\n"};
    const auto read = world.daemon->ask(
        "POST", "/v1/read?name=kent.json",
        R"({"title":"Kent Police moved into enhanced monitoring","published":"2025-03-10",)"
        R"("text":"HMICFRS has today moved Kent Police into Engage.","url":"https://b.example/1"})");
    REQUIRE(read.status == 200);
    CHECK(text_at(world.daemon->json("/v1/forces/kent"), "stage") == "scan");
    world.publish(feed_of(kent));
    world.daemon->start_courier();
    world.until([&] { return text_at(world.feed(), "state") == "ok"; });
    CHECK(text_at(world.daemon->json("/v1/forces/kent"), "stage") == "engage");
    CHECK(items_of(world.daemon->json("/v1/proposals")).empty());
    CHECK(items_of(world.daemon->json("/v1/proposals?state=dismissed")).size() == 1);
}

TEST_CASE("as shipped nothing is recorded without a person", "[daemon][feed]") {
    World world;
    world.publish(feed_of(kent));
    world.daemon->start_courier();
    world.until([&] { return text_at(world.feed(), "state") == "ok"; });
    CHECK(text_at(world.daemon->json("/v1/forces/kent"), "stage") == "scan");
}

TEST_CASE("what contradicts the records is no choice of a machine", "[daemon][feed]") {
    World world{"file/feed.xml", "auto_accept = [\"stage\"]\n"};
    REQUIRE(world.daemon
                ->ask("POST", "/v1/stages",
                      R"({"force":"kent","stage":"engage","decided":"2025-03-03"})")
                .status == 201);
    world.publish(feed_of(kent));
    world.daemon->start_courier();
    world.until([&] { return text_at(world.feed(), "state") == "ok"; });
    CHECK(items_of(world.daemon->json("/v1/proposals")).size() == 1);
    const auto conflicts = world.daemon->json("/v1/conflicts");
    REQUIRE(items_of(conflicts).size() == 1);
    const auto& conflict = items_of(conflicts)[0];
    CHECK(text_at(conflict, "kind") == "facts");
    CHECK_THAT(text_at(conflict, "what"), Contains("2025-03-03") && Contains("2025-03-10"));
    CHECK(text_at(conflict, "proposal") == "1");
    REQUIRE(world.daemon->ask("POST", "/v1/proposals/1/dismiss", R"({"reason":"known"})").status ==
            200);
    CHECK(items_of(world.daemon->json("/v1/conflicts")).empty());
    const auto settled = world.daemon->json("/v1/conflicts?state=settled");
    CHECK(text_at(items_of(settled).at(0), "reason") == "proposal 1 was dismissed");
}
