#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;
using Catch::EndsWith;
using std::chrono::days;

namespace {

const auto start = at("2026-03-02", 12);  // a Monday

Settings with_digest() {
    auto settings = two_destinations();
    settings.destinations.front().target =
        EmailTarget{{"liaison@force.example"}, Digest{Digest::Days::weekdays, {}, 8h + 30min}};
    return settings;
}

}  // namespace

TEST_CASE("a digest gathers what changed and what is still open, once a period, over crashes",
          "[engine][lifecycle][R63]") {
    const auto settings = with_digest();
    Office office{settings, start};
    office.plan("A-1", "2026-03-08", start);
    office.plan("A-2", "2026-03-09", start);
    office.settle(start);
    CHECK(office.bodies("liaison").empty());
    const auto morning = at("2026-03-03", 8, 30);
    office.settle(morning - 1s);
    CHECK(office.bodies("liaison").empty());
    {  // a crash in the middle leaves nothing
        Store::Transaction lost{*office.store};
        office.engine->release(morning, 100);
    }
    office.start();
    office.engine->use(settings);
    CHECK(office.bodies("liaison").empty());
    office.settle(morning + 10min);
    REQUIRE(office.bodies("liaison").size() == 1);
    CHECK_THAT(office.bodies("liaison").front(),
               Contains("digest:") && Contains("A-1: opened") && Contains("A-2: opened"));
    office.start();
    office.engine->use(settings);
    office.settle(morning + 20min);
    CHECK(office.bodies("liaison").size() == 1);
    office.finish("A-1", morning + 1h);
    office.settle(morning + 1h);
    office.settle(at("2026-03-04", 8, 30));
    REQUIRE(office.bodies("liaison").size() == 2);
    CHECK_THAT(office.bodies("liaison").back(),
               Contains("A-1: closed") && Contains("still open: Kent Police: action A-2"));
}

TEST_CASE("a digest that could not be delivered is tried again, not skipped",
          "[engine][lifecycle][R63]") {
    Office office{with_digest(), start};
    office.plan("A-1", "2026-03-08", start);
    office.settle(start);
    office.settle(at("2026-03-03", 8, 30));
    REQUIRE(office.carry(at("2026-03-03", 8, 30), {Verdict::retry_later, 451, "later", {}},
                         "liaison") == 1);
    CHECK(office.store->outbox().counts().waiting >= 1);
    CHECK(office.carry(at("2026-03-03", 12, 0), {Verdict::delivered, 250, {}, {}}, "liaison") == 1);
}

TEST_CASE("what is urgent does not wait for the digest", "[engine][lifecycle][R63]") {
    Office office{with_digest(), start};
    office.plan("A-1", "2026-02-20", start);
    office.settle(start);
    REQUIRE(office.bodies("liaison").size() == 1);
    CHECK_THAT(office.bodies("liaison").front(), !Contains("digest:"));
}

TEST_CASE("a digest says what is in hand, and that it got worse under a sticky acknowledgement",
          "[engine][lifecycle][R54][R63]") {
    const bool sticky = GENERATE(false, true);
    Office office{with_digest(), start};
    office.plan("A-1", "2026-03-06", start);
    office.settle(start);
    office.settle(at("2026-03-03", 8, 30));
    const auto id = office.only_alert().id;
    office.acknowledge(id, at("2026-03-03", 9), {{}, {}, "on it", start + days{20}, sticky, {}});
    office.settle(at("2026-03-04", 8, 30));
    CHECK_THAT(office.bodies("liaison").back(),
               EndsWith("in hand: acknowledged by uid:1000 until 2026-03-22"));
    office.settle(at("2026-03-05", 12));  // raised to a warning
    office.settle(at("2026-03-06", 8, 30));
    const auto last = office.bodies("liaison").back();
    if (sticky)
        CHECK_THAT(last, EndsWith("until 2026-03-22, although it got worse on 2026-03-05"));
    else
        CHECK_THAT(last, Contains("; raised due in 1 day") && !Contains("in hand"));
}

TEST_CASE("more than an hour may bring goes as one list, and nothing is dropped",
          "[engine][lifecycle][R88]") {
    auto settings = two_destinations();
    settings.alerting.storm = 10;
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system"}}};
    Office office{settings, start};
    const int count = 10'000;
    std::string rows = "source,external_id,force,title,planned,deadline,due\n";
    for (int i = 0; i < count; ++i)
        rows += fmt::format("tracker,S-{0},kent,Custody S-{0},2025-01-01,local,2026-03-08\n", i);
    office.import("actions.csv", rows, start);
    office.settle(start);
    CHECK(office.bodies("case-system").size() == 10);
    office.settle(start + 1h);
    CHECK(office.bodies("case-system").size() == 10);
    office.settle(start + 1h + 1s);
    const auto bodies = office.bodies("case-system");
    REQUIRE(bodies.size() == 11);
    std::set<std::string> told;
    for (const auto& body : bodies)
        for (std::size_t at = 0; (at = body.find("S-", at)) != std::string::npos; ++at)
            told.insert(body.substr(at, body.find(':', at) - at));
    CHECK(told.size() == count);
    CHECK(office.store->notices().waiting_by_destination().empty());
}

TEST_CASE("what changed and changed back while it was held is no news",
          "[engine][lifecycle][R59][R104]") {
    Office office{two_destinations(), start};
    office.plan("A-1", "2026-03-05", start);
    office.settle(start);
    const auto id = office.only_alert().id;
    REQUIRE(office.order(start, [&](AlertOrders& orders) {
        return orders.silence({{"force=kent"}, {}, at("2026-03-09", 12), "move"});
    }));
    office.settle(at("2026-03-04", 12));  // raised to a warning, unheard
    DeadlineRevised later;
    later.item = action_subject("tracker", "A-1");
    later.deadline = {DeadlineKind::local, *PartialDate::parse("2026-03-11"), {}, {}};
    later.agreed_on = day("2026-03-04");
    later.reason = "agreed";
    REQUIRE(office.record(later, at("2026-03-04", 13)));
    office.settle(at("2026-03-04", 13));
    CHECK(office.only_alert().severity == Severity::info);
    office.settle(at("2026-03-09", 12));
    CHECK(office.bodies("case-system").size() == 1);
    CHECK_THAT(office.decisions(id).front(), Contains("silenced"));
    CHECK_THAT(office.decisions(id).back(), Contains("nothing new"));
}

TEST_CASE("a deadline put off and passed again within quiet hours is told as overdue",
          "[engine][lifecycle][R32][R59]") {
    auto settings = two_destinations();
    settings.quiet_hours = QuietHours{18h, 8h, true, false, Severity::critical};
    settings.rules.front().remind_every = days{4};
    settings.moves_without_approval = 10;
    const auto monday = at("2026-03-02", 9);
    const auto saturday = at("2026-03-07", 12);
    Office office{settings, monday};
    office.plan("A-1", "2026-03-01", monday);
    office.live(monday, saturday);
    const auto before = office.bodies("liaison").size();
    const auto move = [&](const char* due, Instant now) {
        DeadlineRevised revised;
        revised.item = action_subject("tracker", "A-1");
        revised.deadline = {DeadlineKind::local, *PartialDate::parse(due), {}, {}};
        revised.agreed_on = london_date(now);
        revised.reason = "agreed";
        REQUIRE(office.record(revised, now));
        office.settle(now);
    };
    move("2026-03-09", saturday);
    CHECK(office.only_alert().severity == Severity::info);
    CHECK(office.bodies("liaison").size() == before);
    move("2026-03-06", saturday + 1h);
    REQUIRE(office.bodies("liaison").size() == before + 1);
    CHECK_THAT(office.bodies("liaison").back(), Contains("raised"));
}

TEST_CASE("a cause of concern speaks for its areas for improvement", "[engine][lifecycle][R61]") {
    auto settings = two_destinations();
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system"}}};
    settings.inhibitions = {{"cause",
                             {*parse_matcher("finding-kind=cause of concern")},
                             {*parse_matcher("finding-kind=area for improvement")},
                             {{"force", "force"}, {"parent", "finding"}}}};
    Office office{settings, start};
    const auto raise = [&](const std::string& reference, FindingKind kind,
                           const std::string& parent) {
        FindingRaised finding;
        finding.force = "kent";
        finding.reference = reference;
        finding.finding_kind = kind;
        finding.title = reference;
        finding.parent = parent;
        finding.raised = *PartialDate::parse("2026-01-05");
        finding.deadline = {DeadlineKind::local, *PartialDate::parse("2026-03-08"), {}, {}};
        const auto done = office.record(finding, start);
        if (!done) FAIL(done.error().what);
    };
    raise("COC-1", FindingKind::cause_of_concern, "");
    raise("AFI-1", FindingKind::area_for_improvement, "COC-1");
    raise("AFI-2", FindingKind::area_for_improvement, "");  // no parent is not an empty parent
    office.settle(start);
    CHECK(office.bodies("case-system").size() == 2);
    AlertFilter all;
    std::map<std::string, Alert> alerts;
    for (const auto& alert : office.store->alerts().list(all)) alerts[alert.subject] = alert;
    const auto& hidden = alerts.at("finding:kent/AFI-1");
    CHECK_THAT(office.decisions(hidden.id).front(), Contains("says it already"));
    FindingClaimed claimed;
    claimed.force = "kent";
    claimed.reference = "COC-1";
    claimed.state = ForceState::claimed_complete;
    claimed.on = day("2026-03-02");
    REQUIRE(office.record(claimed, start + 1h));
    office.settle(start + 1h);
    const auto bodies = office.bodies("case-system");
    CHECK(std::any_of(bodies.begin(), bodies.end(), [](const std::string& body) {
        return body.find("AFI-1: opened") != std::string::npos;
    }));
}

TEST_CASE("while an operator holds all sending, nothing leaves, and afterwards all of it does",
          "[engine][lifecycle][R118]") {
    auto settings = two_destinations();
    Office office{settings, start};
    office.plan("A-0", "2026-03-08", start);
    office.settle(start);
    REQUIRE(office.order(start, [&](AlertOrders& orders) { return orders.hold(true, "outage"); }));
    office.plan("A-1", "2026-03-08", start);
    office.settle(start + 1h);
    CHECK(office.bodies("case-system").size() == 1);
    CHECK(office.carry(start + 1h) == 0);
    CHECK(office.store->notices().waiting_by_cause().at("hold") == 2);
    REQUIRE(office.order(start + 2h, [&](AlertOrders& orders) { return orders.hold(false, ""); }));
    office.settle(start + 2h);
    CHECK(office.bodies("case-system").size() == 2);
    CHECK(office.carry(start + 2h) == 4);
    CHECK(office.carry(start + 3h) == 0);
}

TEST_CASE("a statutory duty goes at once through a storm", "[engine][lifecycle][R88]") {
    auto settings = two_destinations();
    settings.alerting.storm = 3;
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system"}}};
    Office office{settings, start};
    office.import_reference(start);
    for (int i = 0; i < 10; ++i) office.plan("S-" + std::to_string(i), "2026-03-08", start);
    office.settle(start);
    const auto before = office.bodies("case-system").size();
    REQUIRE(before == 3);
    REQUIRE(office.record(report_on_kent(), start + 1min));
    office.settle(start + 1min);
    const auto bodies = office.bodies("case-system");
    REQUIRE(bodies.size() > before);
    for (auto at = before; at < bodies.size(); ++at)
        CHECK_THAT(bodies[at], Contains("Publish comments"));
}
