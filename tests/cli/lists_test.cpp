#include <set>

#include "cli/text.hpp"
#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

std::set<std::string> forces_in(const JsonValue& list) {
    std::set<std::string> forces;
    for (const auto& item : array_at(list, "items")) forces.insert(text_at(item, "force"));
    return forces;
}

}  // namespace

TEST_CASE("without arguments comes the status, and what to try next", "[cli]") {
    const auto ended = shipped().ctl({});
    CHECK(ended.code == 0);
    CHECK_THAT(ended.out, Contains("Overdue") && Contains("In Engage     lincolnshire") &&
                              Contains("forcewatchctl alerts") &&
                              Contains("forcewatchctl forces") &&
                              Contains("forcewatchctl force ID"));
}

TEST_CASE("who was in Engage on a day is told from the shipped moves", "[cli][R91]") {
    const auto& daemon = shipped();
    CHECK(forces_in(daemon.json({"stages", "--stage", "engage", "--as-of", "2024-06-01"})) ==
          std::set<std::string>{"buckinghamshire-frs", "devon-and-cornwall", "gloucestershire-frs",
                                "metropolitan", "nottinghamshire", "west-midlands"});
    CHECK(forces_in(daemon.json({"stages", "--stage", "engage", "--as-of", "2025-09-01"})) ==
          std::set<std::string>{"lincolnshire"});
    const auto table = daemon.ctl({"stages", "--stage", "engage", "--as-of", "2025-09-01"});
    REQUIRE(lines_of(table.out).size() == 2);
    CHECK_THAT(lines_of(table.out)[0],
               Catch::StartsWith("FORCE") && Contains("STAGE") && Contains("UNTIL"));
    CHECK_THAT(lines_of(table.out)[1],
               Catch::StartsWith("lincolnshire  engage  2024-12-06  still"));
    CHECK(lines_of(daemon.ctl({"stages", "--all", "--force", "cleveland"}).out).size() == 3);
}

TEST_CASE("a correction shows from its own day on", "[cli][R91]") {
    const auto grade_on = [](const std::string& day) {
        const auto list = shipped().json({"areas", "--force", "northamptonshire", "--programme",
                                          "PEEL", "--area", "responding", "--as-of", day});
        REQUIRE(array_at(list, "items").size() == 1);
        return text_at(array_at(list, "items").front(), "grade");
    };
    CHECK(grade_on("2024-08-07") == "adequate");
    CHECK(grade_on("2024-08-08") == "requires improvement");
}

TEST_CASE("the board, areas and inspections are tables for people and documents for programs",
          "[cli]") {
    const auto& daemon = shipped();
    CHECK(array_at(daemon.json({"forces"}), "items").size() == 111);
    const auto police = daemon.json({"forces", "--kind", "police"});
    CHECK(array_at(police, "items").size() < 111);
    for (const auto& item : array_at(police, "items")) CHECK(text_at(item, "kind") == "police");
    CHECK(lines_of(daemon.ctl({"forces"}).out).size() == 112);
    CHECK(lines_of(daemon.ctl({"forces", "--no-header"}).out).size() == 111);

    const auto low = daemon.json({"areas", "--at-or-below", "inadequate", "--as-of", "2025-09-01"});
    REQUIRE_FALSE(array_at(low, "items").empty());
    for (const auto& item : array_at(low, "items")) CHECK(text_at(item, "grade") == "inadequate");
    CHECK_THAT(daemon.ctl({"areas", "--force", "nottinghamshire"}).out,
               Contains("preventing-crime") && Contains("inadequate") && Contains("2024-07-11"));
    CHECK_THAT(daemon.ctl({"inspections", "--force", "kent"}).out,
               Contains("PUBLISHED") && Contains("undated"));
    CHECK(text_at(daemon.json({"inspections", "--force", "kent", "--as-of", "2024-01-01"}),
                  "as_of") == "2024-01-01");
}

TEST_CASE("a list longer than a page comes whole, in one document", "[cli]") {
    const auto& daemon = shipped();
    const auto events = number_at(daemon.json({"status"}), "journal");
    REQUIRE(events > 1000);
    const auto journal = daemon.json({"journal"});
    const auto& items = array_at(journal, "items");
    REQUIRE(items.size() == static_cast<std::size_t>(events));
    for (std::size_t i = 0; i < items.size(); ++i)
        REQUIRE(number_at(items[i], "seq") == static_cast<std::int64_t>(i) + 1);
    CHECK(value_at(journal, "next") == nullptr);
    const auto of_force = daemon.json({"journal", "--force", "lincolnshire"});
    CHECK(array_at(of_force, "items").size() > 1);
    CHECK(array_at(daemon.json({"journal", "--subject", "force:kent"}), "items").size() == 1);
}

TEST_CASE("one force stands on one screen", "[cli]") {
    const auto& daemon = shipped();
    const auto ended = daemon.ctl({"force", "nottinghamshire"});
    CHECK(ended.code == 0);
    CHECK_THAT(ended.out,
               Catch::StartsWith("Nottinghamshire Police\n") && Contains("Monitoring stages") &&
                   Contains("two accelerated causes of concern") &&
                   Contains("Areas at requires improvement or worse") && Contains("leadership") &&
                   Contains("Open findings: none") && Contains("Open alerts\n"));
    const auto then = daemon.json({"force", "nottinghamshire", "--as-of", "2024-06-01"});
    CHECK(text_at(then, "force.stage") == "engage");
    CHECK(value_at(then, "alerts") == nullptr);
    CHECK(array_at(then, "areas.items").size() <
          array_at(daemon.json({"force", "nottinghamshire"}), "areas.items").size());
}

TEST_CASE("what is not there is exit 3, in a sentence", "[cli]") {
    const auto& daemon = shipped();
    for (const auto& [arguments, said] :
         {std::pair{Words{"force", "nowhere"}, "no force has the id \"nowhere\""},
          std::pair{Words{"force", "kant"}, "did you mean \"kent\"?"},
          std::pair{Words{"timeline", "kant"}, "did you mean \"kent\"?"},
          std::pair{Words{"force", "a/b"}, "There is no such thing"},
          std::pair{Words{"explain", "kent"}, "a subject is such as finding:kent/AFI-3"},
          std::pair{Words{"deliveries", "--destination", "nope"}, "no destination is called"},
          std::pair{Words{"actions", "--owner", "Nobody"}, "no person is called \"Nobody\""},
          std::pair{Words{"alerts", "999999"}, "there is no alert 999999"},
          std::pair{Words{"findings", "--force", "nope"}, "no force has the id \"nope\""},
          std::pair{Words{"actions", "--force", "kant"}, "did you mean \"kent\"?"},
          std::pair{Words{"stages", "--force", "nope"}, "no force has the id \"nope\""},
          std::pair{Words{"alerts", "--force", "nope"}, "no force has the id \"nope\""},
          std::pair{Words{"areas", "--force", "nope"}, "no force has the id \"nope\""},
          std::pair{Words{"deliveries", "999999"}, "there is no delivery 999999"},
          std::pair{Words{"deliveries", "replay", "999999"}, "there is no delivery 999999"}}) {
        const auto ended = daemon.ctl(arguments);
        CHECK(ended.code == 3);
        CHECK(ended.out.empty());
        CHECK_THAT(ended.err, Contains(said) && !Contains("force: force:"));
    }
    const auto json = daemon.ctl({"force", "nowhere", "--json"});
    CHECK(json.code == 3);
    CHECK(text_at(parse_json_object(json.out).value(), "type") == "/problems/not-found");
}

TEST_CASE("the journal ends where it ended then, and one alert is not asked about another time",
          "[cli][R91]") {
    CHECK(shipped().ctl({"journal", "--known-at", "2020-01-01"}).out.empty());
    CHECK_FALSE(shipped().ctl({"journal", "--known-at", "2199-01-01"}).out.empty());
    CHECK(shipped().ctl({"alerts", "1", "--known-at", "2199-01-01"}).code == 2);
}

TEST_CASE("an empty list says so beside standard output", "[cli]") {
    const auto ended = shipped().ctl({"findings"});
    CHECK(ended.code == 0);
    CHECK(ended.out.empty());
    CHECK_THAT(ended.err, Contains("No findings fit"));
    CHECK(array_at(shipped().json({"findings"}), "items").empty());
}

TEST_CASE("alerts come worst first, and one with its history", "[cli]") {
    const auto& daemon = shipped();
    const auto lines = lines_of(daemon.ctl({"alerts", "--no-header"}).out);
    REQUIRE(lines.size() == array_at(daemon.json({"alerts"}), "items").size());
    std::size_t first_mild = lines.size();
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (lines[i].find("  critical  ") == std::string::npos)
            first_mild = std::min(first_mild, i);
    REQUIRE(first_mild > 0);
    for (std::size_t i = first_mild; i < lines.size(); ++i)
        CHECK_THAT(lines[i], !Contains("  critical  "));
    const auto id = text_at(array_at(daemon.json({"alerts"}), "items").front(), "id");
    CHECK_THAT(daemon.ctl({"alerts", id}).out,
               Contains("Rule") && Contains("CHANGE") && Contains("opened"));
    CHECK_FALSE(array_at(daemon.json({"alerts", id}), "revisions").empty());
}

TEST_CASE("findings, actions and duties are listed due first, and what is over is left out",
          "[cli]") {
    RunningDaemon daemon;
    daemon.import_reference();
    const auto findings =
        daemon.file("findings.csv",
                    "force,reference,kind,title,deadline,due,force_state,inspectorate_state,"
                    "inspectorate_state_on\n"
                    "kent,AFI-2,area for improvement,Later,local,2099-01-31,,,\n"
                    "kent,CC-1,cause of concern,Long overdue \xE2\x80\xAE "
                    "text,inspectorate,2020-01-31,in progress,,\n"
                    "kent,AFI-3,area for improvement,Done with,inspectorate,2020-02-01,claimed "
                    "complete,closed,2020-01-05\n"
                    "kent,AFI-4,area for improvement,No date asked for,,,,,\n");
    const auto actions = daemon.file(
        "actions.csv",
        "source,external_id,force,title,owner,findings,deadline,due,state\n"
        "tracker,7,kent,Train the custody officers,,CC-1,local,2020-03-01,in progress\n");
    REQUIRE(daemon.ctl({"import", findings, actions}).code == 0);

    const auto open = lines_of(daemon.ctl({"findings", "--force", "kent"}).out);
    REQUIRE(open.size() == 4);
    CHECK_THAT(open[1], Catch::StartsWith("2020-01-31  overdue ") && Contains("kent") &&
                            Contains("CC-1") && Contains("\\u202e"));
    CHECK_THAT(open[2], Catch::StartsWith("2099-01-31  open"));
    CHECK_THAT(open[3], Catch::StartsWith("no date"));
    CHECK_THAT(daemon.ctl({"findings", "--state", "closed"}).out,
               Contains("closed by the inspectorate"));
    CHECK(array_at(daemon.json({"findings", "--state", "all"}), "items").size() == 4);
    const auto raw = daemon.ctl({"findings", "--json"}).out;
    CHECK_THAT(raw, !Contains("\xE2\x80\xAE") && Contains("\\u202e"));

    const auto action = lines_of(daemon.ctl({"actions"}).out);
    REQUIRE(action.size() == 2);
    CHECK_THAT(action[1], Contains("overdue") && Contains("tracker/7") && Contains("nobody"));
    CHECK_THAT(daemon.ctl({"force", "kent"}).out, Contains("Overdue       2 items") &&
                                                      Contains("tracker/7") &&
                                                      Contains("Dates         none of "));
    CHECK_THAT(daemon.ctl({"obligations", "--state", "all"}).out, Contains("not tracked"));

    CHECK(daemon.ctl({"status", "--exit-code"}).code == 10);
    CHECK(daemon.ctl({"status"}).code == 0);
}

TEST_CASE("a status with nothing due and nothing failing is exit 0, and held it is 20", "[cli]") {
    const RunningDaemon daemon;
    CHECK(daemon.ctl({"status", "--exit-code"}).code == 0);
    CHECK(text_at(daemon.json({"status"}), "health") == "ok");
    CHECK(daemon.ctl({"hold", "on", "--reason", "works"}).code == 0);
    CHECK(daemon.ctl({"status", "--exit-code"}).code == 20);
    CHECK(daemon.ctl({"hold", "off"}).code == 0);
    CHECK(daemon.ctl({"status", "--exit-code"}).code == 0);
    const auto forces = daemon.ctl({"forces"});
    CHECK(forces.code == 0);
    CHECK_THAT(forces.err, Contains("forcewatchctl import --reference"));
}

TEST_CASE("every list answers people and programs", "[cli][R93]") {
    const auto& daemon = shipped();
    for (const auto* list : {"forces",      "areas",      "inspections", "findings", "actions",
                             "obligations", "meetings",   "conditions",  "people",   "stages",
                             "alerts",      "deliveries", "silences",    "pauses",   "destinations",
                             "addresses",   "proposals",  "conflicts",   "feeds",    "journal"}) {
        CAPTURE(list);
        const auto ended = daemon.ctl({list});
        CAPTURE(ended.err);
        CHECK(ended.code == 0);
        CHECK(daemon.json({list}).find("items") != nullptr);
    }
}
