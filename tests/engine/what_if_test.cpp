#include "daemon/engine/what_if.hpp"

#include <rapidcheck.h>

#include <cstdlib>

#include "core/event_codec.hpp"
#include "daemon/engine/alert_orders.hpp"
#include "tests/support/kent.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using std::chrono::days;

namespace {

Rule ladder_of(const std::string& name, Condition condition, std::vector<LadderStep> ladder,
               std::optional<days> remind = {}) {
    Rule rule = rule_of(name, std::move(condition));
    rule.ladder = std::move(ladder);
    rule.remind_every = remind;
    return rule;
}

/// One of each type that time alone can move.
std::vector<Rule> all_rules() {
    StageRule left;
    left.when = StageWatch::left;
    return {
        ladder_of("low", GradePersists{"requires improvement", Comparability::partly},
                  {{days{0}, {}, Severity::info}, {days{180}, {}, Severity::warning}}, days{60}),
        ladder_of("declined", GradeDeclined{}, {{days{0}, {}, Severity::warning}}, days{90}),
        ladder_of("again", Recurring{}, {{days{0}, {}, Severity::warning}}, days{90}),
        ladder_of("late", DeadlineRule{},
                  {{days{-30}, {}, Severity::info},
                   {days{-7}, {}, Severity::warning},
                   {days{1}, {}, Severity::critical},
                   {days{-5}, {}, Severity::info, true}},
                  days{7}),
        ladder_of("no-update", Stalled{{}, days{14}}, {{days{60}, {}, Severity::info}}, days{30}),
        ladder_of("no-owner", Unowned{},
                  {{days{0}, {}, Severity::info}, {days{14}, {}, Severity::warning}}),
        ladder_of("not-closed", Unverified{}, {{days{90}, {}, Severity::info}}, days{30}),
        ladder_of("in-engage", StageRule{},
                  {{days{0}, {}, Severity::warning}, {days{365}, {}, Severity::critical}}),
        ladder_of("left-engage", left, {{days{0}, {}, Severity::info}}),
        ladder_of("silent", Silent{}, {{days{45}, {}, Severity::info}}, days{30})};
}

/// The shipped data, and a few items with clocks, as known on 1 June 2024.
struct Summer2024 : World {
    explicit Summer2024(const std::vector<Rule>& rules = all_rules()) {
        const Instant start = noon("2024-06-01");
        import_everything(start);
        adopt(to_folder(rules), start);
        for (int i = 0; i < 12; ++i) {
            auto planned =
                action("A-" + std::to_string(i), text_of(day("2024-06-20") + days{i * 9}),
                       i % 3 == 0 ? "" : "Owner");
            planned.planned = *PartialDate::parse("2024-05-01");
            REQUIRE(record(planned, start));
        }
        REQUIRE(record(finding("AFI-1", FindingKind::area_for_improvement, "2024-01-01"), start));
        REQUIRE(record(
            FindingClaimed{
                "kent", "AFI-1", ForceState::claimed_complete, day("2024-05-01"), {}, {}},
            start));
        settle(start);
    }
};

/// What is compared: which alert changed how, and on which day.
using Line = std::string;

Line line_of(const std::string& on, const std::string& rule, const std::string& subject,
             std::string_view change, std::string_view severity,
             const std::vector<std::string>& steps) {
    Line line = on + " " + rule + " " + subject + " ";
    line.append(change).append(" ").append(severity);
    for (const auto& step : steps) line.append(" ").append(step);
    return line;
}

/// Lines that only one of the two has, each with its sign.
std::vector<Line> difference(const std::multiset<Line>& left, const std::multiset<Line>& right) {
    std::vector<Line> lines;
    for (const auto& line : left)
        if (left.count(line) > right.count(line)) lines.push_back("- " + line);
    for (const auto& line : right)
        if (right.count(line) > left.count(line)) lines.push_back("+ " + line);
    return lines;
}

std::multiset<Line> lines_of(const std::vector<Foreseen>& story) {
    std::multiset<Line> lines;
    for (const auto& seen : story)
        lines.insert(line_of(text_of(london_date(seen.at)), seen.rule, seen.about.id,
                             text_of(seen.change), text_of(seen.severity), seen.steps));
    return lines;
}

/// The same of what the engine wrote after revision `since`.
std::multiset<Line> lines_written(World& world, Instant since) {
    std::multiset<Line> lines;
    AlertFilter all;
    all.limit = 1'000'000;
    for (const auto& alert : world.store->alerts().list(all))
        for (const auto& revision : world.store->alerts().revisions(alert.id))
            if (revision.at > since)
                lines.insert(line_of(text_of(london_date(revision.at)), alert.rule, alert.subject,
                                     text_of(revision.change), text_of(revision.severity),
                                     revision.steps));
    return lines;
}

void live(World& world, Date from, Date to) {
    for (Date today = from; today <= to; today += days{1})
        world.settle(starts_at(today) + std::chrono::hours{9});
}

}  // namespace

TEST_CASE("a forecast of 90 days is, alert by alert, what a clock then brings", "[engine][R45]") {
    Summer2024 world;
    const Date today = day("2024-06-01");
    const auto foretold =
        forecast(*world.store, all_rules(), {}, noon("2024-06-01"), today + days{90});
    REQUIRE(foretold.size() > 200);
    std::set<std::string> rules;
    for (const auto& seen : foretold) rules.insert(seen.rule);
    CHECK(rules.size() >= 7);
    live(world, today + days{1}, today + days{90});
    CHECK(difference(lines_of(foretold), lines_written(world, noon("2024-06-01"))) ==
          std::vector<Line>{});
}

TEST_CASE("what was closed by hand is foretold for its review, and not before",
          "[engine][R45][R66]") {
    Summer2024 world;
    const Date today = day("2024-06-01");
    const auto alerts = world.open_alerts();
    {
        Store::Transaction transaction{*world.store};
        for (std::size_t i = 0; i < alerts.size(); i += 2) {
            const Date review_on = day(i % 4 == 0 ? "2024-07-10" : "2025-06-01");
            REQUIRE(world.engine->order({0, "test", {}, {}, {}}, noon("2024-06-01"),
                                        [&](AlertOrders& orders) {
                                            return orders.close(alerts[i].id, "agreed", review_on);
                                        }));
        }
        transaction.commit();
    }
    const auto foretold =
        forecast(*world.store, all_rules(), {}, noon("2024-06-01"), today + days{90});
    CHECK(std::count_if(foretold.begin(), foretold.end(),
                        [](const Foreseen& seen) { return seen.change == Change::reopened; }) > 20);
    live(world, today + days{1}, today + days{90});
    CHECK(difference(lines_of(foretold), lines_written(world, noon("2024-06-01"))) ==
          std::vector<Line>{});
}

TEST_CASE("a forecast for one force is the part of the whole that concerns it", "[engine][R45]") {
    Summer2024 world;
    const auto whole =
        forecast(*world.store, all_rules(), {}, noon("2024-06-01"), day("2024-08-30"));
    auto part = lines_of(
        forecast(*world.store, all_rules(), "kent", noon("2024-06-01"), day("2024-08-30")));
    std::vector<Foreseen> expected;
    for (const auto& seen : whole)
        if (seen.about.force == "kent") expected.push_back(seen);
    CHECK_FALSE(part.empty());
    CHECK(part == lines_of(expected));
}

TEST_CASE("what is held back by a hold-off is foretold as well", "[engine][R39][R45]") {
    auto rules = std::vector<Rule>{rule_of("late", DeadlineRule{}, 1)};
    rules[0].hold_off = days{2};
    KentWorld world{rules};
    world.must(action("A-1", "2026-01-05"), "2026-01-01");
    const auto foretold = forecast(*world.store, rules, {}, noon("2026-01-01"), day("2026-01-31"));
    REQUIRE(foretold.size() == 2);
    CHECK_FALSE(foretold[0].tells);
    CHECK(foretold[1].tells);
    CHECK(london_date(foretold[1].at) == day("2026-01-08"));
    for (Date today = day("2026-01-02"); today <= day("2026-01-31"); today += days{1})
        world.settle(starts_at(today));
    CHECK(world.messages() == 1);
}

TEST_CASE("a back-test says the same each time, and what the rules did say", "[engine][R44]") {
    // A daemon that lived through the time: each day's facts recorded on their day.
    KentWorld world{{rule_of("late", DeadlineRule{}, 1), rule_of("no-owner", Unowned{})}};
    const Date from = day("2026-01-02");
    for (Date today = from; today <= day("2026-04-30"); today += days{1}) {
        const auto number = (today - from).count();
        const Instant morning = starts_at(today) + std::chrono::hours{9};
        world.settle(starts_at(today));
        auto planned = action("A-" + std::to_string(number), text_of(today + days{number % 40}),
                              number % 4 == 0 ? "" : "Owner");
        planned.planned = PartialDate{today};
        REQUIRE(world.record(planned, morning));
        if (number % 3 == 0 && number > 20)
            REQUIRE(world.record(ActionUpdated{"tracker",
                                               "A-" + std::to_string(number - 20),
                                               ActionState::complete,
                                               today,
                                               {}},
                                 morning));
        world.settle(morning);
    }
    const auto run = [&] {
        return back_test(*world.store, world.engine->settings().rules, {}, from, day("2026-04-30"),
                         Instant::max())
            .story;
    };
    const auto once = run();
    CHECK(lines_of(once) == lines_of(run()));
    CHECK(once.size() > 60);
    CHECK(difference(lines_of(once), lines_written(world, noon("2026-01-01"))) ==
          std::vector<Line>{});
}

TEST_CASE("a back-test of other rules leaves the records as they are", "[engine][R44]") {
    Summer2024 world;
    const auto head = world.store->journal().head();
    const auto alerts = world.open_alerts().size();
    const std::vector<Rule> other{rule_of("any-low", GradePersists{"good", Comparability::partly})};
    const auto story =
        back_test(*world.store, other, {}, day("2023-01-01"), day("2023-12-31"), Instant::max())
            .story;
    CHECK_FALSE(story.empty());
    for (const auto& seen : story) {
        CHECK(london_date(seen.at) >= day("2023-01-01"));
        CHECK(london_date(seen.at) <= day("2023-12-31"));
    }
    CHECK(world.store->journal().head() == head);
    CHECK(world.open_alerts().size() == alerts);
}

TEST_CASE("an explanation is the stored decision, worked out again", "[engine][R43]") {
    Summer2024 world;
    live(world, day("2024-06-02"), day("2024-07-10"));
    int compared = 0;
    const auto rules = all_rules();
    for (const auto& alert : world.open_alerts()) {
        const auto all =
            explain(*world.store, rules, alert.subject, day("2024-07-10"), Instant::max()).rules;
        const auto found = std::find_if(all.begin(), all.end(), [&](const Explained& each) {
            return each.rule->name == alert.rule && each.about.id == alert.subject &&
                   each.why_not.empty();
        });
        if (alert.rule == "silent") continue;  // asked of effective days, told by days of recording
        CAPTURE(alert.subject, alert.rule);
        REQUIRE(found != all.end());
        CHECK(found->ruling.firing);
        CHECK(found->ruling.severity == alert.severity);
        CHECK(found->ruling.effective_on == alert.effective_on);
        CHECK(found->ruling.reminders == alert.reminders);
        ++compared;
    }
    CHECK(compared > 100);
}

TEST_CASE("an explanation says also why not", "[engine][R43]") {
    auto rules = all_rules();
    rules[3].kinds = {ForceKind::fire};
    Summer2024 world{rules};
    const auto all =
        explain(*world.store, rules, "action:tracker/A-3", day("2024-06-01"), Instant::max()).rules;
    REQUIRE(all.size() == rules.size());
    const auto of = [&](const std::string& name) {
        return *std::find_if(all.begin(), all.end(),
                             [&](const Explained& each) { return each.rule->name == name; });
    };
    CHECK_THAT(of("late").why_not, Catch::Contains("other kinds of force than police"));
    CHECK_THAT(of("in-engage").why_not, Catch::Contains("another kind of item"));
    CHECK(of("no-owner").ruling.firing);
    CHECK(explain(*world.store, rules, "action:tracker/none", day("2024-06-01"), Instant::max())
              .rules.empty());
}

TEST_CASE("an explanation cites what gave each fact that it rests on", "[engine][R23]") {
    Summer2024 world;
    live(world, day("2024-06-02"), day("2024-07-10"));
    const auto rules = all_rules();
    int cited = 0;
    for (const auto& alert : world.open_alerts()) {
        if (alert.rule == "silent") continue;
        CAPTURE(alert.subject, alert.rule);
        const auto all =
            explain(*world.store, rules, alert.subject, day("2024-07-10"), Instant::max());
        REQUIRE(all.sources.size() == 1);
        CHECK(all.sources[0].first == alert.subject);
        REQUIRE_FALSE(all.sources[0].second.empty());
        for (const auto& citation : all.sources[0].second)
            CHECK(citation.recorded.effective_on <= day("2024-07-10"));
        ++cited;
    }
    CHECK(cited > 100);
    const auto track =
        explain(*world.store, rules, "tracks:kent/PEEL", day("2024-07-10"), Instant::max());
    REQUIRE(track.sources.size() > 1);
    for (const auto& [about, citations] : track.sources) {
        CAPTURE(about);
        CHECK(std::any_of(citations.begin(), citations.end(), [](const Citation& each) {
            return std::holds_alternative<JudgementMade>(each.recorded.event) &&
                   each.recorded.origin.source.starts_with("judgements.csv:");
        }));
    }
}

TEST_CASE("facts of another day and knowledge are a fold of the journal up to there",
          "[engine][R91]") {
    // Each step of a history is recorded at its own instant; whatever pair of times one asks for,
    // the answer is that of a daemon that had recorded only so much.
    Summer2024 world;
    const auto events = world.store->journal().page(JournalSeq{0}, 1'000'000, {});
    const bool held = rc::check("as_of and known_at cut the journal", [&] {
        const auto cut = *rc::gen::inRange<std::size_t>(0, events.size());
        const auto as_of = events[*rc::gen::inRange<std::size_t>(0, events.size())].effective_on;
        const auto known_at = events[cut].recorded_at;
        std::vector<Recorded> kept;
        for (const auto& each : events)
            if (each.effective_on <= as_of && each.recorded_at <= known_at) kept.push_back(each);
        const Facts expected = fold(kept);
        const Facts asked = world.engine->facts_at(as_of, known_at, {});
        RC_ASSERT(asked.findings.size() == expected.findings.size());
        RC_ASSERT(asked.actions.size() == expected.actions.size());
        RC_ASSERT(asked.judgements.size() == expected.judgements.size());
        for (const auto& [subject, judgement] : expected.judgements)
            RC_ASSERT(asked.judgements.at(subject).grades == judgement.grades);
        RC_ASSERT(asked.stage_moves.size() == expected.stage_moves.size());
        const Facts kent = world.engine->facts_at(as_of, known_at, "kent");
        for (const auto& [subject, action] : expected.actions)
            RC_ASSERT(kent.actions.contains(subject) == (action.force == "kent"));
    });
    CHECK(held);
}
