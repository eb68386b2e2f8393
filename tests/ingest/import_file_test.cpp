#include "daemon/ingest/import_file.hpp"

#include "tests/support/make_workbook.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::noon;
using forcewatch::test::World;

namespace {

std::vector<FileFault> faults_of(const std::string& text) {
    const auto file = read_import("x.csv", text);
    return file ? std::vector<FileFault>{} : file.error();
}

constexpr auto actions_header = "source,external_id,force,title,owner,deadline,due,state\n";

}  // namespace

TEST_CASE("every shipped file is known by its header and read without a fault", "[ingest][R18]") {
    const auto [name, layout, rows] = GENERATE(table<const char*, const char*, int>({
        {"bodies.csv", "forces", 111},
        {"frameworks.csv", "frameworks", 135},
        {"cycles.csv", "cycles", 18},
        {"area-map.csv", "area-map", 80},
        {"bank-holidays.csv", "holidays", 115},
        {"judgements.csv", "judgements", 470},
        {"monitoring_timeline.csv", "monitoring", 27},
    }));
    const auto file = read_import(name, test::read_file(test::reference_file(name)));
    CAPTURE(name);
    REQUIRE(file);
    CHECK(file->layout == layout);
    CHECK(file->lines == rows);
}

TEST_CASE("the inspectorate's files alone suffice, without cycles of ours", "[ingest]") {
    World world;
    world.import_shipped(
        {"bodies.csv", "frameworks.csv", "judgements.csv", "monitoring_timeline.csv"},
        noon("2026-11-23"));
    CHECK(world.store->facts().programmes_of("northamptonshire").size() == 2);
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("every fault is named by line, column and value", "[ingest][R22]") {
    const auto faults = faults_of(std::string{actions_header} +
                                  "tracker,A-1,kent,Custody,,local,2026-02-30,open\n"
                                  "tracker,,kent,\"Two\nlines\",,someday,,open\n"
                                  "tracker,A-3,kent,Rota,,,,finished\n");
    REQUIRE(faults.size() == 4);
    CHECK(faults[0].line == 2);
    CHECK(faults[0].column == "due");
    CHECK(faults[0].value == "2026-02-30");
    CHECK(faults[1].line == 3);
    CHECK(faults[1].column == "external_id");
    CHECK(faults[2].column == "deadline");
    CHECK(faults[3].line == 5);
    CHECK(faults[3].column == "state");
    CHECK_THAT(faults[3].reason, Catch::Contains("complete"));
}

TEST_CASE("a row in which every cell is empty is no row, in CSV and in workbooks",
          "[ingest][R18]") {
    const std::string row = "tracker,A-1,kent,Custody,,local,2026-02-28,open\n";
    const auto file = read_import(
        "x.csv", ",,,,,,,\n" + std::string{actions_header} + ",,,,,,,\n" + row + " ,,,,,,,\n");
    REQUIRE(file);
    CHECK(file->lines == 1);
    const auto faults =
        faults_of(std::string{actions_header} + ",,,,,,,\n" + row + ",,,,,,,open\n");
    REQUIRE_FALSE(faults.empty());
    CHECK(faults.front().line == 4);

    const auto book =
        test::workbook_of({{"Plan", test::text_row(1, {"source", "external_id", "force", "title"}) +
                                        test::text_row(2, {"", "", "", ""}) +
                                        test::text_row(3, {"tracker", "A-1", "kent", "Custody"}) +
                                        test::text_row(4, {"", "", "", ""})}});
    const auto sheet = read_import("x.xlsx", book);
    REQUIRE(sheet);
    CHECK(sheet->lines == 1);
}

TEST_CASE("a file that is not sound is refused as a whole", "[ingest][R22]") {
    const auto [text, line, reason] = GENERATE(table<std::string, int, const char*>({
        {"", 0, "no header"},
        {"a,b\n1,2\n", 1, "no layout knows"},
        {std::string{actions_header} + "tracker,\"A-1,kent\n", 2, "not closed"},
        {std::string{actions_header} + "tracker,A\"1,kent,T,,,,\n", 2, ""},
        {std::string{actions_header} + "tracker,A-1\n", 2, "has 2 fields where the header has 8"},
        {"source,source,external_id,force,title\n", 1, "twice"},
        {std::string{actions_header} + "tracker,A-1,kent,\xff\xfe,,,,\n", 2, "byte 0xFF at 73"},
    }));
    const auto faults = faults_of(text);
    CAPTURE(text);
    REQUIRE_FALSE(faults.empty());
    CHECK(faults[0].line == line);
    CHECK_THAT(faults[0].reason, Catch::Contains(reason));
}

TEST_CASE("at most a hundred faults are listed", "[ingest][R22]") {
    std::string text{actions_header};
    for (int i = 0; i < 500; ++i) text += "tracker,,kent,,,,,\n";
    CHECK(faults_of(text).size() <= 101);
}

TEST_CASE("one bad row changes nothing", "[ingest][R22]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    const auto head = world.store->journal().head();
    const auto file =
        read_import("actions.csv", std::string{actions_header} +
                                       "tracker,A-1,kent,Custody,,local,2026-02-01,open\n"
                                       "tracker,A-2,atlantis,Custody,,local,2026-02-01,open\n");
    REQUIRE(file);
    {
        Store::Transaction transaction{*world.store};
        const auto refused = world.engine->import(file->rows, {}, noon("2026-01-01"));
        REQUIRE_FALSE(refused);
        REQUIRE(refused.error().size() == 1);
        CHECK(file->rows[refused.error()[0].row].line == 3);
        CHECK(refused.error()[0].fault.field == "force");
    }
    CHECK(world.store->journal().head() == head);
    CHECK_FALSE(world.store->facts().action("action:tracker/A-1"));
}

TEST_CASE("findings and actions come in, change and stay", "[ingest][R18]") {
    World world;
    world.import_reference(noon("2026-01-01"));
    const std::string findings =
        "force,reference,kind,title,raised,deadline,due,words,force_state,inspectorate_state\n"
        "kent,CoC-1,cause of concern,Custody,2026-01-05,inspectorate,2026-01-05,immediately,in "
        "progress,\n"
        "kent,R-1,recommendation,\"Rota, and cover\",2026-01-05,inspectorate,2026-06,by June,,\n";
    const std::string actions = std::string{actions_header} +
                                "tracker,A-1,kent,Hire,ann@kent.example,local,2026-03-01,open\n";
    CHECK(world.import("findings.csv", findings, noon("2026-01-10")).added_or_changed == 2);
    CHECK(world.import("actions.csv", actions, noon("2026-01-10")).added_or_changed == 1);
    CHECK(world.import("findings.csv", findings, noon("2026-01-11")).added_or_changed == 0);
    CHECK(world.import("actions.csv", actions, noon("2026-01-11")).events == 0);

    const auto finding = world.store->facts().finding("finding:kent/R-1");
    REQUIRE(finding);
    CHECK(finding->title == "Rota, and cover");
    CHECK(text_of(*finding->deadline.current().last_day()) == "2026-06-30");
    CHECK(finding->deadline.current().words == "by June");

    auto moved = actions;
    moved.replace(moved.find("2026-03-01"), 10, "2026-04-15");
    CHECK(world.import("actions.csv", moved, noon("2026-02-01")).events == 1);
    const auto action = world.store->facts().action("action:tracker/A-1");
    CHECK(action->deadline.slip() == std::chrono::days{45});
    CHECK(verify(world.scratch / "forcewatch.db").empty());
}

TEST_CASE("a byte order mark and Windows line ends do not matter", "[ingest]") {
    const auto file = read_import(
        "a.csv", "\xEF\xBB\xBFsource,external_id,force,title\r\ntracker,A-1,kent,Custody\r\n");
    REQUIRE(file);
    CHECK(file->rows.size() == 1);
}

TEST_CASE("a bare carriage return ends a row without losing the count of lines", "[ingest]") {
    const auto faults = faults_of(
        "source,external_id,force,title\ntracker,A-1,kent,x\rtracker,,kent,y\ntracker,,kent,z\n");
    REQUIRE(faults.size() == 2);
    CHECK(faults[0].line == 2);
    CHECK(faults[1].line == 3);
}

TEST_CASE("an accent is one text, however the file puts it together", "[ingest][I1]") {
    const auto title_of = [](const std::string& title) {
        const auto file =
            read_import("findings.csv", "force,reference,title\nkent,AFI-1," + title + "\n");
        REQUIRE(file);
        return std::get<FindingRow>(file->rows.at(0).item).raised.title;
    };
    const std::string one{"Caf\xc3\xa9"};
    CHECK(title_of("Cafe\xcc\x81") == one);
    CHECK(title_of(one) == one);
    CHECK(title_of("\xef\xac\x81ne") == "\xef\xac\x81ne");  // a ligature is not taken apart
}
