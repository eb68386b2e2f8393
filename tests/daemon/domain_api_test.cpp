#include <algorithm>

#include "tests/daemon/domain.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

TEST_CASE("a date that is sent without its kind moves the deadline all the same", "[daemon][R13]") {
    Daemon daemon;
    const std::string path = "/v1/actions/tracker/A-1";
    daemon.sent("POST", "/v1/actions",
                R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Rota",
                    "deadline":"local","due":"2027-01-31","owner":"A. Mensah"})",
                201);
    const auto moved = daemon.sent("PATCH", path, R"({"due":"2027-03-01","reason":"staff away"})");
    CHECK(text(*moved.find("deadline"), "due") == "2027-03-01");
    CHECK(text(moved, "original_due") == "2027-01-31");
    CHECK(daemon.status_of("PATCH", path, R"({"due":"2027-04-01","reason":"again"})") == 409);
    const auto freed = daemon.sent("PATCH", path, R"({"owner":""})");
    CHECK(text(freed, "owner").empty());
    CHECK(list(daemon.json("/v1/actions?owner="), "items").size() == 1);
    CHECK(list(daemon.json("/v1/actions?owner=A.%20Mensah"), "items").empty());
    const auto misspelt = daemon.get("/v1/actions?owner=A.%20Mensa");
    CHECK(misspelt.status == 400);
    CHECK_THAT(misspelt.body, Catch::Contains("did you mean \\\"A. Mensah\\\"?"));
}

TEST_CASE("people leave, and are erased from everything that is shown",
          "[daemon][R8][R102][R107]") {
    Daemon daemon;
    const auto person =
        daemon.sent("POST", "/v1/people",
                    R"({"name":"A. Mensah","email":"a@kent.example","deputy":"B. Okafor"})", 201);
    const auto id = text(person, "id");
    CHECK(text(person, "deputy_name") == "B. Okafor");
    daemon.sent("POST", "/v1/actions",
                R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Rota",
                    "owner":"A. Mensah","deadline":"local","due":"2026-01-31"})",
                201);
    daemon.sent("POST", "/v1/alerts/1/acknowledge", R"({"by":"A. Mensah","reason":"on it"})");
    CHECK_THAT(daemon.get("/v1/alerts/1").body, Catch::Contains("acknowledged by A. Mensah"));
    const auto left = daemon.sent("POST", "/v1/people/" + id + "/leave", "{}");
    CHECK(list(left, "open_actions").size() == 1);
    CHECK(daemon.status_of("DELETE", "/v1/people/" + id) == 204);
    const auto journal = daemon.json("/v1/journal?subject=person:" + id);
    CHECK(text(list(journal, "items").back(), "reason") == "name and address were erased");
    CHECK(text(daemon.json("/v1/actions/tracker/A-1"), "owner") == id);
    CHECK_THAT(daemon.get("/v1/alerts/1").body,
               Catch::Contains("acknowledged by " + id) && !Catch::Contains("Mensah"));
    CHECK(daemon.status_of("POST", "/v1/people", R"({"name":"C","email":"not an address"})") ==
          422);
}

TEST_CASE("who is erased answers for no action any more", "[daemon][R107]") {
    Daemon daemon;
    const auto person = daemon.sent("POST", "/v1/people", R"({"name":"A. Mensah"})", 201);
    const auto path = "/v1/people/" + text(person, "id");
    const auto is_active = [&] { return *daemon.json(path).find("active")->as<bool>(); };
    CHECK(is_active());
    CHECK(daemon.status_of("DELETE", path) == 204);
    CHECK_FALSE(is_active());
    CHECK_FALSE(text(daemon.json(path), "since").empty());
}

TEST_CASE("a policy shows what it would change and waits to be confirmed", "[daemon][R12]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/findings", afi, 201);
    const std::string asked =
        R"({"finding_kind":"area for improvement","force_kind":"police","days":180)";
    const auto shown = daemon.sent("POST", "/v1/policies", asked + "}");
    REQUIRE(list(shown, "affected").size() == 1);
    CHECK(text(list(shown, "affected")[0], "due") == "2026-07-04");
    CHECK(list(daemon.json("/v1/policies"), "items").empty());
    CHECK(text(*daemon.json("/v1/findings/kent/AFI-1").find("deadline"), "kind") == "none");
    daemon.sent("POST", "/v1/policies", asked + R"(,"confirm":true})");
    CHECK(text(*daemon.json("/v1/findings/kent/AFI-1").find("deadline"), "due") == "2026-07-04");
}

TEST_CASE("no force becomes what became it", "[daemon][R1]") {
    Daemon daemon;
    const auto becomes = [&](const char* force, const char* successor) {
        return daemon.status_of("POST", "/v1/forces",
                                fmt::format(R"({{"force":"{}","name":"{}","kind":"police",
                                                "successor":"{}","ended":"2026-04-01"}})",
                                            force, force, successor));
    };
    CHECK(becomes("kent", "essex") < 300);
    CHECK(becomes("essex", "kent") == 422);
}

TEST_CASE("meetings and exit conditions are kept with their standing", "[daemon][R15]") {
    Daemon daemon;
    daemon.sent(
        "POST", "/v1/meetings",
        R"({"force":"kent","meeting":"ppog-1","kind":"stage review","title":"Oversight group",
                    "deadline":"inspectorate","due":"2027-05-20","papers_days":10})",
        201);
    const auto meeting =
        daemon.sent("PATCH", "/v1/meetings/kent/ppog-1", R"({"papers_sent":true})");
    CHECK(text(meeting, "papers_due") == "2027-05-10");
    CHECK_FALSE(text(meeting, "papers_sent_on").empty());
    daemon.sent("POST", "/v1/conditions",
                R"({"force":"kent","condition":"C-1","text":"Leadership"})", 201);
    daemon.sent("POST", "/v1/conditions/kent/C-1/judge", R"({"met":true,"on":"2026-02-01"})");
    const auto conditions = daemon.json("/v1/conditions?force=kent");
    CHECK(text(list(conditions, "items").at(0), "met_since") == "2026-02-01");
    CHECK(list(daemon.json("/v1/conditions?force=kent&as_of=2026-01-31"), "items").empty());
}

TEST_CASE("a corrected publication date says how many clocks it moved", "[daemon][R2]") {
    Daemon daemon;
    daemon.judge_kent();
    const auto moved = daemon.sent("PATCH", "/v1/inspections/i-1", R"({"published":"2026-02-16"})");
    const auto* entries = moved.find("entries")->as<std::int64_t>();
    REQUIRE(entries != nullptr);
    CHECK(*entries == 3);  // the publication, its judgement, its statutory reply
    // A month would start a statutory clock by guess.
    for (const char* month : {R"({"published":"2026-03"})", R"({"published":"2026"})"})
        CHECK(daemon.status_of("PATCH", "/v1/inspections/i-1", month) == 422);
    CHECK(daemon.status_of("POST", "/v1/inspections",
                           R"({"inspection":"i-2","programme":"PEEL","cycle":"2023-25",
                               "published":"2026-03","forces":["kent"]})") == 422);
    CHECK(daemon.status_of("POST", "/v1/stages", R"({"force":"kent","decided":"2026-02-01"})") ==
          422);
}

TEST_CASE("a withdrawn publication takes its judgements along, but never a finding",
          "[daemon][R27]") {
    Daemon daemon;
    daemon.judge_kent();
    daemon.sent("POST", "/v1/findings",
                R"({"force":"kent","reference":"AFI-1","kind":"area for improvement",
                    "title":"Custody","inspection":"i-1"})",
                201);
    const auto withdraw = [&](const std::string& path) {
        return daemon.ask("DELETE", path, R"({"reason":"wrong force"})");
    };
    const auto refused = withdraw("/v1/inspections/i-1");
    CHECK(refused.status == 409);
    CHECK_THAT(refused.body,
               Catch::Contains("1 finding is of this publication; withdraw it first"));
    CHECK(withdraw("/v1/findings/kent/AFI-1").status == 204);
    CHECK(withdraw("/v1/inspections/i-1").status == 204);
    CHECK(withdraw("/v1/inspections/i-1").status == 404);
    CHECK(list(daemon.json("/v1/areas?force=kent"), "items").empty());
    CHECK(daemon.get("/v1/export?format=csv&layout=judgements").body.find("kent") ==
          std::string::npos);
}

TEST_CASE("what looks the same is the same, however its accents are put together",
          "[daemon][R22]") {
    Daemon daemon;
    const auto raise = [&](const std::string& reference) {
        return daemon.ask("POST", "/v1/findings",
                          fmt::format(R"({{"force":"kent","reference":"{}","title":"Custody",
                                           "kind":"area for improvement"}})",
                                      reference));
    };
    CHECK(raise("\xC3\x82-1").status == 201);
    (void)raise("A\xCC\x82-1");
    CHECK(list(daemon.json("/v1/findings?force=kent"), "items").size() == 1);
}

TEST_CASE("the people are listed page by page", "[daemon][R90]") {
    Daemon daemon;
    for (const auto* name : {"A", "B", "C"})
        daemon.sent("POST", "/v1/people", fmt::format(R"({{"name":"{}"}})", name), 201);
    const auto first = daemon.json("/v1/people?limit=2");
    CHECK(list(first, "items").size() == 2);
    const auto rest = daemon.json("/v1/people?limit=2&after=" + text(first, "next"));
    REQUIRE(list(rest, "items").size() == 1);
    CHECK(text(list(rest, "items").front(), "name") == "C");
    CHECK(text(rest, "next").empty());
    CHECK(daemon.get("/v1/people?force=kent").status == 400);
}

TEST_CASE("the rules can be asked on purpose", "[daemon][R43][R44][R45]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/actions",
                R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Rota",
                    "planned":"2026-01-01","deadline":"local","due":"2026-03-01"})",
                201);
    const auto explained = daemon.json("/v1/explain?subject=action:tracker/A-1&at=2026-03-05");
    REQUIRE_FALSE(list(explained, "rules").empty());
    CHECK(text(list(explained, "rules")[0], "summary") ==
          "overdue by 4 days: local deadline 2026-03-01");
    daemon.sent("POST", "/v1/actions",
                R"({"source":"tracker","external_id":"A-2","force":"kent","title":"Rota",
                    "deadline":"local","due":"2030-03-01"})",
                201);
    CHECK_FALSE(list(daemon.json("/v1/forecast?days=3660&force=kent"), "items").empty());
    const auto later = daemon.json("/v1/alerts?known_at=2036-03-01");
    CHECK_THAT(text(list(later, "items")[0], "summary"), Catch::StartsWith("overdue by 3653 days"));
    const auto tested = daemon.json("/v1/backtest?from=2026-01-01&to=2026-03-31&force=kent");
    CHECK(list(tested, "items").size() >= 2);
    const auto refused = daemon.ask("POST", "/v1/backtest?from=2026-01-01&to=2026-03-31",
                                    "[[rule]]\nname='r'\ntype='guess'\n");
    CHECK(refused.status == 422);
    CHECK(daemon.status_of("GET", "/v1/explain?subject=action:tracker/none") == 404);
    CHECK(daemon.status_of("GET", "/v1/forecast?days=0") == 400);
    CHECK(daemon.status_of("GET", "/v1/backtest?from=2026-02-01&to=2026-01-01") == 400);
}

TEST_CASE("a back-test of the running rules finds no difference in what was recorded late",
          "[daemon][R44]") {
    Daemon daemon;
    REQUIRE(daemon
                .import("plan.csv",
                        "source,external_id,force,title,planned,deadline,due\n"
                        "tracker,A-1,kent,Hire,2026-01-05,local,2026-01-31\n")
                .status == 200);
    REQUIRE_FALSE(list(daemon.json("/v1/alerts"), "items").empty());
    const auto tested =
        daemon.json("/v1/backtest?from=2026-03-01&to=" + text(daemon.json("/v1/status"), "today"));
    CHECK(list(tested, "only_did").empty());
    CHECK(list(tested, "only_would").empty());
}

TEST_CASE("what was known then is told of any day", "[daemon][R91]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/findings", afi, 201);
    CHECK(list(daemon.json("/v1/findings?as_of=2026-02-01"), "items").size() == 1);
    CHECK(list(daemon.json("/v1/findings?as_of=2026-02-01&known_at=2026-02-01"), "items").empty());
    CHECK(list(daemon.json("/v1/alerts?known_at=2026-02-01"), "items").empty());
    for (const char* path :
         {"/v1/alerts?as_of=2026-02-01", "/v1/deliveries?as_of=2026-02-01",
          "/v1/journal?as_of=2026-02-01", "/v1/findings?known_at=soon", "/v1/findings?after=xyz",
          "/v1/alerts?after=xyz", "/v1/findings?force=kents", "/v1/areas?at_or_below=banana",
          "/v1/areas?programme=peel"}) {
        CAPTURE(path);
        CHECK(daemon.status_of("GET", path) == 400);
    }
    for (const char* path :
         {"/v1/alerts/12abc", "/v1/deliveries/5xyz", "/v1/findings/kent/none?as_of=2026-02-01"}) {
        CAPTURE(path);
        CHECK(daemon.status_of("GET", path) == 404);
    }
}

TEST_CASE("the old id of a force answers and names what it became", "[daemon][R1]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/findings", afi, 201);
    daemon.sent("POST", "/v1/forces",
                R"({"force":"kent-and-essex","name":"Kent and Essex Police","kind":"police"})");
    daemon.sent(
        "POST", "/v1/forces",
        R"({"force":"kent","name":"Kent Police","kind":"police","successor":"kent-and-essex",
                    "ended":"2026-04-01"})");
    CHECK(text(daemon.json("/v1/forces/kent"), "successor") == "kent-and-essex");
    CHECK(list(daemon.json("/v1/forces/kent-and-essex"), "predecessors").size() == 1);
    CHECK(daemon.json("/v1/forces/kent?as_of=2026-03-31").find("successor")->is_null());
    CHECK(text(daemon.json("/v1/forces/kent?as_of=2026-04-01"), "successor") == "kent-and-essex");
    for (const auto& [on, before] : {std::pair{"2026-03-31", 0U}, std::pair{"2026-04-01", 1U}}) {
        const auto board = daemon.json(std::string{"/v1/forces?as_of="} + on);
        for (const auto& force : list(board, "items"))
            if (text(force, "id") == "kent-and-essex")
                CHECK(list(force, "predecessors").size() == before);
    }
    const auto story = daemon.json("/v1/forces/kent-and-essex/timeline");
    bool found = false;
    for (const auto& event : list(story, "items"))
        found = found || text(event, "subject") == "finding:kent/AFI-1";
    CHECK(found);
}

TEST_CASE("a story read page by page tells nothing twice, whatever is recorded meanwhile",
          "[daemon][R90]") {
    Daemon daemon;
    const auto meet = [&](const std::string& id, const std::string& decided) {
        daemon.sent("POST", "/v1/stages",
                    fmt::format(R"({{"force":"kent","stage":"{}","decided":"{}"}})", id, decided),
                    201);
    };
    meet("engage", "2024-03-01");
    meet("scan", "2025-03-01");
    const auto first = daemon.json("/v1/forces/kent/timeline?limit=1");
    const auto story = daemon.json("/v1/forces/kent/timeline");
    REQUIRE(list(story, "items").size() >= 2);
    meet("engage", "2019-03-01");  // takes effect before all of it
    const auto number = [](const JsonValue& event) {
        return *event.find("seq")->as<std::int64_t>();
    };
    std::vector<std::int64_t> told{number(list(first, "items")[0])};
    for (auto next = text(first, "next"); !next.empty();) {
        const auto page = daemon.json("/v1/forces/kent/timeline?limit=1&after=" + next);
        told.push_back(number(list(page, "items")[0]));
        next = text(page, "next");
    }
    for (const auto& event : list(story, "items"))
        CHECK(std::count(told.begin(), told.end(), number(event)) == 1);
    CHECK(daemon.get("/v1/forces/kent/timeline?after=999").status == 400);
    CHECK(daemon.get("/v1/forces/kent/timeline?after=x").status == 400);
}

TEST_CASE("how the deadlines of a force moved is counted, today and on any day", "[daemon][R105]") {
    Daemon daemon;
    for (const char* id : {"A-1", "A-2"})
        daemon.sent("POST", "/v1/actions",
                    fmt::format(R"({{"source":"t","external_id":"{}","force":"kent","title":"Rota",
                             "planned":"2025-01-01","deadline":"local","due":"2026-01-31"}})",
                                id),
                    201);
    daemon.sent("PATCH", "/v1/actions/t/A-1", R"({"due":"2026-02-10","reason":"agreed"})");
    daemon.sent("PATCH", "/v1/actions/t/A-2", R"({"state":"complete","updated_on":"2026-01-31"})");
    const auto actions = [&](const std::string& as_of) {
        const auto body = daemon.get("/v1/forces/kent/slips" + as_of).body;
        const auto from = body.find("\"actions\":") + 10;
        return body.substr(from, body.find('}', from) + 1 - from);
    };
    CHECK(
        actions("") ==
        R"({"items":2,"moved":1,"moves":1,"slip_days":10,"originally_due":2,"met_originally":1})");
    CHECK(actions("?as_of=" + text(daemon.json("/v1/status"), "today")) == actions(""));
    CHECK(actions("?as_of=2026-01-10") ==
          R"({"items":2,"moved":0,"moves":0,"slip_days":0,"originally_due":0,"met_originally":0})");
    CHECK(daemon.get("/v1/forces/nowhere/slips").status == 404);
}

TEST_CASE("the government's own file of bank holidays is taken as it is", "[daemon][R35]") {
    Daemon daemon;
    const std::string official =
        R"({"england-and-wales":{"division":"england-and-wales","events":[
            {"title":"New Year's Day","date":"2029-01-01","notes":"","bunting":true},
            {"title":"Good Friday","date":"2029-03-30","notes":"","bunting":false}]}})";
    REQUIRE(daemon.import("bank-holidays.json", official).status == 200);
    const auto years = daemon.json("/v1/holidays");
    CHECK(list(list(years, "items").back(), "days").size() == 2);
    CHECK(daemon.import("bank-holidays.json", R"({"wales":{}})").status == 422);
    CHECK(daemon.import("duties.toml", "[[obligation]]\nid = 'x'\n").status == 422);
}

TEST_CASE("a column that is nearly one of the layout's is a fault, others are named",
          "[daemon][R22]") {
    Daemon daemon;
    const auto slip = daemon.import(
        "actions.csv", "source,external_id,force,title,staet\nt,A-1,kent,Rota,complete\n");
    CHECK(slip.status == 422);
    CHECK_THAT(slip.body, Catch::Contains("did you mean \\\"state\\\"?"));
    const auto other = daemon.import(
        "actions.csv", "source,external_id,force,title,colour\nt,A-1,kent,Rota,blue\n");
    CHECK(other.status == 200);
    CHECK_THAT(other.body, Catch::Contains(R"("ignored_columns":["colour"])"));
}

TEST_CASE("two findings become one and two again, and each tells which", "[daemon][R21]") {
    Daemon daemon;
    const auto dated = [](const std::string& reference, const std::string& title) {
        return R"({"force":"kent","reference":")" + reference +
               R"(","kind":"area for improvement","title":")" + title +
               R"(","raised":"2026-01-05","deadline":"inspectorate","due":"2026-02-01",
                  "origin":")" +
               (reference == "AFI-1" ? "" : "super-complaint") + R"("})";
    };
    daemon.sent("POST", "/v1/findings", dated("AFI-1", "Improve the custody record"), 201);
    daemon.sent("POST", "/v1/findings", dated("NAT-1", "Improve custody records"), 201);
    daemon.sent("POST", "/v1/findings", dated("NAT-2", "Improve the custody record"), 201);
    const auto overdue = [&] {
        return *daemon.json("/v1/status").find("overdue")->as<std::int64_t>();
    };
    REQUIRE(overdue() == 3);

    const auto likely = daemon.json("/v1/findings/duplicates?force=kent");
    REQUIRE(list(likely, "items").size() == 1);
    const auto& pair = list(likely, "items").front();
    CHECK(text(*pair.find("one"), "id") == "kent/AFI-1");
    CHECK(text(*pair.find("other"), "id") == "kent/NAT-2");
    CHECK(*pair.find("alike_percent")->as<std::int64_t>() == 100);
    CHECK(overdue() == 3);  // nothing is merged by itself

    const std::string path = "/v1/findings/kent/AFI-1";
    const std::string said = R"({"finding":"kent/NAT-2","reason":"one letter","by":"A. Mensah"})";
    const auto linked = daemon.sent("POST", path + "/same-as", said);
    CHECK(text(linked, "same_as") == "kent/NAT-2");
    CHECK(text(linked, "same_as_by") == "A. Mensah");
    CHECK(text(linked, "same_as_reason") == "one letter");
    CHECK(*linked.find("overdue_days")->as<std::int64_t>() == 0);
    CHECK(overdue() == 2);
    const auto principal = daemon.json("/v1/findings/kent/NAT-2");
    const auto& others = list(principal, "duplicates");
    REQUIRE(others.size() == 1);
    CHECK(*others[0].as<std::string>() == "kent/AFI-1");
    CHECK(list(daemon.json("/v1/findings/duplicates"), "items").empty());
    const auto entries = *daemon.json("/v1/status").find("journal")->as<std::int64_t>();
    daemon.sent("POST", path + "/same-as", said);
    CHECK(*daemon.json("/v1/status").find("journal")->as<std::int64_t>() == entries);

    CHECK(daemon.status_of("POST", path + "/same-as", R"({"finding":"essex/X","reason":"y"})") ==
          422);
    CHECK(daemon.status_of("POST", path + "/same-as", R"({"finding":"NAT-1","reason":"y"})") ==
          409);
    CHECK(daemon.status_of("POST", path + "/same-as", R"({"finding":"NAT-1"})") == 422);
    CHECK(daemon.status_of("POST", "/v1/findings/kent/X/same-as",
                           R"({"finding":"NAT-1","reason":"y"})") == 404);
    CHECK(daemon.status_of("PUT", path + "/same-as") == 405);

    // Yesterday it stood for itself.
    const auto before = daemon.json(path + "?as_of=2026-01-31");
    CHECK(text(before, "same_as").empty());
    const auto then = daemon.json("/v1/findings?force=kent&as_of=2099-01-01");
    for (const auto& each : list(then, "items"))
        CHECK((text(each, "same_as") == "kent/NAT-2") == (text(each, "reference") == "AFI-1"));

    const auto apart = daemon.sent("POST", path + "/apart", R"({"reason":"it asks for more"})");
    CHECK(text(apart, "same_as").empty());
    CHECK(overdue() == 3);
    CHECK(list(daemon.json("/v1/findings/duplicates"), "items").empty());
    CHECK(daemon.status_of("POST", path + "/apart", R"({"reason":"again"})") == 409);
    daemon.sent("POST", "/v1/findings/kent/NAT-1/apart",
                R"({"finding":"NAT-2","reason":"read both"})");
}

TEST_CASE("an explanation names document, row, import and who for each fact", "[daemon][R23]") {
    Daemon daemon;
    REQUIRE(daemon
                .import("plan.csv",
                        "source,external_id,force,title,planned,deadline,due\n"
                        "tracker,A-1,kent,Rota,2026-01-05,local,2026-02-01\n")
                .status == 200);
    daemon.sent("PATCH", "/v1/actions/tracker/A-1",
                R"({"due":"2026-02-10","reason":"staff away"})");
    const auto explained = daemon.json("/v1/explain?subject=action:tracker/A-1");
    const auto& sources = list(explained, "sources");
    REQUIRE(sources.size() == 2);
    const auto& planned = sources[0];
    CHECK(text(planned, "about") == "action:tracker/A-1");
    CHECK(text(planned, "fact") == "action-planned");
    CHECK(text(planned, "document") == "plan.csv");
    CHECK(*planned.find("row")->as<std::int64_t>() == 2);
    CHECK(planned.find("import")->as<std::int64_t>() != nullptr);
    CHECK(planned.find("uid")->as<std::int64_t>() != nullptr);
    const auto& moved = sources[1];
    CHECK(text(moved, "fact") == "deadline-revised");
    CHECK(moved.find("document")->is_null());
    CHECK(moved.find("import")->is_null());
    const auto before = daemon.json("/v1/explain?subject=action:tracker/A-1&at=2026-01-10");
    CHECK(list(before, "sources").size() == 1);
}
