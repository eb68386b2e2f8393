#include "tests/daemon/domain.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

TEST_CASE("a finding walks its three axes, each by the right person", "[daemon][R9][R17]") {
    Daemon daemon;
    const std::string path = "/v1/findings/kent/AFI-1";
    CHECK(daemon.status_of("POST", "/v1/findings",
                           R"({"force":"kent","reference":"X","title":"no kind"})") == 422);
    daemon.sent("POST", "/v1/findings", afi, 201);
    daemon.sent("PATCH", path, R"({"force_state":"claimed complete","claimed_by":"A. Mensah"})");
    const auto verified = [&](const std::string& on, const std::string& by) {
        return R"({"verified_on":")" + on + R"(","verified_by":")" + by + R"("})";
    };
    const auto today = text(daemon.json("/v1/status"), "today");
    CHECK(daemon.status_of("PATCH", path, verified(today, "A. Mensah")) == 403);
    // Claimed today, so it cannot have been verified in February.
    const auto early = daemon.sent("PATCH", path, verified("2026-02-02", "B. Okafor"), 409);
    CHECK_THAT(text(early, "detail"), Catch::Contains("legal: force_state claimed complete"));
    daemon.sent("PATCH", path, verified(today, "B. Okafor"));
    daemon.sent("POST", "/v1/evidence",
                R"({"item":"finding:kent/AFI-1","reference":"minutes.pdf","sha256":")" +
                    std::string(64, 'a') + R"("})",
                201);
    const auto shown = daemon.json(path);
    CHECK(text(shown, "claimed_by") == "A. Mensah");
    CHECK(list(shown, "evidence").size() == 1);
    CHECK(text(*shown.find("rag"), "colour") == "grey");
    CHECK(daemon.status_of("PATCH", path, R"({"force_state":"open"})") == 409);
}

TEST_CASE("a member that says nothing by itself is refused, not passed over", "[daemon][R9][R13]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/findings", afi, 201);
    for (const char* body :
         {R"({"verified_by":"B. Okafor"})", R"({"claimed_by":"A. Mensah"})",
          R"({"force_state_on":"2026-02-01"})", R"({"inspectorate_reason":"seen"})",
          R"({"reason":"asked for"})", R"({"approval":"board"})"}) {
        CAPTURE(body);
        CHECK(daemon.status_of("PATCH", "/v1/findings/kent/AFI-1", body) == 422);
    }
    const auto moved = daemon.sent("PATCH", "/v1/findings/kent/AFI-1",
                                   R"({"deadline":"local","due":"2026-12-01"})");
    CHECK(text(list(moved, "revisions").back(), "reason") == "no reason was given");
}

TEST_CASE("what was verified is so no longer once the claim is taken back", "[daemon][R9][R17]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/findings", afi, 201);
    const std::string path = "/v1/findings/kent/AFI-1";
    const auto patch = [&](const std::string& body, int status = 200) {
        return daemon.sent("PATCH", path, body, status);
    };
    const auto today = text(daemon.json("/v1/status"), "today");
    patch(R"({"force_state":"claimed complete","claimed_by":"Ann"})");
    patch(R"({"verified_on":")" + today + R"(","verified_by":"Bob"})");
    CHECK(list(daemon.json("/v1/findings?state=open"), "items").empty());
    const auto back = patch(R"({"force_state":"in progress"})");
    CHECK_FALSE(*back.find("verified")->as<bool>());
    CHECK(list(daemon.json("/v1/findings?state=open"), "items").size() == 1);
    CHECK_FALSE(*patch(R"({"force_state":"claimed complete","claimed_by":"Bob"})")
                     .find("verified")
                     ->as<bool>());
    patch(R"({"verified_on":")" + today + R"(","verified_by":"Bob"})", 403);
}

TEST_CASE("nothing is open under a cause of concern that is closed", "[daemon][R6]") {
    Daemon daemon;
    const auto raise = [&](const char* reference, const char* more, int status) {
        daemon.sent("POST", "/v1/findings",
                    fmt::format(R"({{"force":"kent","reference":"{}","title":"Custody",
                                    "raised":"2026-01-05",{}}})",
                                reference, more),
                    status);
    };
    const auto decide = [&](const char* reference, const char* state, const char* on, int status) {
        return daemon.sent(
            "PATCH", std::string{"/v1/findings/kent/"} + reference,
            fmt::format(R"({{"inspectorate_state":"{}","inspectorate_state_on":"{}"}})", state, on),
            status);
    };
    raise("CC", R"("kind":"cause of concern")", 201);
    raise("R", R"("kind":"recommendation","parent":"CC")", 201);
    decide("CC", "closed", "2026-06-01", 409);
    CHECK_THAT(text(decide("R", "closed", "2026-01-04", 422), "detail"),
               Catch::Contains("before it was raised"));
    decide("R", "closed", "2026-07-01", 200);
    decide("CC", "closed", "2026-06-01", 409);  // on that day its recommendation was open
    decide("CC", "closed", "2026-07-01", 200);
    CHECK_THAT(text(decide("R", "open", "2026-08-01", 409), "detail"),
               Catch::Contains("CC is closed: open that first"));
    raise("R2", R"("kind":"recommendation","parent":"CC")", 409);
    CHECK(daemon
              .import("findings.csv",
                      "force,reference,kind,title,parent,raised\n"
                      "kent,R3,recommendation,Custody,CC,2026-01-05\n")
              .status == 422);
    decide("CC", "open", "2026-08-01", 200);
    decide("R", "open", "2026-08-01", 200);
}

TEST_CASE("a blank is no reason", "[daemon][R9][R13]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/findings", afi, 201);
    const std::string path = "/v1/findings/kent/AFI-1";
    daemon.sent("PATCH", path, R"({"force_state":"not ours","force_reason":" "})", 422);
    CHECK(daemon.status_of("DELETE", path, R"({"reason":"\t "})") == 422);
    CHECK(daemon.status_of("POST", "/v1/findings",
                           R"({"force":"kent","reference":"X","title":" ",
                               "kind":"area for improvement"})") == 422);
}

TEST_CASE("words are read against the publication, and follow it", "[daemon][R2][R10]") {
    Daemon daemon;
    daemon.judge_kent();
    const auto due = [&] {
        return text(*daemon.json("/v1/findings/kent/AFI-1").find("deadline"), "due");
    };
    daemon.sent("POST", "/v1/findings",
                R"({"force":"kent","reference":"AFI-1","kind":"area for improvement",
                    "title":"Custody","inspection":"i-1","raised":"2026-02-20",
                    "deadline":"inspectorate","words":"within three (3) months"})",
                201);
    CHECK(due() == "2026-05-12");
    daemon.sent("PATCH", "/v1/inspections/i-1", R"({"published":"2026-02-16"})");
    CHECK(due() == "2026-05-16");
    CHECK(daemon.status_of("PATCH", "/v1/inspections/i-1", R"({"published":""})") == 422);
    const auto refused = daemon.sent("POST", "/v1/findings",
                                     R"({"force":"kent","reference":"AFI-2","title":"Custody",
                                         "kind":"area for improvement","deadline":"inspectorate",
                                         "words":"in due course"})",
                                     422);
    CHECK_THAT(daemon
                   .ask("POST", "/v1/findings",
                        R"({"force":"kent","reference":"AFI-2","title":"Custody",
                              "kind":"area for improvement","deadline":"inspectorate",
                              "words":"in due course"})")
                   .body,
               Catch::Contains("not understood"));
}

TEST_CASE("the progress of a finding is told of any day", "[daemon][R7][R91]") {
    Daemon daemon;
    daemon.sent("POST", "/v1/findings", afi, 201);
    daemon.sent("POST", "/v1/actions",
                R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Rota",
                    "planned":"2026-01-06","findings":["AFI-1"]})",
                201);
    daemon.sent("PATCH", "/v1/actions/tracker/A-1", R"({"state":"complete"})");
    const auto complete = [&](const std::string& question) {
        return *daemon.json("/v1/findings/kent/AFI-1/progress" + question)
                    .find("complete")
                    ->as<std::int64_t>();
    };
    CHECK(complete("") == 1);
    CHECK(complete("?as_of=2026-02-01") == 0);
    for (const char* wrong :
         {"/v1/findings/kent/AFI-1/progress?as_off=2026-02-01", "/v1/status?as_of=2026-02-01"})
        CHECK(daemon.get(wrong).status == 400);
}
