#include "tests/daemon/domain.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

TEST_CASE("a read refuses the moments that it cannot be asked about", "[daemon][R91]") {
    Daemon daemon;
    struct Asked {
        const char* path;
        bool known_at;
    };
    for (const auto& [path, known_at] :
         {Asked{"/v1/told?person=outbox&item=action:t/A&", false},
          Asked{"/v1/route?force=kent&", false}, Asked{"/v1/imports?", false},
          Asked{"/v1/silences?", false}, Asked{"/v1/pauses?", false},
          Asked{"/v1/addresses?", false}, Asked{"/v1/proposals?", false},
          Asked{"/v1/conflicts?", false}, Asked{"/v1/people?", false},
          Asked{"/v1/backtest?from=2026-01-01&to=2026-01-31&", true}, Asked{"/v1/forecast?", true},
          Asked{"/v1/journal?", true}, Asked{"/v1/alerts?", true},
          Asked{"/v1/deliveries?", true}}) {
        CAPTURE(path);
        const auto of_a_day = daemon.get(std::string{path} + "as_of=2026-02-01");
        CHECK(of_a_day.status == 400);
        CHECK_THAT(of_a_day.body, Contains(R"("pointer":"/as_of")"));
        const auto answer = daemon.get(std::string{path} + "known_at=2026-02-01");
        CHECK(answer.status == (known_at ? 200 : 400));
        if (!known_at) CHECK_THAT(answer.body, Contains(R"("pointer":"/known_at")"));
    }
}

TEST_CASE("the journal is shown as far as it had been written then", "[daemon][R91]") {
    Daemon daemon;
    const auto before = daemon.json("/v1/journal?limit=5&known_at=2020-01-01");
    CHECK(list(before, "items").empty());
    CHECK(before.find("next")->is_null());
    const auto page = daemon.json("/v1/journal?limit=5&known_at=2199-01-01");
    CHECK(list(page, "items").size() == 5);
    CHECK(text(page, "next") == "5");
    CHECK(text(page, "known_at") == "2199-01-01T23:59:59Z");
}

TEST_CASE("a parameter that is given twice, or a flag that is neither, is refused",
          "[daemon][R99]") {
    Daemon daemon;
    const auto [path, name] = GENERATE(table<const char*, const char*>({
        {"/v1/findings?force=kent&force=essex", "force"},
        {"/v1/findings?limit=5&force=kent&limit=6", "limit"},
        {"/v1/forecast?days=5&days=6", "days"},
        {"/v1/status?a=1&a=2", "a"},
        {"/v1/alerts?baseline=maybe", "baseline"},
        {"/v1/stages?all=maybe", "all"},
    }));
    CAPTURE(path);
    const auto answer = daemon.get(path);
    CHECK(answer.status == 400);
    CHECK_THAT(answer.body, Contains(std::string{R"("pointer":"/)"} + name + "\""));
    CHECK(daemon.status_of("POST", "/v1/import?name=a.csv&dry_run=true&dry_run=false", "x") == 400);
    CHECK(daemon.status_of("GET", "/v1/stages?all=false") == 200);
    CHECK(daemon.status_of("GET", "/v1/alerts?baseline=true") == 200);
}

TEST_CASE("each path takes the methods that it names, and no other", "[daemon][R99]") {
    Daemon daemon;
    const std::vector<std::string> methods{"GET",   "HEAD",   "POST",   "PUT",
                                           "PATCH", "DELETE", "OPTIONS"};
    for (const std::string path : {"/healthz",
                                   "/v1/status",
                                   "/v1/whoami",
                                   "/v1/explain?subject=force:kent",
                                   "/v1/forecast",
                                   "/v1/backtest?from=2026-01-01&to=2026-01-02",
                                   "/v1/holidays",
                                   "/v1/forces",
                                   "/v1/forces/kent",
                                   "/v1/forces/kent/timeline",
                                   "/v1/forces/kent/slips",
                                   "/v1/areas",
                                   "/v1/findings",
                                   "/v1/findings/duplicates",
                                   "/v1/findings/kent/none",
                                   "/v1/findings/kent/none/same-as",
                                   "/v1/actions",
                                   "/v1/actions/t/none",
                                   "/v1/obligations",
                                   "/v1/obligations/a/b/c",
                                   "/v1/meetings",
                                   "/v1/meetings/kent/none",
                                   "/v1/conditions",
                                   "/v1/conditions/kent/none",
                                   "/v1/evidence",
                                   "/v1/inspections",
                                   "/v1/inspections/none",
                                   "/v1/judgements",
                                   "/v1/judgements/a/b/c",
                                   "/v1/stages",
                                   "/v1/stages/kent/2026-01-01/engage",
                                   "/v1/people",
                                   "/v1/people/none",
                                   "/v1/people/none/leave",
                                   "/v1/policies",
                                   "/v1/alerts",
                                   "/v1/alerts/9",
                                   "/v1/alerts/9/close",
                                   "/v1/silences",
                                   "/v1/silences/9/end",
                                   "/v1/pauses",
                                   "/v1/hold",
                                   "/v1/destinations",
                                   "/v1/destinations/none/test",
                                   "/v1/addresses",
                                   "/v1/deliveries",
                                   "/v1/deliveries/9",
                                   "/v1/deliveries/9/replay",
                                   "/v1/proposals",
                                   "/v1/proposals/9",
                                   "/v1/feeds",
                                   "/v1/conflicts",
                                   "/v1/journal",
                                   "/v1/imports",
                                   "/v1/imports/9/undo",
                                   "/v1/import",
                                   "/v1/export",
                                   "/v1/assign",
                                   "/v1/read",
                                   "/v1/reload",
                                   "/v1/clock/confirm",
                                   "/v1/drill/open"}) {
        const auto allowed = daemon.ask("PUT", path.substr(0, path.find('?'))).headers["allow"];
        CAPTURE(path, allowed);
        REQUIRE_FALSE(allowed.empty());
        for (const auto& method : methods) {
            CAPTURE(method);
            const bool named =
                (", " + allowed + ",").find(", " + method + ",") != std::string::npos;
            if (named && (method == "POST" || method == "PATCH" || method == "DELETE")) continue;
            auto answer = daemon.ask(method, path);
            CHECK((answer.status == 405) != named);
            if (!named && method != "HEAD") CHECK(answer.headers["allow"] == allowed);
        }
    }
}

TEST_CASE("pages in the order of ids lose and repeat nothing while dates move", "[daemon][R90]") {
    Daemon daemon;
    std::string csv = "source,external_id,force,title,deadline,due\n";
    for (int i = 10; i < 30; ++i)
        csv += fmt::format("tracker,A-{0},kent,Custody,local,2027-01-{0}\n", i);
    REQUIRE(daemon.import("actions.csv", csv).status == 200);
    for (int i = 10; i < 15; ++i)
        daemon.sent("POST", "/v1/findings",
                    fmt::format(R"({{"force":"kent","reference":"F-{0}","title":"Rota",
                                     "kind":"recommendation","deadline":"local",
                                     "due":"2027-01-{0}"}})",
                                i),
                    201);
    const auto [kind, first, count] = GENERATE(table<std::string, std::string, std::size_t>({
        {"/v1/actions", "/v1/actions/tracker/A-10", 20},
        {"/v1/findings", "/v1/findings/kent/F-10", 5},
    }));
    const std::string more = GENERATE("", "&force=kent", "&known_at=2199-01-01&force=kent");
    CAPTURE(kind, more);
    std::vector<std::string> seen;
    std::string after;
    do {
        const auto page = daemon.json(kind + "?order=id&limit=3&after=" + after + more);
        for (const auto& each : list(page, "items")) seen.push_back(text(each, "id"));
        after = text(page, "next");
        // What was read goes to the end of the list of dates, and what was not, to its beginning.
        const auto last = kind == "/v1/actions" ? "/v1/actions/tracker/A-29" : kind + "/kent/F-14";
        daemon.sent("PATCH", first, R"({"due":"2028-01-01","reason":"agreed"})");
        daemon.sent("PATCH", last, R"({"due":"2026-12-01","reason":"agreed"})");
    } while (!after.empty());
    CHECK(seen.size() == count);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    CHECK(daemon.status_of("GET", kind + "?order=title") == 400);
    CHECK(daemon.status_of("GET", kind + "?order=id&after=2027-01-10~x") == 400);
    CHECK(daemon.status_of("GET", kind + "?after=id~x") == 400);
}

TEST_CASE("findings are narrowed to a kind, an area and how late they are, today and on any day",
          "[daemon][R90]") {
    Daemon daemon;
    const auto raise = [&](int number, const char* kind, const char* area, const char* due) {
        daemon.sent("POST", "/v1/findings",
                    fmt::format(R"({{"force":"kent","reference":"F-{}","title":"Rota","kind":"{}",
                                     "area":"{}","raised":"2025-01-01","deadline":"local",
                                     "due":"{}"}})",
                                number, kind, area, due),
                    201);
    };
    const Date today = parse_date(text(daemon.json("/v1/status"), "today")).value();
    const auto ago = [&](int days) { return text_of(today - std::chrono::days{days}); };
    raise(1, "cause of concern", "custody", ago(30).c_str());
    raise(2, "recommendation", "custody", ago(29).c_str());
    raise(3, "recommendation", "responding", ago(40).c_str());
    raise(4, "recommendation", "responding", "2199-01-01");
    const std::string then = GENERATE("", "then");
    const auto found = [&](const std::string& asked) {
        std::string ids;
        const auto answer =
            daemon.json("/v1/findings?" + asked + (then.empty() ? "" : "&as_of=" + text_of(today)));
        for (const auto& each : list(answer, "items")) ids += text(each, "id") + " ";
        return ids;
    };
    CHECK(found("kind=cause%20of%20concern") == "kent/F-1 ");
    CHECK(found("area=custody&force=kent") == "kent/F-1 kent/F-2 ");
    CHECK(found("overdue_by=30") == "kent/F-3 kent/F-1 ");
    CHECK(found("overdue_by=29&kind=recommendation&order=id") == "kent/F-2 kent/F-3 ");
    CHECK(daemon.get("/v1/findings?kind=cause").status == 400);
    CHECK(daemon.get("/v1/findings?overdue_by=0").status == 400);
    CHECK(daemon.get("/v1/actions?area=custody").status == 400);
    CHECK(daemon.get("/v1/actions?overdue_by=5").status == 200);
}
