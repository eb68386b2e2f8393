#include <catch2/catch.hpp>

#include "core/evaluate.hpp"

using namespace forcewatch;
using std::chrono::days;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

const std::vector<std::string> four{"outstanding", "good", "requires improvement", "inadequate"};
const std::vector<std::string> five{"outstanding", "good", "adequate", "requires improvement",
                                    "inadequate"};

TrackPoint point(int order, const char* on, const char* grade,
                 Comparability link = Comparability::same,
                 const std::vector<std::string>* scale = &four) {
    return {day(on), Certainty::exact,       order, std::to_string(order), "area", grade, scale,
            link,    *PartialDate::parse(on)};
}

Track track_of(std::vector<TrackPoint> points) {
    return {"kent", "PEEL", "area@1", "area", "Area", std::move(points), {}};
}

Rule rule_of(Condition condition) {
    return {"r", std::move(condition), {}, {}, {}, {{days{0}, {}, Severity::warning}}, {}};
}

StageMove move_to(MonitoringStage stage, const char* on) {
    return {"kent", stage, *PartialDate::parse(on), {}, {}, {}, {}};
}

Finding cause(const char* reference, const char* raised, const char* closed = nullptr) {
    Finding finding;
    finding.reference = reference;
    finding.kind = FindingKind::cause_of_concern;
    finding.raised_on = day(raised);
    if (closed != nullptr) {
        finding.inspectorate_state = InspectorateState::closed;
        finding.inspectorate_state_on = day(closed);
    }
    return finding;
}

Rule watching(StageWatch when, int first = 0) {
    Rule rule = rule_of(StageRule{MonitoringStage::engage, when, days{30}});
    rule.ladder[0].offset = days{first};
    return rule;
}

Ruling judged(const Rule& rule, const MonitoringView& view, const char* on) {
    return judge_stage(rule, view, day(on), {});
}

}  // namespace

TEST_CASE("a decline is a worse grade over a fully comparable link", "[core][R4]") {
    const Rule rule = rule_of(GradeDeclined{});
    const auto judge = [&](const Track& track, const char* on) {
        return judge_track(rule, track, {}, day(on), {});
    };
    const auto fell =
        track_of({point(1, "2019-01-01", "good"), point(2, "2021-01-01", "requires improvement")});
    CHECK(judge(fell, "2021-01-01").firing);
    CHECK(judge(fell, "2021-01-01").effective_on == day("2021-01-01"));
    CHECK_FALSE(judge(track_of({point(1, "2019-01-01", "good"), point(2, "2021-01-01", "good")}),
                      "2021-01-01")
                    .firing);
    CHECK_FALSE(
        judge(track_of({point(1, "2019-01-01", "good"),
                        point(2, "2021-01-01", "requires improvement", Comparability::partly)}),
              "2021-01-01")
            .firing);
    CHECK_FALSE(judge(track_of({point(1, "2019-01-01", "good"),
                                point(2, "2021-01-01", "adequate", Comparability::same, &five)}),
                      "2021-01-01")
                    .firing);
    const auto judged_again =
        track_of({point(1, "2019-01-01", "good"), point(2, "2021-01-01", "requires improvement"),
                  point(3, "2023-01-01", "requires improvement")});
    const auto later = judge(judged_again, "2023-01-01");
    CHECK_FALSE(later.firing);
    REQUIRE(later.episodes.size() == 1);
    CHECK(later.episodes[0].until == day("2023-01-01"));
}

TEST_CASE("an area recurs when it is back at requires improvement after leaving it",
          "[core][R36]") {
    const Rule rule = rule_of(Recurring{});
    std::vector<TrackPoint> points{point(1, "2017-01-01", "requires improvement"),
                                   point(2, "2019-01-01", "good")};
    CHECK_FALSE(judge_track(rule, track_of(points), {}, day("2020-01-01"), {}).firing);
    points.push_back(point(3, "2021-01-01", "inadequate"));
    const auto back = judge_track(rule, track_of(points), {}, day("2021-01-01"), {});
    CHECK(back.firing);
    CHECK(back.effective_on == day("2021-01-01"));
    points.push_back(point(4, "2023-01-01", "good"));
    CHECK_FALSE(judge_track(rule, track_of(points), {}, day("2023-01-01"), {}).firing);
}

TEST_CASE("an area recurs when two rounds running have findings, until the later are closed",
          "[core]") {
    const Rule rule = rule_of(Recurring{});
    const auto track = track_of({point(1, "2019-01-01", "good"), point(2, "2021-01-01", "good"),
                                 point(3, "2023-01-01", "good")});
    const TrackFinding first{1, "area@1", day("2019-01-01"), {}};
    TrackFinding second{2, "area@1", day("2021-01-01"), {}};
    const TrackFinding third{3, "area@1", day("2023-01-01"), {}};
    const auto fires = [&](const std::vector<TrackFinding>& findings, const char* on) {
        return judge_track(rule, track, findings, day(on), {}).firing;
    };
    CHECK(fires({first, second}, "2021-01-01"));
    CHECK_FALSE(fires({first, second}, "2020-12-31"));
    CHECK_FALSE(fires({first, third}, "2023-01-01"));  // not in the round between
    second.closed_on = day("2022-01-01");
    CHECK_FALSE(fires({first, second}, "2022-01-01"));
}

TEST_CASE("partial dates neither invert a stay nor lengthen it", "[core][R14]") {
    const auto [engage, scan] = GENERATE(table<const char*, const char*>(
        {{"2025", "2025-06-10"}, {"2025-06", "2025-06"}, {"2025-06", "2025-06-10"}}));
    const auto intervals = stage_intervals(
        {move_to(MonitoringStage::engage, engage), move_to(MonitoringStage::scan, scan)});
    CAPTURE(engage, scan);
    REQUIRE(intervals.size() == 2);
    CHECK(intervals[0].stage == MonitoringStage::engage);
    CHECK(intervals[0].from <= *intervals[0].until);
    CHECK(intervals[1].stage == MonitoringStage::scan);
    CHECK_FALSE(intervals[1].until);
}

TEST_CASE("a force that leaves with causes of concern open is watched until they close",
          "[core][R37]") {
    MonitoringView view;
    view.intervals = stage_intervals({move_to(MonitoringStage::engage, "2024-03-11"),
                                      move_to(MonitoringStage::scan, "2025-05-22")});
    view.findings = {cause("CoC-1", "2024-03-11", "2025-05-01"), cause("CoC-2", "2024-03-11")};
    const Rule rule = watching(StageWatch::left_open);
    CHECK_FALSE(judged(rule, view, "2025-05-21").firing);
    CHECK(judged(rule, view, "2025-05-21").next_on == day("2025-05-22"));
    const auto left = judged(rule, view, "2025-05-22");
    CHECK(left.firing);
    CHECK_THAT(left.summary, Catch::Contains("CoC-2") && !Catch::Contains("CoC-1"));
    view.findings[1] = cause("CoC-2", "2024-03-11", "2025-07-01");
    CHECK_FALSE(judged(rule, view, "2025-07-01").firing);
    view.findings = {cause("CoC-3", "2025-06-01")};  // raised after it had left
    CHECK_FALSE(judged(rule, view, "2025-07-01").firing);
}

TEST_CASE("exit conditions are met by their findings or by a word, and may regress",
          "[core][R15]") {
    MonitoringView view;
    view.intervals = stage_intervals({move_to(MonitoringStage::engage, "2024-03-11")});
    view.conditions = {{"kent", "C-1", {}, "Investigations", {"CoC-1"}, {}, {}},
                       {"kent", "C-2", {}, "Leadership", {}, {}, {}}};
    view.findings = {cause("CoC-1", "2024-03-11")};
    const Rule met = watching(StageWatch::exit_met, 14);
    const Rule regressed = watching(StageWatch::exit_regressed);
    CHECK_FALSE(judged(met, view, "2025-01-01").firing);

    view.findings[0] = cause("CoC-1", "2024-03-11", "2025-01-10");
    view.conditions[1].marks.push_back({day("2025-02-01"), true, {}});
    CHECK_FALSE(judged(met, view, "2025-02-14").firing);
    CHECK(judged(met, view, "2025-02-14").next_on == day("2025-02-15"));
    CHECK(judged(met, view, "2025-02-15").firing);
    CHECK_FALSE(judged(regressed, view, "2025-02-15").firing);

    view.conditions[1].marks.push_back({day("2025-03-01"), false, "slipped back"});
    CHECK_FALSE(judged(met, view, "2025-03-20").firing);
    const auto fell = judged(regressed, view, "2025-03-01");
    CHECK(fell.firing);
    CHECK(fell.effective_on == day("2025-03-01"));
    CHECK_THAT(fell.summary, Catch::Contains("C-2"));

    // A finding that the inspectorate opens again takes its condition back as well.
    view.conditions[1].marks.push_back({day("2025-03-05"), true, {}});
    view.findings[0].inspectorate_state = InspectorateState::open;
    view.findings[0].inspectorate_state_on = day("2025-03-10");
    CHECK(judged(regressed, view, "2025-03-10").effective_on == day("2025-03-10"));

    view.intervals = stage_intervals({move_to(MonitoringStage::engage, "2024-03-11"),
                                      move_to(MonitoringStage::scan, "2025-05-22")});
    CHECK_FALSE(judged(met, view, "2025-05-22").firing);
    CHECK_FALSE(judged(regressed, view, "2025-05-22").firing);
}

TEST_CASE("a force is silent from the day the rule's patience runs out", "[core]") {
    Rule rule = rule_of(Silent{});
    rule.ladder[0].offset = days{30};
    CHECK_FALSE(judge_silence(rule, day("2026-01-01"), day("2026-01-30"), {}).firing);
    CHECK(judge_silence(rule, day("2026-01-01"), day("2026-01-31"), {}).firing);
    CHECK_FALSE(judge_silence(rule, {}, day("2026-01-31"), {}).firing);
}
