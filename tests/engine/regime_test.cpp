#include <fmt/format.h>

#include "tests/support/kent.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

InspectionPublished published(const std::string& on, std::vector<std::string> forces = {"kent"}) {
    InspectionPublished inspection;
    inspection.inspection = "peel-2023-25";
    inspection.programme = "PEEL";
    inspection.cycle = "2023-25";
    inspection.published = *PartialDate::parse(on);
    inspection.forces = std::move(forces);
    return inspection;
}

JudgementMade judged(const std::string& force, const std::string& grade) {
    return {"peel-2023-25", force, "responding", grade, "stated", {}, {}};
}

Rule low() { return rule_of("low", GradePersists{"requires improvement", Comparability::partly}); }

}  // namespace

TEST_CASE("when an owner leaves, each open item of theirs is orphaned at once", "[engine][R8]") {
    KentWorld world{{rule_of("orphaned", Unowned{})}};
    world.must(action("A-1", "2026-06-01", "A. Mensah"), "2026-01-01");
    world.must(action("A-2", "2026-06-01", "A. Mensah"), "2026-01-01");
    world.must(action("A-3", "2026-06-01", "B. Okafor"), "2026-01-01");
    world.must(ActionUpdated{"tracker", "A-2", ActionState::complete, day("2026-01-10"), {}},
               "2026-01-10");
    REQUIRE(world.open_alerts().empty());
    world.must(PersonMoved{"A. Mensah", false, day("2026-02-01")}, "2026-02-01");
    REQUIRE(world.open_alerts().size() == 1);
    CHECK(world.open_alerts()[0].subject == "action:tracker/A-1");
    world.must(ActionAmended{"tracker", "A-1", {}, "B. Okafor", {}, {}}, "2026-02-02");
    CHECK(world.open_alerts().empty());
}

TEST_CASE("the journal holds tokens, and an erased person is gone from what is shown",
          "[engine][R8][R107]") {
    KentWorld world;
    world.must(action("A-1", "2026-06-01", "A. Mensah"), "2026-01-01");
    for (const auto& row : world.store->journal().page(JournalSeq{0}, 100, {}))
        std::visit(
            [](const auto& e) {
                std::decay_t<decltype(e)>::fields(e, [](std::string_view, const auto& value) {
                    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
                        CHECK_THAT(value, !Catch::Contains("Mensah"));
                });
            },
            row.event);
    CHECK(world.store->people().erase("person-1"));
    CHECK(world.store->people().shown("person-1") == "person-1");
    CHECK_FALSE(world.store->journal().verify());
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a policy gives a local target and never touches a date that others set",
          "[engine][R12]") {
    KentWorld world;
    world.must(finding("AFI-1", FindingKind::area_for_improvement), "2026-01-01");
    auto dated = finding("AFI-2", FindingKind::area_for_improvement);
    dated.deadline = {DeadlineKind::inspectorate, *PartialDate::parse("2026-03-01"), {}, {}};
    world.must(dated, "2026-01-01");
    world.must(DeadlinePolicySet{FindingKind::area_for_improvement, ForceKind::police, 180},
               "2026-02-01");
    CHECK(world.finding_now("AFI-1").deadline.current().due.text() == "2026-06-30");
    CHECK(world.finding_now("AFI-1").deadline.current().kind == DeadlineKind::local);
    CHECK(world.finding_now("AFI-2").deadline.current().due.text() == "2026-03-01");
    world.must(finding("AFI-3", FindingKind::area_for_improvement, "2026-02-10"), "2026-02-10");
    CHECK(world.finding_now("AFI-3").deadline.current().due.text() == "2026-08-09");
    world.must(DeadlinePolicySet{FindingKind::area_for_improvement, ForceKind::police, 365},
               "2026-02-11");
    CHECK(world.finding_now("AFI-1").deadline.current().due.text() == "2027-01-01");
    CHECK(world.finding_now("AFI-1").deadline.revisions.size() == 3);
    world.must(moved("finding:kent/AFI-1", "2026-12-01", "2026-03-01", "agreed with the board"),
               "2026-03-01");
    world.must(DeadlinePolicySet{FindingKind::area_for_improvement, ForceKind::police, 30},
               "2026-03-02");
    CHECK(world.finding_now("AFI-1").deadline.current().due.text() == "2026-12-01");
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a corrected publication date moves every clock that counts from it, each with an entry",
          "[engine][R2]") {
    const auto [corrected, since] = GENERATE(table<const char*, const char*>(
        {{"2026-02-16", "2026-02-16"}, {"2026-02-02", "2026-02-02"}}));
    World world;
    world.import_reference(noon("2026-01-01"));
    world.adopt(to_folder({low()}), noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    REQUIRE(world.record(judged("kent", "inadequate"), noon("2026-02-12")));
    FindingRaised raised = finding("REC-1", FindingKind::recommendation);
    raised.raised = {};
    raised.inspection = "peel-2023-25";
    raised.deadline = {DeadlineKind::inspectorate, {}, "within six months", {}};
    REQUIRE(world.record(raised, noon("2026-02-12")));
    REQUIRE(world.open_alerts().at(0).episode_on == day("2026-02-12"));

    const auto before = world.store->journal().head();
    REQUIRE(world.record(published(corrected), noon("2026-02-20")));
    // The publication itself; the judgement; the finding and its deadline; the statutory reply.
    CHECK(number_of(world.store->journal().head()) == number_of(before) + 5);
    CHECK(world.open_alerts().at(0).episode_on == day(since));
    const auto known = world.store->facts().finding("finding:kent/REC-1").value();
    CHECK(known.raised_on == day(since));
    CHECK(known.deadline.current().last_day() ==
          parse_date(std::string{"2026-08-"} + std::string{since}.substr(8)).value());
    const auto owed = world.store->facts().obligation("obligation:pcc-comments/peel-2023-25/kent");
    CHECK(owed->deadline.current().last_day() == day(since) + std::chrono::days{55});
    CHECK(verify(world.scratch / "forcewatch.db").empty());
    // What was known before the correction is still told.
    const auto then = world.engine->facts_at(day("2026-02-19"), noon("2026-02-19"), "kent");
    CHECK(then.judgements.begin()->second.grades.front().on == day("2026-02-12"));
}

TEST_CASE("one publication may cover several forces, each with its duty", "[engine][R34][R18]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    REQUIRE(world.record(judged("surrey", "good"), noon("2026-02-12")));
    CHECK(world.store->facts().inspection("peel-2023-25")->forces ==
          std::vector<std::string>{"kent", "surrey"});
    for (const char* force : {"kent", "surrey"})
        CHECK(world.store->facts().obligation(std::string{"obligation:pcc-comments/peel-2023-25/"} +
                                              force));
    const std::string file =
        "force_id,inspection,area,grade,published,publication\n"
        "kent,PEEL 2023-25,responding,adequate,2026-03-01,joint-1\n"
        "surrey,PEEL 2023-25,responding,good,2026-03-01,joint-1\n";
    CHECK(world.import("judgements.csv", file, noon("2026-03-01")).events > 0);
    CHECK(world.import("judgements.csv", file, noon("2026-03-01")).events == 0);
    CHECK(world.store->facts().inspection("joint-1")->forces.size() == 2);
}

TEST_CASE("a withdrawn publication takes its alerts along", "[engine][R27]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    world.adopt(to_folder({low()}), noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    REQUIRE(world.record(judged("kent", "inadequate"), noon("2026-02-12")));
    REQUIRE(world.open_alerts().size() == 1);
    REQUIRE(world.record(Retracted{"inspection:peel-2023-25", "wrong force"}, noon("2026-02-13")));
    CHECK(world.open_alerts().empty());
}

TEST_CASE("what is withdrawn stays so, whatever days it was recorded for", "[engine][R27][R2]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    world.adopt(to_folder({low()}), noon("2026-01-01"));
    REQUIRE(world.record(published("2026-01-20"), noon("2026-02-20")));
    REQUIRE(world.record(judged("kent", "inadequate"), noon("2026-02-20")));
    const auto corrected = GENERATE("2026-01-05", "2026-02-12");
    REQUIRE(world.record(published(corrected), noon("2026-02-20")));
    REQUIRE(world.open_alerts().size() == 1);
    REQUIRE(world.record(Retracted{"judgement:peel-2023-25/kent/responding", "wrong force"},
                         noon("2026-02-21")));
    CHECK(world.open_alerts().empty());
    CHECK(world.store->facts().judgements_in("peel-2023-25").empty());
    for (const auto* on : {"2026-01-10", "2026-01-25", "2026-02-15", "2026-03-01"})
        CHECK(world.engine->facts_at(day(on), noon("2026-03-01"), "kent").judgements.empty());
    REQUIRE(world.record(judged("kent", "inadequate"), noon("2026-02-22")));
    CHECK(world.open_alerts().size() == 1);
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("each force that a publication came to cover finds it in its own past", "[engine][R91]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12", {"kent"}), noon("2026-02-12")));
    REQUIRE(world.record(published("2026-02-12", {"essex"}), noon("2026-02-12")));
    REQUIRE(world.record(judged("essex", "inadequate"), noon("2026-02-12")));
    for (const auto* force : {"kent", "essex"}) {
        CAPTURE(force);
        const auto facts = world.engine->facts_at(day("2026-03-01"), noon("2026-03-01"), force);
        REQUIRE(facts.inspections.size() == 1);
        CHECK(facts.inspections.begin()->second.forces ==
              std::vector<std::string>{"essex", "kent"});
    }
}

TEST_CASE("an import that leaves something out deletes nothing", "[engine][R22]") {
    World world;
    const Instant now = noon("2026-02-12");
    world.import_reference(now);
    const auto import = [&](const char* name, const std::string& text) {
        return world.import(name, text, now).added_or_changed;
    };
    const std::string judgements{
        "force_id,inspection,area,grade,published,publication,basis,url\n"};
    const std::string kent{"kent,PEEL 2023-25,responding,adequate,2026-02-12,peel-2023-25,"};
    REQUIRE(import("judgements.csv", judgements + kent + "stated,https://hmicfrs.example/kent\n"));
    CHECK(import("judgements.csv", judgements + kent + ",\n") == 0);
    CHECK(import("judgements.csv",
                 "force_id,inspection,area,grade,published,publication\n"
                 "kent,PEEL 2023-25,responding,good,2026-02-12,peel-2023-25\n"));
    const auto judgement =
        world.engine->facts_at(day("2026-03-01"), noon("2026-03-01"), "kent").judgements;
    REQUIRE(judgement.size() == 1);
    CHECK(judgement.begin()->second.url == "https://hmicfrs.example/kent");
    CHECK(judgement.begin()->second.basis == "stated");

    const auto before = world.store->facts().force("kent");
    REQUIRE_FALSE(before->slug.empty());
    CHECK(import("forces.csv", "id,name,kind,region\nkent,Kent Police,police,\n") == 0);
    CHECK(world.store->facts().force("kent")->slug == before->slug);
}

TEST_CASE("a force that became another answers by both names, and its tracks end", "[engine][R1]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    world.adopt(to_folder({low(), rule_of("late", DeadlineRule{}, 1)}), noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    REQUIRE(world.record(judged("kent", "inadequate"), noon("2026-02-12")));
    REQUIRE(world.record(action("A-1", "2026-03-01"), noon("2026-02-12")));
    REQUIRE(world.record(police("kent-and-essex", "Kent and Essex Police"), noon("2026-04-01")));
    auto merged = police("kent", "Kent Police");
    merged.successor = "kent-and-essex";
    merged.ended = *PartialDate::parse("2026-04-01");
    REQUIRE(world.record(merged, noon("2026-04-01")));
    world.adopt(to_folder({low(), rule_of("late", DeadlineRule{}, 1)}), noon("2026-04-02"),
                "again");
    world.settle(noon("2026-04-02"));
    const auto open = world.open_alerts();
    REQUIRE(open.size() == 1);  // the deadline still binds somebody; the area is judged no more
    CHECK(open[0].rule == "late");
    CHECK_THAT(open[0].title, Catch::Contains("Kent Police (now Kent and Essex Police)"));
    CHECK(world.store->facts().force("kent")->successor == "kent-and-essex");
    CHECK(world.store->facts().predecessors_of("kent-and-essex") ==
          std::vector<std::string>{"kent"});
}

TEST_CASE("duties follow from causes of concern and moves, dated or not", "[engine][R34]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    auto cause = finding("CoC-1", FindingKind::cause_of_concern, "2026-02-01");
    REQUIRE(world.record(cause, noon("2026-02-01")));
    REQUIRE(world.record(
        StageMoved{"kent", MonitoringStage::engage, *PartialDate::parse("2026-02-02"), {}, {}, {}},
        noon("2026-02-02")));
    const auto reply =
        world.store->facts().obligation("obligation:cause-of-concern-reply/CoC-1/kent");
    REQUIRE(reply);
    CHECK(reply->deadline.current().kind == DeadlineKind::none);
    CHECK(reply->tracked);
    CHECK(world.store->facts().obligation("obligation:engage-improvement-plan/2026-02-02/kent"));
    REQUIRE(world.record(moved("obligation:cause-of-concern-reply/CoC-1/kent", "2026-03-02",
                               "2026-02-03", "letter of 3 February"),
                         noon("2026-02-03")));
    CHECK(world.store->facts()
              .obligation("obligation:cause-of-concern-reply/CoC-1/kent")
              ->deadline.current()
              .due.text() == "2026-03-02");
}

TEST_CASE("a move that repeats the stage brings no second duty, in whichever order they are told",
          "[engine][R34][R5]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    const auto move = [&](MonitoringStage stage, const char* on) {
        REQUIRE(world.record(StageMoved{"kent", stage, *PartialDate::parse(on), {}, {}, {}},
                             noon("2026-06-01")));
    };
    const auto owed = [&](const std::string& day) {
        const auto duty = world.store->facts().obligation(
            fmt::format("obligation:engage-improvement-plan/{}/kent", day));
        return duty.has_value();
    };
    move(MonitoringStage::engage, "2026-03-02");
    CHECK(owed("2026-03-02"));
    move(MonitoringStage::engage, "2026-04-01");
    CHECK_FALSE(owed("2026-04-01"));
    move(MonitoringStage::engage, "2026-02-02");
    CHECK(owed("2026-02-02"));
    CHECK_FALSE(owed("2026-03-02"));
    move(MonitoringStage::scan, "2026-02-20");
    CHECK(owed("2026-03-02"));
    CHECK_FALSE(owed("2026-04-01"));
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a meeting and its papers are dated subjects like any other", "[engine]") {
    DeadlineRule papers;
    papers.subjects = {DeadlineSubject::papers};
    KentWorld world{{rule_of("papers", papers, -3)}};
    MeetingPlanned meeting;
    meeting.force = "kent";
    meeting.meeting = "ppog-1";
    meeting.title = "Oversight group";
    meeting.papers_days = 10;
    meeting.deadline = {DeadlineKind::inspectorate, *PartialDate::parse("2026-05-20"), {}, {}};
    world.must(meeting, "2026-01-01");
    world.settle(noon("2026-05-06"));
    CHECK(world.open_alerts().empty());
    world.settle(noon("2026-05-07"));
    REQUIRE(world.open_alerts().size() == 1);
    CHECK(world.open_alerts()[0].subject == "papers:kent/ppog-1");
    world.must(MeetingUpdated{"kent", "ppog-1", MeetingState::planned, true, day("2026-05-08"), {}},
               "2026-05-08");
    CHECK(world.open_alerts().empty());
    CHECK(world.store->facts().meeting("meeting:kent/ppog-1")->papers_sent_on == day("2026-05-08"));
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a baseline tells of what holds already in one summary, and keeps the list",
          "[engine][R26]") {
    KentWorld world{{rule_of("late", DeadlineRule{}, 1)}, "2026-06-01"};
    std::vector<ImportRow> rows;
    for (int i = 0; i < 30; ++i) {
        ActionRow row;
        row.planned = action("A-" + std::to_string(i), "2026-03-01");
        rows.push_back({row, {}, i});
    }
    {
        Store::Transaction transaction{*world.store};
        REQUIRE(world.engine->import(rows, {}, noon("2026-06-01"), ImportMode::baseline));
        transaction.commit();
    }
    world.settle(noon("2026-06-01"));
    CHECK(world.open_alerts().size() == 30);
    CHECK(world.messages() == 1);
    AlertFilter baseline;
    baseline.baseline = true;
    CHECK(world.store->alerts().list(baseline).size() == 30);
    world.must(ActionUpdated{"tracker", "A-1", ActionState::complete, day("2026-06-02"), {}},
               "2026-06-02");
    world.settle(noon("2026-06-02"));
    CHECK(world.open_alerts().size() == 29);
    CHECK(world.messages() == 1);  // who was not told that it opened is not told that it closed
}

TEST_CASE("one item that cannot be judged is set aside, and the others are judged",
          "[engine][R40]") {
    KentWorld world{{rule_of("late", DeadlineRule{}, 1)}};
    for (int i = 0; i < 20; ++i)
        world.must(action("A-" + std::to_string(i), "2026-03-01"), "2026-01-01");
    world.engine->set_probe([](const std::string& subject) {
        if (subject == "action:tracker/A-7") throw std::runtime_error{"planted"};
    });
    world.settle(noon("2026-03-02"));
    CHECK(world.open_alerts().size() == 20);
    std::map<std::string, int> rules;
    for (const auto& rule : world.open_rules()) ++rules[rule];
    CHECK(rules["late"] == 19);
    CHECK(rules["cannot-evaluate"] == 1);
    world.engine->set_probe({});
    world.settle(noon("2026-03-04"));
    CHECK(world.open_rules() == std::vector<std::string>(20, "late"));
}

TEST_CASE("an import that is cut short while subjects are judged leaves nothing, not even of them",
          "[engine][V7][R108]") {
    KentWorld world{{rule_of("late", DeadlineRule{}, 1)}};
    std::string plan = "source,external_id,force,title,deadline,due\n";
    for (int i = 0; i < 3'000; ++i)
        plan += fmt::format("tracker,A-{},kent,Custody,local,2026-01-31\n", i);
    int judged = 0;
    world.engine->set_probe([&](const std::string&) {
        if (++judged == 1'000) world.store->interrupt();
    });
    const auto before = world.store->journal().head();
    CHECK_THROWS_AS(world.import("plan.csv", plan, noon("2026-03-02")), StoreError);
    CHECK(judged >= 1'000);
    world.start();
    CHECK(world.store->journal().head() == before);
    CHECK(world.store->facts().actions({}).empty());
    const auto alerts = world.store->alerts().open_counts();
    CHECK(alerts.critical + alerts.warning + alerts.info == 0);
}

TEST_CASE("while the clock is not believed nothing is judged, and then all of it",
          "[engine][R41]") {
    KentWorld world{{rule_of("late", DeadlineRule{}, 1)}};
    world.must(action("A-1", "2026-03-01"), "2026-01-01");
    world.engine->hold(true);
    world.settle(noon("2027-01-01"));
    world.must(action("A-2", "2026-03-01"), "2027-01-01");
    CHECK(world.open_alerts().empty());
    world.engine->hold(false);
    world.settle(noon("2026-03-02"));
    CHECK(world.open_alerts().size() == 2);
}

TEST_CASE("a clock that goes back tells nothing twice", "[engine][R41]") {
    KentWorld world{{rule_of("late", DeadlineRule{}, 1)}};
    world.must(action("A-1", "2026-03-01"), "2026-01-01");
    world.settle(noon("2026-03-02"));
    const auto told = world.messages();
    for (const char* on : {"2026-02-01", "2026-03-02", "2026-01-01", "2026-03-03"})
        world.settle(noon(on));
    CHECK(world.messages() == told);
}

TEST_CASE("a rule limited to a programme looks at no other", "[engine]") {
    Rule late = rule_of("late", DeadlineRule{}, -100);
    late.programmes = {"NCPI"};
    World world;
    world.import_reference(noon("2026-01-01"));
    world.adopt(to_folder({late}), noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    CHECK(world.open_alerts().empty());
    late.programmes = {"PEEL"};
    world.adopt(to_folder({late}), noon("2026-02-13"), "PEEL");
    world.settle(noon("2026-02-13"));
    CHECK(world.open_alerts().size() == 1);
}
