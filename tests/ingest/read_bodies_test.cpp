#include <catch2/catch.hpp>

#include "tests/ingest/news_reading.hpp"

using namespace forcewatch;
using test::has_conflict;
using test::read_item;
using Ids = std::vector<std::string>;

TEST_CASE("a body is known by its names, letters and place", "[ingest][news]") {
    const auto [title, text, expected] = GENERATE(table<const char*, const char*, Ids>({
        {"Kent Police inspection", "HMICFRS report.", {"kent"}},
        {"Kent police criticised", "HMICFRS report.", {"kent"}},
        {"Kent\u2019s fire service praised", "HMICFRS report.", {"kent-frs"}},
        {"Hereford & Worcester FRS inspected", "HMICFRS report.", {"hereford-and-worcester-frs"}},
        {"GMP child protection inspection", "HMICFRS report.", {"greater-manchester"}},
        {"The Met must improve", "HMICFRS report on the force.", {"metropolitan"}},
        {"SFRS: a report",
         "HMICFRS has inspected Shropshire Fire and Rescue Service (SFRS).",
         {"shropshire-frs"}},
        {"Norfolk must improve",
         "The chief constable said the HMICFRS report was fair.",
         {"norfolk"}},
        {"West Midlands Police: Crime Data Integrity inspection",
         "HMICFRS report.",
         {"west-midlands"}},
        {"Regional organised crime unit for the West Midlands",
         "HMICFRS report.",
         {"west-midlands-rocu"}},
        {"An inspection of the regional response to serious and organised crime",
         "HMICFRS. The forces in this report are Surrey, Sussex and Thames Valley.",
         {"surrey", "sussex", "thames-valley"}},
    }));
    CAPTURE(title);
    CHECK(read_item(title, text).forces == expected);
}

TEST_CASE("offices, councils and people's careers are no bodies", "[ingest][news]") {
    const auto [title, text] = GENERATE(table<const char*, const char*>({
        {"Commissioner reacts", "Kent Police and Crime Commissioner welcomed the HMICFRS report."},
        {"Joint inspection in Redcar and Cleveland", "Ofsted and HMICFRS published a report."},
        {"Chief inspector knighted",
         "Andy Cooke, formerly chief constable of Merseyside Police, has joined HMICFRS."},
        {"State of policing", "HMICFRS looked at how forces engage with communities."},
    }));
    CAPTURE(title);
    CHECK(read_item(title, text).forces.empty());
}

TEST_CASE("a place that may be the police or the fire service is a conflict", "[ingest][news]") {
    const auto reading = read_item("Norfolk must improve", "HMICFRS has published a report.");
    CHECK(reading.proposals.empty());
    REQUIRE(has_conflict(reading, "body"));
    CHECK(reading.conflicts.at(0).forces == Ids{"norfolk", "norfolk-frs"});
}

TEST_CASE("a place that a national report only mentions is no conflict", "[ingest][news]") {
    CHECK_FALSE(has_conflict(read_item("State of policing: annual report",
                                       "HMICFRS saw good practice in Norfolk and elsewhere."),
                             "body"));
}

TEST_CASE("the programme follows from body and subject", "[ingest][news]") {
    const auto [title, text, expected] = GENERATE(table<const char*, const char*, const char*>({
        {"PEEL 2023-25: An inspection of Kent Police", "HMICFRS report.", "peel"},
        {"Kent Fire and Rescue Service inspected", "HMICFRS report.", "fire"},
        {"Kent Police: National child protection inspection", "HMICFRS report.", "ncpi"},
        {"Report on custody suites in Kent Police", "HMICFRS inspection.", "custody"},
        {"Kent Police: Crime Data Integrity inspection", "HMICFRS report.", "cdi"},
        {"Joint targeted area inspection of Kent", "HMICFRS letter.", "jtai"},
        {"Values and culture in fire and rescue services", "HMICFRS report.", "thematic"},
        {"Proposed policing inspection programme: consultation", "HMICFRS asks.", "other"},
    }));
    CAPTURE(title);
    CHECK(read_item(title, text).programme == expected);
}

TEST_CASE("causes of concern are counted while they are open", "[ingest][news]") {
    const auto [text, expected] = GENERATE(table<const char*, int>({
        {"HMICFRS identified two accelerated causes of concern.", 2},
        {"HMICFRS inspected it. We identified two accelerated causes of concern. We also raised "
         "two "
         "causes of concern. That accelerated cause of concern has been closed.",
         3},
        {"HMICFRS: both causes of concern have now been closed.", 0},
        {"HMICFRS wants more before the remaining two causes of concern can be closed.", 2},
    }));
    CAPTURE(text);
    const auto reading = read_item("Kent Police inspection", text);
    const auto found =
        std::find_if(reading.proposals.begin(), reading.proposals.end(),
                     [](const Proposal& each) { return each.kind == ProposalKind::finding; });
    REQUIRE(found != reading.proposals.end());
    CHECK(found->number == expected);
}
