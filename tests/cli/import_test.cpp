#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

const Words reference{"import", "--reference", "--reference-dir", reference_folder};

std::int64_t journal_of(const RunningDaemon& daemon) {
    return number_at(daemon.json({"status"}), "journal");
}

}  // namespace

TEST_CASE("the shipped data is loaded by one command, and a second time changes nothing",
          "[cli][R18]") {
    const RunningDaemon daemon{
        "[[rule]]\nname = 'low'\ntype = 'grade-persists'\ngrade = 'requires improvement'\n"
        "ladder = [ { at = '0d', severity = 'info' } ]\n"};
    const auto first = daemon.ctl(reference);
    CHECK(first.code == 0);
    CHECK(first.err.empty());
    const auto lines = lines_of(first.out);
    REQUIRE(lines.size() == 9);
    CHECK_THAT(lines[0], Catch::StartsWith("FILE") && Contains("CHANGED"));
    CHECK_THAT(lines[7], Catch::StartsWith("judgements.csv") && Contains("470"));
    const auto events = journal_of(daemon);
    const auto alerts = array_at(daemon.json({"alerts", "--all"}), "items").size();
    REQUIRE(alerts > 0);

    const auto again = daemon.json(reference);
    REQUIRE(array_at(again, "items").size() == 8);
    for (const auto& file : array_at(again, "items")) {
        CAPTURE(text_at(file, "file"));
        CHECK(number_at(file, "rows") > 0);
        CHECK(number_at(file, "changed") == 0);
        CHECK(number_at(file, "events") == 0);
        CHECK(number_at(file, "alert_revisions") == 0);
    }
    CHECK_THAT(daemon.ctl(reference).err, Contains("nothing was changed"));
    CHECK(journal_of(daemon) == events);
    CHECK(array_at(daemon.json({"alerts", "--all"}), "items").size() == alerts);
}

TEST_CASE("the shipped files may be named in any order", "[cli][R18]") {
    const RunningDaemon daemon;
    Words words{"import"};
    for (const char* name :
         {"area-map.csv", "bodies.csv", "cycles.csv", "frameworks.csv", "judgements.csv",
          "monitoring_timeline.csv", "bank-holidays.csv", "obligations.toml"})
        words.push_back(std::string{reference_folder} + "/" + name);
    const auto ended = daemon.ctl(words);
    CAPTURE(ended.err);
    CHECK(ended.code == 0);
    CHECK(lines_of(ended.out).size() == 9);
}

TEST_CASE("a file with faults changes nothing and tells each with line, column, value and reason",
          "[cli][R22]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    const auto before = journal_of(daemon);
    const auto bad = daemon.file("bad.csv",
                                 "force,reference,title,deadline,due\n"
                                 "kent,AFI-1,Good,local,2030-01-31\n"
                                 "kent,AFI-2,Bad date,local,2030-02-30\n"
                                 "kent,AFI-3,Bad kind,someday,2030-02-28\n");
    const auto shape = daemon.ctl({"import", bad});
    CHECK(shape.code == 1);
    CHECK(shape.out.empty());
    CHECK_THAT(shape.err, Contains(bad + ":3: due: \"2030-02-30\": ") &&
                              Contains(bad + ":4: deadline: \"someday\": ") &&
                              !Contains(bad + ":2:") && Contains("2 faults; nothing was changed"));

    const auto unknown = daemon.file("unknown.csv",
                                     "force_id,inspection,area,grade,published\n"
                                     "kent,PEEL 2023-25,responding,splendid,2026-01-05\n"
                                     "atlantis,PEEL 2023-25,responding,good,2026-01-05\n");
    const auto meaning = daemon.ctl({"import", unknown});
    CHECK(meaning.code == 1);
    CHECK_THAT(meaning.err,
               Contains(unknown + ":2: grade: \"splendid\": ") &&
                   Contains(unknown + ":3: force_id: \"atlantis\": no force has the id") &&
                   Contains("nothing was changed"));
    const auto json = daemon.ctl({"import", unknown, "--json"});
    CHECK(json.code == 1);
    const auto problem = parse_json_object(json.out).value();
    CHECK(text_at(problem, "type") == "/problems/import");
    CHECK(text_at(array_at(problem, "errors").front(), "value") == "splendid");

    CHECK(journal_of(daemon) == before);
    CHECK(array_at(daemon.json({"findings", "--state", "all"}), "items").empty());
}

TEST_CASE("a trial says what would change and changes nothing", "[cli]") {
    const RunningDaemon daemon;
    const auto before = journal_of(daemon);
    const auto trial = daemon.ctl({"import", "--dry-run", reference_folder + "/bodies.csv"});
    CHECK(trial.code == 0);
    CHECK_THAT(trial.out, Contains("bodies.csv") && Contains("111"));
    CHECK_THAT(trial.err, Contains("A trial: nothing was changed."));
    CHECK(journal_of(daemon) == before);
    CHECK(array_at(daemon.json({"forces"}), "items").empty());
}

TEST_CASE("files before a faulty one stay, and that is exit 6", "[cli][R22]") {
    const RunningDaemon daemon;
    const auto bad = daemon.file("bad.csv", "what,is,this\n1,2,3\n");
    const auto ended =
        daemon.ctl({"import", reference_folder + "/bodies.csv", bad, "/not/reached.csv"});
    CHECK(ended.code == 6);
    CHECK_THAT(ended.out, Contains("bodies.csv"));
    CHECK_THAT(ended.err, Contains(bad + ":1: has a header that no layout knows") &&
                              Contains("The 1 file before it was imported, the rest were not."));
    CHECK(array_at(daemon.json({"forces"}), "items").size() == 111);
}

TEST_CASE("files that cannot be read are refused by name", "[cli]") {
    const auto& daemon = shipped();
    const auto missing = daemon.ctl({"import", "/no/such.csv"});
    CHECK(missing.code == 1);
    CHECK_THAT(missing.err, Contains("/no/such.csv: cannot be read: No such file or directory"));
    CHECK_THAT(daemon.ctl({"import", "/tmp"}).err, Contains("/tmp: is a folder"));
    const auto nothing = daemon.ctl({"import"});
    CHECK(nothing.code == 2);
    CHECK_THAT(nothing.err, Contains("--reference"));
    CHECK_THAT(daemon.ctl({"import", "--reference", "--reference-dir", "/nowhere"}).err,
               Contains("/nowhere/cycles.csv"));
}

TEST_CASE("progress is for terminals", "[cli]") {
    const RunningDaemon daemon;
    auto command = daemon.command(reference);
    const auto shown = run_on_terminal(command, 100);
    CHECK_THAT(shown.out, Contains("Importing frameworks.csv (3 of 8, ") && Contains("\r\x1b[K"));
    command.emplace_back("--json");
    CHECK_THAT(run_on_terminal(command, 100, {"TERM=dumb"}).out, !Contains("Importing"));
}
