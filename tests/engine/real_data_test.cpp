#include <set>

#include "core/evaluate.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::day;
using forcewatch::test::noon;
using forcewatch::test::World;

namespace {

constexpr auto imported = "2026-11-23";

std::set<std::string> in_engage(const Facts& facts, Date on) {
    std::map<std::string, std::vector<StageMove>> moves;
    for (const auto& [subject, move] : facts.stage_moves) moves[move.force].push_back(move);
    std::set<std::string> forces;
    for (const auto& [force, own] : moves)
        for (const auto& interval : stage_intervals(own))
            if (interval.stage == MonitoringStage::engage && interval.from <= on &&
                (!interval.until || on < *interval.until))
                forces.insert(force);
    return forces;
}

std::optional<std::string> grade_of(World& world, const std::string& force, const std::string& area,
                                    Date on) {
    const auto judgements = world.store->facts().judgements(force, "PEEL");
    for (const auto& track : tracks_of(world.engine->reference().area_map("PEEL"), judgements, on))
        if (track.area == area) return track.points.back().grade;
    return std::nullopt;
}

}  // namespace

TEST_CASE("the shipped data says who was in Engage on a given day", "[engine][real-data][R14]") {
    World world;
    world.import_everything(noon(imported));
    const auto at = [&](const char* date) {
        return in_engage(world.engine->facts_at(day(date), noon(imported), {}), day(date));
    };
    CHECK(at("2024-06-01") == std::set<std::string>{"nottinghamshire", "devon-and-cornwall",
                                                    "west-midlands", "metropolitan",
                                                    "buckinghamshire-frs", "gloucestershire-frs"});
    CHECK(at("2025-09-01") == std::set<std::string>{"lincolnshire"});
    SECTION("and is exact at both ends") {
        CHECK_FALSE(at("2024-03-10").contains("nottinghamshire"));
        CHECK(at("2024-03-11").contains("nottinghamshire"));
        CHECK(at("2025-05-21").contains("nottinghamshire"));
        CHECK_FALSE(at("2025-05-22").contains("nottinghamshire"));
    }
}

TEST_CASE("a correction holds from its own day on", "[engine][real-data][R3]") {
    World world;
    world.import_everything(noon(imported));
    CHECK(grade_of(world, "northamptonshire", "responding", day("2024-08-07")) == "adequate");
    CHECK(grade_of(world, "northamptonshire", "responding", day("2024-08-08")) ==
          "requires improvement");
}

TEST_CASE("the 83 judgements without a date are kept and start no clock",
          "[engine][real-data][R2]") {
    World world;
    world.import_everything(noon(imported));
    const Facts facts = world.engine->facts_at(day("2030-01-01"), noon(imported), {});
    int undated = 0;
    for (const auto& [subject, judgement] : facts.judgements)
        if (judgement.certainty == Certainty::undated) ++undated;
    CHECK(facts.judgements.size() == 470);
    CHECK(undated == 83);
    for (const auto& [subject, obligation] : facts.obligations)
        CHECK_FALSE(obligation.cause.ends_with("-undated"));
}

TEST_CASE("an area is still low exactly if its latest comparable judgement is",
          "[engine][real-data][R5]") {
    World world;
    world.import_everything(noon(imported));
    int low = 0;
    int better = 0;
    for (const auto& force : world.store->facts().forces())
        for (const auto& programme : world.store->facts().programmes_of(force.id))
            for (const auto& track :
                 tracks_of(world.engine->reference().area_map(programme),
                           world.store->facts().judgements(force.id, programme), day(imported))) {
                const auto spells =
                    low_spells(track, "requires improvement", Comparability::partly);
                const auto& latest = track.points.back();
                const bool still = !spells.empty() && !spells.back().until;
                CAPTURE(force.id, track.area);
                CHECK(still == (at_or_below(*latest.grades, latest.grade, "requires improvement") &&
                                !track.discontinued_on));
                low += still ? 1 : 0;
                better += !still && !spells.empty() ? 1 : 0;
            }
    CHECK(low > 100);
    CHECK(better > 10);
}

TEST_CASE("a move known only to the month is accepted and shown as given",
          "[engine][real-data][R14]") {
    World world;
    world.import_everything(noon(imported));
    const auto intervals = stage_intervals(world.store->facts().stage_moves("cleveland"));
    REQUIRE(intervals.size() == 2);
    CHECK(intervals[0].from_as_given.text() == "2019");
    CHECK(intervals[0].until_as_given.text() == "2023-09");
    CHECK(intervals[0].until == day("2023-09-30"));
}

TEST_CASE("importing the shipped data twice changes nothing", "[engine][real-data][R18]") {
    World world;
    world.import_everything(noon(imported));
    const auto head = world.store->journal().head();
    const auto alerts = world.open_alerts().size();
    for (const char* name : {"cycles.csv", "bodies.csv", "frameworks.csv", "area-map.csv",
                             "bank-holidays.csv", "judgements.csv", "monitoring_timeline.csv"}) {
        const auto summary =
            world.import(name, test::read_file(test::reference_file(name)), noon("2026-11-24"));
        CAPTURE(name);
        CHECK(summary.added_or_changed == 0);
    }
    world.import_obligations(noon("2026-11-24"));
    CHECK(world.store->journal().head() == head);
    CHECK(world.open_alerts().size() == alerts);
}

TEST_CASE("the database of the shipped data equals a new fold of its journal",
          "[engine][real-data][R101]") {
    World world;
    world.import_everything(noon(imported));
    CHECK(verify(world.scratch / "forcewatch.db") == std::vector<std::string>{});
}
