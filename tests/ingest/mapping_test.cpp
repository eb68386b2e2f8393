#include <filesystem>

#include "daemon/ingest/guess_mapping.hpp"
#include "daemon/ingest/import_file.hpp"
#include "daemon/ingest/written_date.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using Catch::Contains;
using forcewatch::test::noon;
using forcewatch::test::World;

namespace {

/// A proposal with what it asks for filled in.
std::string of_kent(std::string proposed) {
    for (auto at = proposed.find("\"CHANGE\""); at != std::string::npos;
         at = proposed.find("\"CHANGE\""))
        proposed.replace(at, 8, "\"kent\"");
    return proposed;
}

Mapping mapping_of(const std::string& text) {
    auto mapping = read_mapping(text, "m.toml");
    if (!mapping) FAIL(mapping.error().front());
    return std::move(*mapping);
}

std::string tracker(const std::string& name) {
    return test::read_file(std::filesystem::path{FORCEWATCH_SOURCE_DIR} / "tests/data/trackers" /
                           name);
}

constexpr auto plan = R"toml(
dates = ["DD/MM/YYYY", "MMMM YYYY"]
[[layout]]
name = "actions"
only_with = "Action"
skip = { Type = ["Positive"] }
[layout.columns]
external_id = "Ref"
title = ["Action", "Description"]
due = "Due Date"
state = "Status"
note = { join = ["Update", "Comments"], with = " / " }
[layout.constants]
force = "kent"
source = "plan"
deadline = "local"
[layout.values.state]
"Complete" = "complete"
"*" = "in progress"
[layout.values.due]
"TBC" = ""
)toml";

tl::expected<ImportFile, std::vector<FileFault>> by_plan(const std::string& text) {
    const auto mapping = mapping_of(plan);
    return read_import("plan.csv", text, {{}, &mapping});
}

}  // namespace

TEST_CASE("a mapping reads a tracker under a title, with its own dates and words",
          "[ingest][R18]") {
    const auto file = by_plan(
        "Improvement plan,,,,,,\nPrinted 3 May,,,,,,\n"
        "Ref,  ACTION ,Due  date,Status,Type,Update,Comments\n"
        "1,Hire,31/10/2026,complete,,Done,thanks\n"
        "2,Train,TBC,On track,,,later\n"
        "3,,1/1/2027,Complete,,,\n"
        "4,Praise,1/1/2027,Complete,positive,,\n"
        "5,Move,december 2026,,,,\n");
    REQUIRE(file);
    CHECK(file->layout == "actions");
    CHECK(file->lines == 5);
    REQUIRE(file->rows.size() == 3);
    const auto& first = std::get<ActionRow>(file->rows[0].item);
    CHECK(first.planned.deadline.due.text() == "2026-10-31");
    CHECK(first.planned.deadline.kind == DeadlineKind::local);
    CHECK(first.state == ActionState::complete);
    CHECK(first.note == "Done / thanks");
    CHECK(file->rows[0].line == 4);
    const auto& second = std::get<ActionRow>(file->rows[1].item);
    CHECK(second.planned.deadline.kind == DeadlineKind::none);
    CHECK(second.state == ActionState::in_progress);
    CHECK(std::get<ActionRow>(file->rows[2].item).planned.deadline.due.text() == "2026-12");
}

TEST_CASE("faults of a mapped file name its own columns and values", "[ingest][R22]") {
    const std::string header{"Ref,Action,Due Date,Status,Type,Update,Comments\n"};
    const auto file = by_plan(header + "1,Hire,soon,complete,,,\n,Train,,,,,\n");
    REQUIRE_FALSE(file);
    REQUIRE(file.error().size() == 2);
    CHECK(file.error()[0].line == 2);
    CHECK(file.error()[0].column == "Due Date");
    CHECK(file.error()[0].value == "soon");
    CHECK_THAT(file.error()[0].reason, Contains("\"DD/MM/YYYY\""));
    CHECK(file.error()[1].column == "Ref");
    const auto missing = by_plan("Ref,Action,Due Dat,Status,Type,Update,Comments\n1,a,,,,,\n");
    REQUIRE_FALSE(missing);
    CHECK(missing.error()[0].column == "Due Date");
    CHECK_THAT(missing.error()[0].reason, Contains("did you mean \"Due Dat\"?"));
}

TEST_CASE("a mapping that is not sound is refused by its place", "[ingest][R22]") {
    const auto [text, reason] = GENERATE(table<std::string, const char*>({
        {"[[layout]]\nname = \"actions\"\n[layout.columns]\ntitel = \"T\"\n",
         "did you mean \"title\"?"},
        {"[[layout]]\nname = \"plans\"\n[layout.columns]\ntitle = \"T\"\n",
         "a layout that there is not"},
        {"[[layout]]\nname = \"actions\"\n[layout.columns]\ntitle = \"T\"\n", "which actions need"},
    }));
    const auto mapping = mapping_of(text);
    const auto file = read_import("f.csv", "T\nx\n", {{}, &mapping});
    REQUIRE_FALSE(file);
    std::string reasons;
    for (const auto& fault : file.error()) reasons += fault.reason + "\n";
    CHECK_THAT(reasons, Contains(reason));
    for (const auto& [bad, what] : std::vector<std::pair<std::string, const char*>>{
             {"dates = [\"%d\"]\n[[layout]]\nname=\"a\"\n[layout.columns]\nb=\"c\"\n",
              "is no format"},
             {"[[layout]]\nname = \"actions\"\n", "columns"},
             {"layout = 3\n", "list of tables"},
             {"[[layout]]\nname=\"a\"\ncolums=3\n", "did you mean \"columns\"?"},
             {"[[layout]]\nname=\"a\"\n[layout.columns]\nb={ slag=[\"c\"] }\n", "slug"}}) {
        const auto refused = read_mapping(bad, "m.toml");
        REQUIRE_FALSE(refused);
        std::string faults;
        for (const auto& fault : refused.error()) faults += fault + "\n";
        CHECK_THAT(faults, Contains(what) && Contains("m.toml:"));
    }
}

TEST_CASE("dates are read as they are written", "[ingest]") {
    const auto [text, format, plain] = GENERATE(table<const char*, const char*, const char*>({
        {"31/10/2026", "DD/MM/YYYY", "2026-10-31"},
        {"1/2/2026", "DD/MM/YYYY", "2026-02-01"},
        {"1/2/26", "DD/MM/YY", "2026-02-01"},
        {"31 October 2014", "D MMMM YYYY", "2014-10-31"},
        {"1st Sept 2014", "D MMMM YYYY", "2014-09-01"},
        {"February 2016", "MMMM YYYY", "2016-02"},
        {"Feb-16", "MMM-YY", "2016-02"},
        {"31/10/2026 00:00:00", "DD/MM/YYYY", "2026-10-31"},
        {"2026-10-31T14:00:00", "YYYY-MM-DD", "2026-10-31"},
        {"2016", "YYYY", "2016"},
        {"31/02/2026", "DD/MM/YYYY", ""},
        {"10/31/2026", "DD/MM/YYYY", ""},
        {"31/10/2026 or so", "DD/MM/YYYY", ""},
        {"31/10/20267", "DD/MM/YYYY", ""},
        {"Octember 2026", "MMMM YYYY", ""},
        {"", "DD/MM/YYYY", ""},
    }));
    CAPTURE(text, format);
    const auto date = read_written_date(text, format);
    CHECK((date ? date->text() : std::string{}) == plain);
}

TEST_CASE("every shipped mapping reads a tracker of its layout", "[ingest][R18]") {
    const auto [name, findings, actions, meetings] = GENERATE(table<std::string, int, int, int>({
        {"inspectorate-register", 3, 0, 0},
        {"accountability-index", 3, 0, 0},
        {"city-of-london", 0, 4, 0},
        {"leicestershire-police", 0, 4, 0},
        {"northamptonshire-board", 0, 3, 0},
        {"cleveland-scrutiny", 0, 0, 2},
        {"leicestershire-fire", 2, 3, 0},
        {"buckinghamshire-fire", 3, 3, 0},
        {"oxfordshire-fire", 3, 0, 0},
        {"avon-fire-letter", 5, 0, 0},
        {"inspectorate-letter", 6, 0, 2},
    }));
    CAPTURE(name);
    const auto path =
        std::filesystem::path{FORCEWATCH_SOURCE_DIR} / "config/mappings" / (name + ".toml");
    const auto mapping = mapping_of(test::read_file(path));
    const auto file = read_import(name + ".csv", tracker(name + ".csv"), {{}, &mapping});
    if (!file)
        FAIL(file.error().front().line << ": " << file.error().front().column << ": "
                                       << file.error().front().reason);
    World world;
    world.import_reference(noon("2026-01-01"));
    {
        Store::Transaction transaction{*world.store};
        const auto summary =
            world.engine->import(file->rows, {0, "test", {}, {}, name}, noon("2026-11-20"));
        if (!summary)
            FAIL(summary.error().front().line << ": " << summary.error().front().fault.field << " "
                                              << summary.error().front().fault.what);
        transaction.commit();
    }
    CHECK(world.store->facts().findings({}).size() == static_cast<std::size_t>(findings));
    CHECK(world.store->facts().actions({}).size() == static_cast<std::size_t>(actions));
    CHECK(world.store->facts().meetings({}).size() == static_cast<std::size_t>(meetings));
    const auto again =
        world.engine->import(file->rows, {0, "test", {}, {}, name}, noon("2026-11-21"));
    REQUIRE(again);
    CHECK(again->events == 0);
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a proposed mapping is sound, and reads the file it was made from", "[ingest][R18]") {
    const auto name = GENERATE("city-of-london", "leicestershire-police", "leicestershire-fire",
                               "oxfordshire-fire");
    CAPTURE(name);
    const auto text = tracker(std::string{name} + ".csv");
    const auto proposed = guess_mapping(std::string{name} + ".csv", text, {});
    REQUIRE(proposed);
    CAPTURE(*proposed);
    const auto mapping = mapping_of(of_kent(*proposed));
    const auto file = read_import("t.csv", text, {{}, &mapping});
    if (!file) FAIL(file.error().front().column << ": " << file.error().front().reason);
    CHECK(file->rows.size() >= 3);
}

TEST_CASE("a proposed mapping knows forces by the names that people write", "[ingest][R18]") {
    const std::string text =
        "Ref,Recommendation,Force,Due date\n1,Rota,Kent Police,31/03/2027\n"
        "2,Vetting,essex,30/04/2027\n3,Training,Nowhere Constabulary,TBC\n";
    const auto proposed = guess_mapping("t.csv", text, {});
    REQUIRE(proposed);
    CHECK_THAT(*proposed, Catch::Contains("force = \"Force\"") &&
                              Catch::Contains("\"Kent Police\" = \"kent\"") &&
                              Catch::Contains("\"Nowhere Constabulary\" = \"\"  # CHANGE") &&
                              Catch::Contains("\"TBC\" = \"\"  # taken as no date") &&
                              !Catch::Contains("\"essex\" ="));
}

TEST_CASE("control characters in a tracker neither spoil a proposal nor hide a column or a word",
          "[ingest][R19]") {
    const std::string odd{
        "Action ref,Action,Owner,C\x7fmpletion\x01 date,Status\n"
        "1,Hire,Ann,31/10/2026,Com\x7fplete\n2,Train,Ann,31/10/2026,Complete\n"
        "3,Plan,Ann,31/10/2026,Complete \x02\n"};
    const auto proposed = guess_mapping("t.csv", odd, {});
    REQUIRE(proposed);
    CHECK_THAT(*proposed, Catch::Contains("Cmpletion date"));
    CHECK(proposed->find("\"Complete\" =") == proposed->rfind("\"Complete\" ="));
    const auto mapping = mapping_of(of_kent(*proposed));
    const auto file = read_import("t.csv", odd, {{}, &mapping});
    if (!file) FAIL(file.error().front().column << ": " << file.error().front().reason);
    CHECK(file->rows.size() >= 3);
}
