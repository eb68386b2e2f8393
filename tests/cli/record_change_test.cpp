#include <set>

#include "cli/changes.hpp"
#include "daemon/routes.hpp"
#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

/// Runs the command, which must succeed; what it says.
std::string done(const RunningDaemon& daemon, const Words& words) {
    const auto ended = daemon.ctl(words);
    CAPTURE(words, ended.err);
    CHECK(ended.code == 0);
    CHECK(ended.err.empty());
    return ended.out;
}

}  // namespace

TEST_CASE("an action is planned, reported on and withdrawn by hand", "[cli][R93]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    CHECK_THAT(done(daemon, {"actions", "add", "--source", "plan", "--id", "7", "--force", "kent",
                             "--title", "Train the supervisors", "--owner", "Ann Smith",
                             "--deadline", "local", "--due", "2027-01-31"}),
               Contains("Recorded.\n") && Contains("Train the supervisors") &&
                   Contains("Ann Smith") && Contains("2027-01-31"));
    CHECK_THAT(
        done(daemon, {"actions", "change", "plan/7", "--state", "in-progress", "--note", "begun"}),
        Contains("Changed.\n") && Contains("in progress") && Contains("begun"));
    done(daemon,
         {"actions", "change", "plan/7", "--contributor", "Bob Hill", "--contributor", "Cat Dale"});
    CHECK_THAT(done(daemon, {"actions", "change", "plan/7", "--owner", "", "--due", "2027-02-28",
                             "--reason", "the venue"}),
               Contains("2027-02-28") && Contains("Bob Hill, Cat Dale") && !Contains("Ann"));
    CHECK_THAT(done(daemon, {"actions", "change", "plan/7", "--contributor", ""}),
               !Contains("Bob Hill"));
    CHECK_THAT(done(daemon, {"evidence", "add", "--item", "action:plan/7", "--reference",
                             "minutes.pdf", "--sha256", std::string(64, 'a')}),
               Contains("Recorded."));
    CHECK_THAT(done(daemon, {"actions", "withdraw", "plan/7", "--reason", "mistyped"}),
               Contains("Withdrawn."));

    const auto gone = daemon.ctl({"actions", "change", "plan/7", "--state", "complete"});
    CHECK(gone.code == 3);
    CHECK_THAT(gone.err, Contains("there is no action:plan/7"));
    const auto wrong = daemon.ctl({"actions", "add", "--source", "plan", "--id", "8", "--force",
                                   "kent", "--title", "T", "--due", "soon"});
    CHECK(wrong.code == 1);
    CHECK_THAT(wrong.err, Contains("does not make sense: due: \"soon\" is not a date"));
    const auto kindless = daemon.ctl({"actions", "add", "--source", "plan", "--id", "8", "--force",
                                      "kent", "--title", "T", "--due", "2027-01-31"});
    CHECK_THAT(kindless.err, Contains("statutory, inspectorate or local"));
    const auto silent = daemon.ctl({"actions", "change", "plan/7"});
    CHECK(silent.code == 2);
    CHECK_THAT(silent.err, Contains("forcewatchctl actions change: say what changes."));
}

TEST_CASE("a finding is raised, claimed, verified and closed by hand", "[cli][R93]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    done(daemon, {"findings", "add", "--force", "kent", "--reference", "AFI-4", "--kind",
                  "area-for-improvement", "--title", "Supervision", "--raised", "2026-06-01"});
    CHECK_THAT(done(daemon, {"findings", "change", "kent/AFI-4", "--title", "Supervise",
                             "--deadline", "local", "--due", "2027-03-31", "--reason", "agreed"}),
               Contains("Supervise") && Contains("2027-03-31"));
    CHECK_THAT(done(daemon, {"findings", "claim", "kent/AFI-4", "--state", "claimed-complete",
                             "--on", "2026-10-01", "--by", "Ann Smith"}),
               Contains("claimed complete") && Contains("Ann Smith"));
    const auto own =
        daemon.ctl({"findings", "verify", "kent/AFI-4", "--on", "2026-10-02", "--by", "Ann Smith"});
    CHECK(own.code == 5);
    done(daemon, {"findings", "verify", "kent/AFI-4", "--on", "2026-10-02", "--by", "Bob Hill"});
    CHECK_THAT(done(daemon, {"findings", "decide", "kent/AFI-4", "--state", "closed", "--on",
                             "2026-10-05", "--reason", "revisited"}),
               Contains("closed"));
    done(daemon, {"findings", "withdraw", "kent/AFI-4", "--reason", "mistyped"});
    CHECK_THAT(daemon.ctl({"findings", "--state", "all"}).err, Contains("No findings fit."));
}

TEST_CASE("what the regime says is recorded by hand", "[cli][R93]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    done(daemon, {"inspections", "add", "--id", "p27-kent", "--programme", "PEEL", "--cycle",
                  "2025-27", "--published", "2026-10-30", "--force", "kent"});
    done(daemon, {"areas", "judge", "--inspection", "p27-kent", "--force", "kent", "--area",
                  "responding", "--grade", "requires-improvement"});
    CHECK_THAT(daemon.ctl({"areas", "--force", "kent"}).out, Contains("requires improvement"));
    CHECK_THAT(done(daemon, {"inspections", "change", "p27-kent", "--published", "2026-10-29"}),
               Contains("2026-10-29"));
    done(daemon, {"areas", "withdraw", "p27-kent/kent/responding", "--reason", "mistyped"});
    done(daemon, {"inspections", "withdraw", "p27-kent", "--reason", "mistyped"});

    done(daemon,
         {"stages", "add", "--force", "kent", "--stage", "engage", "--decided", "2026-10-30"});
    done(daemon, {"stages", "change", "kent/2026-10-30/engage", "--decided", "2026-10-29",
                  "--reason", "letter"});
    CHECK_THAT(daemon.ctl({"stages", "--stage", "engage"}).out, Contains("2026-10-29"));
    done(daemon, {"stages", "withdraw", "kent/2026-10-29/engage", "--reason", "mistyped"});

    done(daemon,
         {"meetings", "add", "--force", "kent", "--id", "r3", "--kind", "stage-review", "--title",
          "Review", "--deadline", "local", "--due", "2027-02-01", "--papers-days", "5"});
    CHECK_THAT(done(daemon, {"meetings", "change", "kent/r3", "--papers-sent", "yes", "--due",
                             "2027-02-08", "--reason", "moved"}),
               Contains("2027-02-08"));
    done(daemon, {"meetings", "withdraw", "kent/r3", "--reason", "mistyped"});

    done(daemon, {"conditions", "add", "--force", "kent", "--id", "2", "--text", "Sustained"});
    done(daemon, {"conditions", "judge", "kent/2", "--met", "yes", "--on", "2026-10-30"});
    CHECK_THAT(daemon.ctl({"conditions"}).out, Contains("Sustained"));
    done(daemon, {"conditions", "withdraw", "kent/2", "--reason", "mistyped"});
    done(daemon, {"forces", "add", "--id", "north", "--name", "Northshire", "--kind", "police",
                  "--alias", "Northshire Police", "--alias", "NSP"});
    CHECK_THAT(daemon.ctl({"forces"}).out, Contains("north"));
}

TEST_CASE("people are kept by name, and a policy tells its effect first", "[cli][R93][R107]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    CHECK_THAT(
        done(daemon, {"people", "add", "--name", "Ann Smith", "--email", "ann@force.example"}),
        Contains("ann@force.example"));
    CHECK_THAT(done(daemon, {"people", "change", "Ann Smith", "--deputy", "Bob Hill"}),
               Contains("Bob Hill"));
    done(daemon,
         {"actions", "add", "--source", "plan", "--id", "7", "--force", "kent", "--title",
          "Training", "--owner", "Ann Smith", "--deadline", "local", "--due", "2027-01-31"});
    CHECK_THAT(done(daemon, {"people", "leave", "Ann Smith", "--on", "2026-11-01"}),
               Contains("Open actions") && Contains("plan/7"));
    done(daemon, {"people", "return", "Ann Smith", "--on", "2026-11-02"});
    CHECK_THAT(done(daemon, {"people", "erase", "Ann Smith"}), Contains("Forgotten"));
    CHECK_THAT(daemon.ctl({"people"}).out, !Contains("Ann Smith") && Contains("erased"));
    CHECK(daemon.ctl({"people", "leave", "Nobody"}).code == 3);

    done(daemon, {"findings", "add", "--force", "kent", "--reference", "R-1", "--kind",
                  "recommendation", "--title", "Supervise", "--raised", "2026-06-01"});
    const Words set{"policies",     "set",    "--finding-kind", "recommendation",
                    "--force-kind", "police", "--days",         "90"};
    CHECK_THAT(done(daemon, set),
               Contains("finding:kent/R-1 is due by 2026-08-30\n1 deadline would change."));
    CHECK_THAT(daemon.ctl({"policies"}).err, Contains("No policy is set"));
    auto applied = set;
    applied.emplace_back("--yes");
    CHECK_THAT(done(daemon, applied), Contains("Set; 1 deadline changed."));
    CHECK_THAT(daemon.ctl({"policies"}).out, Contains("recommendation") && Contains("90"));
    CHECK_THAT(daemon.ctl({"holidays"}).out, Contains("england-and-wales"));
}

TEST_CASE("every single change names a request that the daemon takes", "[cli][R93]") {
    std::set<std::string> requests;
    for (const auto& change : change_commands()) {
        std::string path = change.path;
        if (const auto place = path.find("{}"); place != std::string::npos)
            path.replace(place, 2, "some/thing");
        CAPTURE(change.method, path);
        CHECK_THAT(methods_of(path), Contains(change.method));
        CHECK((path.find("some/thing") != std::string::npos) == (change.named != nullptr));
        requests.insert(std::string{change.method} + " " + change.path);
    }
    CHECK(requests.size() >= 28);
}
