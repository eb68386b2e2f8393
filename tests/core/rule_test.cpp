#include <catch2/catch.hpp>

#include "core/day_count.hpp"
#include "core/evaluate.hpp"

using namespace forcewatch;
using std::chrono::days;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

Rule deadlines() {
    return {"deadlines",
            DeadlineRule{},
            {},
            {},
            {},
            {{days{-7}, {}, Severity::info},
             {days{0}, {}, Severity::warning},
             {days{1}, {}, Severity::critical}},
            days{7}};
}

ItemView clock_due(const char* due, std::optional<Date> met_on = {}) {
    ItemView item;
    item.subject = DeadlineSubject::action;
    item.deadline.revisions.push_back(
        {{DeadlineKind::statutory, *PartialDate::parse(due), "", ""}, {}, {}, {}});
    item.stopped_on = {met_on, met_on, met_on};
    return item;
}

Ruling judge_deadline(const Rule& rule, const ItemView& item, Date today) {
    return judge_item(rule, item, today, {});
}
Ruling judge_stage(const Rule& rule, const std::vector<StageInterval>& intervals, Date today) {
    return forcewatch::judge_stage(rule, {intervals, {}, {}}, today, {});
}

StageMove move_to(MonitoringStage stage, const char* on) {
    return {"kent", stage, *PartialDate::parse(on), {}, {}, {}, {}};
}

Rule engaged() {
    return {"in-engage", StageRule{},
            {},          {},
            {},          {{days{0}, {}, Severity::warning}, {days{365}, {}, Severity::critical}},
            {}};
}

}  // namespace

TEST_CASE("a deadline is met during all of its day and overdue from the next", "[core][R11]") {
    const auto [offset, firing, severity] = GENERATE(table<int, bool, Severity>({
        {-8, false, Severity::info},
        {-7, true, Severity::info},
        {-1, true, Severity::info},
        {0, true, Severity::warning},
        {1, true, Severity::critical},
        {400, true, Severity::critical},
    }));
    const Date due = day("2026-03-29");
    const auto ruling = judge_deadline(deadlines(), clock_due("2026-03-29"), due + days{offset});
    CAPTURE(offset);
    CHECK(ruling.firing == firing);
    if (firing) CHECK(ruling.severity == severity);
}

TEST_CASE("each answer names the first day on which it could be another", "[core][R28]") {
    const Date due = day("2026-03-29");
    const auto next = [&](int offset) {
        return judge_deadline(deadlines(), clock_due("2026-03-29"), due + days{offset}).next_on;
    };
    CHECK(next(-30) == due - days{7});
    CHECK(next(-7) == due);
    CHECK(next(-1) == due);
    CHECK(next(0) == due + days{1});
    CHECK(next(1) == due + days{8});  // the reminder, a week after the last step
    CHECK(next(8) == due + days{15});
}

TEST_CASE("between two such days the answer stays the same", "[core][R28]") {
    const Date due = day("2026-10-25");
    for (Date today = due - days{20}; today < due + days{20}; today += days{1}) {
        const auto ruling = judge_deadline(deadlines(), clock_due("2026-10-25"), today);
        const auto tomorrow = judge_deadline(deadlines(), clock_due("2026-10-25"), today + days{1});
        CAPTURE(text_of(today));
        if (ruling.next_on && *ruling.next_on == today + days{1}) continue;
        CHECK(ruling.reached == tomorrow.reached);
        CHECK(ruling.reminders == tomorrow.reminders);
        CHECK(ruling.next_on == tomorrow.next_on);
    }
}

TEST_CASE("while overdue no gap between two signals is longer than the reminder", "[core][R32]") {
    const Date due = day("2026-03-29");
    Date last = due + days{1};
    int told = 0;
    for (Date today = last; today < due + days{3653}; today += days{1}) {
        const auto ruling = judge_deadline(deadlines(), clock_due("2026-03-29"), today);
        if (ruling.reminders > told) {
            CHECK(today - last == days{7});
            told = ruling.reminders;
            last = today;
        }
    }
    CHECK(told > 500);
}

TEST_CASE("a partial deadline is read as its last possible day", "[core][R11]") {
    CHECK_FALSE(judge_deadline(deadlines(), clock_due("2026-02"), day("2026-02-20")).firing);
    CHECK(judge_deadline(deadlines(), clock_due("2026-02"), day("2026-03-01")).severity ==
          Severity::critical);
}

TEST_CASE("no deadline never fires, and a met one ends its episode", "[core][R10]") {
    ItemView none = clock_due("2026-02-01");
    none.deadline = {};
    CHECK_FALSE(judge_deadline(deadlines(), none, day("2030-01-01")).firing);

    const auto met =
        judge_deadline(deadlines(), clock_due("2026-02-01", day("2026-02-03")), day("2026-02-03"));
    CHECK_FALSE(met.firing);
    REQUIRE(met.episodes.size() == 1);
    CHECK(met.episodes[0].ending == "met late");

    Finding finding;
    finding.deadline.revisions = clock_due("2026-02-01").deadline.revisions;
    finding.force_state_on = day("2026-01-30");
    const auto ending = [&] {
        const auto ruling = judge_deadline(deadlines(), view_of(finding), day("2026-03-01"));
        REQUIRE(ruling.episodes.size() == 1);
        return ruling.episodes[0].ending;
    };
    finding.force_state = ForceState::claimed_complete;
    CHECK(ending() == "met in time");
    finding.force_state = ForceState::not_ours;
    CHECK(ending() == "not ours");
    finding.force_state = ForceState::open;
    finding.inspectorate_state = InspectorateState::superseded;
    finding.inspectorate_state_on = day("2026-01-31");
    CHECK(ending() == "superseded");
}

TEST_CASE("moves make half-open intervals, whatever order they come in", "[core][R14]") {
    // Told once more on the day on which it ends, it ends all the same.
    const auto left = stage_intervals({move_to(MonitoringStage::engage, "2026-01-10"),
                                       move_to(MonitoringStage::engage, "2026-06-10"),
                                       move_to(MonitoringStage::scan, "2026-06-10")});
    REQUIRE(left.size() == 2);
    CHECK(left[0].until == day("2026-06-10"));
    CHECK(left[1].stage == MonitoringStage::scan);

    const auto intervals = stage_intervals({move_to(MonitoringStage::scan, "2025-05-22"),
                                            move_to(MonitoringStage::engage, "2024-03-11"),
                                            move_to(MonitoringStage::engage, "2024-06-01")});
    REQUIRE(intervals.size() == 2);
    CHECK(intervals[0].stage == MonitoringStage::engage);
    CHECK(intervals[0].from == day("2024-03-11"));
    CHECK(intervals[0].until == day("2025-05-22"));
    CHECK_FALSE(intervals[1].until);
}

TEST_CASE("being in Engage fires from entry, rises after a year and ends on leaving",
          "[core][R37]") {
    const std::vector<StageMove> moves{move_to(MonitoringStage::engage, "2024-03-11"),
                                       move_to(MonitoringStage::scan, "2025-05-22")};
    const auto at = [&](const char* on) {
        return judge_stage(engaged(), stage_intervals(moves), day(on));
    };
    CHECK_FALSE(at("2024-03-10").firing);
    CHECK(at("2024-03-10").next_on == day("2024-03-11"));
    CHECK(at("2024-03-11").severity == Severity::warning);
    CHECK(at("2025-03-10").severity == Severity::warning);
    CHECK(at("2025-03-11").severity == Severity::critical);
    CHECK(at("2025-05-21").firing);
    CHECK_FALSE(at("2025-05-22").firing);
}

TEST_CASE("leaving Engage is told for as long as the rule says", "[core][R37]") {
    Rule left = engaged();
    left.condition = StageRule{MonitoringStage::engage, StageWatch::left, days{30}};
    left.ladder = {{days{0}, {}, Severity::info}};
    const auto intervals = stage_intervals({move_to(MonitoringStage::engage, "2024-03-11"),
                                            move_to(MonitoringStage::scan, "2025-05-22")});
    CHECK_FALSE(judge_stage(left, intervals, day("2025-05-21")).firing);
    CHECK(judge_stage(left, intervals, day("2025-05-22")).firing);
    CHECK(judge_stage(left, intervals, day("2025-06-20")).firing);
    CHECK_FALSE(judge_stage(left, intervals, day("2025-06-21")).firing);
}

TEST_CASE("a move told less exactly by another source is no second move", "[core][R14][R23]") {
    const auto intervals = stage_intervals({move_to(MonitoringStage::engage, "2024-03"),
                                            move_to(MonitoringStage::engage, "2024-03-11"),
                                            move_to(MonitoringStage::scan, "2024-03-25"),
                                            move_to(MonitoringStage::engage, "2024")});
    REQUIRE(intervals.size() == 2);
    CHECK(intervals[0].from_as_given.text() == "2024-03-11");
    CHECK(intervals[1].stage == MonitoringStage::scan);
    const auto months = stage_intervals({move_to(MonitoringStage::engage, "2024-03"),
                                         move_to(MonitoringStage::scan, "2024-03"),
                                         move_to(MonitoringStage::engage, "2024-05")});
    CHECK(months.size() == 3);
}

TEST_CASE("a rule looks only at what it selects", "[core]") {
    Rule rule = engaged();
    CHECK(selects(rule, ForceKind::fire, "kent-frs", "FRS"));
    rule.kinds = {ForceKind::police};
    rule.programmes = {"PEEL"};
    CHECK(selects(rule, ForceKind::police, "kent", "PEEL"));
    CHECK_FALSE(selects(rule, ForceKind::police, "kent", ""));
    CHECK_FALSE(selects(rule, ForceKind::fire, "kent-frs", "FRS"));
    CHECK_FALSE(selects(rule, ForceKind::police, "kent", "NCPI"));
    rule.forces = {"essex"};
    CHECK_FALSE(selects(rule, ForceKind::police, "kent", "PEEL"));
}

TEST_CASE("what an alert says counts its days on the day it is read", "[core][R43]") {
    const auto sentence =
        judge_deadline(deadlines(), clock_due("2026-03-10"), day("2026-03-05")).summary;
    CHECK(as_read_on(sentence, day("2026-03-05")) ==
          "due in 5 days: statutory deadline 2026-03-10");
    CHECK(as_read_on(sentence, day("2026-03-09")) == "due in 1 day: statutory deadline 2026-03-10");
    CHECK(as_read_on(sentence, day("2026-03-10")) == "due today: statutory deadline 2026-03-10");
    CHECK(as_read_on(sentence, day("2026-03-12")) ==
          "overdue by 2 days: statutory deadline 2026-03-10");
    CHECK(as_read_on("in engage for " + days_since(day("2026-03-01")), day("2026-03-02")) ==
          "in engage for 1 day");
    CHECK(as_read_on("a {due on 2026-02-30} and {so", day("2026-03-02")) ==
          "a {due on 2026-02-30} and {so");
}
