#include "courier/fetcher.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "courier/courier.hpp"
#include "daemon/api/json_reader.hpp"
#include "tests/courier/daemon_stand_in.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A courier, a daemon stand-in and a web server.
struct World {
    ScratchFolder scratch;
    std::optional<DaemonStandIn> daemon;
    std::optional<LocalServer> web;
    Settings settings;
    CourierOptions options;

    World() {
        spdlog::set_level(spdlog::level::off);
        settings.courier_socket_path = scratch.at("courier.sock");
        settings.reading.allow_addresses = {"127.0.0.1"};
        daemon.emplace(settings.courier_socket_path);
        std::filesystem::create_directory(scratch / "web");
        web.emplace("feed_server.py", std::vector<std::string>{"--out", scratch.at("requests"),
                                                               "--folder", scratch.at("web")});
        options.once = true;
        options.fetch.total = 2s;
        options.fetch.body = 1U << 20U;
    }
    std::string address(const std::string& path) const {
        return fmt::format("http://127.0.0.1:{}/{}", web->port(), path);
    }
    Fetched fetch(const FetchOrder& order) {
        daemon->order(order);
        run();
        REQUIRE(daemon->fetched().size() == 1);
        return daemon->fetched().front();
    }
    void run() {
        Courier courier{settings, options};
        while (!courier.finished()) courier.turn(1s, -1);
    }
    std::vector<JsonValue> requests() const {
        std::vector<JsonValue> all;
        for (const auto& line : lines_of_file(scratch.at("requests")))
            all.push_back(parse_json_object(line).value());
        return all;
    }
};

std::string header_in(const JsonValue& request, const char* name) {
    const auto* header = request.find("headers")->find(name);
    return header != nullptr ? *header->as<std::string>() : "";
}

}  // namespace

TEST_CASE("a page is fetched as it is, with the stamps that spare the next fetch",
          "[courier][feed][R23]") {
    World world;
    std::ofstream{world.scratch.at("web/a.xml")} << "<rss>\xFF\n</rss>";
    const auto first = world.fetch({7, "", world.address("file/a.xml"), "", ""});
    CHECK(first.id == 7);
    CHECK(first.status == 200);
    CHECK(first.failure.empty());
    CHECK(first.body == "<rss>\xFF\n</rss>");
    CHECK(first.type == "application/rss+xml");
    CHECK(first.url == world.address("file/a.xml"));
    REQUIRE_FALSE(first.etag.empty());

    world.daemon->order({8, "", world.address("file/a.xml"), first.etag, first.last_modified});
    world.run();
    const auto again = world.daemon->fetched().back();
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    const auto request = world.requests().back();
    CHECK(header_in(request, "if-none-match") == first.etag);
    CHECK(header_in(request, "if-modified-since") == "Tue, 12 Aug 2025 12:20:00 GMT");
    CHECK_THAT(header_in(request, "user-agent"), Contains("Forcewatch/"));
}

TEST_CASE("what ends badly is told in a sentence, and nothing of it is kept",
          "[courier][feed][I3]") {
    World world;
    const auto [path, words] = GENERATE(table<std::string, std::string>({
        {"endless", "is larger than 1 MiB"},
        {"hang", "did not end within 2 s"},
        {"loop", "redirects more than 3 times"},
        {"away/http%3A%2F%2F10.0.0.1%2F", "inner address"},
        {"away/http%3A%2F%2F169.254.169.254%2Flatest",
         "(after a redirect to http://169.254.169.254"},
        {"away/file%3A%2F%2F%2Fetc%2Fpasswd", "not https"},
    }));
    CAPTURE(path);
    const auto fetched = world.fetch({1, "", world.address(path), "", ""});
    CHECK(fetched.status == 0);
    CHECK_THAT(fetched.failure, Contains(words));
    CHECK(fetched.body.empty());
}

TEST_CASE("a server's no is its status, with the patience it asks for", "[courier][feed]") {
    World world;
    CHECK(world.fetch({1, "", world.address("status/404"), "", ""}).status == 404);
    world.daemon->order({2, "", world.address("retry/120"), "", ""});
    world.run();
    CHECK(world.daemon->fetched().back().status == 503);
    CHECK(world.daemon->fetched().back().retry_in == 120s);
}

TEST_CASE("a redirect to a place that may be reached is followed", "[courier][feed]") {
    World world;
    std::ofstream{world.scratch.at("web/b.html")} << "<p>moved</p>";
    const auto fetched = world.fetch({1, "", world.address("away/%2Ffile%2Fb.html"), "", ""});
    CHECK(fetched.status == 200);
    CHECK(fetched.url == world.address("file/b.html"));
}

TEST_CASE("an inner address is not reached unless the configuration allows it",
          "[courier][feed][R83]") {
    World world;
    world.settings.reading.allow_addresses.clear();
    CHECK_THAT(world.fetch({1, "", world.address("file/a.xml"), "", ""}).failure,
               Contains("inner address"));
    CHECK_FALSE(std::filesystem::exists(world.scratch.at("requests")));
}

TEST_CASE("a feed is fetched only from where the courier's own configuration has it",
          "[courier][feed][R83]") {
    World world;
    Feed feed;
    feed.name = "news";
    feed.url = world.address("status/204");
    feed.allow_addresses = {"127.0.0.1"};
    world.settings.feeds = {feed};
    CHECK(world.fetch({1, "news", feed.url, "", ""}).status == 204);
    world.daemon->order({2, "news", world.address("elsewhere"), "", ""});
    world.run();
    CHECK_THAT(world.daemon->fetched().back().failure, Contains("no such feed"));
    CHECK(world.requests().size() == 1);
}

TEST_CASE("an order that is none is not followed", "[courier][feed]") {
    World world;
    world.daemon->order_text(GENERATE(as<std::string>{}, "", "{}x", R"({"order":{"id":1}})",
                                      R"({"order":{"id":1,"feed":"","url":"http://a\r\nX: y",)"
                                      R"("etag":"","last_modified":""}})"));
    world.run();
    CHECK(world.daemon->fetched().empty());
    CHECK_FALSE(std::filesystem::exists(world.scratch.at("requests")));
}
