#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

TEST_CASE("feeds are listed with what is known of them, and fetched on demand", "[cli][feed]") {
    const RunningDaemon daemon{
        "[[feed]]\nname = 'hmicfrs'\nurl = 'https://feeds.example/feed/'\nevery = '1h'\n"};
    const auto list = daemon.ctl({"feeds"});
    CHECK(list.code == 0);
    CHECK_THAT(list.out, Contains("hmicfrs") && Contains("new") && Contains("never"));
    const auto document = daemon.json({"feeds"});
    CHECK(text_at(array_at(document, "items").at(0), "url") == "https://feeds.example/feed/");
    CHECK(daemon.ctl({"feeds", "fetch", "hmicfrs"}).code == 0);
    const auto other = daemon.ctl({"feeds", "fetch", "other"});
    CHECK(other.code == 3);
    CHECK_THAT(other.err, Contains("no feed \"other\""));
}

TEST_CASE("without feeds and conflicts there is a way to go on", "[cli][feed]") {
    const auto& daemon = shipped();
    CHECK_THAT(daemon.ctl({"feeds"}).err, Contains("[[feed]]"));
    CHECK_THAT(daemon.ctl({"conflicts"}).err, Contains("Nothing contradicts"));
    CHECK(daemon.ctl({"conflicts", "settle", "1", "--reason", "x"}).code == 3);
}

TEST_CASE("a web address needs a courier, and the answer says so", "[cli][feed]") {
    const auto asked = shipped().ctl({"read", "https://hmicfrs.example/kent"});
    CHECK(asked.code == 75);
    CHECK_THAT(asked.err, Contains("no courier is running") && Contains("systemctl start"));
    CHECK(shipped().ctl({"read", "http://hmicfrs.example/kent"}).code == 1);
}

TEST_CASE("what a page says twice over is listed until it is settled", "[cli][news]") {
    RunningDaemon daemon{""};
    daemon.import_reference();
    const auto page = daemon.file(
        "kent.json",
        R"({"title":"Kent Police inspected","published":"2026-03-12","url":"https://a.example/1",)"
        R"("text":"HMICFRS has graded Kent Police across nine areas. The force was good in three )"
        R"(areas, adequate in four and required improvement in one."})");
    REQUIRE(daemon.ctl({"read", page}).code == 0);
    CHECK_THAT(daemon.ctl({"conflicts"}).out, Contains("counts") && Contains("8 of 9 areas"));
    CHECK(daemon.ctl({"conflicts", "settle", "1", "--reason", "a slip"}).code == 0);
    CHECK(array_at(daemon.json({"conflicts"}), "items").empty());
    CHECK(array_at(daemon.json({"conflicts", "--state", "settled"}), "items").size() == 1);
    CHECK_THAT(daemon.ctl({"conflicts", "--state", "settled"}).out, Contains("a slip"));
}
