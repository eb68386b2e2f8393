#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;
using std::chrono::days;

namespace {

const auto start = at("2026-03-01", 12);

/// A case system first, then the deputy, then the chief.
Settings with_escalation(bool from_delivery = false) {
    auto settings = two_destinations();
    settings.destinations.push_back({"deputy", WebhookTarget{}, true});
    settings.destinations.push_back({"chief", WebhookTarget{}, true});
    settings.escalations = {{"up", from_delivery, {{4h, {"deputy"}}, {12h, {"chief"}}}}};
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system"}, {}, "up"}};
    settings.alerting.longest_gap = days{2};
    return settings;
}

}  // namespace

TEST_CASE("escalation climbs step by step, over restarts, and never just stops",
          "[engine][lifecycle][R56][R57]") {
    auto settings = with_escalation();
    Office office{settings, start};
    office.plan("A-1", "2026-03-08", start);
    for (Instant now = start; now <= start + 11h; now += 1h) {
        office.start();
        office.engine->use(settings);
        office.settle(now);
        CHECK(office.bodies("deputy").size() == (now >= start + 4h ? 1U : 0U));
        CHECK(office.bodies("chief").empty());
    }
    office.settle(start + 12h);
    CHECK(office.bodies("chief").size() == 1);
    CHECK(office.store->care().unanswered().empty());
    office.live(start + 13h, start + 12h + days{2}, 1h);
    CHECK_THAT(office.bodies("chief").back(), Contains("nobody answered"));
    CHECK(office.store->care().unanswered() == std::vector<AlertId>{office.only_alert().id});
    const auto told = office.bodies("chief").size();
    office.live(start + 13h + days{2}, start + 13h + days{4}, 1h);
    CHECK(office.bodies("chief").size() == told + 1);
}

TEST_CASE("the ladder is the one that held when the alert opened", "[engine][lifecycle][R56]") {
    auto settings = with_escalation();
    Office office{settings, start};
    office.plan("A-1", "2026-03-08", start);
    office.settle(start);
    settings.escalations.front().steps = {{1h, {"chief"}}};
    office.adopt(settings, start + 10min, "changed");
    office.live(start + 10min, start + 3h);
    CHECK(office.bodies("chief").empty());
    office.settle(start + 4h);
    CHECK(office.bodies("deputy").size() == 1);
}

TEST_CASE("an acknowledgement stops the ladder, and its end resumes it where it stopped",
          "[engine][lifecycle][R55][R56]") {
    Office office{with_escalation(), start};
    office.plan("A-1", "2026-03-08", start);
    office.settle(start + 3h);
    office.acknowledge(office.only_alert().id, start + 3h,
                       {{}, {}, "on it", start + 30h, false, {}});
    office.live(start + 3h, start + 30h, 1h);
    CHECK(office.bodies("deputy").empty());
    office.settle(start + 31h - 1s);
    CHECK(office.bodies("deputy").empty());
    office.settle(start + 31h);  // the hour that was left
    CHECK(office.bodies("deputy").size() == 1);
}

TEST_CASE("escalation from the first delivery waits for that", "[engine][lifecycle][R56]") {
    Office office{with_escalation(true), start};
    office.plan("A-1", "2026-03-08", start);
    office.live(start, start + 10h);
    CHECK(office.bodies("deputy").empty());
    CHECK(office.carry(start + 10h) == 1);
    office.live(start + 10h, start + 13h + 30min);
    CHECK(office.bodies("deputy").empty());
    office.settle(start + 14h);
    CHECK(office.bodies("deputy").size() == 1);
}

TEST_CASE("what nobody took in time goes to the fallback, which names who did not",
          "[engine][lifecycle][R76]") {
    auto settings = two_destinations();
    settings.destinations.push_back({"desk", WebhookTarget{}, true});
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system", "liaison"}}};
    settings.alerting.fallback = "desk";
    Office office{settings, start};
    office.plan("A-1", "2026-03-02", start);  // a warning: two hours
    office.settle(start);
    office.carry(start, {Verdict::retry_later, 503, "busy", {}});
    SECTION("nobody") {
        office.settle(start + 2h - 1s);
        CHECK(office.bodies("desk").empty());
        office.settle(start + 2h);
        REQUIRE(office.bodies("desk").size() == 1);
        CHECK_THAT(office.bodies("desk").front(), Contains("case-system, liaison did not"));
        office.settle(start + 5h);
        CHECK(office.bodies("desk").size() == 1);
    }
    SECTION("one did") {
        office.carry(start + 1h, {Verdict::delivered, 250, {}, {}}, "liaison");
        office.settle(start + 3h);
        CHECK(office.bodies("desk").empty());
    }
}

TEST_CASE("a destination that is gone keeps its queue, somebody is told, and it can come back",
          "[engine][lifecycle][R75][W6]") {
    const bool gone = GENERATE(true, false);
    auto settings = two_destinations();
    settings.destinations.push_back({"desk", WebhookTarget{}, true});
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system"}}};
    settings.alerting.fallback = "desk";
    Office office{settings, start};
    office.plan("A-1", "2026-03-06", start);
    office.settle(start);
    auto now = start;
    if (gone) {
        office.carry(now, {Verdict::gone, 410, "gone", {}});
    } else {
        for (; now < start + days{4}; now += 1h) {
            office.settle(now);
            office.carry(now, {Verdict::retry_later, 503, "busy", {}}, "case-system");
        }
        CHECK(office.store->outbox().counts().waiting > 0);
        office.plan("A-3", "2026-03-12", now);
        for (; now < start + days{6}; now += 1h) {
            office.settle(now);
            office.carry(now, {Verdict::retry_later, 503, "busy", {}}, "case-system");
        }
    }
    const auto failing = office.store->care().failing("case-system");
    REQUIRE(failing);
    CHECK(failing->disabled_at);
    office.settle(now);
    const auto told = office.bodies("desk");
    CHECK(std::any_of(told.begin(), told.end(), [](const std::string& body) {
        return body.find("destinations enable case-system") != std::string::npos;
    }));
    office.plan("A-2", text_of(london_date(now) + days{3}), now);
    office.settle(now + 1h);
    CHECK(office.carry(now + 1h, {Verdict::delivered, 200, {}, {}}, "case-system") == 0);
    office.engine->desk(now).enable("case-system");
    CHECK(office.carry(now + days{2}, {Verdict::delivered, 200, {}, {}}, "case-system") >= 2);
}

TEST_CASE("routes are a tree: an inner one takes the alert, and the outer ones go on beside it",
          "[engine][lifecycle][R84]") {
    Settings settings = two_destinations();
    settings.destinations.push_back({"fire", WebhookTarget{}, true});
    settings.destinations.push_back({"archive", WebhookTarget{}, true});
    Route urgent{{}, {}, {}, Severity::critical, {"liaison"}, "urgent"};
    Route kent{{}, {"kent"}, {}, Severity::info, {"case-system"}, "kent"};
    Route police{{ForceKind::police}, {}, {}, Severity::info, {"archive"}, "police"};
    police.inner = {urgent, kent};
    settings.routes = {police, {{ForceKind::fire}, {}, {}, Severity::info, {"fire"}}};
    settings.alerting.otherwise = "archive";
    const auto names = [&](const RouteQuestion& question) {
        std::string text;
        for (const auto& to : route(settings, question).to)
            text += to.destination->name + " (" + to.why + ") ";
        return text;
    };
    CHECK(names({ForceKind::police, "kent", "late", Severity::critical}) ==
          "liaison (route police > urgent) ");
    CHECK(names({ForceKind::police, "kent", "late", Severity::info}) ==
          "case-system (route police > kent) ");
    CHECK(names({ForceKind::police, "essex", "late", Severity::info}) == "archive (route police) ");
    CHECK(names({ForceKind::fire, "kent-fire", "late", Severity::info}) == "fire (route 2) ");
    CHECK(names({ForceKind::rocu, "x", "late", Severity::info}) ==
          "archive (what no route takes) ");
    settings.routes.front().inner.front().goes_on = true;
    CHECK(names({ForceKind::police, "kent", "late", Severity::critical}) ==
          "liaison (route police > urgent) case-system (route police > kent) ");
}
