#include <catch2/catch.hpp>

#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

std::string news(const std::string& name, const std::string& title, const std::string& text) {
    return fmt::format(
        R"({{"title":"{}","text":"{}","published":"2026-03-12","url":"https://{}.example/1"}})",
        title, text, name);
}

struct Daemon : RunningDaemon {
    Daemon() { import_reference(); }
    void read(const std::string& name, const std::string& title, const std::string& text) {
        REQUIRE(ask("POST", "/v1/read?name=x.json", news(name, title, text)).status == 200);
    }
    std::vector<std::string> kinds(const std::string& state = "open") {
        std::vector<std::string> all;
        const auto list = json("/v1/conflicts?state=" + state);
        for (const auto& each : *list.find("items")->as<JsonValue::Array>())
            all.push_back(*each.find("kind")->as<std::string>());
        return all;
    }
};

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("what does not fit together in an item is listed once, until a person settles it",
          "[daemon][news]") {
    Daemon daemon;
    for (int i = 0; i < 2; ++i)
        daemon.read("a", "Kent Police inspected",
                    "HMICFRS has graded Kent Police across nine areas. The force was good in three "
                    "areas, adequate in four and required improvement in one.");
    CHECK(daemon.kinds() == Kinds{"counts"});
    CHECK_THAT(daemon.get("/v1/conflicts").body, Contains("8 of 9 areas"));
    CHECK(daemon.ask("POST", "/v1/conflicts/1/settle", R"({"reason":" "})").status == 422);
    CHECK(daemon.ask("POST", "/v1/conflicts/9/settle", R"({"reason":"x"})").status == 404);
    REQUIRE(
        daemon.ask("POST", "/v1/conflicts/1/settle", R"({"reason":"a slip of the page"})").status ==
        200);
    CHECK(daemon.ask("POST", "/v1/conflicts/1/settle", R"({"reason":"again"})").status == 409);
    CHECK(daemon.kinds().empty());
    CHECK(daemon.kinds("all") == Kinds{"counts"});
    CHECK(daemon.get("/v1/conflicts?state=lost").status == 400);
}

TEST_CASE("two sources that disagree are seen, and two that agree are not", "[daemon][news]") {
    Daemon daemon;
    daemon.read("one", "Kent Police moved into enhanced monitoring",
                "HMICFRS moved Kent Police into Engage on 9 March 2026.");
    daemon.read("two", "Kent Police put into special measures",
                "HMICFRS moved Kent Police into Engage on 9 March 2026.");
    CHECK(daemon.kinds().empty());
    const auto repeated = daemon.get("/v1/proposals?state=dismissed").body;
    CHECK_THAT(repeated, Contains("says the same as proposal 1, from https://one.example/1"));
    daemon.read("three", "Kent Police put into special measures",
                "HMICFRS moved Kent Police into Engage on 10 March 2026.");
    CHECK(daemon.kinds() == Kinds{"sources"});
    CHECK_THAT(daemon.get("/v1/conflicts").body, Contains("https://one.example/1"));
}

TEST_CASE("two files that disagree on a grade are seen; one that corrects itself is not",
          "[daemon][import]") {
    Daemon daemon;
    const auto rows = [](const std::string& grade) {
        return "force_id,inspection,area,grade,published,url,basis,note\n"
               "kent,PEEL 2023-25,investigating," +
               grade + ",2024-05-01,https://a.example,stated,\n";
    };
    const auto first = daemon.import("judgements.csv", rows("good"));
    CAPTURE(first.body);
    REQUIRE(first.status == 200);
    REQUIRE(daemon.import("judgements.csv", rows("adequate")).status == 200);
    CHECK(daemon.kinds().empty());
    REQUIRE(daemon.import("other-judgements.csv", rows("inadequate")).status == 200);
    CHECK(daemon.kinds() == Kinds{"sources"});
    CHECK_THAT(daemon.get("/v1/conflicts").body, Contains("adequate") &&
                                                     Contains("other-judgements.csv") &&
                                                     Contains("later one holds"));
}
