#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::day;
using forcewatch::test::noon;
using forcewatch::test::World;
using std::chrono::days;

namespace {

Settings deadlines_to(const std::string& destination) {
    Settings settings;
    settings.destinations = {{destination, FolderTarget{"/nowhere"}, true}};
    settings.rules = {{"deadlines",
                       DeadlineRule{},
                       {},
                       {},
                       {},
                       {{days{-7}, {}, Severity::info},
                        {days{-1}, {}, Severity::warning},
                        {days{1}, {}, Severity::critical}},
                       days{7}}};
    return settings;
}

ForceRecorded kent() {
    ForceRecorded force;
    force.force = "kent";
    force.name = "Kent Police";
    force.force_kind = ForceKind::police;
    return force;
}

ActionPlanned action_due(const std::string& id, const std::string& due) {
    ActionPlanned action;
    action.source = "tracker";
    action.external_id = id;
    action.force = "kent";
    action.title = "Custody";
    action.planned = *PartialDate::parse("2026-01-01");
    action.deadline = {DeadlineKind::local, *PartialDate::parse(due), {}, {}};
    return action;
}

/// One force, one action due on 29 March 2026, one rule.
struct Kent : World {
    Kent() {
        adopt(deadlines_to("outbox"), noon("2026-01-01"));
        REQUIRE(record(kent(), noon("2026-01-01")));
        REQUIRE(record(action_due("A-1", "2026-03-29"), noon("2026-01-01")));
        settle(noon("2026-01-01"));
    }
    std::vector<AlertRevision> revisions() {
        AlertFilter all;
        const auto alerts = store->alerts().list(all);
        return alerts.empty() ? std::vector<AlertRevision>{}
                              : store->alerts().revisions(alerts.front().id);
    }
    std::vector<std::string> changes() {
        std::vector<std::string> found;
        for (const auto& revision : revisions()) found.emplace_back(text_of(revision.change));
        return found;
    }
    std::size_t messages() { return store->outbox().list({{}, {}, 0, 1000}).size(); }
};

using Changes = std::vector<std::string>;

}  // namespace

TEST_CASE("a long configuration with the line ends of another system is kept whole",
          "[engine][R64]") {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "# a comment of its author\r\n";
    World world;
    world.adopt(Settings{}, noon("2026-01-01"), text);
    CHECK_FALSE(world.store->journal().verify());
}

TEST_CASE("rules that could not be recorded do not run", "[engine][alert][R64]") {
    World world;
    Settings before;
    before.log_level = "debug";
    world.adopt(before, noon("2026-01-01"), "before");
    {
        Store::Transaction transaction{*world.store};
        world.engine->record_configuration("after", noon("2026-01-02"));
    }
    world.engine->forget();
    CHECK(world.engine->settings() == before);
    CHECK(world.store->journal().page(JournalSeq{0}, 10, {}).size() == 1);
}

TEST_CASE("the agenda waits for the London midnight of each step", "[engine][R28][R33]") {
    Kent world;
    CHECK(world.store->agenda().next_due_at() == parse_instant("2026-03-22T00:00:00Z").value());
    world.settle(noon("2026-03-22"));
    CHECK(world.store->agenda().next_due_at() == parse_instant("2026-03-28T00:00:00Z").value());
    world.settle(noon("2026-03-28"));
    // The deadline's own day has 23 hours; what is overdue is so from 23:00 UTC.
    CHECK(world.store->agenda().next_due_at() == parse_instant("2026-03-29T23:00:00Z").value());
}

TEST_CASE("each step is told once, however often one looks", "[engine][R31]") {
    Kent world;
    for (const char* on :
         {"2026-03-21", "2026-03-22", "2026-03-22", "2026-03-23", "2026-03-28", "2026-03-30"})
        for (int i = 0; i < 20; ++i) world.settle(noon(on));
    CHECK(world.changes() == Changes{"opened", "raised", "raised"});
    CHECK(world.messages() == 3);
}

TEST_CASE("after an outage the missed steps come as one message that names them all",
          "[engine][R29][R30]") {
    Kent world;
    world.settle(noon("2026-04-02"));
    const auto revisions = world.revisions();
    REQUIRE(revisions.size() == 1);
    CHECK(revisions[0].steps == std::vector<std::string>{"-7d", "-1d", "1d"});
    const auto alert = world.open_alerts().at(0);
    CHECK(alert.severity == Severity::critical);
    CHECK(alert.effective_at == parse_instant("2026-03-29T23:00:00Z").value());
    CHECK(alert.detected_at == noon("2026-04-02"));
    CHECK(world.messages() == 1);
}

TEST_CASE("what is overdue is repeated at the rule's interval", "[engine][R32]") {
    Kent world;
    for (Date today = day("2026-03-20"); today <= day("2026-04-30"); today += days{1})
        world.settle(starts_at(today) + std::chrono::hours{9});
    CHECK(world.changes() ==
          Changes{"opened", "raised", "raised", "reminder", "reminder", "reminder", "reminder"});
}

TEST_CASE("what was dropped is not said to have been met", "[engine][R50]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    REQUIRE(
        world.record(ActionUpdated{"tracker", "A-1", ActionState::cancelled, day("2026-03-23"), {}},
                     noon("2026-03-23")));
    world.settle(noon("2026-03-23"));
    CHECK(world.revisions().back().summary == "cancelled");
}

TEST_CASE("completion closes the alert and tells those who were told", "[engine][R50]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    REQUIRE(
        world.record(ActionUpdated{"tracker", "A-1", ActionState::complete, day("2026-03-23"), {}},
                     noon("2026-03-23")));
    world.settle(noon("2026-03-23"));
    CHECK(world.changes() == Changes{"opened", "closed"});
    CHECK(world.revisions().back().summary == "met in time");
    CHECK(world.messages() == 2);
    CHECK(world.open_alerts().empty());
    CHECK_FALSE(world.store->agenda().next_due_at());
}

TEST_CASE("an action done before anybody was told closes nothing and tells nobody",
          "[engine][R50]") {
    Kent world;
    REQUIRE(
        world.record(ActionUpdated{"tracker", "A-1", ActionState::complete, day("2026-02-01"), {}},
                     noon("2026-02-01")));
    world.settle(noon("2026-06-01"));
    CHECK(world.changes().empty());
    CHECK(world.messages() == 0);
}

TEST_CASE("an alert stays the same over a restart, other rules before its own and a second import",
          "[engine][R47]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    const auto opened = world.open_alerts();
    REQUIRE(opened.size() == 1);
    const auto messages = world.messages();
    auto settings = deadlines_to("outbox");
    settings.rules.insert(settings.rules.begin(), settings.rules.front());
    settings.rules.front().name = "earlier in the file";
    settings.rules.front().condition = GradePersists{};
    const std::string again =
        "source,external_id,force,title,planned,deadline,due\n"
        "tracker,A-1,kent,Custody,2026-01-01,local,2026-03-29\n";
    SECTION("a restart") {
        world.start();
        world.engine->use(deadlines_to("outbox"));
    }
    SECTION("other rules") { world.adopt(settings, noon("2026-03-22"), "other rules"); }
    SECTION("a second import") {
        CHECK(world.import("a.csv", again, noon("2026-03-22")).events == 0);
    }
    world.settle(noon("2026-03-22"));
    CHECK(world.messages() == messages);
    world.settle(noon("2026-03-28"));
    const auto open = world.open_alerts();
    REQUIRE(open.size() == 1);
    CHECK(open.front().id == opened.front().id);
    CHECK(open.front().revision == opened.front().revision + 1);
    Store::Transaction undone{*world.store};
    CHECK_THROWS_AS(world.store->alerts().insert(open.front()), StoreError);
}

TEST_CASE("a deadline moved later closes, and re-arms only the steps still ahead",
          "[engine][R31]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    world.settle(noon("2026-03-28"));
    CHECK(world.changes() == Changes{"opened", "raised"});
    const Deadline later{DeadlineKind::local, *PartialDate::parse("2026-04-03"), {}, {}};
    REQUIRE(
        world.record(DeadlineRevised{"action:tracker/A-1", later, day("2026-03-28"), "agreed", {}},
                     noon("2026-03-28")));
    world.settle(noon("2026-03-28"));
    // Still within seven days: the same episode eases to the step it stands on.
    CHECK(world.changes() == Changes{"opened", "raised", "lowered"});
    world.settle(noon("2026-04-02"));
    world.settle(noon("2026-04-04"));
    CHECK(world.changes() == Changes{"opened", "raised", "lowered", "raised", "raised"});
}

TEST_CASE("a deadline brought forward is told, though no step is passed by it", "[engine][R31]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    CHECK(world.changes() == Changes{"opened"});
    const auto messages = world.messages();
    const Deadline sooner{DeadlineKind::local, *PartialDate::parse("2026-03-27"), {}, {}};
    REQUIRE(world.record(
        DeadlineRevised{"action:tracker/A-1", sooner, day("2026-03-22"), "asked for", {}},
        noon("2026-03-22")));
    world.settle(noon("2026-03-22"));
    CHECK(world.changes() == Changes{"opened", "step"});
    CHECK(world.messages() == messages + 1);
    const auto revisions = world.store->alerts().revisions(world.open_alerts().front().id);
    CHECK(revisions.back().remarks ==
          std::vector<std::string>{"The deadline was brought forward, from 2026-03-29."});
    CHECK_THAT(revisions.back().summary, Catch::Contains("2026-03-27"));
}

TEST_CASE("a deadline moved away and back is judged as before", "[engine][R31][R40]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    for (const char* due : {"2026-04-03", "2026-03-29"}) {
        const Deadline moved{DeadlineKind::local, *PartialDate::parse(due), {}, {}};
        REQUIRE(world.record(
            DeadlineRevised{"action:tracker/A-1", moved, day("2026-03-22"), "agreed", "board"},
            noon("2026-03-22")));
        world.settle(noon("2026-03-22"));
    }
    world.settle(noon("2026-03-28"));
    const auto open = world.open_alerts();
    REQUIRE(open.size() == 1);
    CHECK(open[0].rule == "deadlines");
    CHECK(open[0].version == "2026-03-29");
    CHECK(open[0].severity == Severity::warning);
}

TEST_CASE("a deadline moved to another day that has passed does not put off the next word",
          "[engine][R31][R32]") {
    Kent world;
    world.settle(noon("2026-03-30"));
    world.settle(noon("2026-04-06"));
    CHECK(world.changes() == Changes{"opened", "reminder"});
    // Moved by a day every six days, it would for ever be a day short of its reminder.
    const auto [moved_on, due] = GENERATE(table<const char*, const char*>(
        {{"2026-04-12", "2026-04-10"}, {"2026-04-12", "2026-03-20"}}));
    const Deadline passed{DeadlineKind::local, *PartialDate::parse(due), {}, {}};
    REQUIRE(world.record(DeadlineRevised{"action:tracker/A-1", passed, day(moved_on), "agreed", {}},
                         noon(moved_on)));
    world.settle(noon(moved_on));
    CHECK(world.changes() == Changes{"opened", "reminder", "reminder"});
    world.settle(noon(moved_on));
    CHECK(world.changes() == Changes{"opened", "reminder", "reminder"});
}

TEST_CASE("a withdrawn item closes its alert as withdrawn", "[engine][R27]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    REQUIRE(world.record(Retracted{"action:tracker/A-1", "entered twice"}, noon("2026-03-23")));
    world.settle(noon("2026-03-23"));
    CHECK(world.revisions().back().summary == "withdrawn");
}

TEST_CASE("adopting the same rules again says nothing, and a rule that is gone closes its alerts",
          "[engine][R64]") {
    Kent world;
    world.settle(noon("2026-03-22"));
    const auto told = world.messages();
    world.start();
    world.adopt(deadlines_to("outbox"), noon("2026-03-22"));
    world.settle(noon("2026-03-22"));
    auto reordered = deadlines_to("outbox");
    reordered.rules.insert(reordered.rules.begin(),
                           {"other", StageRule{}, {}, {}, {}, {{days{0}, {}, {}}}, {}});
    world.adopt(reordered, noon("2026-03-22"), "other text");
    world.settle(noon("2026-03-22"));
    CHECK(world.messages() == told);

    auto none = deadlines_to("outbox");
    none.rules.clear();
    world.adopt(none, noon("2026-03-23"), "no rules");
    world.settle(noon("2026-03-23"));
    CHECK(world.open_alerts().empty());
    CHECK(world.messages() == told + 1);
}

TEST_CASE("a new rule finds the items that were there before it", "[engine]") {
    Kent world;
    REQUIRE(world.record(action_due("A-2", "2026-02-01"), noon("2026-01-01")));
    auto settings = deadlines_to("outbox");
    settings.rules.front().name = "renamed";
    world.adopt(settings, noon("2026-03-25"), "renamed rules");
    world.settle(noon("2026-03-25"));
    CHECK(world.open_alerts().size() == 2);
}

TEST_CASE("state, alert and notice are kept together or not at all", "[engine][R46]") {
    Kent world;
    {
        Store::Transaction dropped{*world.store};
        CHECK(world.engine->step(noon("2026-03-22"), 10));
        CHECK(world.open_alerts().size() == 1);
    }
    CHECK(world.open_alerts().empty());
    CHECK(world.store->agenda().next_due_at() == parse_instant("2026-03-22T00:00:00Z").value());
    world.settle(noon("2026-03-22"));
    CHECK(world.open_alerts().size() == 1);
    CHECK(world.messages() == 1);
}

TEST_CASE("a write judges what it touched in its own transaction", "[engine][R28]") {
    Kent world;
    REQUIRE(world.record(action_due("A-2", "2026-01-02"), noon("2026-02-01")));
    REQUIRE(world.open_alerts().size() == 1);
    CHECK(world.open_alerts().front().subject == "action:tracker/A-2");
}

TEST_CASE("messages have the same ids after a restart between alert and message", "[engine][R72]") {
    std::vector<std::string> ids;
    Kent world;
    {
        Store::Transaction transaction{*world.store};
        world.engine->step(noon("2026-03-22"), 10);
        transaction.commit();
    }
    {
        const Store::Transaction lost{*world.store};
        world.engine->release(noon("2026-03-22"), 10);
        ids.push_back(world.store->outbox().list({{}, {}, 0, 10}).at(0).parcel.message_id);
    }
    world.start();
    world.adopt(deadlines_to("outbox"), noon("2026-03-22"));
    world.settle(noon("2026-03-22"));
    ids.push_back(world.store->outbox().list({{}, {}, 0, 10}).at(0).parcel.message_id);
    CHECK(ids[0] == ids[1]);
}

TEST_CASE("a cause of concern stays open while one of its recommendations is", "[engine][R6]") {
    Kent world;
    FindingRaised cause;
    cause.force = "kent";
    cause.reference = "CoC-1";
    cause.finding_kind = FindingKind::cause_of_concern;
    cause.title = "Custody";
    FindingRaised recommendation = cause;
    recommendation.reference = "R-1";
    recommendation.finding_kind = FindingKind::recommendation;
    recommendation.parent = "CoC-1";
    REQUIRE(world.record(cause, noon("2026-01-02")));
    REQUIRE(world.record(recommendation, noon("2026-01-02")));
    const FindingDecided close_cause{"kent", "CoC-1", InspectorateState::closed, day("2026-02-01")};
    const auto refused = world.record(close_cause, noon("2026-02-01"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == EventFault::Kind::conflict);
    CHECK_THAT(refused.error().what, Catch::Contains("R-1"));
    REQUIRE(
        world.record(FindingDecided{"kent", "R-1", InspectorateState::closed, day("2026-02-01")},
                     noon("2026-02-01")));
    CHECK(world.record(close_cause, noon("2026-02-01")));
}

TEST_CASE("closing one action never closes its finding", "[engine][R7]") {
    Kent world;
    FindingRaised finding;
    finding.force = "kent";
    finding.reference = "AFI-1";
    finding.title = "Custody";
    REQUIRE(world.record(finding, noon("2026-01-02")));
    auto action = action_due("A-9", "2026-02-01");
    action.findings = {"AFI-1"};
    REQUIRE(world.record(action, noon("2026-01-02")));
    REQUIRE(
        world.record(ActionUpdated{"tracker", "A-9", ActionState::complete, day("2026-01-20"), {}},
                     noon("2026-01-20")));
    const auto kept = world.store->facts().finding("finding:kent/AFI-1");
    CHECK(kept->force_state == ForceState::open);
    CHECK(kept->inspectorate_state == InspectorateState::open);
}

TEST_CASE("what cannot be is refused with its field", "[engine]") {
    Kent world;
    auto unknown = action_due("A-3", "2026-02-01");
    unknown.force = "atlantis";
    const auto fault = world.record(unknown, noon("2026-01-02"));
    REQUIRE_FALSE(fault);
    CHECK(fault.error().field == "force");
    auto dateless = action_due("A-4", "2026-02-01");
    dateless.deadline.due = {};
    CHECK(world.record(dateless, noon("2026-01-02")).error().field == "due");
    auto control = action_due("A-5", "2026-02-01");
    control.title = "Custody\x1b[31m";
    CHECK(world.record(control, noon("2026-01-02")).error().field == "title");
}
