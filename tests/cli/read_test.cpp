#include <fstream>

#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

const std::string news = FORCEWATCH_SOURCE_DIR "/tests/data/news/";

}  // namespace

TEST_CASE("news is read without a daemon, and nothing is stored", "[cli][news][R23]") {
    const auto ended = run({ctl_program, "read", "--dry-run", "--json",
                            news + "seed-northamptonshire-2025-08-25.txt"});
    REQUIRE(ended.code == 0);
    const auto document = parse_json_object(ended.out);
    REQUIRE(document);
    CHECK(text_at(*document, "source") == "seed-northamptonshire-2025-08-25.txt");
    CHECK(text_at(*document, "programme") == "ncpi");
    CHECK(array_at(*document, "items").size() == 9);
    const auto& proposals = array_at(*document, "proposals");
    REQUIRE(proposals.size() == 15);
    CHECK(text_at(proposals[0], "kind") == "grade-counts");
    CHECK(joined_at(proposals[0], "forces", ",") == "northamptonshire");
    CHECK(number_at(proposals[0], "counts.requires improvement") == 2);
    CHECK(number_at(proposals[0], "total") == 5);
    CHECK_THAT(text_at(proposals[0], "words"), Contains("in one area"));
    CHECK(text_at(proposals[3], "change") == "left");
    CHECK(value_at(proposals[3], "date") == nullptr);
    CHECK(text_at(array_at(*document, "conflicts").at(1), "kind") == "date");
}

TEST_CASE("each file gives a document on a line of its own", "[cli][news]") {
    const auto ended = run({ctl_program, "read", "--dry-run", "--json",
                            news + "items/hm-kent-peel-2022.json", news + "sample-rss.xml"});
    CHECK(ended.code == 0);
    CHECK(std::count(ended.out.begin(), ended.out.end(), '\n') == 2);
}

TEST_CASE("people see a table, and conflicts beside it", "[cli][news]") {
    const auto ended = run(
        {ctl_program, "read", "--dry-run", news + "items/wg-nottinghamshire-removed-2025.json"});
    CHECK(ended.code == 0);
    CHECK_THAT(ended.out, Contains("nottinghamshire") && Contains("left Engage"));
    CHECK_THAT(ended.err, Contains("Conflict (date)"));
}

TEST_CASE("what cannot be read is told with its name", "[cli][news]") {
    const ScratchFolder scratch;
    std::ofstream{scratch.at("bad.xml")} << "<!DOCTYPE r [<!ENTITY a 'b'>]><rss>&a;</rss>";
    const auto bad = run({ctl_program, "read", "--dry-run", scratch.at("bad.xml")});
    CHECK(bad.code == 1);
    CHECK_THAT(bad.err, Contains("bad.xml") && Contains("document type"));
    CHECK(run({ctl_program, "read", "--dry-run", scratch.at("absent.txt")}).code == 1);
}
