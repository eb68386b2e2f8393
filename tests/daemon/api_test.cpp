#include <csignal>
#include <set>

#include "core/types.hpp"
#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using forcewatch::test::HttpAnswer;
using forcewatch::test::RunningDaemon;

namespace {

const std::string& text_at(const JsonValue& object, std::string_view name) {
    const auto* member = object.find(name);
    REQUIRE(member != nullptr);
    const auto* text = member->as<std::string>();
    REQUIRE(text != nullptr);
    return *text;
}

std::int64_t number_at(const JsonValue& object, std::string_view name) {
    const auto* member = object.find(name);
    REQUIRE(member != nullptr);
    const auto* number = member->as<std::int64_t>();
    REQUIRE(number != nullptr);
    return *number;
}

const JsonValue::Array& items(const JsonValue& list) {
    const auto* found = list.find("items");
    REQUIRE(found != nullptr);
    const auto* array = found->as<JsonValue::Array>();
    REQUIRE(array != nullptr);
    return *array;
}

/// Every error is a problem document with these members.
JsonValue problem_of(const HttpAnswer& answer) {
    CAPTURE(answer.body);
    CHECK(answer.headers.at("content-type") == "application/problem+json");
    auto problem = parse_json_object(answer.body);
    REQUIRE(problem);
    CHECK(number_at(*problem, "status") == answer.status);
    CHECK_FALSE(text_at(*problem, "type").empty());
    CHECK_FALSE(text_at(*problem, "title").empty());
    CHECK_FALSE(text_at(*problem, "detail").empty());
    return std::move(*problem);
}

constexpr auto action = R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Custody",
                            "deadline":"local","due":"2026-01-31","owner":"ann@kent.example"})";

struct Daemon : RunningDaemon {
    Daemon() { import_reference(); }
};

}  // namespace

TEST_CASE("a new database answers every list", "[daemon][R90]") {
    RunningDaemon daemon;
    for (const char* path :
         {"/v1/forces", "/v1/areas", "/v1/inspections", "/v1/findings", "/v1/actions",
          "/v1/obligations", "/v1/stages", "/v1/alerts", "/v1/deliveries"})
        CHECK(items(daemon.json(path)).empty());
    CHECK(text_at(daemon.json("/v1/status"), "health") == "ok");
    CHECK(daemon.get("/healthz").status == 200);
    const auto metrics = daemon.get("/metrics");
    CHECK(metrics.status == 200);
    CHECK_THAT(metrics.body, Catch::Contains("forcewatch_outbox_waiting 0"));
}

TEST_CASE("an action is planned, changed, done and withdrawn", "[daemon]") {
    Daemon daemon;
    const auto made = daemon.ask("POST", "/v1/actions", action);
    REQUIRE(made.status == 201);
    CHECK(daemon.ask("POST", "/v1/actions", action).status == 409);
    auto kept = daemon.json("/v1/actions/tracker/A-1");
    CHECK(text_at(kept, "owner") == "ann@kent.example");
    CHECK(number_at(kept, "overdue_days") > 0);
    CHECK(items(daemon.json("/v1/alerts?state=open")).size() == 1);
    CHECK(number_at(daemon.json("/v1/status"), "overdue") == 1);

    CHECK(
        daemon.ask("PATCH", "/v1/actions/tracker/A-1", R"({"deadline":"local","due":"2099-01-31"})")
            .status == 200);
    kept = daemon.json("/v1/actions/tracker/A-1");
    CHECK(number_at(kept, "deadline_moves") == 1);
    CHECK(text_at(kept, "original_due") == "2026-01-31");
    CHECK(items(daemon.json("/v1/alerts?state=open")).empty());

    CHECK(daemon.ask("PATCH", "/v1/actions/tracker/A-1", R"({"state":"complete"})").status == 200);
    CHECK(number_at(daemon.json("/v1/status"), "open") == 0);
    CHECK(daemon.ask("DELETE", "/v1/actions/tracker/A-1", R"({"reason":"entered twice"})").status ==
          204);
    CHECK(daemon.get("/v1/actions/tracker/A-1").status == 404);
    CHECK(daemon.get("/v1/actions/tracker/A-1?as_of=2026-01-01").status == 404);
}

TEST_CASE("reads answer for any day", "[daemon][R91]") {
    Daemon daemon;
    REQUIRE(daemon
                .ask("POST", "/v1/stages",
                     R"({"force":"kent","stage":"engage","decided":"2024-03-11"})")
                .status == 201);
    REQUIRE(
        daemon.ask("POST", "/v1/stages", R"({"force":"kent","stage":"scan","decided":"2025-05"})")
            .status == 201);
    const auto engaged = [&](const std::string& on) {
        return items(daemon.json("/v1/stages?stage=engage&as_of=" + on)).size();
    };
    CHECK(engaged("2024-03-10") == 0);
    CHECK(engaged("2024-03-11") == 1);
    CHECK(engaged("2025-05-30") == 1);
    CHECK(engaged("2025-05-31") == 0);
    const auto all = daemon.json("/v1/stages?all=true&force=kent");
    REQUIRE(items(all).size() == 2);
    CHECK(text_at(items(all)[0], "until") == "2025-05");
    CHECK(text_at(daemon.json("/v1/forces/kent?as_of=2024-06-01"), "stage") == "engage");
    CHECK(daemon.get("/v1/alerts?as_of=2024-01-01").status == 400);
}

TEST_CASE("every error is a problem document that names the place", "[daemon][R99]") {
    Daemon daemon;
    const auto [method, target, body, status,
                said] = GENERATE(table<const char*, const char*, const char*, int, const char*>({
        {"GET", "/v1/nothing", "", 404, "/v1/nothing"},
        {"GET", "/v1/actions/tracker/none", "", 404, "tracker/none"},
        {"GET", "/v1/actions?colour=red", "", 400, "colour"},
        {"GET", "/v1/actions?limit=0", "", 400, "limit"},
        {"GET", "/v1/actions?as_of=yesterday", "", 400, "as_of"},
        {"GET", "/v1/deliveries?state=lost", "", 400, "state"},
        {"GET", "/v1/deliveries?destination=nowhere", "", 400, "destination"},
        {"POST", "/v1/actions", "{", 400, ""},
        {"POST", "/v1/actions", R"({"colour":"red"})", 422, "/colour"},
        {"POST", "/v1/actions",
         R"({"source":"t","external_id":"1","force":"atlantis","title":"x"})", 422, "/force"},
        {"POST", "/v1/actions",
         R"({"source":"t","external_id":"1","force":"kent","title":"x","deadline":"local"})", 422,
         "/due"},
        {"POST", "/v1/actions", R"({"source":"t","external_id":"a/b","force":"kent","title":"x"})",
         422, "/external_id"},
        {"POST", "/v1/actions",
         R"({"source":"t","external_id":"1","force":"kent","title":"x","due":"2026-02-30"})", 422,
         "/due"},
        {"PATCH", "/v1/actions/tracker/none", R"({"title":"x"})", 404, "tracker/none"},
        {"DELETE", "/v1/actions/tracker/none", R"({"reason":"x"})", 404, "tracker/none"},
        {"DELETE", "/v1/actions/tracker/none", "{}", 422, "/reason"},
        {"PUT", "/v1/actions", "{}", 405, "GET, HEAD, POST"},
        {"GET", "/v1/import", "", 405, "POST"},
        {"DELETE", "/v1/status", "", 405, "GET, HEAD"},
        {"POST", "/v1/deliveries/77/replay", "", 404, "77"},
    }));
    CAPTURE(method, target, body);
    const auto answer = daemon.ask(method, target, body);
    CHECK(answer.status == status);
    problem_of(answer);
    CHECK_THAT(answer.body, Catch::Contains(said));
}

TEST_CASE("a page ends where the next begins", "[daemon][R90]") {
    Daemon daemon;
    std::string csv = "source,external_id,force,title,deadline,due\n";
    for (int i = 0; i < 250; ++i)
        csv += fmt::format("tracker,A-{},kent,Custody,local,2027-0{}-15\n", i, 1 + i % 9);
    REQUIRE(daemon.import("actions.csv", csv).status == 200);
    std::set<std::string> seen;
    std::string after;
    int pages = 0;
    for (bool more = true; more; ++pages) {
        const auto page = daemon.json("/v1/actions?limit=100&after=" + after);
        for (const auto& each : items(page)) CHECK(seen.insert(text_at(each, "id")).second);
        more = !page.find("next")->is_null();
        if (more) after = text_at(page, "next");
    }
    CHECK(seen.size() == 250);
    CHECK(pages == 3);
    CHECK(items(daemon.json("/v1/actions?limit=1000&as_of=2026-12-31")).size() == 250);
}

TEST_CASE("a file with a bad row changes nothing and names line and column", "[daemon][R22]") {
    Daemon daemon;
    const auto before = number_at(daemon.json("/v1/status"), "journal");
    const auto refused = daemon.import("actions.csv",
                                       "source,external_id,force,title\ntracker,A-1,kent,Custody\n"
                                       "tracker,A-2,atlantis,Custody\n");
    CHECK(refused.status == 422);
    const auto problem = problem_of(refused);
    const auto& fault = problem.find("errors")->as<JsonValue::Array>()->at(0);
    CHECK(number_at(fault, "line") == 3);
    CHECK(text_at(fault, "column") == "force");
    CHECK(number_at(daemon.json("/v1/status"), "journal") == before);
}

TEST_CASE("a file that gives one judgement two grades is refused, another file is not",
          "[daemon][R22]") {
    Daemon daemon;
    const std::string good =
        "force_id,inspection,area,grade,published,url,basis,note\n"
        "kent,PEEL 2016,pillar-effectiveness,good,2017-03-02,,stated,\n";
    const std::string otherwise =
        "kent,PEEL 2016,pillar-effectiveness,requires improvement,2017-03-02,,stated,\n";
    const auto refused = daemon.import("a.csv", good + otherwise);
    CHECK(refused.status == 422);
    const auto problem = problem_of(refused);
    const auto& fault = problem.find("errors")->as<JsonValue::Array>()->at(0);
    CHECK(number_at(fault, "line") == 3);
    CHECK(text_at(fault, "column") == "grade");
    CHECK(text_at(fault, "detail") == "a.csv:2 gives the same judgement \"good\"");
    const auto header = good.substr(0, good.find('\n') + 1);
    CHECK(daemon.import("a.csv", good).status == 200);
    CHECK(daemon.import("a.csv", header + otherwise).status == 200);
}

TEST_CASE(
    "two rows of a file that differ about one item are a fault, the story of its days is none",
    "[daemon][R22]") {
    Daemon daemon;
    const std::string header = "source,external_id,force,title,deadline,due,state,updated_on\n";
    const auto refused = daemon.import("a.csv", header + "t,X1,kent,Rota,local,2026-12-01,open,\n" +
                                                    "t,X1,kent,Rota,local,2026-12-20,complete,\n");
    CHECK(refused.status == 422);
    const auto problem = problem_of(refused);
    const auto& fault = problem.find("errors")->as<JsonValue::Array>()->at(0);
    CHECK(number_at(fault, "line") == 3);
    CHECK(text_at(fault, "column") == "due");
    CHECK(text_at(fault, "detail") == "a.csv:2 says otherwise of the same one");
    CHECK(daemon
              .import("a.csv", header + "t,X1,kent,Rota,local,2026-12-01,open,2026-01-02\n" +
                                   "t,X1,kent,Rota,local,2026-12-20,in progress,2026-01-09\n")
              .status == 200);
    CHECK(daemon
              .import("b.csv", header + "t,X2,kent,Rota,local,2026-12-01,open,\n" +
                                   "t,X2,kent,Rota,local,2026-12-01,open,\n")
              .status == 200);
}

TEST_CASE("a dry run says what would change and changes nothing", "[daemon][R19]") {
    Daemon daemon;
    const std::string csv =
        "source,external_id,force,title,deadline,due\ntracker,A-1,kent,Custody,local,2026-01-31\n";
    const auto before = number_at(daemon.json("/v1/status"), "journal");
    const auto dry = parse_json_object(daemon.import("a.csv", csv, "&dry_run=true").body).value();
    CHECK(number_at(dry, "added") == 1);
    CHECK(number_at(dry, "alert_revisions") == 1);
    CHECK(number_at(daemon.json("/v1/status"), "journal") == before);
    CHECK(items(daemon.json("/v1/alerts")).empty());
    const auto real = parse_json_object(daemon.import("a.csv", csv).body).value();
    CHECK(number_at(real, "alert_revisions") == 1);
}

TEST_CASE("who may not edit is refused, and the journal names who did", "[daemon][R102][R116]") {
    Daemon daemon;
    REQUIRE(daemon.ask("POST", "/v1/actions", action).status == 201);
    const auto rows = daemon.json("/v1/journal?subject=action:tracker/A-1");
    REQUIRE(items(rows).size() == 1);
    CHECK(number_at(items(rows)[0], "uid") == static_cast<std::int64_t>(::getuid()));
    if (::getuid() != 0) {
        WARN("not root: the refusal of another user is not tried here");
        return;
    }
    std::filesystem::permissions(daemon.folder().path(), std::filesystem::perms::all);
    const pid_t stranger = ::fork();
    if (stranger == 0) {
        const bool changed = ::setgid(65534) == 0 && ::setuid(65534) == 0;
        forcewatch::test::UnixHttpClient client{daemon.folder().at("api.sock")};
        const std::string body = R"({"state":"complete"})";
        (void)client.send(fmt::format(
            "PATCH /v1/actions/tracker/A-1 HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}",
            body.size(), body));
        const int status = client.read_answer().status;
        ::_exit(changed && status == 403 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(stranger, &status, 0);
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(text_at(daemon.json("/v1/actions/tracker/A-1"), "state") == "open");
}

TEST_CASE("a bad configuration is refused and the old one goes on", "[daemon][R42][R109]") {
    RunningDaemon daemon;
    daemon.write_config("[[rule]]\nname = \"x\"\ntype = \"unheard-of\"\n");
    const auto refused = daemon.ask("POST", "/v1/reload");
    CHECK(refused.status == 422);
    CHECK_THAT(refused.body, Catch::Contains("forcewatch.toml:"));
    const auto status = daemon.json("/v1/status");
    CHECK(text_at(status, "health") == "degraded");
    CHECK_THAT(text_at(status, "config_rejected"), Catch::Contains("forcewatch.toml:"));

    daemon.write_config("");
    CHECK(daemon.ask("POST", "/v1/reload").status == 200);
    CHECK(text_at(daemon.json("/v1/status"), "config_rejected").empty());

    daemon.write_config("[mail]\ntemplates = \"/nonexistent/templates\"\n");
    const auto templates = daemon.ask("POST", "/v1/reload");
    CHECK(templates.status == 422);
    CHECK_THAT(text_at(daemon.json("/v1/status"), "config_rejected"),
               Catch::Contains("/nonexistent/templates"));
    CHECK(text_at(daemon.json("/healthz"), "health") == "degraded");

    daemon.write_config("[socket]\n");
    daemon.signal(SIGHUP);
    CHECK(daemon.notify().wait_for("RELOADING=1"));
    CHECK(daemon.notify().wait_for("READY=1"));
    CHECK_FALSE(text_at(daemon.json("/v1/status"), "config_rejected").empty());
}

TEST_CASE("a reload names what it cannot put into use and who waits for nobody",
          "[daemon][R64][V2]") {
    Daemon daemon;
    REQUIRE(daemon.ask("POST", "/v1/actions", action).status == 201);
    daemon.write_config(
        "[[feed]]\nname = \"news\"\nurl = \"https://news.example/feed/\"\n"
        "every = \"1h\"\nauto_accept = \"stage\"\n");
    auto text = forcewatch::test::text_of_file(daemon.config());
    const auto replace = [&](const std::string& from, const std::string& to) {
        for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
            text.replace(at, from.size(), to);
    };
    replace("courier.sock", "other.sock");
    replace("name = \"outbox\"", "name = \"elsewhere\"");
    replace("to = [\"outbox\"]", "to = [\"elsewhere\"]");
    std::ofstream{daemon.config()} << text;
    REQUIRE(daemon.ask("POST", "/v1/reload").status == 200);
    // Who was told of the alert is told of its end, once he can be told again.
    REQUIRE(daemon.ask("PATCH", "/v1/actions/tracker/A-1", R"({"state":"complete"})").status ==
            200);
    const auto answer = daemon.ask("POST", "/v1/reload");
    REQUIRE(answer.status == 200);
    CHECK_THAT(answer.body, Catch::Contains("courier.socket was changed") &&
                                Catch::Contains("feed \\\"news\\\" records stage") &&
                                Catch::Contains("3 messages wait for the destination \\\"outbox"));
    const auto status = daemon.json("/v1/status");
    // That it opened is queued as a letter and as a document, that it closed waits for its words.
    CHECK(number_at(*status.find("deliveries")->find("without_destination"), "outbox") == 3);
}

TEST_CASE("a name in the configuration that nobody bears is told of, with the one that was meant",
          "[daemon][R42][R109]") {
    RunningDaemon daemon{R"(
[[rule]]
name = "kent-alone"
type = "deadline"
forces = ["knet", "essex"]
programmes = ["PELL"]
ladder = [ { at = "1d", severity = "critical" } ]
[[route]]
name = "to-surrey"
match = { force = "surey" }
to = ["outbox"]
)"};
    CHECK_THAT(daemon.ask("POST", "/v1/reload").body,
               !Catch::Contains("knet"));  // nobody is known yet
    daemon.import_reference();
    const auto told = daemon.ask("POST", "/v1/reload").body;
    CHECK_THAT(told,
               Catch::Contains("rule \\\"kent-alone\\\": no force is called \\\"knet\\\"; did you "
                               "mean \\\"kent\\\"?"));
    CHECK_THAT(told,
               Catch::Contains("no programme is called \\\"PELL\\\"; did you mean \\\"PEEL\\\"?"));
    CHECK_THAT(told, Catch::Contains("route \\\"to-surrey\\\": no force is called \\\"surey\\\""));
    CHECK_THAT(told, !Catch::Contains("essex"));
}
