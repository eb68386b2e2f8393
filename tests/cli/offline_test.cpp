#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

void sql(const std::string& database, const std::string& statements) {
    const auto ended = run({"sqlite3", database, statements});
    CAPTURE(ended.err);
    REQUIRE(ended.code == 0);
}

}  // namespace

TEST_CASE("a configuration is checked without a daemon, every fault with its place", "[cli][R42]") {
    const ScratchFolder scratch;
    const auto good = run({ctl_program, "check", FORCEWATCH_SOURCE_DIR "/config/forcewatch.toml"});
    CHECK(good.code == 0);
    CHECK_THAT(good.out, Contains("no faults: ") && Contains("1 destination, 1 route"));
    std::ofstream{scratch.at("bad.toml")} << "[storage]\npaht = 'x'\n[socket]\nmode = 'rw'\n";
    const auto bad = run({ctl_program, "check", "--config", scratch.at("bad.toml")});
    CHECK(bad.code == 78);
    CHECK(bad.out.empty());
    CHECK_THAT(bad.err, Contains(scratch.at("bad.toml") + ":2:1: storage.paht: ") &&
                            Contains("path") && Contains(scratch.at("bad.toml") + ":4:") &&
                            Contains("2 faults in the configuration"));
    const auto json = run({ctl_program, "check", scratch.at("bad.toml"), "--json"});
    CHECK(json.code == 78);
    CHECK(array_at(parse_json_object(json.out).value(), "faults").size() == 2);
    const auto missing = run({ctl_program, "check", scratch.at("none.toml")});
    CHECK(missing.code == 78);
    CHECK_THAT(missing.err, Contains("none.toml"));
}

TEST_CASE("a configuration is checked with the templates that it names", "[cli][R42]") {
    const ScratchFolder scratch;
    const auto config = scratch.at("a.toml");
    std::ofstream{config} << "rule = []\n[mail]\ntemplates = '" << scratch.at("own") << "'\n";
    const auto missing = run({ctl_program, "check", config});
    CHECK(missing.code == 78);
    CHECK_THAT(missing.err, Contains(scratch.at("own")) && Contains("1 fault"));
    std::filesystem::create_directory(scratch / "own");
    CHECK(run({ctl_program, "check", config}).code == 0);
    std::ofstream{scratch / "own/mail.html"} << "{{#open}}";
    const auto broken = run({ctl_program, "check", config});
    CHECK(broken.code == 78);
    CHECK_THAT(broken.err, Contains("mail.html:"));
}

TEST_CASE("the database is checked while the daemon runs and while it does not", "[cli][R103]") {
    RunningDaemon daemon;
    daemon.import_reference();
    const auto up = daemon.ctl({"db", "verify"});
    CAPTURE(up.err);
    CHECK(up.code == 0);
    CHECK_THAT(up.out, Contains(daemon.database() + ": sound"));
    daemon.stop();
    CHECK(daemon.ctl({"db", "verify"}).code == 0);
    CHECK(daemon.ctl({"db", "verify", daemon.database()}).code == 0);
}

TEST_CASE("a row that was changed behind the daemon's back is named", "[cli][R103]") {
    RunningDaemon daemon;
    daemon.import_reference();
    daemon.stop();
    const auto triggers =
        run({"sqlite3", daemon.database(),
             "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"});
    std::string drop;
    for (const auto& name : lines_of(triggers.out)) drop += "DROP TRIGGER " + name + ";";
    REQUIRE_FALSE(drop.empty());
    SECTION("in the journal") {
        sql(daemon.database(),
            drop + "UPDATE journal SET effective_on = '1999-01-01' WHERE seq = 42");
        const auto verified = daemon.ctl({"db", "verify"});
        CHECK(verified.code == 1);
        CHECK_THAT(verified.err, Contains("journal row 42") && Contains("db restore BACKUP"));
        const auto json = daemon.ctl({"db", "verify", "--json"});
        CHECK(json.code == 1);
        CHECK_FALSE(array_at(parse_json_object(json.out).value(), "faults").empty());
    }
    SECTION("in a table that the journal explains") {
        sql(daemon.database(), "UPDATE force SET name = 'Forged' WHERE id = 'kent'");
        const auto verified = daemon.ctl({"db", "verify"});
        CHECK(verified.code == 1);
        CHECK_THAT(verified.err,
                   Contains("table force: \"force:kent\" is not what the journal says"));
    }
}

TEST_CASE("a copy of the running database is whole, private and verifies", "[cli][R114]") {
    RunningDaemon daemon;
    daemon.import_reference();
    const auto copy = daemon.at("copy.db");
    const auto made = daemon.ctl({"db", "backup", copy});
    CAPTURE(made.err);
    REQUIRE(made.code == 0);
    CHECK_THAT(made.out, Contains(copy) && Contains("db verify"));
    struct stat found {};
    REQUIRE(::stat(copy.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600U);
    CHECK(run({ctl_program, "db", "verify", copy}).code == 0);
    CHECK(run({"sqlite3", copy, "SELECT count(*) FROM journal"}).out ==
          std::to_string(number_at(daemon.json({"status"}), "journal")) + "\n");
    const auto again = daemon.ctl({"db", "backup", copy});
    CHECK(again.code == 1);
    CHECK_THAT(again.err, Contains("exists already"));
    daemon.stop();
    CHECK(daemon.ctl({"db", "backup", daemon.at("second.db")}).code == 0);
    CHECK(run({ctl_program, "db", "backup", daemon.at("third.db"), "--from", copy}).code == 0);
}

TEST_CASE("a database that is not there, or none, is told apart from a damaged one", "[cli]") {
    const ScratchFolder scratch;
    const auto missing = run({ctl_program, "db", "verify", scratch.at("none.db")});
    CHECK(missing.code == 3);
    CHECK_THAT(missing.err, Contains("there is no such file"));
    std::ofstream{scratch.at("text.db")}
        << "this is a text, and long enough to be taken for a header of a database";
    const auto other = run({ctl_program, "db", "verify", scratch.at("text.db")});
    CHECK(other.code == 1);
    CHECK_THAT(other.err, Contains("not a database"));
    std::ofstream{scratch.at("empty.db")}.flush();
    CHECK_THAT(run({ctl_program, "db", "verify", scratch.at("empty.db")}).err,
               Contains("empty.db: this file is empty"));
    sql(scratch.at("foreign.db"), "CREATE TABLE t (x)");
    CHECK_THAT(run({ctl_program, "db", "verify", scratch.at("foreign.db")}).err,
               Contains("foreign.db: this is not a Forcewatch database"));
    CHECK_THAT(run({ctl_program, "db", "verify", scratch.path()}).err, Contains("is a folder"));
    const auto no_config = run({ctl_program, "db", "verify", "--config", scratch.at("none.toml")});
    CHECK(no_config.code == 78);
    CHECK_THAT(no_config.err, Contains("none.toml") && Contains("--config"));
}

TEST_CASE("a copy that cannot be made is not blamed on the database", "[cli][R114]") {
    RunningDaemon daemon;
    const auto made = daemon.ctl({"db", "backup", daemon.at("none/copy.db")});
    CHECK(made.code == 1);
    CHECK_THAT(made.err, Contains("none/copy.db: the copy cannot be made: No such file") &&
                             !Contains("fw.db:"));
}

TEST_CASE("where the journal stood can be held against the database", "[cli][R103]") {
    RunningDaemon daemon;
    daemon.import_reference();
    const auto head = text_at(daemon.json({"status"}), "journal_head");
    CHECK(daemon.ctl({"db", "verify", "--expect", head}).code == 0);
    const auto other = daemon.ctl({"db", "verify", "--expect", "9999:" + std::string(64, 'a')});
    CHECK(other.code == 1);
    CHECK_THAT(other.err, Contains("journal row 9999: this row is missing"));
    CHECK(daemon.ctl({"db", "verify", "--expect", "nonsense"}).code == 2);
}
