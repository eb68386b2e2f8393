#include <catch2/catch.hpp>

#include "core/alert_story.hpp"
#include "core/rag.hpp"

using namespace forcewatch;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }
Instant at(std::string_view text) { return parse_instant(text).value(); }

Rule rule_of(Condition condition, int first_step = 0) {
    return {"r", std::move(condition), {}, {}, {}, {{days{first_step}, {}, Severity::warning}}, {}};
}

Ruling judged(const Rule& rule, const ItemView& item, std::string_view on) {
    return judge_item(rule, item, day(on), {});
}

ItemView action_view(const char* owner = "person-1", std::optional<Person> person = {}) {
    Action action;
    action.owner = owner;
    action.planned_on = day("2026-01-01");
    action.deadline.revisions.push_back(
        {{DeadlineKind::local, *PartialDate::parse("2026-06-30"), {}, {}},
         day("2026-01-01"),
         {},
         {}});
    return view_of(action, person);
}

ItemView stopped(ItemView item, const char* on) {
    item.stopped_on = {day(on), day(on), day(on)};
    return item;
}

}  // namespace

TEST_CASE("an open action without an update stalls from the day its patience runs out",
          "[core][R38]") {
    const Rule rule = rule_of(Stalled{}, 60);
    auto item = action_view();
    item.said_on = day("2026-02-01");
    CHECK_FALSE(judged(rule, item, "2026-04-01").firing);
    CHECK(judged(rule, item, "2026-04-01").next_on == day("2026-04-02"));
    CHECK(judged(rule, item, "2026-04-02").firing);
    item.said_on = day("2026-04-03");
    const auto after = judged(rule, item, "2026-04-03");
    CHECK_FALSE(after.firing);
    CHECK(after.episodes.back().ending == "an update came");
    CHECK_FALSE(judged(rule, stopped(item, "2026-05-01"), "2027-01-01").firing);
}

TEST_CASE("an update is asked for before the deadline, unless one came in time", "[core][R38]") {
    Stalled condition;
    condition.due_within = days{14};
    const Rule rule = rule_of(condition, 200);
    auto item = action_view();
    item.said_on = day("2026-05-01");
    CHECK_FALSE(judged(rule, item, "2026-06-15").firing);
    CHECK(judged(rule, item, "2026-06-15").next_on == day("2026-06-16"));
    CHECK(judged(rule, item, "2026-06-16").firing);
    item.said_on = day("2026-06-16");
    CHECK_FALSE(judged(rule, item, "2026-06-29").firing);
}

TEST_CASE("an action is unowned without an owner, and from the day its owner leaves",
          "[core][R8]") {
    const Rule rule = rule_of(Unowned{});
    CHECK(judged(rule, action_view(""), "2026-01-01").firing);
    CHECK_FALSE(judged(rule, action_view(), "2026-01-01").firing);
    const Person gone{"person-1", {}, false, day("2026-03-01")};
    const auto ruling = judged(rule, action_view("person-1", gone), "2026-03-01");
    CHECK(ruling.firing);
    CHECK(ruling.effective_on == day("2026-03-01"));
    CHECK_FALSE(judged(rule, stopped(action_view(""), "2026-02-01"), "2026-03-01").firing);
}

TEST_CASE("a deadline slips by the number of its moves or by their length", "[core][R13][R105]") {
    auto item = action_view();
    const auto move = [&](const char* due, const char* agreed_on) {
        item.deadline.revisions.push_back(
            {{DeadlineKind::local, *PartialDate::parse(due), {}, {}}, day(agreed_on), "late", {}});
    };
    const Rule often = rule_of(Slipped{{}, 1, {}});
    const Rule far = rule_of(Slipped{{}, {}, days{90}});
    CHECK_FALSE(judged(often, item, "2026-03-01").firing);
    move("2026-07-31", "2026-03-01");
    CHECK_FALSE(judged(often, item, "2026-03-01").firing);
    CHECK_FALSE(judged(far, item, "2026-03-01").firing);
    move("2026-09-28", "2026-04-01");  // 90 days past the first date
    CHECK(judged(often, item, "2026-04-01").firing);
    CHECK_FALSE(judged(far, item, "2026-04-01").firing);
    move("2026-09-29", "2026-05-01");
    CHECK(judged(far, item, "2026-05-01").effective_on == day("2026-05-01"));
    CHECK(judged(often, item, "2026-05-01").effective_on == day("2026-04-01"));
}

TEST_CASE("what is claimed complete waits for the inspectorate", "[core][R9]") {
    const Rule rule = rule_of(Unverified{}, 90);
    Finding finding;
    finding.force_state = ForceState::claimed_complete;
    finding.force_state_on = day("2026-01-01");
    CHECK_FALSE(judged(rule, view_of(finding), "2026-03-31").firing);
    CHECK(judged(rule, view_of(finding), "2026-04-01").firing);
    finding.inspectorate_state = InspectorateState::closed;
    finding.inspectorate_state_on = day("2026-04-02");
    const auto closed = judged(rule, view_of(finding), "2026-04-02");
    CHECK_FALSE(closed.firing);
    CHECK(closed.episodes.back().ending == "the inspectorate closed it");
}

TEST_CASE("a rule's axis says whose word stops the clock", "[core][R9]") {
    Finding finding;
    finding.deadline.revisions.push_back(
        {{DeadlineKind::inspectorate, *PartialDate::parse("2026-03-01"), {}, {}}, {}, {}, {}});
    finding.force_state = ForceState::claimed_complete;
    finding.force_state_on = day("2026-02-01");
    const auto fires = [&](Axis stops) {
        DeadlineRule condition;
        condition.stops = stops;
        return judged(rule_of(condition, 1), view_of(finding), "2026-03-02").firing;
    };
    CHECK_FALSE(fires(Axis::force));
    CHECK(fires(Axis::verified));
    CHECK(fires(Axis::inspectorate));
    finding.verified = true;
    finding.verified_on = day("2026-02-10");
    CHECK_FALSE(fires(Axis::verified));
    CHECK(fires(Axis::inspectorate));
}

TEST_CASE("the papers of a meeting are due before it, and met when they are sent", "[core]") {
    Meeting meeting;
    meeting.papers_days = 10;
    meeting.deadline.revisions.push_back(
        {{DeadlineKind::inspectorate, *PartialDate::parse("2026-05-20"), {}, {}}, {}, {}, {}});
    DeadlineRule condition;
    condition.subjects = {DeadlineSubject::papers};
    const Rule rule = rule_of(condition, 1);
    CHECK_FALSE(judged(rule, papers_of(meeting), "2026-05-10").firing);
    CHECK(judged(rule, papers_of(meeting), "2026-05-11").firing);
    CHECK_FALSE(judged(rule, view_of(meeting), "2026-06-30").firing);
    meeting.papers_sent_on = day("2026-05-09");
    CHECK_FALSE(judged(rule, papers_of(meeting), "2026-05-11").firing);
}

TEST_CASE("RAG is the first line of the table that holds, with its reason", "[core][R16]") {
    const auto rag = [](const ItemView& item, const char* on) {
        return rag_of(shipped_rag(), item, day(on));
    };
    CHECK(rag(action_view(), "2026-01-02").colour == Rag::green);
    CHECK(rag(action_view(), "2026-01-02").line == 0);
    CHECK(rag(action_view(), "2026-05-31").colour == Rag::amber);
    CHECK(rag(action_view(), "2026-06-30").colour == Rag::amber);
    const auto late = rag(action_view(), "2026-07-01");
    CHECK(late.colour == Rag::red);
    CHECK(late.line == 2);
    CHECK(late.reason == "overdue by 1 day");
    CHECK_FALSE(late.facts.empty());
    CHECK(rag(stopped(action_view(), "2026-06-01"), "2026-07-01").colour == Rag::grey);
    CHECK(rag(action_view(""), "2026-01-02").colour == Rag::amber);

    RagLine silent;
    silent.colour = Rag::red;
    silent.silent = days{30};
    CHECK(rag_of({silent}, action_view(), day("2026-01-30")).colour == Rag::green);
    CHECK(rag_of({silent}, action_view(), day("2026-01-31")).colour == Rag::red);
}

TEST_CASE("a state that reverses inside the hold-off says nothing, and is counted", "[core][R39]") {
    Rule rule = rule_of(Unowned{});
    rule.hold_off = days{2};
    const auto firing = judged(rule, action_view(""), "2026-01-01");
    const auto quiet = judged(rule, action_view(), "2026-01-02");

    const auto opened = turns_of({}, rule, firing, at("2026-01-01T09:00:00Z"));
    REQUIRE(opened.size() == 1);
    CHECK(opened[0].change == Change::opened);
    CHECK_FALSE(opened[0].tells);
    CHECK(opened[0].memory->held_until == at("2026-01-03T09:00:00Z"));

    SECTION("gone before it passed") {
        const auto closed = turns_of(opened[0].memory, rule, quiet, at("2026-01-02T09:00:00Z"));
        REQUIRE(closed.size() == 1);
        CHECK(closed[0].change == Change::closed);
        CHECK_FALSE(closed[0].tells);
        CHECK_THAT(closed[0].ending, Catch::StartsWith("damped"));
    }
    SECTION("still so when it passed") {
        CHECK(turns_of(opened[0].memory, rule, firing, at("2026-01-02T09:00:00Z")).empty());
        const auto told = turns_of(opened[0].memory, rule, firing, at("2026-01-03T09:00:00Z"));
        REQUIRE(told.size() == 1);
        CHECK(told[0].tells);
        CHECK_FALSE(told[0].change);
        CHECK(turns_of(told[0].memory, rule, firing, at("2026-01-04T09:00:00Z")).empty());

        const auto closing = turns_of(told[0].memory, rule, quiet, at("2026-01-05T09:00:00Z"));
        REQUIRE(closing.size() == 1);
        CHECK(closing[0].memory->closing);
        const auto back = turns_of(closing[0].memory, rule, firing, at("2026-01-06T09:00:00Z"));
        REQUIRE(back.size() == 1);
        CHECK_FALSE(back[0].tells);
        CHECK(back[0].memory->damped == 1);
        const auto ended = turns_of(closing[0].memory, rule, quiet, at("2026-01-07T09:00:00Z"));
        REQUIRE(ended.size() == 1);
        CHECK(ended[0].change == Change::closed);
        CHECK(ended[0].tells);
    }
}

TEST_CASE("without a hold-off everything is told at once", "[core][R39]") {
    const Rule rule = rule_of(Unowned{});
    const auto opened =
        turns_of({}, rule, judged(rule, action_view(""), "2026-01-01"), at("2026-01-01T09:00:00Z"));
    REQUIRE(opened.size() == 1);
    CHECK(opened[0].tells);
}
