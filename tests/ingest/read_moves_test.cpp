#include <catch2/catch.hpp>

#include "tests/ingest/news_reading.hpp"

using namespace forcewatch;
using test::has_conflict;
using test::read_item;
using test::told;
using Lines = std::vector<std::string>;

TEST_CASE("a move into or out of Engage is read with its day where the text fixes it",
          "[ingest][news][R23]") {
    const auto [title, text, published,
                expected] = GENERATE(table<const char*, const char*, const char*, const char*>({
        {"Kent Police moved into enhanced monitoring",
         "Kent Police has today been moved into an enhanced level of monitoring.", "2025-03-10",
         "stage kent entered 2025-03-10"},
        {"Kent Police removed from enhanced monitoring",
         "The police inspectorate has removed Kent Police from Engage.", "2025-03-10",
         "stage kent left"},
        {"Essex Police comes out of special measures", "HMICFRS said so.", "", "stage essex left"},
        {"Surrey Fire and Rescue Service put under special supervision",
         "Inspectors have put it under special supervision.", "", "stage surrey-frs entered"},
        {"Norfolk Constabulary: return to default phase of monitoring",
         "Sent on\n22 May 2025\nSir Andy Cooke has decided to return Norfolk Constabulary to "
         "our default phase of monitoring, which is known as Scan.",
         "2025-05-22", "stage norfolk left 2025-05-22"},
        {"Thames Valley Police placed into Engage",
         "HMICFRS has escalated the force to Engage. The decision took effect on 4 March 2025.",
         "2025-03-10", "stage thames-valley entered 2025-03-04"},
        {"Gwent Police moved from scan to engage",
         "The watchdog moved Gwent Police from the default \"scan\" level of monitoring to "
         "\"engage\".",
         "", "stage gwent entered"},
        {"Services previously in Engage",
         "London Fire Brigade\nMoved out of Engage\nMarch 2024\nEntered Engage\nDecember 2022\n",
         "", "stage london-frs left 2024-03"},
    }));
    CAPTURE(title);
    CHECK(told(read_item(title, text, published), ProposalKind::stage) == Lines{expected});
}

TEST_CASE("several forces that moved are several moves", "[ingest][news]") {
    const auto reading = read_item(
        "Two forces move out of Engage",
        "Two forces, Cleveland Police and Staffordshire Police, have moved out of Engage, "
        "HMICFRS said. Forces may be moved back.");
    CHECK(told(reading, ProposalKind::stage) ==
          Lines{"stage cleveland left", "stage staffordshire left"});
}

TEST_CASE("what is no move gives none", "[ingest][news]") {
    const auto [title, text] = GENERATE(table<const char*, const char*>({
        {"Kent Police inspection", "HMICFRS said Kent Police must engage with communities better."},
        {"Kent Police inspection", "Forces may be escalated to Engage if they do not respond."},
        {"Avon Fire and Rescue Service could be placed in special measures", "HMICFRS warned."},
        {"Wiltshire Police chief unsure of release from special measures",
         "Inspectors are not convinced the force will be released from special measures."},
        {"Kent Police has made improvements",
         "HMICFRS graded the force across eight areas: good in five areas and adequate in three. "
         "The force was moved into Engage in June 2022 and was moved out of Engage in May 2024."},
        {"Greater Manchester Police still in special measures",
         "It remains in special measures, HMICFRS says. It was placed in special measures in "
         "2020."},
        {"Staffordshire Police must improve",
         "HMICFRS has said so. The force was moved into the Engage process earlier this year."},
        {"Kent Police removed from special measures?", "HMICFRS would not say."},
        {"Forces in Engage", "Cleveland Police\nEntered Engage\n2019\nReasons\n"},
    }));
    CAPTURE(title, text);
    CHECK(told(read_item(title, text), ProposalKind::stage).empty());
}

TEST_CASE("a force that is in Engage still is told, and nothing is to be recorded",
          "[ingest][news]") {
    const auto reading = read_item("Greater Manchester Police still in special measures",
                                   "GMP remains in special measures, inspectors say.");
    CHECK(told(reading, ProposalKind::remains) == Lines{"remains greater-manchester"});
}

TEST_CASE("every proposal carries the exact words that gave it", "[ingest][news][R23]") {
    const std::string text =
        "Kent Police\u2019s leaders spoke. Kent Police has been moved into \u2018Engage\u2019, an "
        "enhanced level of monitoring.";
    const auto reading = read_item("Kent Police under scrutiny", text);
    REQUIRE(reading.proposals.size() == 1);
    CHECK_FALSE(reading.proposals[0].words.empty());
    CHECK(text.find(reading.proposals[0].words) != std::string::npos);
    CHECK(reading.proposals[0].percent > 0);
}

TEST_CASE("a day that is only that of publication is a conflict, and no date", "[ingest][news]") {
    const auto reading =
        read_item("Kent Police removed from enhanced monitoring", "HMICFRS said so.", "2025-03-10");
    CHECK(has_conflict(reading, "date"));
    CHECK_FALSE(reading.proposals.at(0).date.known());
}

TEST_CASE("two statements that disagree are a conflict", "[ingest][news]") {
    const auto reading = read_item(
        "Monitoring of Kent Police",
        "HMICFRS has moved Kent Police into Engage. Kent Police has been removed from Engage.");
    CHECK(has_conflict(reading, "statements"));
}
