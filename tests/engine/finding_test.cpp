#include "tests/support/kent.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Kind = EventFault::Kind;

namespace {

FindingClaimed claim(ForceState state, const char* on, const std::string& by = {},
                     const std::string& reason = {}) {
    return {"kent", "AFI-1", state, day(on), by, reason};
}

struct OneFinding : KentWorld {
    OneFinding() { must(finding("AFI-1", FindingKind::area_for_improvement), "2026-01-01"); }
};

}  // namespace

TEST_CASE("only legal steps of the force's axis are taken, and the others are named",
          "[engine][R9]") {
    OneFinding world;
    world.must(claim(ForceState::claimed_complete, "2026-02-01"), "2026-02-01");
    const auto refused = world.as(claim(ForceState::open, "2026-02-02"), "2026-02-02");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::conflict);
    CHECK_THAT(refused.error().what, Catch::Contains("legal: in progress"));
    world.must(claim(ForceState::in_progress, "2026-02-02"), "2026-02-02");
    world.must(claim(ForceState::claimed_complete, "2026-02-03"), "2026-02-03");
}

TEST_CASE("what the inspectorate has closed is left alone until it is opened again",
          "[engine][R9]") {
    OneFinding world;
    const auto decided = [](InspectorateState state, const char* on,
                            const std::string& reason = {}) {
        return FindingDecided{"kent", "AFI-1", state, day(on), reason};
    };
    world.must(decided(InspectorateState::closed, "2026-02-01"), "2026-02-01");
    CHECK(world.as(claim(ForceState::in_progress, "2026-02-02"), "2026-02-02").error().kind ==
          Kind::conflict);
    const auto skipped =
        world.as(decided(InspectorateState::superseded, "2026-02-02", "PEEL 2025"), "2026-02-02");
    REQUIRE_FALSE(skipped);
    CHECK_THAT(skipped.error().what, Catch::Contains("legal: open"));
    world.must(decided(InspectorateState::open, "2026-02-03"), "2026-02-03");
    CHECK(world.as(decided(InspectorateState::superseded, "2026-02-04"), "2026-02-04")
              .error()
              .field == "inspectorate_reason");
    world.must(decided(InspectorateState::superseded, "2026-02-04", "PEEL 2025-27"), "2026-02-04");
    CHECK(world.finding_now("AFI-1").inspectorate_reason == "PEEL 2025-27");
}

TEST_CASE("not ours and no further action need a reason", "[engine][R9]") {
    const auto state = GENERATE(ForceState::not_ours, ForceState::no_further_action);
    OneFinding world;
    CHECK(world.as(claim(state, "2026-02-01"), "2026-02-01").error().field == "force_reason");
    world.must(claim(state, "2026-02-01", {}, "addressed to the ROCU"), "2026-02-01");
    CHECK(clock_stopped_on(world.finding_now("AFI-1"), Axis::force) == day("2026-02-01"));
}

TEST_CASE("whoever claimed it complete cannot verify it", "[engine][R17]") {
    OneFinding world;
    const auto verified = [](const char* on, const std::string& by) {
        return FindingVerified{"kent", "AFI-1", true, day(on), by};
    };
    const auto early = world.as(verified("2026-01-15", {}), "2026-01-15");
    REQUIRE_FALSE(early);
    CHECK(early.error().kind == Kind::conflict);
    world.must(claim(ForceState::claimed_complete, "2026-02-01"), "2026-02-01", 1000);
    CHECK(world.as(verified("2026-02-02", {}), "2026-02-02", 1000).error().kind == Kind::forbidden);
    world.must(verified("2026-02-02", {}), "2026-02-02", 1001);
    CHECK(world.finding_now("AFI-1").verified_by == "uid:1001");
}

TEST_CASE("the day given does not get round the second person, nor round the claim",
          "[engine][R17]") {
    KentWorld world;
    FindingRaised undated;  // counts from the day of recording
    undated.force = "kent";
    undated.reference = "AFI-1";
    undated.finding_kind = FindingKind::recommendation;
    undated.title = "Custody";
    world.must(undated, "2026-02-10");
    const auto verified = [&](const char* on, const char* by) {
        return world.as(FindingVerified{"kent", "AFI-1", true, day(on), by}, "2026-02-12");
    };
    for (const char* on : {"2026-02-01", "2026-02-10", "2026-02-12"})
        CHECK(verified(on, "Bob").error().kind == Kind::conflict);
    world.must(claim(ForceState::claimed_complete, "2026-02-11", "Bob"), "2026-02-11");
    for (const char* on : {"2026-02-11", "2026-02-12"})
        CHECK(verified(on, "Bob").error().kind == Kind::forbidden);
    for (const char* by : {"Bob", "Ann"}) CHECK_FALSE(verified("2026-02-01", by));
    CHECK(verified("2026-02-11", "Ann"));
}

TEST_CASE("a name stands for the person who claimed, whoever records it", "[engine][R17]") {
    OneFinding world;
    world.must(claim(ForceState::claimed_complete, "2026-02-01", "A. Mensah"), "2026-02-01");
    CHECK(world
              .as(FindingVerified{"kent", "AFI-1", true, day("2026-02-02"), "A. Mensah"},
                  "2026-02-02")
              .error()
              .kind == Kind::forbidden);
    world.must(FindingVerified{"kent", "AFI-1", true, day("2026-02-02"), "B. Okafor"},
               "2026-02-02");
    const auto known = world.finding_now("AFI-1");
    CHECK(known.claimed_by == "person-1");
    CHECK(world.store->people().shown(known.claimed_by) == "A. Mensah");
}

TEST_CASE("whoever records a claim in another's name cannot verify it without one",
          "[engine][R17]") {
    OneFinding world;
    world.must(claim(ForceState::claimed_complete, "2026-01-10", "Ann Lee"), "2026-01-10", 1000);
    const FindingVerified verified{"kent", "AFI-1", true, day("2026-01-11"), {}};
    CHECK(world.as(verified, "2026-01-11", 1000).error().kind == Kind::forbidden);
    CHECK(world.as(verified, "2026-01-11", 1001));
}

TEST_CASE("what a finding holds together is not withdrawn from under it", "[engine][R27]") {
    KentWorld world;
    world.must(finding("CoC-1", FindingKind::cause_of_concern), "2026-01-01");
    auto child = finding("REC-1", FindingKind::recommendation);
    child.parent = "CoC-1";
    world.must(child, "2026-01-01");
    const Retracted cause{"finding:kent/CoC-1", "typed twice"};
    const auto refused = world.as(cause, "2026-01-02");
    CHECK(refused.error().kind == Kind::conflict);
    CHECK_THAT(refused.error().what, Catch::Contains("REC-1"));
    world.must(Retracted{"finding:kent/REC-1", "typed twice"}, "2026-01-02");
    world.must(cause, "2026-01-02");
}

TEST_CASE("a person is not another one by being written in another way", "[engine][R17]") {
    OneFinding world;
    world.must(claim(ForceState::claimed_complete, "2026-02-01", "A. Mensah"), "2026-02-01");
    const auto verified_by = [&](const std::string& name) {
        return world.as(FindingVerified{"kent", "AFI-1", true, day("2026-02-02"), name},
                        "2026-02-02");
    };
    for (const auto* name : {"A. MENSAH", "a. mensah ", "A.Mensah"}) {
        CAPTURE(name);
        REQUIRE_FALSE(verified_by(name));
        CHECK(verified_by(name).error().kind == Kind::forbidden);
    }
    CHECK(verified_by("A. Mensa"));
}

TEST_CASE("evidence is a reference and a digest, never the document", "[engine][R17]") {
    OneFinding world;
    EvidenceFiled filed{"finding:kent/AFI-1", "minutes/2026-02.pdf",
                        std::string(64, 'a'), {},
                        day("2026-02-01"),    "signed"};
    world.must(filed, "2026-02-01");
    REQUIRE(world.finding_now("AFI-1").evidence.size() == 1);
    CHECK(world.finding_now("AFI-1").evidence[0].by == "uid:1000");
    filed.sha256 = "abc";
    CHECK(world.as(filed, "2026-02-01").error().field == "sha256");
    filed.sha256 = std::string(64, 'a');
    filed.item = "finding:kent/AFI-9";
    CHECK(world.as(filed, "2026-02-01").error().kind == Kind::unknown);
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("nothing is said today of a day that has not come", "[engine]") {
    OneFinding world;
    CHECK(world.as(claim(ForceState::in_progress, "2026-02-02"), "2026-02-01").error().field ==
          "force_state_on");
}

TEST_CASE("a date that can only be a slip of the pen is refused", "[engine]") {
    KentWorld world;
    auto raised = finding("AFI-1", FindingKind::area_for_improvement, "2062-01-01");
    CHECK(world.as(raised, "2026-01-01").error().field == "raised");
    const auto partial = [](const char* text) { return *PartialDate::parse(text); };
    const StageMoved far{"kent", MonitoringStage::engage, partial("2062"), {}, {}, {}};
    CHECK(world.as(far, "2026-01-01").error().field == "decided");
    const StageMoved early{
        "kent", MonitoringStage::engage, partial("2025-06"), partial("2025-05-31"), {}, {}};
    CHECK(world.as(early, "2026-01-01").error().field == "announced");
    const StageMoved ahead{
        "kent", MonitoringStage::engage, partial("2026-02"), partial("2026-02-01"), {}, {}};
    CHECK(world.as(ahead, "2026-01-01"));
}

TEST_CASE("a deadline moves once by itself, and then with somebody's leave", "[engine][R13]") {
    KentWorld world;
    world.must(action("A-1", "2026-03-01"), "2026-01-01");
    const std::string item = "action:tracker/A-1";
    CHECK(world.as(moved(item, "2026-04-01", "2026-02-01", ""), "2026-02-01").error().field ==
          "reason");
    world.must(moved(item, "2026-04-01", "2026-02-01", "staff away"), "2026-02-01");
    const auto refused = world.as(moved(item, "2026-05-01", "2026-03-01", "again"), "2026-03-01");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::conflict);
    CHECK(refused.error().field == "approval");
    world.must(moved(item, "2026-05-01", "2026-03-01", "again", "Board 12"), "2026-03-01");
    const auto known = world.store->facts().action(item).value();
    REQUIRE(known.deadline.revisions.size() == 3);
    CHECK(known.deadline.revisions.front().deadline.due.text() == "2026-03-01");
    CHECK(known.deadline.slip() == std::chrono::days{61});
    CHECK(known.deadline.revisions.back().approval == "Board 12");
}

TEST_CASE("the first date is no move, nor is one that nobody set", "[engine][R13]") {
    KentWorld world;
    auto undated = action("A-1", "2026-03-01");
    undated.deadline = {};
    world.must(undated, "2026-01-01");
    const std::string item = "action:tracker/A-1";
    const auto history = [&] { return world.store->facts().action(item)->deadline; };
    world.must(moved(item, "2026-03-01", "2026-02-01", "agreed"), "2026-02-01");
    CHECK(history().moves().empty());
    CHECK(history().slip() == std::chrono::days{0});
    auto reckoned = moved(item, "2026-03-05", "2026-02-02", "the report came later");
    reckoned.deadline.resolved_by = resolved_by_daemon;
    world.must(reckoned, "2026-02-02");
    CHECK(history().moves().empty());
    CHECK(history().original().due.text() == "2026-03-05");
    world.must(moved(item, "2026-04-04", "2026-02-03", "staff away"), "2026-02-03");
    REQUIRE(history().moves().size() == 1);
    CHECK(history().original().due.text() == "2026-03-05");
    CHECK(history().slip() == std::chrono::days{30});
}

TEST_CASE("what has no deadline is listed as such and never overdue", "[engine][R10]") {
    KentWorld world{{rule_of("late", DeadlineRule{}, 1)}};
    world.must(finding("AFI-1", FindingKind::area_for_improvement), "2026-01-01");
    world.must(action("A-1", "2026-03-01"), "2026-01-01");
    ItemFilter undated;
    undated.undated = true;
    REQUIRE(world.store->facts().findings(undated).size() == 1);
    CHECK(world.store->facts().actions(undated).empty());
    world.settle(noon("2030-01-01"));
    CHECK(world.open_alerts().size() == 1);
}

TEST_CASE("words are kept beside the date that was read from them", "[engine][R10]") {
    KentWorld world;
    auto raised = finding("REC-1", FindingKind::recommendation, "2024-03-11");
    raised.deadline = {DeadlineKind::inspectorate, {}, "immediately", {}};
    world.must(raised, "2026-01-01");
    const auto deadline = world.finding_now("REC-1").deadline.current();
    CHECK(deadline.words == "immediately");
    CHECK(deadline.due.text() == "2024-03-11");
    CHECK(deadline.resolved_by == "forcewatchd");
    raised.reference = "REC-2";
    raised.deadline.words = "as soon as possible";
    CHECK(world.as(raised, "2026-01-01").error().field == "due");
    raised.deadline = {DeadlineKind::none, {}, "within 3 months", {}};
    CHECK(world.as(raised, "2026-01-01").error().field == "deadline");
    raised.deadline.words = "as soon as possible";
    CHECK(world.as(raised, "2026-01-01"));
}

TEST_CASE("recommendations may close in the same file as their cause, in any order",
          "[engine][R6]") {
    KentWorld world;
    FindingRow cause;
    cause.raised = finding("CoC-1", FindingKind::cause_of_concern);
    FindingRow recommendation;
    recommendation.raised = finding("REC-1", FindingKind::recommendation);
    recommendation.raised.parent = "CoC-1";
    const auto import = [&] {
        Store::Transaction transaction{*world.store};
        auto done = world.engine->import({{cause, "f:2", 2}, {recommendation, "f:3", 3}},
                                         {1000, "test", {}, {}, {}}, noon("2026-02-01"));
        if (done) transaction.commit();
        return done;
    };
    REQUIRE(import());
    cause.inspectorate_state = InspectorateState::closed;
    const auto refused = import();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().at(0).row == 0);
    CHECK_THAT(refused.error().at(0).fault.what, Catch::Contains("REC-1"));
    recommendation.inspectorate_state = InspectorateState::closed;
    CHECK(import());
    auto own_parent = finding("CoC-2", FindingKind::cause_of_concern);
    own_parent.parent = "CoC-2";
    CHECK(world.as(own_parent, "2026-02-01").error().field == "parent");
}
