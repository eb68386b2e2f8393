#include <catch2/catch.hpp>

#include "tests/ingest/news_reading.hpp"

using namespace forcewatch;
using test::has_conflict;
using test::read_item;
using test::told;
using Lines = std::vector<std::string>;

TEST_CASE("grades are counted in the ways in which people write them", "[ingest][news]") {
    const auto [text, expected] = GENERATE(table<const char*, const char*>({
        {"Inspectors graded the force in nine areas of policing: \u2018outstanding\u2019 in one "
         "area, \u2018good\u2019 in four areas, adequate\u2019 in one area and \u2018requires "
         "improvement\u2019 in three areas.",
         "1 4 1 3 0 of 9"},
        {"HMICFRS graded the force across eight areas. It was adequate in one area, requires "
         "improvement in five areas and inadequate in two areas.",
         "0 0 1 5 2 of 8"},
        {"Out of 8 areas, 3 are graded \u2018Good\u2019, 4 are graded \u2018Adequate\u2019 and 1 "
         "is "
         "graded \u2018Requires Improvement\u2019, HMICFRS said.",
         "0 3 4 1 0 of 8"},
        {"Inspectors rated the force Good in two areas and Adequate in the remaining three.",
         "0 2 3 0 0"},
        {"The force received one \u2018good\u2019 rating, three \u2018adequate\u2019, six "
         "\u2018requires improvement\u2019 and one \u2018inadequate\u2019 from inspectors.",
         "0 1 3 6 1"},
        {"HMICFRS said only one area of the force was adequate. Two were inadequate and a further "
         "five required improvement. It looked at the following eight areas.",
         "0 0 1 5 2 of 8"},
        {"HMICFRS gave it three \u201coutstanding\u201d gradings across eight areas.",
         "3 - - - - of 8"},
        {"Inspectors: seven out of 11 areas required improvement; four were rated adequate.",
         "0 0 4 7 0 of 11"},
        {"Seven areas, prevention among them, were judged \"adequate\" and four \"good\" by "
         "HMICFRS.",
         "0 4 7 0 0"},
        {"HMICFRS graded Kent Police in eight areas. One was outstanding, four good, two adequate "
         "and one inadequate.",
         "1 4 2 0 1 of 8"},
    }));
    CAPTURE(text);
    CHECK(told(read_item("Kent Police inspection", text), ProposalKind::grade_counts) ==
          Lines{std::string{"grade-counts kent "} + expected});
}

TEST_CASE("what is counted and is no grade of an area gives nothing", "[ingest][news]") {
    const auto text = GENERATE(
        "Inspectors audited 38 child protection cases (10 good, 18 requiring improvement, 10 "
        "inadequate).",
        "HMICFRS set out five areas for improvement and 43 recommendations.",
        "Of the 43 forces, HMICFRS graded three as outstanding and 28 as good.",
        "HMICFRS saw two good examples and one outstanding idea.",
        "The report gives 12 areas for improvement, after an inspection.");
    CAPTURE(text);
    CHECK(told(read_item("Kent Police inspection", text), ProposalKind::grade_counts).empty());
}

TEST_CASE("areas and their grades are read in the ways in which people write them",
          "[ingest][news]") {
    const auto [text, expected] = GENERATE(table<std::string, Lines>({
        {"Kent Police has been graded inadequate at responding to the public and as requires "
         "improvement at investigating crime, HMICFRS said.",
         {"responding to the public: inadequate", "investigating crime: requires improvement"}},
        {"Kent Police is good at preventing and deterring crime, but it must improve, the police "
         "inspectorate has said.",
         {"preventing and deterring crime: good"}},
        {"HMICFRS graded it \u2018outstanding\u2019 in preventing crime, treatment of the public "
         "and "
         "good use of resources.",
         {"preventing crime: outstanding", "treatment of the public: outstanding",
          "good use of resources: outstanding"}},
        {"Inspectors found that Kent Police:\n\u2022 is \u2018good\u2019 at reducing crime; and\n"
         "\u2022 \u2019requires improvement\u2019 at how it treats the public.",
         {"reducing crime: good", "how it treats the public: requires improvement"}},
        {"HMICFRS graded it in three areas:\n- Investigating crime - Inadequate\n- Responding to "
         "the "
         "public \u2013 Requires Improvement\n",
         {"Investigating crime: inadequate", "Responding to the public: requires improvement"}},
        {"HMICFRS inspection\nGood\n- Preventing fires\nAdequate\n- Responding to fires\n",
         {"Preventing fires: good", "Responding to fires: adequate"}},
        {"HMICFRS said the areas requiring improvement are investigating crime; managing "
         "offenders, "
         "and good use of resources.",
         {"investigating crime: requires improvement", "managing offenders: requires improvement",
          "good use of resources: requires improvement"}},
        {"HMICFRS: \u2018inadequate\u2019 in two areas \u2013 responding to the public and "
         "managing "
         "offenders.",
         {"responding to the public: inadequate", "managing offenders: inadequate"}},
        {"It has improved its management of investigations and how it responds to the public, "
         "being "
         "graded as \u2018good\u2019 in both areas, the inspectorate said.",
         {"management of investigations: good", "how it responds to the public: good"}},
        {"The extent to which the force is effective at reducing crime requires improvement. HMIC",
         {"effective at reducing crime: requires improvement"}},
        {"Recording data about crime, responding to the public and managing offenders were among "
         "the "
         "inadequate areas, inspectors said.",
         {"Recording data about crime: inadequate", "responding to the public: inadequate",
          "managing offenders: inadequate"}},
        {"HMICFRS judged Kent Police's crime recording to be outstanding.",
         {"crime recording: outstanding"}},
        {"Kent Police was rated \u2018good\u2019 across all areas - effectiveness and efficiency, "
         "and "
         "people - by HMICFRS.",
         {"effectiveness and efficiency: good", "people: good"}},
        {"HMICFRS inspection\nPreventing crime\tGood\nInvestigating crime\tAdequate\n",
         {"Preventing crime: good", "Investigating crime: adequate"}},
        {"HMICFRS inspected it. | Area | Grade |\n| Investigating crime | Good |\n",
         {"Investigating crime: good"}},
    }));
    CAPTURE(text);
    Lines lines;
    for (const auto& each : expected) lines.push_back("judgement kent " + each);
    CHECK(told(read_item("Kent Police inspection", text), ProposalKind::judgement) == lines);
}

TEST_CASE("ordinary uses of the grades' words, and old grades, give nothing", "[ingest][news]") {
    const auto text = GENERATE(
        "The inspectorate said it lacks adequate plans and processes.",
        "Inspectors said the overall treatment of detainees was good.",
        "HMICFRS said oversight was not adequate when force was used.",
        "Leadership and governance are good, inspectors said.",
        "The previous report found it \u2018inadequate\u2019 in responding to the public. HMICFRS",
        "HMICFRS explains what a service must do to be graded \u2018good\u2019.",
        "Inspectors congratulated it on an outstanding performance.");
    CAPTURE(text);
    CHECK(told(read_item("Kent Police inspection", text), ProposalKind::judgement).empty());
}

TEST_CASE("grades that led to a move are not read as new", "[ingest][news]") {
    const auto reading = read_item("Wiltshire Police taken out of special measures",
                                   "HMICFRS had moved the force after it was graded "
                                   "\u2018inadequate\u2019 at responding to the public.");
    CHECK(told(reading, ProposalKind::judgement).empty());
}

TEST_CASE("one report may grade several bodies", "[ingest][news]") {
    const auto reading =
        read_item("Improvements needed in the response to serious and organised crime",
                  "HMICFRS graded how they tackle serious and organised crime:\n"
                  "- The South West Regional Organised Crime Unit has been graded as adequate;\n"
                  "- Dorset Police has been graded as requires improvement; and\n"
                  "- Gloucestershire Constabulary has been graded as inadequate.\n");
    CHECK(reading.programme == "rocu");
    CHECK(told(reading, ProposalKind::judgement) ==
          Lines{"judgement south-west-rocu serious and organised crime: adequate",
                "judgement dorset serious and organised crime: requires improvement",
                "judgement gloucestershire serious and organised crime: inadequate"});
}

TEST_CASE("counts that do not add up are a conflict", "[ingest][news]") {
    const auto [text, conflict] = GENERATE(table<const char*, bool>({
        {"HMICFRS graded it across five areas. It was good in one area and adequate in four areas.",
         false},
        {"HMICFRS graded it across nine areas. It was good in one area and adequate in four areas.",
         true},
        {"HMICFRS graded it across five areas. It was good in one area and adequate in four areas. "
         "The force was \u2018good\u2019 at investigating crime and \u2018good\u2019 at recording "
         "crime.",
         true},
    }));
    CAPTURE(text);
    CHECK(has_conflict(read_item("Kent Police inspection", text), "counts") == conflict);
}

TEST_CASE("one area with two grades is a conflict", "[ingest][news]") {
    const auto reading = read_item("Kent Police inspection",
                                   "HMICFRS graded it:\n- Investigating crime - Good\n"
                                   "- Investigating crime - Inadequate\n");
    CHECK(has_conflict(reading, "statements"));
}
