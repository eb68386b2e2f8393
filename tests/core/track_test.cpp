#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "core/evaluate.hpp"

using namespace forcewatch;
using std::chrono::days;

namespace {

constexpr auto four = "outstanding|good|requires improvement|inadequate";
constexpr auto five = "outstanding|good|adequate|requires improvement|inadequate";
const std::string low = "requires improvement";

Date day(std::string_view text) { return parse_date(text).value(); }

/// A programme of three cycles: two on four grades, the third on five and with renamed areas.
struct Programme {
    Facts facts;

    Programme() {
        say(ScaleDefined{four, {"outstanding", "good", low, "inadequate"}});
        say(ScaleDefined{five, {"outstanding", "good", "adequate", low, "inadequate"}});
        cycle("one", 2016, "2016-12-31");
        cycle("two", 2018, "2018-12-31");
        cycle("three", 2021, "2021-12-31");
        for (const char* area : {"crime", "budget", "assets", "dropped"}) {
            area_of("one", area, four);
            area_of("two", area, four);
        }
        area_of("three", "crime", five);
        area_of("three", "money", five);
        link("one", "crime", "two", "crime", Comparability::same);
        link("two", "budget", "three", "money", Comparability::partly);
        link("two", "assets", "three", "money", Comparability::partly);
    }
    void say(const Event& event) {
        apply(facts, Recorded{{}, {}, {}, Certainty::exact, {}, event, {}});
    }
    void cycle(const char* name, int order, const char* end) {
        say(CycleDefined{"P", name, order, {}, *PartialDate::parse(end)});
    }
    void area_of(const char* cycle, const char* area, const char* scale) {
        say(AreaDefined{"P", cycle, area, area, "yes", scale});
    }
    void link(const char* from, const char* area, const char* to, const char* next,
              Comparability comparability) {
        say(AreasLinked{"P", from, area, to, next, comparability, {}});
    }
    [[nodiscard]] AreaMap map() const { return {facts, "P"}; }
};

Ruling judge_track(const Rule& rule, const Track& track, Date today) {
    return forcewatch::judge_track(rule, track, {}, today, {});
}

PlacedJudgement judged(const char* cycle, const char* area, const char* grade, const char* on,
                       Certainty certainty = Certainty::exact) {
    const std::string inspection = std::string{cycle} + "-" + on;
    const auto published =
        certainty == Certainty::undated ? PartialDate{} : *PartialDate::parse(on);
    return {cycle,
            {inspection, "kent", area, {{day(on), grade}}, certainty, {}, {}, {}, {}},
            published};
}

const Track& track_named(const std::vector<Track>& tracks, const std::string& area) {
    const auto found =
        std::find_if(tracks.begin(), tracks.end(), [&](const Track& t) { return t.area == area; });
    REQUIRE(found != tracks.end());
    return *found;
}

Rule persists(std::vector<LadderStep> ladder) {
    return {"remains", GradePersists{low, Comparability::partly}, {}, {}, {}, std::move(ladder),
            {}};
}

}  // namespace

TEST_CASE("an area continues over cycles, on four grades and on five", "[core][R3][R4]") {
    const Programme programme;
    const auto map = programme.map();
    const auto tracks = tracks_of(map,
                                  {judged("one", "crime", "inadequate", "2016-06-01"),
                                   judged("two", "crime", "requires improvement", "2018-06-01"),
                                   judged("three", "crime", "requires improvement", "2021-06-01")},
                                  day("2022-01-01"));
    REQUIRE(tracks.size() == 1);
    const auto spells = low_spells(tracks[0], low, Comparability::partly);
    REQUIRE(spells.size() == 1);
    CHECK(spells[0].since == day("2016-06-01"));
    CHECK(spells[0].cycles == std::vector<std::string>{"one", "two", "three"});
    CHECK(spells[0].partly_compared == std::vector<std::string>{"three"});

    SECTION("counted only where fully comparable, the change of scale begins anew") {
        const auto strict = low_spells(tracks[0], low, Comparability::same);
        REQUIRE(strict.size() == 2);
        CHECK(strict[0].until == day("2021-06-01"));
        CHECK(strict[1].since == day("2021-06-01"));
    }
}

TEST_CASE("'adequate' is better than requires improvement, though four grades do not know it",
          "[core][R3]") {
    const Programme programme;
    const auto map = programme.map();
    const auto tracks = tracks_of(map,
                                  {judged("two", "crime", "requires improvement", "2018-06-01"),
                                   judged("three", "crime", "adequate", "2021-06-01")},
                                  day("2022-01-01"));
    const auto spells = low_spells(tracks.at(0), low, Comparability::partly);
    REQUIRE(spells.size() == 1);
    CHECK(spells[0].until == day("2021-06-01"));
}

TEST_CASE("areas that were merged share one track, at the worst of their grades", "[core][R4]") {
    const Programme programme;
    const auto map = programme.map();
    std::vector<PlacedJudgement> judgements{
        judged("two", "budget", "good", "2018-06-01"),
        judged("two", "assets", "requires improvement", "2018-06-01")};
    CHECK(tracks_of(map, judgements, day("2019-01-01")).size() == 2);
    judgements.push_back(judged("three", "money", "requires improvement", "2021-06-01"));
    const auto merged = tracks_of(map, judgements, day("2022-01-01"));
    REQUIRE(merged.size() == 1);
    const auto spells = low_spells(merged[0], low, Comparability::partly);
    REQUIRE(spells.size() == 1);
    CHECK(spells[0].since == day("2018-06-01"));
    CHECK(spells[0].cycles.size() == 2);
}

TEST_CASE("a renamed area keeps the name of its track", "[core][R47]") {
    const Programme programme;
    const auto map = programme.map();
    std::vector<PlacedJudgement> judgements{
        judged("two", "assets", "requires improvement", "2018-06-01")};
    const auto before = tracks_of(map, judgements, day("2019-01-01")).at(0);
    judgements.push_back(judged("three", "money", "requires improvement", "2021-06-01"));
    const auto after = tracks_of(map, judgements, day("2022-01-01")).at(0);
    CHECK(after.area == "money");
    CHECK(before.root == after.root);
}

TEST_CASE("an area dropped from the programme ends when the force is inspected again", "[core]") {
    const Programme programme;
    const auto map = programme.map();
    std::vector<PlacedJudgement> judgements{judged("two", "dropped", "inadequate", "2018-06-01")};
    CHECK_FALSE(tracks_of(map, judgements, day("2022-01-01")).at(0).discontinued_on);
    judgements.push_back(judged("three", "crime", "good", "2021-06-01"));
    const auto tracks = tracks_of(map, judgements, day("2022-01-01"));
    const auto& dropped = track_named(tracks, "dropped");
    CHECK(dropped.discontinued_on == day("2021-06-01"));
    const auto spells = low_spells(dropped, low, Comparability::partly);
    CHECK(spells.at(0).discontinued);
    CHECK(spells.at(0).until == day("2021-06-01"));
}

TEST_CASE("undated history is ordered by cycle and starts no clock", "[core][R2]") {
    const Programme programme;
    const auto map = programme.map();
    const auto undated = judged("one", "crime", "inadequate", "2016-12-31", Certainty::undated);
    const auto rule = persists({{days{0}, {}, Severity::info}});
    SECTION("alone it has no since and no day is counted") {
        const auto tracks = tracks_of(map, {undated}, day("2022-01-01"));
        const auto ruling = judge_track(rule, tracks.at(0), day("2022-01-01"));
        CHECK_FALSE(ruling.firing);
        const auto spells = low_spells(tracks[0], low, Comparability::partly);
        CHECK_FALSE(spells.at(0).since);
        CHECK(spells.at(0).cycles.size() == 1);
    }
    SECTION("the clock runs from the first dated judgement, the rounds from the undated one") {
        const auto tracks =
            tracks_of(map, {undated, judged("two", "crime", "requires improvement", "2018-06-01")},
                      day("2022-01-01"));
        const auto spells = low_spells(tracks.at(0), low, Comparability::partly);
        CHECK(spells.at(0).since == day("2018-06-01"));
        CHECK(spells.at(0).cycles.size() == 2);
    }
}

TEST_CASE("a judgement is not seen before its day", "[core][R91]") {
    const Programme programme;
    const auto map = programme.map();
    const std::vector<PlacedJudgement> judgements{
        judged("two", "crime", "requires improvement", "2018-06-01")};
    CHECK(tracks_of(map, judgements, day("2018-05-31")).empty());
    CHECK(tracks_of(map, judgements, day("2018-06-01")).size() == 1);
}

TEST_CASE("days at requires improvement raise the alert on the day they are reached",
          "[core][R36]") {
    const Programme programme;
    const auto map = programme.map();
    const auto [after, severity] = GENERATE(table<int, Severity>(
        {{179, Severity::info}, {180, Severity::warning}, {181, Severity::warning}}));
    const Date since = day("2018-06-01");
    const Date today = since + days{after};
    const auto rule = persists({{days{0}, {}, Severity::info}, {days{180}, {}, Severity::warning}});
    const auto tracks =
        tracks_of(map, {judged("two", "crime", "requires improvement", "2018-06-01")}, today);
    const auto ruling = judge_track(rule, tracks.at(0), today);
    CAPTURE(after);
    REQUIRE(ruling.firing);
    CHECK(ruling.severity == severity);
    CHECK(ruling.next_on == (after < 180 ? std::optional{since + days{180}} : std::nullopt));
}

TEST_CASE("rounds at requires improvement raise the alert at the N-th", "[core][R36]") {
    const Programme programme;
    const auto map = programme.map();
    const auto rule = persists({{days{0}, {}, Severity::info}, {{}, 2, Severity::critical}});
    std::vector<PlacedJudgement> judgements{
        judged("one", "crime", "requires improvement", "2016-06-01")};
    const Date today = day("2022-01-01");
    const auto severity = [&] {
        return judge_track(rule, tracks_of(map, judgements, today).at(0), today).severity;
    };
    CHECK(severity() == Severity::info);
    judgements.push_back(judged("two", "crime", "inadequate", "2018-06-01"));
    CHECK(severity() == Severity::critical);
    judgements.push_back(judged("three", "crime", "inadequate", "2021-06-01"));
    CHECK(severity() == Severity::critical);
}

TEST_CASE("a later return to requires improvement is another episode", "[core][R36]") {
    const Programme programme;
    const auto map = programme.map();
    const auto rule = persists({{days{0}, {}, Severity::info}});
    const auto tracks = tracks_of(map,
                                  {judged("one", "crime", "requires improvement", "2016-06-01"),
                                   judged("two", "crime", "good", "2018-06-01"),
                                   judged("three", "crime", "requires improvement", "2021-06-01")},
                                  day("2022-01-01"));
    const auto ruling = judge_track(rule, tracks.at(0), day("2022-01-01"));
    REQUIRE(ruling.episodes.size() == 2);
    CHECK(ruling.episodes[0].until == day("2018-06-01"));
    CHECK(ruling.episodes[1].from == day("2021-06-01"));
    CHECK_FALSE(ruling.episodes[1].until);
}

TEST_CASE("tracks do not depend on the order in which judgements came", "[core][R5]") {
    const Programme programme;
    const auto map = programme.map();
    const std::vector<const char*> grades{"good", "requires improvement", "inadequate"};
    const bool held = rc::check("spells are the same for every order", [&] {
        std::vector<PlacedJudgement> judgements;
        const std::vector<std::pair<const char*, std::vector<const char*>>> cycles{
            {"one", {"2016-03-01", "2016-06-01"}},
            {"two", {"2018-06-01", "2018-08-01"}},
            {"three", {"2021-06-01"}}};
        for (const auto& [cycle, dates] : cycles)
            for (const char* on : dates)
                if (*rc::gen::inRange(0, 3) > 0)
                    judgements.push_back(judged(cycle, "crime", *rc::gen::elementOf(grades), on));
        auto shuffled = judgements;
        std::shuffle(shuffled.begin(), shuffled.end(),
                     std::mt19937{*rc::gen::arbitrary<unsigned>()});
        const auto left = tracks_of(map, judgements, day("2022-01-01"));
        const auto right = tracks_of(map, shuffled, day("2022-01-01"));
        RC_ASSERT(left.size() == right.size());
        const auto rule = persists({{days{0}, {}, Severity::info}, {{}, 2, Severity::critical}});
        for (std::size_t i = 0; i < left.size(); ++i) {
            const auto one = judge_track(rule, left[i], day("2022-01-01"));
            const auto two = judge_track(rule, right[i], day("2022-01-01"));
            RC_ASSERT(one.summary == two.summary);
            RC_ASSERT(one.reached == two.reached);
            RC_ASSERT(one.next_on == two.next_on);
        }
    });
    CHECK(held);
}
