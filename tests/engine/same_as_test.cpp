#include "daemon/engine/what_if.hpp"
#include "tests/support/kent.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Kind = EventFault::Kind;
using Catch::Contains;

namespace {

FindingRaised due_finding(const std::string& reference, const char* due = "2026-02-01") {
    auto event = finding(reference, FindingKind::area_for_improvement);
    event.deadline = {DeadlineKind::inspectorate, *PartialDate::parse(due), {}, {}};
    return event;
}

FindingMatched matched(const std::string& reference, const std::string& other, const char* on,
                       bool same = true) {
    return {"kent", reference, other, same, day(on), {}, "the letter names both"};
}

Rule deadline_rule() { return rule_of("deadline", DeadlineRule{}); }

/// Two findings with a deadline on 1 February, both in the journal since 1 January.
struct TwoFindings : KentWorld {
    explicit TwoFindings(std::vector<Rule> rules = {deadline_rule()})
        : KentWorld{std::move(rules)} {
        must(due_finding("AFI-1"), "2026-01-01");
        must(due_finding("AFI-2"), "2026-01-01");
    }
    [[nodiscard]] std::vector<std::string> alerted() {
        std::vector<std::string> subjects;
        for (const auto& alert : open_alerts()) subjects.push_back(alert.subject);
        std::sort(subjects.begin(), subjects.end());
        return subjects;
    }
    [[nodiscard]] std::vector<std::string> faults() { return verify(scratch / "forcewatch.db"); }
};

const std::vector<std::string> both{"finding:kent/AFI-1", "finding:kent/AFI-2"};
const std::vector<std::string> first{"finding:kent/AFI-1"};

/// A plan is owed within 31 days of a cause of concern.
ObligationDefined plan_after_a_cause() {
    ObligationDefined duty;
    duty.definition = "plan";
    duty.title = "Action plan";
    duty.trigger = ObligationTrigger::cause_of_concern;
    duty.days = 31;
    duty.deadline = DeadlineKind::inspectorate;
    return duty;
}

}  // namespace

TEST_CASE("linked findings raise one alert, and apart again each raises its own", "[engine][R21]") {
    TwoFindings world;
    world.settle(noon("2026-02-02"));
    REQUIRE(world.alerted() == both);
    world.must(matched("AFI-2", "AFI-1", "2026-02-02"), "2026-02-02");
    CHECK(world.alerted() == first);
    AlertFilter all;
    const auto alerts = world.store->alerts().list(all);
    const auto closed = std::find_if(alerts.begin(), alerts.end(), [](const Alert& alert) {
        return alert.subject == "finding:kent/AFI-2";
    });
    REQUIRE(closed != alerts.end());
    CHECK(closed->ending == "the same as AFI-1");
    CHECK(world.faults().empty());
    world.settle(noon("2026-02-10"));
    CHECK(world.alerted() == first);
    const auto explained = explain(*world.store, {deadline_rule()}, "finding:kent/AFI-1",
                                   day("2026-02-10"), Instant::max());
    CHECK(explained.rules.at(0).ruling.remarks ==
          std::vector<std::string>{"It stands for AFI-2, too."});
    world.must(matched("AFI-2", "AFI-1", "2026-02-10", false), "2026-02-10");
    CHECK(world.alerted() == both);
    CHECK(world.faults().empty());
}

TEST_CASE("what shares a clock is counted once", "[engine][R21]") {
    TwoFindings world;
    const auto overdue = [&] { return world.store->facts().counts(day("2026-02-03")).overdue; };
    CHECK(overdue() == 2);
    CHECK(world.store->facts().overdue("kent", day("2026-02-03")) == 2);
    world.must(matched("AFI-2", "AFI-1", "2026-01-05"), "2026-01-05");
    CHECK(overdue() == 1);
    CHECK(world.store->facts().overdue("kent", day("2026-02-03")) == 1);
    world.must(matched("AFI-2", "AFI-1", "2026-01-06", false), "2026-01-06");
    CHECK(overdue() == 2);
    CHECK(world.faults().empty());
}

TEST_CASE("the reason and whoever says it are kept with the link", "[engine][R21]") {
    TwoFindings world;
    auto said = matched("AFI-2", "AFI-1", "2026-01-05");
    said.by = "A. Mensah";
    world.must(said, "2026-01-05");
    const auto linked = world.finding_now("AFI-2");
    CHECK(linked.same_as == "AFI-1");
    CHECK(linked.same_as_on == day("2026-01-05"));
    CHECK(world.store->people().shown(linked.same_as_by) == "A. Mensah");
    CHECK(linked.same_as_reason == "the letter names both");
    CHECK(world.store->facts().duplicates_of("kent", "AFI-1") == std::vector<std::string>{"AFI-2"});
    said.reason.clear();
    CHECK(world.as(said, "2026-01-06").error().field == "reason");
}

TEST_CASE("links that make no sense are refused, with what to do instead", "[engine][R21]") {
    TwoFindings world;
    world.must(due_finding("AFI-3"), "2026-01-01");
    const auto refused = [&](const FindingMatched& said, Kind kind, const char* words) {
        const auto done = world.as(said, "2026-01-10");
        REQUIRE_FALSE(done);
        CHECK(done.error().kind == kind);
        CHECK_THAT(done.error().what, Contains(words));
    };
    refused(matched("AFI-1", "AFI-1", "2026-01-10"), Kind::invalid, "not the same as itself");
    refused(matched("AFI-1", "AFI-9", "2026-01-10"), Kind::unknown, "AFI-9");
    refused(matched("AFI-1", "AFI-2", "2026-01-11"), Kind::invalid, "future");
    world.must(matched("AFI-2", "AFI-1", "2026-01-10"), "2026-01-10");
    refused(matched("AFI-3", "AFI-2", "2026-01-10"), Kind::conflict, "AFI-1: name that one");
    refused(matched("AFI-1", "AFI-3", "2026-01-10"), Kind::conflict, "stands for AFI-2 itself");
    refused(matched("AFI-2", "AFI-3", "2026-01-10"), Kind::conflict, "take them apart first");
    refused(matched("AFI-2", "AFI-1", "2026-01-09", false), Kind::conflict, "2026-01-10");
    world.must(FindingDecided{"kent", "AFI-1", InspectorateState::closed, day("2026-01-10")},
               "2026-01-10");
    refused(matched("AFI-3", "AFI-1", "2026-01-10"), Kind::conflict, "AFI-1 is closed");
    world.must(finding("AFI-4", FindingKind::area_for_improvement), "2026-01-01");
    refused(matched("AFI-3", "AFI-4", "2026-01-10"), Kind::conflict, "AFI-4 has no deadline");
    auto recommendation = finding("REC-1", FindingKind::recommendation);
    recommendation.parent = "CoC-1";
    world.must(finding("CoC-1", FindingKind::cause_of_concern), "2026-01-01");
    world.must(recommendation, "2026-01-01");
    refused(matched("REC-1", "CoC-1", "2026-01-10"), Kind::invalid, "its cause of concern");
}

TEST_CASE("a cause of concern that is the same as another shares its duty to reply",
          "[engine][R21]") {
    KentWorld world{{deadline_rule()}};
    world.must(plan_after_a_cause(), "2026-01-01");
    world.must(finding("CoC-1", FindingKind::cause_of_concern), "2026-01-01");
    world.must(finding("CoC-2", FindingKind::cause_of_concern), "2026-01-01");
    const auto alerted = [&] {
        std::vector<std::string> subjects;
        for (const auto& alert : world.open_alerts()) subjects.push_back(alert.subject);
        std::sort(subjects.begin(), subjects.end());
        return subjects;
    };
    const std::vector<std::string> two{"obligation:plan/CoC-1/kent", "obligation:plan/CoC-2/kent"};
    world.settle(noon("2026-02-02"));
    REQUIRE(alerted() == two);
    world.must(matched("CoC-2", "CoC-1", "2026-02-02"), "2026-02-02");
    CHECK(alerted() == std::vector<std::string>{two[0]});
    CHECK(world.store->facts().counts(day("2026-02-03")).overdue == 1);
    CHECK(world.store->facts().overdue("kent", day("2026-02-03")) == 1);
    ObligationReplied replied;
    replied.definition = "plan";
    replied.cause = "CoC-1";
    replied.force = "kent";
    replied.on = day("2026-02-03");
    world.must(replied, "2026-02-03");
    CHECK(alerted().empty());
    world.must(matched("CoC-2", "CoC-1", "2026-02-03", false), "2026-02-03");
    CHECK(alerted() == std::vector<std::string>{two[1]});
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a duty that the principal does not owe is not lost", "[engine][R21]") {
    KentWorld world{{deadline_rule()}};
    world.must(plan_after_a_cause(), "2026-01-01");
    world.must(finding("CoC-1", FindingKind::cause_of_concern), "2026-01-01");
    world.must(finding("REC-1", FindingKind::recommendation), "2026-01-01");
    world.must(matched("CoC-1", "REC-1", "2026-01-02"), "2026-01-02");
    world.settle(noon("2026-02-02"));
    REQUIRE(world.open_alerts().size() == 1);
    CHECK(world.open_alerts()[0].subject == "obligation:plan/CoC-1/kent");
}

TEST_CASE("when the finding that stood for others is withdrawn, each stands for itself again",
          "[engine][R21][R27]") {
    TwoFindings world;
    world.must(matched("AFI-2", "AFI-1", "2026-01-05"), "2026-01-05");
    world.settle(noon("2026-02-02"));
    REQUIRE(world.alerted() == first);
    world.must(Retracted{"finding:kent/AFI-1", "entered twice"}, "2026-02-02");
    CHECK(world.alerted() == std::vector<std::string>{"finding:kent/AFI-2"});
    CHECK(world.finding_now("AFI-2").same_as.empty());
    CHECK(world.store->facts().counts(day("2026-02-03")).overdue == 1);
    CHECK(world.faults().empty());
}

TEST_CASE("an import that linked findings is undone with its links", "[engine][R21]") {
    TwoFindings world;
    world.settle(noon("2026-02-02"));
    const auto before = world.store->journal().head();
    world.import("findings.csv",
                 "force,reference,title,same_as,same_as_on,same_as_by,same_as_reason\n"
                 "kent,AFI-2,Custody,AFI-1,2026-02-01,A. Mensah,one letter\n",
                 noon("2026-02-02"));
    CHECK(world.finding_now("AFI-2").same_as == "AFI-1");
    CHECK(world.alerted() == first);
    Store::Transaction transaction{*world.store};
    (void)world.engine->withdraw(JournalSeq{number_of(before) + 1}, world.store->journal().head(),
                                 {0, "test", {}, {}, {}}, noon("2026-02-02"), "wrong file");
    transaction.commit();
    CHECK(world.finding_now("AFI-2").same_as.empty());
    CHECK(world.alerted() == both);
    CHECK(world.faults().empty());
}

TEST_CASE("an import of the principal that is undone leaves its duplicates with their own clock",
          "[engine][R21]") {
    KentWorld world{{deadline_rule()}};
    world.must(due_finding("AFI-2"), "2026-01-01");
    const auto before = world.store->journal().head();
    world.must(due_finding("AFI-1"), "2026-01-01");
    const auto after = world.store->journal().head();
    world.must(matched("AFI-2", "AFI-1", "2026-01-05"), "2026-01-05");
    Store::Transaction transaction{*world.store};
    (void)world.engine->withdraw(JournalSeq{number_of(before) + 1}, after, {0, "test", {}, {}, {}},
                                 noon("2026-01-06"), "wrong file");
    transaction.commit();
    CHECK(world.finding_now("AFI-2").same_as.empty());
    world.settle(noon("2026-02-02"));
    CHECK(world.open_alerts().size() == 1);
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a forecast, a back-test and an explanation know what stands for what",
          "[engine][R21][R43]") {
    TwoFindings world;
    world.must(matched("AFI-2", "AFI-1", "2026-01-05"), "2026-01-05");
    const std::vector<Rule> rules{deadline_rule()};
    const auto subjects = [](const std::vector<Foreseen>& story) {
        std::vector<std::string> opened;
        for (const auto& seen : story)
            if (seen.change == Change::opened) opened.push_back(seen.about.id);
        return opened;
    };
    CHECK(subjects(forecast(*world.store, rules, "kent", noon("2026-01-06"), day("2026-03-01"))) ==
          first);
    CHECK(subjects(back_test(*world.store, rules, "kent", day("2026-01-01"), day("2026-03-01"),
                             Instant::max())
                       .story) == first);
    const auto explained =
        explain(*world.store, rules, "finding:kent/AFI-2", day("2026-02-02"), Instant::max()).rules;
    REQUIRE(explained.size() == 1);
    CHECK_THAT(explained[0].why_not, Contains("the same as AFI-1"));
    CHECK(explain(*world.store, rules, "finding:kent/AFI-2", day("2026-01-04"), Instant::max())
              .rules.at(0)
              .why_not.empty());
}

TEST_CASE("recommendations that are the same as a closed one hold up no cause of concern",
          "[engine][R6][R21]") {
    KentWorld world;
    world.must(finding("CoC-1", FindingKind::cause_of_concern), "2026-01-01");
    auto recommendation = finding("REC-1", FindingKind::recommendation);
    recommendation.parent = "CoC-1";
    world.must(recommendation, "2026-01-01");
    world.must(finding("NAT-1", FindingKind::recommendation), "2026-01-01");
    world.must(matched("REC-1", "NAT-1", "2026-01-02"), "2026-01-02");
    const FindingDecided close{"kent", "CoC-1", InspectorateState::closed, day("2026-01-03")};
    CHECK_FALSE(world.as(close, "2026-01-03"));
    world.must(FindingDecided{"kent", "NAT-1", InspectorateState::closed, day("2026-01-03")},
               "2026-01-03");
    world.must(close, "2026-01-03");
}
