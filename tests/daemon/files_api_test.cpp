// Files in and out over the API: trials, absence, undoing, exports, owners by the handful.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "daemon/ingest/export_tables.hpp"
#include "tests/daemon/running_daemon.hpp"
#include "tests/support/make_workbook.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

const std::string findings{
    "force,reference,kind,title,area,raised,deadline,due,words\n"
    "kent,CC-1,cause of concern,\"=Calls, answered "
    "late\",responding,2026-01-05,inspectorate,2026-03-31,\n"
    "kent,AFI-2,area for improvement,Supervision,investigating,2026-01,none,,as soon as "
    "practicable\n"};
const std::string actions{
    "source,external_id,force,title,owner,contributors,findings,planned,deadline,due,state,updated_"
    "on,note\n"
    "tracker,A-1,kent,Hire,ann@kent.example,bob@kent.example;cy@kent.example,CC-1,2026-01-10,local,"
    "2026-02-01,in progress,2026-01-20,\"-half, hired\"\n"
    "tracker,A-2,kent,Train,,,AFI-2,2026-01-10,local,2026-05,open,,\n"
    "tracker,A-3,kent,Move,bob@kent.example,,,2026-01-10,none,,open,,\n"};

/// A daemon with the reference data, two findings and three actions.
struct Office : RunningDaemon {
    Office() {
        import_reference();
        REQUIRE(import("findings.csv", findings).status == 200);
        REQUIRE(import("actions.csv", actions).status == 200);
    }
    std::int64_t journal() { return number_of_member(json("/v1/status"), "journal"); }
    static std::int64_t number_of_member(const JsonValue& document, std::string_view name) {
        const auto* member = document.find(name);
        const auto* number = member != nullptr ? member->as<std::int64_t>() : nullptr;
        return number != nullptr ? *number : -1;
    }
    std::string export_of(const std::string& layout, const std::string& more = {}) {
        const auto answer = get("/v1/export?format=csv&layout=" + layout + more);
        REQUIRE(answer.status == 200);
        return answer.body;
    }
    std::int64_t last_import() {
        const auto list = json("/v1/imports?limit=1");
        return number_of_member(list.find("items")->as<JsonValue::Array>()->front(), "id");
    }
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a trial tells the diff and the alerts, and the real run says the same byte for byte",
          "[daemon][R19]") {
    Office office;
    auto changed = replaced(actions, "2026-05,open", "2026-06-30,in progress");
    changed += "tracker,A-4,kent,New,,,,2026-01-10,local,2026-02-01,open,,\n";
    changed =
        replaced(changed, "tracker,A-3,kent,Move,bob@kent.example,,,2026-01-10,none,,open,,\n", "");
    const auto before = office.journal();
    const auto trial = office.import("actions.csv", changed, "&dry_run=true");
    CHECK(trial.status == 200);
    CHECK(office.journal() == before);
    CHECK_THAT(trial.body, Contains("\"added\":1,\"changed\":1,\"unchanged\":1"));
    CHECK_THAT(trial.body,
               Contains("{\"field\":\"due\",\"old\":\"2026-05\",\"new\":\"2026-06-30\"}"));
    CHECK_THAT(trial.body, Contains("\"missing_items\":[\"action:tracker/A-3\"]"));
    CHECK_THAT(trial.body, Contains("\"alerts\":[{\"change\":\"reminder\"") &&
                               Contains("{\"change\":\"opened\"") && Contains("New"));
    const auto real = office.import("actions.csv", changed);
    CHECK(real.status == 200);
    CHECK(real.body == trial.body);
    CHECK(office.journal() > before);
    const auto again = office.import("actions.csv", changed);
    CHECK_THAT(again.body, Contains("\"added\":0,\"changed\":0,\"unchanged\":3") &&
                               Contains("\"events\":0,\"alert_revisions\":0"));
}

TEST_CASE("absence closes only when told to, and never too much of the scope", "[daemon][R20]") {
    Office office;
    const auto shorter =
        replaced(actions, "tracker,A-3,kent,Move,bob@kent.example,,,2026-01-10,none,,open,,\n", "");
    const auto kept = office.import("actions.csv", shorter);
    CHECK_THAT(kept.body, Contains("\"missing\":1,\"missing_of\":3,\"missing_closed\":false"));
    CHECK_THAT(office.get("/v1/actions/tracker/A-3").body, Contains("\"state\":\"open\""));
    const auto refused = office.import("actions.csv", shorter, "&missing=close");
    CHECK(refused.status == 409);
    CHECK_THAT(refused.body, Contains("1 of 3 open items of its scope (33 %)"));
    CHECK_THAT(office.get("/v1/actions/tracker/A-3").body, Contains("\"state\":\"open\""));
    const auto closed = office.import("actions.csv", shorter, "&missing=close&missing_limit=40");
    CHECK(closed.status == 200);
    CHECK_THAT(closed.body, Contains("\"missing_closed\":true"));
    const auto gone = office.get("/v1/actions/tracker/A-3").body;
    CHECK_THAT(gone, Contains("\"state\":\"cancelled\"") && Contains("no longer in actions.csv"));
}

TEST_CASE("what ended by absence runs again once a file names it", "[daemon][R20]") {
    Office office;
    const std::string findings =
        "force,reference,kind,title,raised\n"
        "kent,AFI-1,area for improvement,Custody,2026-01-05\n";
    const std::string both = findings + "kent,AFI-2,area for improvement,Firearms,2026-01-05\n";
    const auto state = [&](const std::string& path) { return office.get(path).body; };
    REQUIRE(office.import("findings.csv", both).status == 200);
    REQUIRE(office.import("findings.csv", findings, "&missing=close&missing_limit=100").status ==
            200);
    REQUIRE_THAT(state("/v1/findings/kent/AFI-2"), Contains("\"inspectorate_state\":\"closed\""));
    REQUIRE(office.import("findings.csv", both).status == 200);
    CHECK_THAT(state("/v1/findings/kent/AFI-2"), Contains("\"inspectorate_state\":\"open\""));
    CHECK_THAT(office.import("findings.csv", both).body, Contains("\"events\":0"));

    const std::string plan = "source,external_id,force,title\nb,1,kent,Hire\n";
    REQUIRE(office.import("plan.csv", plan + "b,2,kent,Train\n").status == 200);
    REQUIRE(office.import("plan.csv", plan, "&missing=close&missing_limit=100").status == 200);
    REQUIRE(office.import("plan.csv", plan + "b,2,kent,Train\n").status == 200);
    CHECK_THAT(state("/v1/actions/b/2"), Contains("\"state\":\"open\""));
    CHECK_THAT(office.import("plan.csv", plan + "b,2,kent,Train\n").body, Contains("\"events\":0"));
}

TEST_CASE("a file is held against its own plan alone: its source, for the forces it names",
          "[daemon][R20]") {
    Office office;
    const auto plan = [](const std::string& source, const std::string& force, int number) {
        return fmt::format("{},B-{},{},Plan,,,,2026-01-10,none,,open,,\n", source, number, force);
    };
    const auto header = actions.substr(0, actions.find('\n') + 1);
    REQUIRE(office
                .import("all.csv", header + plan("a", "kent", 1) + plan("a", "kent", 2) +
                                       plan("a-b", "kent", 4) + plan("a0", "kent", 5) +
                                       plan("a", "essex", 6))
                .status == 200);
    const auto part = office.import("a.csv", header + plan("a", "kent", 1));
    CHECK_THAT(part.body, Contains("\"missing\":1,\"missing_of\":2") &&
                              Contains("\"missing_items\":[\"action:a/B-2\"]"));
    const auto ignored = office.import("a.csv", header + plan("a", "kent", 1), "&missing=ignore");
    CHECK_THAT(ignored.body, Contains("\"missing\":0,\"missing_of\":0"));
    CHECK(office.import("a.csv", header + plan("a", "kent", 1), "&missing=maybe").status == 400);
}

TEST_CASE("an import is undone as one, and the past still shows it", "[daemon][R27]") {
    Office office;
    const auto before = office.export_of("actions");
    auto changed = replaced(actions, "2026-02-01,in progress", "2026-01-15,open");
    changed += "tracker,A-9,kent,Wrong,,,,2026-01-10,local,2026-01-11,open,,\n";
    REQUIRE(office.import("wrong.csv", changed).status == 200);
    const auto id = std::to_string(office.last_import());
    CHECK_THAT(office.get("/v1/alerts").body, Contains("action:tracker/A-9"));
    const auto path = "/v1/imports/" + id + "/undo";
    CHECK(office.ask("POST", path, "{}").status == 422);
    const auto trial = office.ask("POST", path + "?dry_run=true", R"({"reason":"wrong quarter"})");
    CHECK_THAT(trial.body, Contains("{\"subject\":\"action:tracker/A-9\",\"change\":\"removed\""));
    CHECK(office.get("/v1/actions/tracker/A-9").status == 200);
    const auto undone = office.ask("POST", path, R"({"reason":"wrong quarter"})");
    CHECK(undone.status == 200);
    CHECK(undone.body == trial.body);
    CHECK_THAT(undone.body, Contains("\"summary\":\"withdrawn\""));
    CHECK(office.get("/v1/actions/tracker/A-9").status == 404);
    CHECK(office.export_of("actions") == before);
    CHECK_THAT(office.get("/v1/imports").body, Contains("\"undone_why\":\"wrong quarter\""));
    CHECK(office.ask("POST", path, R"({"reason":"again"})").status == 409);
    CHECK_THAT(office.get("/v1/journal?after=" + std::to_string(office.journal() - 4)).body,
               Contains("events-withdrawn"));
    // The same file can come again.
    CHECK_THAT(office.import("right.csv", changed).body, Contains("\"added\":1,\"changed\":1"));
    CHECK(office.get("/v1/actions/tracker/A-9").status == 200);
}

TEST_CASE("an import that others built upon is undone only by force", "[daemon][R27]") {
    Office office;
    const auto id = std::to_string(office.last_import());
    REQUIRE(office.ask("PATCH", "/v1/actions/tracker/A-1", R"({"title":"Hire ten"})").status ==
            200);
    const auto path = "/v1/imports/" + id + "/undo";
    const auto refused = office.ask("POST", path, R"({"reason":"wrong"})");
    CHECK(refused.status == 409);
    CHECK_THAT(refused.body, Contains("others recorded something of action:tracker/A-1"));
    const auto forced = office.ask("POST", path, R"({"reason":"wrong","force":true})");
    CHECK(forced.status == 200);
    CHECK(office.get("/v1/actions/tracker/A-1").status == 404);
    // What was undone is built upon no more: import 1 has only the others after it.
    const auto first = office.ask("POST", "/v1/imports/1/undo", R"({"reason":"wrong"})");
    CHECK(first.status == 409);
    CHECK_THAT(first.body,
               !Contains("action:tracker/A-2"));  // reference data carries everything after it
    CHECK(office.ask("POST", "/v1/imports/99/undo", R"({"reason":"wrong"})").status == 404);
}

TEST_CASE("what names an imported item hangs on its import", "[daemon][R27]") {
    Office office;
    const std::string findings = "force,reference,kind,title,parent,inspection\n";
    REQUIRE(office.import("cause.csv", findings + "kent,C-9,cause of concern,Custody,,\n").status ==
            200);
    const auto id = std::to_string(office.last_import());
    const auto undo = [&] {
        return office.ask("POST", "/v1/imports/" + id + "/undo", R"({"reason":"wrong"})");
    };
    SECTION("a recommendation under it") {
        REQUIRE(office
                    .import("rec.csv", findings + "kent,R-9,recommendation,Custody,C-9,\n",
                            "&missing=ignore")
                    .status == 200);
        CHECK_THAT(undo().body, Contains("finding:kent/R-9"));
    }
    SECTION("an action for it") {
        REQUIRE(office
                    .ask("POST", "/v1/actions",
                         R"({"source":"t","external_id":"X","force":"kent","title":"Custody",
                             "findings":["C-9"],"deadline":"none"})")
                    .status == 201);
        CHECK_THAT(undo().body, Contains("action:t/X"));
    }
    SECTION("a condition of its end") {
        REQUIRE(office
                    .ask("POST", "/v1/conditions",
                         R"({"force":"kent","condition":"E-9","finding":"C-9","text":"fixed"})")
                    .status == 201);
        CHECK_THAT(undo().body, Contains("kent/E-9"));
    }
    CHECK(undo().status == 409);
}

TEST_CASE("a link to an imported finding is built upon its import", "[daemon][R21][R27]") {
    Office office;
    REQUIRE(office
                .ask("POST", "/v1/findings",
                     R"({"force":"kent","reference":"AFI-9","kind":"area for improvement",
                         "title":"Supervision"})")
                .status == 201);
    REQUIRE(office
                .ask("POST", "/v1/findings/kent/AFI-9/same-as",
                     R"({"finding":"AFI-2","reason":"one letter"})")
                .status == 200);
    const auto path = "/v1/imports/" + std::to_string(office.last_import() - 1) + "/undo";
    const auto refused = office.ask("POST", path, R"({"reason":"wrong"})");
    CHECK(refused.status == 409);
    CHECK_THAT(refused.body, Contains("finding:kent/AFI-9"));
    CHECK(office.ask("POST", path, R"({"reason":"wrong","force":true})").status == 200);
    CHECK_THAT(office.get("/v1/findings/kent/AFI-9").body, Contains("\"same_as\":null"));
}

TEST_CASE("everything exported gives the same facts in an empty database", "[daemon][R18]") {
    Office office;
    for (const char* name : {"judgements.csv", "monitoring_timeline.csv"})
        REQUIRE(office
                    .import(name, text_of_file(FORCEWATCH_SOURCE_DIR "/config/reference/" +
                                               std::string{name}))
                    .status == 200);
    REQUIRE(
        office.import("actions.csv", replaced(actions, "2026-05,open", "2026-06-30,in progress"))
            .status == 200);
    REQUIRE(office
                .import("findings.csv",
                        "force,reference,title,force_state,force_state_on,claimed_by\n"
                        "kent,AFI-2,Supervision,claimed complete,2026-03-01,ann@kent.example\n")
                .status == 200);
    REQUIRE(office
                .ask("POST", "/v1/findings/kent/AFI-2/same-as",
                     R"({"finding":"CC-1","reason":"one letter","by":"ann@kent.example"})")
                .status == 200);
    REQUIRE(
        office.import("people.csv", "name,deputy\nann@kent.example,bob@kent.example\n").status ==
        200);
    REQUIRE(office
                .import("meetings.csv",
                        "force,meeting,title,due,papers_days\n"
                        "kent,m-1,Oversight,2026-12-16,10\n")
                .status == 200);
    const auto all = office.get("/v1/export");
    CHECK(all.status == 200);
    RunningDaemon other;
    const auto taken = other.import("all.jsonl", all.body);
    CAPTURE(taken.body);
    REQUIRE(taken.status == 200);
    for (const auto& table : export_tables()) {
        if (table.layout == "records") continue;
        CAPTURE(table.layout);
        const auto path = "/v1/export?layout=" + std::string{table.layout};
        CHECK(other.get(path).body == office.get(path).body);
    }
    for (const char* path :
         {"/v1/actions/tracker/A-2", "/v1/findings/kent/AFI-2", "/v1/findings/kent/CC-1"}) {
        CAPTURE(path);
        const auto history = [&](RunningDaemon& daemon) {
            const auto body = daemon.get(path).body;
            return body.substr(0, body.find("\"alerts\""));
        };
        CHECK(history(other) == history(office));
    }
    // Once more, and each table by itself: nothing is new.
    CHECK_THAT(other.import("all.jsonl", all.body).body, Contains("\"events\":0"));
    for (const auto& table : export_tables()) {
        CAPTURE(table.layout);
        const auto csv = office.export_of(std::string{table.layout});
        const auto again = other.import("again.csv", csv);
        CAPTURE(again.body.substr(0, 600));
        CHECK(again.status == 200);
        CHECK_THAT(again.body, Contains("\"events\":0"));
    }
}

TEST_CASE("what a spreadsheet would run is guarded in CSV", "[daemon]") {
    Office office;
    CHECK_THAT(office.export_of("findings"), Contains("\"'=Calls, answered late\""));
    CHECK_THAT(office.export_of("actions"), Contains("\"'-half, hired\""));
    CHECK_THAT(office.get("/v1/export?layout=findings").body,
               Contains("\"=Calls, answered late\""));
    CHECK(office.get("/v1/export?format=csv").status == 400);
    CHECK(office.get("/v1/export?format=ods").status == 400);
    CHECK(office.get("/v1/export?layout=nope").status == 400);
}

TEST_CASE("several files and a mapping come in one form, all or nothing", "[daemon][R22]") {
    Office office;
    const auto form = [&](const std::string& mapping, const std::string& plan) {
        const std::string body =
            "--x\r\nContent-Disposition: form-data; name=\"mapping\"; "
            "filename=\"plan.toml\"\r\n\r\n" +
            mapping +
            "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; "
            "filename=\"plan.csv\"\r\nContent-Type: text/csv\r\n\r\n" +
            plan + "\r\n--x--\r\n";
        UnixHttpClient client{office.folder().at("api.sock")};
        REQUIRE(client.send(fmt::format(
            "POST /v1/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; "
            "boundary=\"x\"\r\nContent-Length: {}\r\n\r\n{}",
            body.size(), body)));
        return client.read_answer(false);
    };
    const std::string mapping{
        "[[layout]]\nname=\"actions\"\n[layout.columns]\nexternal_id=\"No\"\n"
        "title=\"What\"\n[layout.constants]\nforce=\"kent\"\nsource=\"plan\"\n"};
    const auto taken = form(mapping, "No;What\r\n1;One\r\n2;Two\r\n");
    CHECK(taken.status == 200);
    CHECK_THAT(taken.body,
               Contains("{\"items\":[{\"file\":\"plan.csv\"") && Contains("\"added\":2"));
    const auto before = office.journal();
    const auto unknown = form(replaced(mapping, "kent", "atlantis"), "No;What\r\n3;Three\r\n");
    CHECK(unknown.status == 422);
    CHECK_THAT(unknown.body, Contains("\"column\":\"force\""));
    const auto broken = form("[[layout]\n", "No;What\r\n3;Three\r\n");
    CHECK(broken.status == 422);
    CHECK_THAT(broken.body, Contains("plan.toml:1:"));
    CHECK(office.journal() == before);
}

TEST_CASE("many actions are given to one owner after a look at them", "[daemon]") {
    Office office;
    const auto before = office.journal();
    const std::string wanted{R"({"owner":"zoe@kent.example","force":"kent","area":"responding"})"};
    const auto trial = office.ask("POST", "/v1/assign?dry_run=true", wanted);
    CHECK(trial.status == 200);
    CHECK(office.journal() == before);
    CHECK_THAT(
        trial.body,
        Contains("\"changed\":1") &&
            Contains(R"({"field":"owner","old":"ann@kent.example","new":"zoe@kent.example"})"));
    const auto done = office.ask("POST", "/v1/assign", wanted);
    CHECK(done.body == trial.body);
    CHECK_THAT(office.get("/v1/actions/tracker/A-1").body, Contains("zoe@kent.example"));
    const auto unowned =
        office.ask("POST", "/v1/assign", R"({"owner":"zoe@kent.example","unowned":true})");
    CHECK_THAT(unowned.body, Contains("action:tracker/A-2") && Contains("\"changed\":1"));
    CHECK(office.ask("POST", "/v1/assign", R"({"owner":"zoe@kent.example"})").status == 422);
    CHECK(office.ask("POST", "/v1/assign", R"({"owner":"z","force":"atlantis"})").status == 422);
    const auto misspelt =
        office.ask("POST", "/v1/assign", R"({"owner":"z","from":"zoe@kent.exampel"})");
    CHECK(misspelt.status == 422);
    CHECK_THAT(misspelt.body, Contains("did you mean \\\"zoe@kent.example\\\"?"));
}

TEST_CASE("all sheets of a workbook come as one", "[daemon]") {
    Office office;
    const auto book = workbook_of(
        {{"findings",
          text_row(1, {"force", "reference", "title"}) + text_row(2, {"kent", "X-1", "One"})},
         {"actions", text_row(1, {"source", "external_id", "force", "title", "findings"}) +
                         text_row(2, {"book", "1", "kent", "Two", "X-1"})},
         {"Sheet3", ""}});
    // A blank sheet, such as Excel makes beforehand, is no file.
    const auto taken = office.import("book.xlsx", book, "&sheet=*");
    CHECK(taken.status == 200);
    CHECK_THAT(taken.body, Contains("book.xlsx [findings]") && Contains("book.xlsx [actions]"));
    CHECK(office.get("/v1/actions/book/1").status == 200);
    CHECK(office.import("x.csv", findings, "&sheet=One").status == 422);
}

TEST_CASE("a trial that is misspelt does not become the real thing", "[daemon][R18][R99]") {
    Office office;
    const auto before = office.journal();
    const auto sent = [&](const std::string& target) {
        return office.ask("POST", target, replaced(actions, "Hire", "Hire two"));
    };
    const auto misspelt = sent("/v1/import?name=actions.csv&dryrun=true");
    CHECK(misspelt.status == 400);
    CHECK_THAT(misspelt.body, Contains("there is no parameter \\\"dryrun\\\" here; did you mean "
                                       "\\\"dry_run\\\"?"));
    const auto vague = sent("/v1/import?name=actions.csv&dry_run=yes");
    CHECK(vague.status == 400);
    CHECK_THAT(vague.body, Contains("dry_run: expected true or false"));
    const auto undo = fmt::format("/v1/imports/{}/undo?dry-run=true", office.last_import());
    CHECK(office.ask("POST", undo, R"({"reason":"trial"})").status == 400);
    CHECK(office.ask("PATCH", "/v1/actions/tracker/A-1?dry_run=true", R"({"title":"x"})").status ==
          400);
    CHECK(office.journal() == before);
    CHECK(sent("/v1/import?name=actions.csv&dry_run=true").status == 200);
    CHECK(office.journal() == before);
    CHECK(sent("/v1/import?name=actions.csv&dry_run=false").status == 200);
    CHECK(office.journal() > before);
}

TEST_CASE("an own export brings nothing back that was withdrawn", "[daemon][R18][R27]") {
    Office office;
    const std::string findings =
        "force,reference,kind,title,raised\n"
        "kent,AFI-9,area for improvement,Custody,2026-01-05\n";
    const auto withdraw = [&] {
        return office.ask("DELETE", "/v1/findings/kent/AFI-9", R"({"reason":"twice"})").status;
    };
    REQUIRE(office.import("findings.csv", findings).status == 200);
    REQUIRE(withdraw() == 204);
    const auto exported = office.get("/v1/export?format=jsonl").body;
    CHECK_THAT(office.import("all.jsonl", exported).body, Contains("\"events\":0"));
    CHECK(office.get("/v1/findings/kent/AFI-9").status == 404);

    // Raised again in the same words, it stands where that is imported.
    REQUIRE(office.import("findings.csv", findings).status == 200);
    const auto again = office.get("/v1/export?format=jsonl").body;
    CHECK_THAT(office.import("all.jsonl", again).body, Contains("\"events\":0"));
    CHECK(office.get("/v1/findings/kent/AFI-9").status == 200);
}

TEST_CASE("somebody erased is nobody else where the export is imported", "[daemon][R107]") {
    Office office;
    const auto people = office.json("/v1/people");
    const auto& first = people.find("items")->as<JsonValue::Array>()->front();
    const auto id = *first.find("id")->as<std::string>();
    REQUIRE(office.ask("DELETE", "/v1/people/" + id).status == 204);
    const auto exported = office.export_of("actions");
    CHECK_THAT(exported, Contains("erased-" + id) && !Contains("," + id + ","));
}
