#include <catch2/catch.hpp>

#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

std::string text_at(const JsonValue& object, std::string_view name) {
    const auto* value = object.find(name);
    if (value == nullptr) return {};
    if (const auto* number = value->as<std::int64_t>()) return std::to_string(*number);
    const auto* text = value->as<std::string>();
    return text != nullptr ? *text : std::string{};
}

std::int64_t number_at(const JsonValue& object, std::string_view name) {
    const auto* value = object.find(name);
    REQUIRE(value != nullptr);
    return value->as<std::int64_t>() != nullptr ? *value->as<std::int64_t>() : -1;
}

const JsonValue::Array& array_at(const JsonValue& object, std::string_view name) {
    const auto* value = object.find(name);
    REQUIRE(value != nullptr);
    REQUIRE(value->as<JsonValue::Array>() != nullptr);
    return *value->as<JsonValue::Array>();
}

constexpr auto moved = R"({"title":"Kent Police moved into enhanced monitoring",)"
                       R"("text":"HMICFRS has today moved Kent Police into Engage.",)"
                       R"("published":"2025-03-10","url":"https://hmicfrs.example/kent"})";
constexpr auto left = R"({"title":"Essex Police removed from enhanced monitoring",)"
                      R"("text":"HMICFRS said so.","published":"2025-03-10",)"
                      R"("url":"https://hmicfrs.example/essex"})";

struct Daemon : RunningDaemon {
    Daemon() { import_reference(); }
    JsonValue asked(const std::string& method, const std::string& path, const std::string& body,
                    int status = 200) {
        const auto answer = ask(method, path, body);
        CAPTURE(method, path, answer.body);
        REQUIRE(answer.status == status);
        return parse_json_object(answer.body).value();
    }
};

}  // namespace

TEST_CASE("what is read waits until somebody confirms it, and keeps where it is from",
          "[daemon][news][R23]") {
    Daemon daemon;
    const auto dry = daemon.asked("POST", "/v1/read?name=kent.json&dry_run=true", moved);
    CHECK(array_at(dry, "proposals").size() == 1);
    CHECK(array_at(daemon.json("/v1/proposals"), "items").empty());

    CHECK(number_at(daemon.asked("POST", "/v1/read?name=kent.json", moved), "stored") == 1);
    const auto again = daemon.asked("POST", "/v1/read?name=other.json", moved);
    CHECK(number_at(again, "stored") == 0);
    CHECK(number_at(again, "known") == 1);
    const auto list = daemon.json("/v1/proposals");
    REQUIRE(array_at(list, "items").size() == 1);
    const auto& proposal = array_at(list, "items")[0];
    CHECK(text_at(proposal, "change") == "entered");
    CHECK(text_at(proposal, "date") == "2025-03-10");
    CHECK(text_at(daemon.json("/v1/forces/kent"), "stage") == "scan");

    const auto path = "/v1/proposals/" + text_at(proposal, "id");
    CHECK(text_at(daemon.asked("POST", path + "/confirm", ""), "state") == "confirmed");
    CHECK(text_at(daemon.json("/v1/forces/kent"), "stage") == "engage");
    const auto journal = daemon.get("/v1/journal?force=kent&limit=1000");
    CHECK_THAT(journal.body, Catch::Contains("https://hmicfrs.example/kent"));
    daemon.asked("POST", path + "/confirm", "", 409);
    CHECK(array_at(daemon.json("/v1/proposals"), "items").empty());
    CHECK(array_at(daemon.json("/v1/proposals?state=all"), "items").size() == 1);
    CHECK(number_at(daemon.asked("POST", "/v1/read?name=kent.json", moved), "known") == 1);
}

TEST_CASE("what the item does not say, a person must", "[daemon][news]") {
    Daemon daemon;
    daemon.asked("POST", "/v1/read?name=essex.json", left);
    const auto kept = daemon.json("/v1/proposals");
    const auto& proposal = array_at(kept, "items").at(0);
    CHECK(array_at(proposal, "conflicts").size() == 1);
    const auto path = "/v1/proposals/" + text_at(proposal, "id");
    const auto refused = daemon.ask("POST", path + "/confirm", "");
    CHECK(refused.status == 422);
    CHECK_THAT(refused.body, Catch::Contains("/date"));
    CHECK(text_at(daemon.asked("PATCH", path, R"({"date":"2025-03-07"})"), "date") == "2025-03-07");
    daemon.asked("PATCH", path, R"({"forces":["atlantis"]})", 422);
    daemon.asked("PATCH", path, R"({"date":"someday"})", 422);
    daemon.asked("POST", path + "/confirm", R"({"reason":"the letter says so"})");
    CHECK_THAT(daemon.get("/v1/stages?all=true&force=essex").body, Catch::Contains("2025-03-07"));
}

TEST_CASE("a proposal is dismissed with a reason, and stays dismissed", "[daemon][news]") {
    Daemon daemon;
    daemon.asked("POST", "/v1/read?name=kent.json", moved);
    daemon.asked("POST", "/v1/proposals/1/dismiss", "{}", 422);
    CHECK(text_at(daemon.asked("POST", "/v1/proposals/1/dismiss", R"({"reason":"a test"})"),
                  "state") == "dismissed");
    daemon.asked("POST", "/v1/proposals/1/confirm", "", 409);
    CHECK(daemon.ask("POST", "/v1/proposals/99/confirm", "").status == 404);
    CHECK(text_at(daemon.json("/v1/forces/kent"), "stage") == "scan");
}

TEST_CASE("an inspection and its judgement are recorded from the news", "[daemon][news]") {
    Daemon daemon;
    daemon.asked(
        "POST", "/v1/read?name=kent.json",
        R"({"title":"PEEL: Kent Police inspection","published":"2025-06-01","text":)"
        R"("Kent Police is outstanding at recording crime, HMICFRS said in its report."})");
    const auto kept = daemon.json("/v1/proposals");
    const auto& items = array_at(kept, "items");
    REQUIRE(items.size() == 2);
    CHECK(text_at(items[1], "kind") == "inspection");
    daemon.asked("POST", "/v1/proposals/2/confirm", "", 422);
    daemon.asked("POST", "/v1/proposals/2/confirm",
                 R"({"inspection":"kent-news","cycle":"2025-27"})");
    daemon.asked("POST", "/v1/proposals/1/confirm",
                 R"({"inspection":"kent-news","area_id":"recording-crime"})");
    CHECK_THAT(daemon.get("/v1/areas?force=kent").body, Catch::Contains("recording-crime"));
}

TEST_CASE("news that cannot be read changes nothing", "[daemon][news]") {
    Daemon daemon;
    const auto refused = daemon.ask("POST", "/v1/read?name=x.xml", "<!DOCTYPE r><rss/>");
    CHECK(refused.status == 422);
    CHECK_THAT(refused.body, Catch::Contains("document type"));
    CHECK(daemon.get("/v1/proposals?state=lost").status == 400);
}

TEST_CASE("the cycle of an inspection need not be said where only one ran", "[daemon][news]") {
    Daemon daemon;
    daemon.asked("POST", "/v1/read?name=kent.json",
                 R"({"title":"PEEL: Kent Police inspection","published":"2026-02-01","text":)"
                 R"("HMICFRS has published its PEEL report on Kent Police."})");
    daemon.asked("POST", "/v1/proposals/1/confirm", "");
    CHECK_THAT(daemon.get("/v1/inspections?force=kent").body, Catch::Contains("2025-27"));
}
