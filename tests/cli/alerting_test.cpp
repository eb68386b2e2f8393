#include "cli/lists.hpp"
#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

constexpr auto outbox = R"(
[[destination]]
name = "outbox"
folder = { path = "/tmp/unused" }
[[route]]
to = ["outbox"]
[[rule]]
name = "deadlines"
type = "deadline"
ladder = [ { at = "1d", severity = "critical" } ]
)";

int post(const RunningDaemon& daemon, const std::string& path, const std::string& body) {
    UnixHttpClient client{daemon.socket()};
    REQUIRE(client.send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}",
                                    path, body.size(), body)));
    return client.read_answer().status;
}

std::string table_of_one(const std::string& notice, const std::set<std::string>& given_up = {}) {
    const JsonValue::Array items{parse_json_object(notice).value()};
    return table_of_notices(items, Calendar{}, given_up, false).text(Terminal{}, false);
}

}  // namespace

TEST_CASE("every silence is listed, however many there are", "[cli][R58][R90]") {
    const RunningDaemon daemon{outbox};
    daemon.import_reference();
    for (int i = 0; i < 105; ++i)
        REQUIRE(post(daemon, "/v1/silences",
                     R"({"matchers":["force=kent"],"until":"2099-01-01","reason":"move"})") == 200);
    const auto listed = daemon.ctl({"silences", "--no-header"});
    CHECK(listed.code == 0);
    CHECK(lines_of(listed.out).size() == 105);
    CHECK(array_at(daemon.json({"silences"}), "items").size() == 105);
}

TEST_CASE("told shows each recipient and how far the message got", "[cli][R100]") {
    const auto [state, given_up, said] =
        GENERATE(table<const char*, std::set<std::string>, const char*>({
            {"pending", {}, "queued "},
            {"pending", {"other"}, "queued "},
            {"pending", {"liaison"}, "queued: the destination is given up"},
            {"leased", {}, "on its way"},
            {"unknown", {}, "unknown"},
            {"sent", {"liaison"}, "sent"},
            {"dead", {}, "given up"},
        }));
    CAPTURE(state);
    const auto row =
        table_of_one(fmt::format(R"({{"at":"2026-03-01T09:00:00Z","alert":7,"revision":1,
            "destination":"liaison","recipient":"owner","outcome":"told","held_by":"","why":"route",
            "delivery":{{"id":31,"state":"{}","recipient":"ann@force.example"}}}})",
                                 state),
                     given_up);
    CHECK_THAT(row, Contains("ann@force.example") && Contains(said) && Contains("31"));
    CHECK_THAT(row, !Contains("told"));
    const auto held = table_of_one(
        R"({"at":"2026-03-01T09:00:00Z","destination":"liaison","recipient":"owner",
            "outcome":"waiting","held_by":"quiet","why":"route","delivery":null})");
    CHECK_THAT(held, Contains("owner") && Contains("held back: quiet"));
    CHECK_THAT(table_of_one(R"({"at":"2026-03-01T09:00:00Z","destination":"liaison",
                                "outcome":"nobody","held_by":"","delivery":null})"),
               Contains("nobody"));
}

TEST_CASE("told does not take a slip of the pen for somebody who was told nothing", "[cli][R100]") {
    const RunningDaemon daemon{outbox};
    daemon.import_reference();
    REQUIRE(post(daemon, "/v1/actions",
                 R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                     "deadline":"local","due":"2026-01-31"})") == 201);
    const auto told = daemon.ctl({"told", "outbox", "--item", "action:t/A"});
    CHECK(told.code == 0);
    CHECK_THAT(told.out, Contains("RECIPIENT") && Contains("queued"));
    const auto slip = daemon.ctl({"told", "outbx", "--item", "action:t/A"});
    CHECK(slip.code == 3);
    CHECK_THAT(slip.err, Contains("did you mean \"outbox\"?"));
    const auto destinations = daemon.ctl({"destinations"});
    CHECK_THAT(destinations.out, Contains("WAITING"));
    CHECK(number_at(array_at(daemon.json({"destinations"}), "items").front(), "waiting") == 2);
}

TEST_CASE("explain says whom something waits for, and why", "[cli][R43]") {
    const RunningDaemon daemon{std::string{outbox} +
                               "[alerts]\ngroup_by = [\"force\"]\ngroup_wait = \"2h\"\n"};
    daemon.import_reference();
    REQUIRE(post(daemon, "/v1/actions",
                 R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Custody",
                     "deadline":"local","due":"2026-01-31"})") == 201);
    CHECK_THAT(daemon.ctl({"explain", "action:tracker/A-1"}).out,
               Contains("Held back") &&
                   Contains("for outbox: grouped, gathers with others of force=kent"));
}

TEST_CASE("what came and went within the hold-off of its rule is counted", "[cli][R39]") {
    const RunningDaemon daemon{std::string{outbox} + "hold_off = \"2d\"\n"};
    daemon.import_reference();
    REQUIRE(post(daemon, "/v1/actions",
                 R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Custody",
                     "deadline":"local","due":"2026-01-31"})") == 201);
    const auto alert = [&] { return daemon.ctl({"alerts", "1"}).out; };
    CHECK_THAT(alert(), !Contains("came and went"));
    UnixHttpClient client{daemon.socket()};
    const std::string done = R"({"state":"complete"})";
    REQUIRE(client.send(fmt::format(
        "PATCH /v1/actions/tracker/A-1 HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}",
        done.size(), done)));
    REQUIRE(client.read_answer().status == 200);
    CHECK_THAT(alert(), Contains("it came and went 1 time within the hold-off of its rule"));
    CHECK(daemon.json({"deliveries"}).find("items")->as<JsonValue::Array>()->empty());
}

TEST_CASE("what has no owner is asked for by a word, and a period is written as it is said",
          "[cli][R8][R45]") {
    const RunningDaemon daemon{outbox};
    daemon.import_reference();
    for (const auto* action : {R"("external_id":"A-1","owner":"Ann")", R"("external_id":"A-2")"})
        REQUIRE(post(daemon, "/v1/actions",
                     fmt::format(R"({{"source":"tracker",{},"force":"kent","title":"Custody",
                                     "deadline":"none"}})",
                                 action)) == 201);
    const auto unowned = array_at(daemon.json({"actions", "--unowned"}), "items");
    REQUIRE(unowned.size() == 1);
    CHECK(text_at(unowned.front(), "external_id") == "A-2");
    const auto nobody = daemon.ctl({"actions", "--owner", ""});
    CHECK(nobody.code == 2);
    CHECK_THAT(nobody.err, Contains("--unowned lists what has no owner"));
    for (const Words& period : {Words{"90d"}, Words{"90"}, Words{"--days", "90"}}) {
        Words words{"forecast"};
        words.insert(words.end(), period.begin(), period.end());
        CHECK(daemon.ctl(words).code == 0);
    }
    CHECK(daemon.ctl({"forecast", "soon"}).code == 2);
}
