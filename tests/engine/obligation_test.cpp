#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::day;
using forcewatch::test::noon;
using forcewatch::test::World;

namespace {

InspectionPublished published(const std::string& on, const std::string& force = "kent") {
    InspectionPublished inspection;
    inspection.inspection = "peel-2023-25-" + force;
    inspection.programme = "PEEL";
    inspection.cycle = "2023-25";
    inspection.published = *PartialDate::parse(on);
    inspection.forces = {force};
    return inspection;
}

std::optional<Obligation> owed(World& world, const std::string& force = "kent") {
    return world.store->facts().obligation("obligation:pcc-comments/peel-2023-25-" + force + "/" +
                                           force);
}

}  // namespace

TEST_CASE("a police report obliges its local policing body for 56 days", "[engine][R34]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    const auto obligation = owed(world);
    REQUIRE(obligation);
    CHECK(obligation->tracked);
    CHECK(obligation->deadline.current().last_day() == day("2026-04-08"));
    CHECK(starts_at(*obligation->deadline.current().last_day() + std::chrono::days{1}) ==
          parse_instant("2026-04-08T23:00:00Z").value());
}

TEST_CASE("a fire report does not, nor does one before the duty was law", "[engine]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12", "kent-frs"), noon("2026-02-12")));
    REQUIRE(world.record(published("2016-02-12"), noon("2026-02-12")));
    CHECK_FALSE(owed(world, "kent-frs"));
    CHECK_FALSE(owed(world));
}

TEST_CASE("an obligation recorded after its period is listed and not chased", "[engine]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2024-02-12"), noon("2026-02-12")));
    REQUIRE(owed(world));
    CHECK_FALSE(owed(world)->tracked);
}

TEST_CASE("a corrected publication date moves its clock, with an entry of its own",
          "[engine][R2]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    const auto before = world.store->journal().head();
    REQUIRE(world.record(published("2026-02-16"), noon("2026-02-20")));
    CHECK(owed(world)->deadline.current().last_day() == day("2026-04-12"));
    CHECK(number_of(world.store->journal().head()) == number_of(before) + 2);
}

TEST_CASE("a duty follows its publication to another day, and so does the first day of a reply",
          "[engine][R2][R91]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-20"), noon("2026-02-20")));
    const auto replied = [&](const char* on) {
        return world.record(
            ObligationReplied{"pcc-comments", "peel-2023-25-kent", "kent", day(on), {}, {}},
            noon("2026-02-24"));
    };
    const auto duty_on = [&](const char* on) {
        const auto facts = world.engine->facts_at(day(on), noon("2026-03-01"), "kent");
        const auto found = facts.obligations.find("obligation:pcc-comments/peel-2023-25-kent/kent");
        return found == facts.obligations.end() ? std::string{"none"}
                                                : found->second.deadline.current().due.text();
    };
    SECTION("an earlier one") {
        CHECK_FALSE(replied("2026-02-15"));
        REQUIRE(world.record(published("2026-02-10"), noon("2026-02-24")));
        for (const char* on : {"2026-02-10", "2026-02-19", "2026-02-20", "2026-02-28"})
            CHECK(duty_on(on) == "2026-04-06");
        CHECK(duty_on("2026-02-09") == "none");
        CHECK(replied("2026-02-15"));
    }
    SECTION("a later one") {
        REQUIRE(world.record(published("2026-02-22"), noon("2026-02-24")));
        CHECK(duty_on("2026-02-21") == "2026-04-16");  // a correction counts from its own date on
        CHECK(duty_on("2026-02-22") == "2026-04-18");
        CHECK_FALSE(replied("2026-02-21"));
        CHECK(replied("2026-02-22"));
    }
    SECTION("one that had passed already when it was corrected") {
        REQUIRE(world.record(published("2025-11-20"), noon("2026-02-24")));
        CHECK(owed(world)->tracked);
        CHECK(owed(world)->deadline.current().last_day() == day("2026-01-14"));
    }
    SECTION("known to the month alone") {
        REQUIRE(world.record(published("2026-02"), noon("2026-02-24")));
        CHECK_FALSE(replied("2026-01-31"));
        CHECK(replied("2026-02-15"));
    }
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a withdrawn publication takes its obligations with it", "[engine][R27]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    REQUIRE(
        world.record(Retracted{"inspection:peel-2023-25-kent", "wrong force"}, noon("2026-02-13")));
    CHECK_FALSE(owed(world));
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("duties and reports may come in either order", "[engine][R5]") {
    World world;
    world.import_shipped({"cycles.csv", "bodies.csv", "frameworks.csv"}, noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-12")));
    CHECK_FALSE(owed(world));
    world.import_shipped({"obligations.toml"}, noon("2026-02-13"));
    CHECK(owed(world)->tracked);
}

TEST_CASE("a date that was mistyped into the past is corrected, and the duty is chased",
          "[engine][R2][R34]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2025-02-12"), noon("2026-02-20")));
    REQUIRE_FALSE(owed(world)->tracked);
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-20")));
    CHECK(owed(world)->tracked);
    CHECK(owed(world)->deadline.current().last_day() == day("2026-04-08"));
    CHECK(owed(world)->deadline.moves().empty());
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a cause of concern that says nothing of its day was raised today", "[engine][R34]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    FindingRaised cause;
    cause.force = "kent";
    cause.reference = "CC-1";
    cause.finding_kind = FindingKind::cause_of_concern;
    cause.title = "Custody";
    REQUIRE(world.record(cause, noon("2026-02-12")));
    CHECK(world.store->facts().obligation("obligation:cause-of-concern-reply/CC-1/kent"));
}

TEST_CASE("a reply does not come before what it replies to", "[engine][R34]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    REQUIRE(world.record(published("2026-02-12"), noon("2026-02-20")));
    ObligationReplied reply{"pcc-comments", "peel-2023-25-kent", "kent", day("2026-02-11"), {}, {}};
    const auto early = world.record(reply, noon("2026-02-20"));
    REQUIRE_FALSE(early);
    CHECK(early.error().field == "on");
    reply.on = day("2026-02-12");
    CHECK(world.record(reply, noon("2026-02-20")));
}
