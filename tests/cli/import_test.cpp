#include <algorithm>
#include <filesystem>
#include <fstream>

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
    CHECK_THAT(shown.out, Contains("Importing 8 files of reference data") && Contains("\r\x1b[K"));
    command.emplace_back("--json");
    CHECK_THAT(run_on_terminal(command, 100, {"TERM=dumb"}).out, !Contains("Importing"));
}

TEST_CASE("a tracker is imported by a mapping, told item by item, and taken back",
          "[cli][R19][R27]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    const auto plan =
        daemon.file("plan.csv",
                    "Finding ref;Finding;Finding type;Action ref;Action;Lead;Completion "
                    "date;Completion;Progress\n"
                    "AFI-1;Prevention;AFI;A1;Register;ann;31/10/2026;Complete;Caf\xE9\n"
                    "AFI-1;Prevention;AFI;A2;Train;;December 2026;In progress;\n");
    const std::string mapping{FORCEWATCH_SOURCE_DIR "/config/mappings/leicestershire-fire.toml"};
    const auto trial = daemon.ctl({"import", "--dry-run", "--mapping", mapping, plan});
    CHECK(trial.code == 0);
    CHECK_THAT(trial.out, Contains("plan.csv: CSV, Windows-1252, semicolons") &&
                              Contains("added action:improvement-plan/A1: Register") &&
                              Contains("added finding:leicestershire-frs/AFI-1: Prevention"));
    CHECK(daemon.ctl({"import", "--mapping", mapping, plan}).code == 0);
    const auto imports = array_at(daemon.json({"import", "list"}), "items");
    const auto id = text_at(imports.front(), "id");
    CHECK(joined_at(imports.front(), "files", ",") == "plan.csv");
    const auto undone = daemon.ctl({"import", "undo", id, "--reason", "wrong plan"});
    CHECK(undone.code == 0);
    CHECK_THAT(undone.out, Contains("Import " + id + " is undone: 3 items.") &&
                               Contains("removed action:improvement-plan/A1: Register"));
    CHECK_THAT(daemon.ctl({"import", "list"}).out, Contains("wrong plan"));
    const auto unknown = daemon.ctl({"import", "--mapping", "nothing-like-it", plan});
    CHECK(unknown.code == 1);
    CHECK_THAT(unknown.err, Contains("no mapping of that name comes with Forcewatch"));
}

TEST_CASE("an import that others built upon says which option takes it back", "[cli][R27]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    const auto finding = daemon.file("findings.csv", "force,reference,title\nkent,AFI-1,Custody\n");
    REQUIRE(daemon.ctl({"import", finding}).code == 0);
    const auto id = text_at(array_at(daemon.json({"import", "list"}), "items").front(), "id");
    const auto state = daemon.file("states.csv",
                                   "force,reference,title,force_state\n"
                                   "kent,AFI-1,Custody,in progress\n");
    REQUIRE(daemon.ctl({"import", state}).code == 0);
    const auto refused = daemon.ctl({"import", "undo", id, "--reason", "wrong"});
    CHECK(refused.code == 4);
    CHECK_THAT(refused.err, Contains("give --force to leave it hanging"));
    CHECK(daemon.ctl({"import", "undo", id, "--reason", "wrong", "--force"}).code == 0);
}

TEST_CASE("a mapping is proposed with no daemon at hand", "[cli]") {
    const auto plan = std::string{FORCEWATCH_SOURCE_DIR "/tests/data/trackers/city-of-london.csv"};
    const auto& daemon = shipped();
    const auto proposed = daemon.ctl({"import", "--guess", plan});
    CHECK(proposed.code == 0);
    CHECK_THAT(proposed.out, Contains("external_id = \"Ref\"") &&
                                 Contains("dates = [\"D MMMM YYYY\", \"MMMM YYYY\"]") &&
                                 Contains("\"Pending sign-off\" = \"in progress\"") &&
                                 Contains("# not used: \"Report\""));
    CHECK_THAT(proposed.err, Contains("import --dry-run --mapping FILE"));
    const auto json = daemon.ctl({"import", "--guess", plan, "--json"});
    CHECK(json.code == 2);
    CHECK(json.out.empty());
}

TEST_CASE("an upgrade of the reference data shows its effect and waits for a yes", "[cli]") {
    const RunningDaemon daemon;
    REQUIRE(daemon.ctl(reference).code == 0);
    const auto bodies = text_of_file(reference_folder + "/bodies.csv");
    const auto folder = daemon.file("upgrade", "");
    std::filesystem::remove(folder);
    std::filesystem::copy(reference_folder, folder);
    auto renamed = bodies;
    renamed.replace(renamed.find("Kent Police"), 11, "Kent Polis!");
    std::ofstream{folder + "/bodies.csv"} << renamed;
    const auto before = journal_of(daemon);
    const Words upgrade{"import", "--reference", "--reference-dir", folder};
    const auto asked = daemon.ctl(upgrade);
    CHECK(asked.code == 2);
    CHECK_THAT(asked.out, Contains("changed force:kent: name Kent Police -> Kent Polis!"));
    CHECK_THAT(asked.err, Contains("With --yes it is done without a question."));
    CHECK(journal_of(daemon) == before);
    auto agreed = upgrade;
    agreed.emplace_back("--yes");
    CHECK(daemon.ctl(agreed).code == 0);
    CHECK(journal_of(daemon) > before);
}

TEST_CASE("everything goes out as a workbook or as CSV files, and comes back the same",
          "[cli][R18]") {
    const RunningDaemon daemon;
    REQUIRE(daemon.ctl(reference).code == 0);
    const auto actions = daemon.file("actions.csv",
                                     "source,external_id,force,title,owner,deadline,due,note\n"
                                     "tracker,A-1,kent,=1+1,ann,local,2026-11-30,\"two\nlines\"\n"
                                     "tracker,A-2,kent,Train,,local,2026-12,\n");
    REQUIRE(daemon.ctl({"import", actions}).code == 0);
    const auto book = (daemon.folder() / "all.xlsx").string();
    const auto folder = (daemon.folder() / "csv").string();
    const auto lines = (daemon.folder() / "all.jsonl").string();
    CHECK(daemon.ctl({"export", "--format", "xlsx", book}).code == 0);
    CHECK(daemon.ctl({"export", "--format", "csv", folder}).code == 0);
    CHECK(daemon.ctl({"export", lines}).code == 0);
    CHECK(std::filesystem::exists(folder + "/01-records.csv"));
    const auto all = daemon.ctl({"export"}).out;
    CHECK(all == text_of_file(lines));
    Words files{"import"};
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        files.push_back(entry.path().string());
    std::sort(files.begin() + 1, files.end());
    const auto facts_of = [](const RunningDaemon& of) {
        std::string text;
        for (const char* layout :
             {"forces", "frameworks", "judgements", "monitoring", "actions", "people"})
            text += of.ctl({"export", "--layout", layout}).out;
        return text;
    };
    for (const auto& words :
         {Words{"import", "--every-sheet", book}, files, Words{"import", lines}}) {
        CAPTURE(words[1]);
        const RunningDaemon other;
        const auto taken = other.ctl(words);
        CAPTURE(taken.err);
        CHECK(taken.code == 0);
        CHECK(facts_of(other) == facts_of(daemon));
    }
    CHECK(daemon.ctl({"export", "--format", "csv"}).code == 2);
    CHECK(daemon.ctl({"export", "--layout", "nope"}).code == 2);
    CHECK(daemon.ctl({"export", "/no/such/folder/x.jsonl"}).code == 1);
}

TEST_CASE("owners are given by the handful, after a look", "[cli]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    REQUIRE(daemon
                .ctl({"import", daemon.file("a.csv",
                                            "source,external_id,force,title,owner\n"
                                            "t,1,kent,One,ann\nt,2,kent,Two,\n")})
                .code == 0);
    const Words wanted{"assign", "--owner", "zoe", "--force", "kent"};
    const auto shown = daemon.ctl(wanted);
    CHECK_THAT(shown.out,
               Contains("2 actions would go to zoe.") && Contains("action:t/1: owner ann -> zoe"));
    CHECK_THAT(shown.err, Contains("With --yes it is done."));
    auto done = wanted;
    done.emplace_back("--yes");
    CHECK_THAT(daemon.ctl(done).out, Contains("2 actions go to zoe."));
    CHECK_THAT(daemon.ctl(wanted).err, Contains("No action fits"));
}
