#include <fmt/format.h>

#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using Catch::Contains;
using forcewatch::test::HttpAnswer;
using forcewatch::test::RunningDaemon;

namespace {

std::string text(const JsonValue& object, std::string_view name) {
    const auto* member = object.find(name);
    const auto* value = member == nullptr ? nullptr : member->as<std::string>();
    return value == nullptr ? std::string{} : *value;
}

/// One overdue action, so one open alert, number 1.
struct Office : RunningDaemon {
    Office() {
        import_reference();
        REQUIRE(ask("POST", "/v1/actions",
                    R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                        "deadline":"local","due":"2026-01-31"})")
                    .status == 201);
    }
    int post(const std::string& path, const std::string& body) {
        const auto answer = ask("POST", path, body);
        UNSCOPED_INFO(answer.body);
        return answer.status;
    }
};

}  // namespace

TEST_CASE("an alert is acknowledged once, taken back, and closed by hand, each with its record",
          "[daemon][R52][R66][R104]") {
    Office office;
    const std::string path = "/v1/alerts/1";
    CHECK(office.post(path + "/acknowledge", R"({})") == 422);
    CHECK(office.post(path + "/acknowledge", R"({"reason":"x","until":"soon"})") == 422);
    CHECK(office.post(path + "/acknowledge", R"({"reason":"x","until":"2199-01-01"})") == 422);
    CHECK(office.post(path + "/acknowledge", R"({"reason":"on it","remind_every":"1d"})") == 200);
    CHECK(office.post(path + "/acknowledge", R"({"reason":"me too"})") == 409);
    auto alert = office.json(path);
    CHECK(text(alert, "state") == "acknowledged");
    const auto list = office.json("/v1/alerts?known_at=2199-01-01");
    const auto listed = list.find("items")->as<JsonValue::Array>()->front();
    CHECK(text(listed, "state") == "acknowledged");
    CHECK_THAT(text(listed, "summary"), Contains("local deadline 2026-01-31"));
    CHECK(office.get(path + "?known_at=2199-01-01").status == 400);
    CHECK(text(*alert.find("acknowledgement"), "reason") == "on it");
    CHECK(office.post(path + "/unacknowledge", R"({"reason":"ill"})") == 200);
    CHECK(office.post(path + "/unacknowledge", R"({})") == 409);
    CHECK(office.post(path + "/close", R"({"reason":"agreed","review_on":"2020-01-01"})") == 422);
    CHECK(office.post(path + "/close", R"({"reason":"agreed","review_on":"2099-01-01"})") == 200);
    alert = office.json(path);
    CHECK(text(alert, "state") == "closed");
    CHECK_THAT(text(alert, "ending"), Contains("closed by hand until 2099-01-01: agreed"));
    CHECK(office.post(path + "/acknowledge", R"({"reason":"late"})") == 409);
    CHECK(office.post("/v1/alerts/9/acknowledge", R"({"reason":"x"})") == 404);
    const auto journal = office.get("/v1/journal?subject=alert:1").body;
    CHECK_THAT(journal, Contains("alert-acknowledged") && Contains("alert-unacknowledged") &&
                            Contains("alert-closed") && Contains("on it"));
}

TEST_CASE("silences and pauses come in pages, each once, newest first", "[daemon][R90]") {
    Office office;
    for (const char* reason : {"one", "two", "three"}) {
        const auto body = fmt::format(
            R"({{"matchers":["force=kent"],"until":"2099-01-02","reason":"{0}"}})", reason);
        REQUIRE(office.post("/v1/silences", body) == 200);
        REQUIRE(office.post("/v1/pauses", fmt::format(R"({{"force":"kent","area":"","reason":"{}",
            "from":"2098-12-01","until":"2098-12-31"}})",
                                                      reason)) == 200);
    }
    for (const std::string path : {"/v1/silences", "/v1/pauses"}) {
        CAPTURE(path);
        std::string seen;
        std::string after;
        do {
            const auto page = office.json(path + "?limit=2&after=" + after);
            for (const auto& each : *page.find("items")->as<JsonValue::Array>())
                seen += text(each, "reason") + ' ';
            after = text(page, "next");
        } while (!after.empty());
        CHECK(seen == "three two one ");
        CHECK(office.get(path + "?after=next").status == 400);
        const auto refused = office.get(path + "?state=closed");
        CHECK(refused.status == 400);
        CHECK_THAT(refused.body, Contains("expected open or all"));
    }
}

TEST_CASE("an explanation names what mutes an alert, and until when", "[daemon][R43]") {
    Office office;
    const auto stored = [&](const std::string& more = {}) {
        const auto explained = office.json("/v1/explain?subject=action:t/A" + more);
        const auto& rules = *explained.find("rules")->as<JsonValue::Array>();
        return rules.front().find("stored")->as<JsonValue::Array>()->front();
    };
    CHECK(stored().find("muted_by")->is_null());
    REQUIRE(office.post("/v1/silences", R"({"matchers":["force=kent"],"until":"2099-01-02",
                                            "reason":"moving house"})") == 200);
    CHECK_THAT(text(stored(), "muted_by"), Contains("silenced by") && Contains("moving house"));
    CHECK_THAT(text(stored(), "muted_until"), Contains("2099-01-0"));
    CHECK(stored("&known_at=2199-01-01T00:00:00Z").find("muted_by") == nullptr);
    REQUIRE(office.post("/v1/silences/1/end", R"({"reason":"moved"})") == 200);
    REQUIRE(office.post("/v1/alerts/1/acknowledge", R"({"reason":"on it"})") == 200);
    CHECK_THAT(text(stored(), "muted_by"), Contains("acknowledged by"));
    REQUIRE(office.post("/v1/alerts/1/close", R"({"reason":"agreed","review_on":"2099-01-01"})") ==
            200);
    CHECK_THAT(text(stored(), "muted_by"), Contains("closed by hand until 2099-01-01: agreed"));
}

TEST_CASE("a silence shows first what it would hide, and is listed while it is in force",
          "[daemon][R58][R59]") {
    Office office;
    const auto silence = [](const std::string& matcher, const std::string& more) {
        return R"({"matchers":[")" + matcher + R"("],"until":"2099-01-01","reason":"move")" + more +
               "}";
    };
    CHECK(office.post("/v1/silences", R"({"matchers":[],"until":"2099-01-01","reason":"move"})") ==
          422);
    CHECK_THAT(office.ask("POST", "/v1/silences", silence("force=kent", R"(,"dry_run":true)")).body,
               Contains(R"("hides":[{"id":1)"));
    CHECK_THAT(
        office.ask("POST", "/v1/silences", silence("force=essex", R"(,"dry_run":true)")).body,
        Contains(R"("hides":[])"));
    CHECK_THAT(office.get("/v1/silences").body, Contains(R"("items":[])"));
    CHECK(office.post("/v1/silences", silence("force=kent", "")) == 200);
    CHECK_THAT(office.get("/v1/silences").body,
               Contains(R"("state":"in force")") && Contains(R"("hides":1)"));
    CHECK(office.post("/v1/silences/1/end", R"({})") == 200);
    CHECK(office.post("/v1/silences/1/end", R"({})") == 409);
    CHECK(office.post("/v1/silences/7/end", R"({})") == 404);
    CHECK_THAT(office.get("/v1/silences?state=all").body, Contains(R"("state":"over")"));
    CHECK(office.post(
              "/v1/pauses",
              R"({"force":"kent","from":"2026-01-01","until":"2099-01-01","reason":"r"})") == 200);
    CHECK(office.post(
              "/v1/pauses",
              R"({"force":"kant","from":"2026-01-01","until":"2099-01-01","reason":"r"})") == 422);
    CHECK(office.post("/v1/pauses",
                      R"({"force":"kent","area":"respondng","from":"2026-01-01",
                          "until":"2099-01-01","reason":"move"})") == 422);
    CHECK_THAT(office.get("/v1/pauses").body, Contains(R"("force":"kent")"));
    CHECK(office.post("/v1/pauses/1/end", R"({})") == 200);
}

TEST_CASE("a held daemon hands out nothing and says so", "[daemon][R118]") {
    Office office;
    CHECK(office.post("/v1/hold", R"({"held":true})") == 422);
    CHECK(office.post("/v1/hold", R"({"held":true,"reason":"outage"})") == 200);
    CHECK(office.post("/v1/hold", R"({"held":true,"reason":"outage"})") == 409);
    CHECK_THAT(office.get("/v1/hold").body, Contains("outage"));
    CHECK(office.post("/v1/hold", R"({"held":false})") == 200);
}

TEST_CASE("who was told, and who would be, can be asked", "[daemon][R84][R100]") {
    Office office;
    CHECK_THAT(office.get("/v1/told?person=outbox&item=action:t/A").body,
               Contains(R"("outcome":"told")") && Contains(R"("state":"pending")"));
    const auto misspelt = office.get("/v1/told?person=outbix&item=action:t/A");
    CHECK(misspelt.status == 404);
    CHECK_THAT(misspelt.body, Contains("did you mean") && Contains("outbox"));
    CHECK(office.get("/v1/told?person=nobody@force.example&item=action:t/A").status == 404);
    CHECK(office.get("/v1/told?item=action:t/A").status == 400);
    const auto route = office.get("/v1/route?force=kent&severity=critical");
    CHECK_THAT(route.body, Contains(R"("destination":"outbox")") && Contains(R"("why":)"));
    CHECK(office.get("/v1/route?force=kant").status == 400);
    CHECK(office.get("/v1/route?severity=dire").status == 400);
    CHECK_THAT(office.get("/v1/destinations").body, Contains(R"("name":"outbox")") &&
                                                        Contains(R"("state":"well")") &&
                                                        Contains(R"("held_back":0,"waiting":2)"));
    CHECK(office.post("/v1/destinations/outbox/enable", "{}") == 409);
    CHECK(office.post("/v1/destinations/nowhere/enable", "{}") == 404);
}

TEST_CASE("a test message goes the whole way and leaves no alert", "[daemon][R89]") {
    Office office;
    const auto alerts = office.get("/v1/alerts?state=all").body;
    CHECK(office.post("/v1/destinations/nowhere/test", "{}") == 404);
    const auto sent = office.ask("POST", "/v1/destinations/outbox/test", "{}");
    CHECK(sent.status == 202);
    const auto document = parse_json_object(sent.body).value();
    const auto* ids = document.find("deliveries")->as<JsonValue::Array>();
    REQUIRE(ids->size() == 2);  // a mail and a webhook's body
    const auto last = std::to_string(*ids->back().as<std::int64_t>());
    CHECK_THAT(office.get("/v1/deliveries/" + last).body, Contains("test"));
    CHECK(office.get("/v1/alerts?state=all").body == alerts);
}

TEST_CASE("a drill walks one marked alert from opening to end", "[daemon][R89]") {
    Office office;
    const auto opened = office.ask("POST", "/v1/drill/open", "{}");
    REQUIRE(opened.status == 200);
    CHECK_THAT(opened.body, Contains("DRILL"));
    CHECK(office.post("/v1/alerts/2/acknowledge", R"({"reason":"drill"})") == 200);
    CHECK(office.post("/v1/alerts/2/unacknowledge", R"({})") == 200);
    CHECK(office.post("/v1/drill/escalate", R"({"alert":2})") == 200);
    CHECK(office.post("/v1/drill/close", R"({"alert":1})") == 409);
    CHECK(office.post("/v1/drill/close", R"({"alert":2})") == 200);
    CHECK(office.post("/v1/drill/dance", R"({"alert":2})") == 404);
    const auto alert = office.json("/v1/alerts/2");
    CHECK(text(alert, "state") == "closed");
    CHECK(alert.find("notices")->as<JsonValue::Array>()->size() == 3);
}

TEST_CASE("a tried route tells of the digest that would take the alert along", "[daemon][R84]") {
    RunningDaemon daemon{R"(
[mail]
host = "127.0.0.1"
security = "plain"
from = "forcewatch@force.example"
[[destination]]
name = "liaison"
email = { to = ["liaison@force.example"], digest = "weekdays 08:30" }
urgent = "critical"
[[route]]
to = ["liaison"]
)"};
    daemon.import_reference();
    const auto to_liaison = [&](const std::string& severity) {
        const auto tried =
            daemon.json("/v1/route?force=kent&severity=" + severity + "&at=2026-06-10T12:00:00Z");
        for (const auto& to : *tried.find("to")->as<JsonValue::Array>())
            if (text(to, "destination") == "liaison") return to;
        FAIL("it does not go there");
        return JsonValue{};
    };
    CHECK(text(to_liaison("info"), "held_by") == "digest");
    CHECK(text(to_liaison("info"), "until") == "2026-06-11T07:30:00Z");
    CHECK_FALSE(text(to_liaison("critical"), "held_by") == "digest");
}

namespace {

/// Each alert goes by mail to whoever holds the role.
std::string mail_to(const std::string& role) {
    return fmt::format(R"(
[mail]
host = "127.0.0.1"
security = "plain"
from = "forcewatch@force.example"
[alerts]
group_wait = "0s"
[[destination]]
name = "people"
email = {{ to = ["{}"] }}
[[route]]
to = ["people"]
)",
                       role);
}

}  // namespace

TEST_CASE("of several contributors each finds the message they got", "[daemon][R100]") {
    RunningDaemon daemon{mail_to("contributors")};
    daemon.import_reference();
    for (const char* name : {"Ann", "Cat"})
        REQUIRE(daemon
                    .ask("POST", "/v1/people",
                         fmt::format(R"({{"name":"{0}","email":"{0}@force.example"}})", name))
                    .status == 201);
    REQUIRE(
        daemon
            .ask("POST", "/v1/actions",
                 R"({"source":"t","external_id":"A","force":"kent","title":"Custody","owner":"Bob",
                         "contributors":["Ann","Cat"],"deadline":"local","due":"2026-01-31"})")
            .status == 201);
    for (const char* name : {"Ann", "Cat"}) {
        const auto told = daemon.json(fmt::format("/v1/told?person={}&item=action:t/A", name));
        const auto& messages = *told.find("messages")->as<JsonValue::Array>();
        REQUIRE(messages.size() == 1);
        CHECK(text(*messages[0].find("delivery"), "recipient") ==
              fmt::format("{}@force.example", name));
    }
}

TEST_CASE("whoever has no address was told nothing, and is told so", "[daemon][R100]") {
    RunningDaemon daemon{mail_to("owner")};
    daemon.import_reference();
    REQUIRE(daemon
                .ask("POST", "/v1/actions",
                     R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                         "owner":"Bob","deadline":"local","due":"2026-01-31"})")
                .status == 201);
    const auto told = daemon.json("/v1/told?person=Bob&item=action:t/A");
    const auto& messages = *told.find("messages")->as<JsonValue::Array>();
    REQUIRE(messages.size() == 1);
    CHECK(text(messages[0], "destination") == "people");
    CHECK(text(messages[0], "outcome") == "nobody");
    CHECK(messages[0].find("delivery")->is_null());
}
