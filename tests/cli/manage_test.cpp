#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

Words as_nobody_on(const RunningDaemon& daemon, const Words& arguments) {
    Words command = as_nobody();
    for (const auto& word : daemon.command(arguments)) command.push_back(word);
    return command;
}

/// Loudly, so that a green run without root does not look like one with it.
bool cannot_change_user() {
    if (is_root() && nobody_can_run()) return false;
    WARN("SKIPPED: needs root, setpriv and programs that the user nobody may start");
    return true;
}

constexpr auto outbox = R"(
[[destination]]
name = "outbox"
folder = { path = "/tmp/unused" }
[[route]]
to = ["outbox"]
[[rule]]
name = "in-engage"
type = "stage"
stage = "engage"
ladder = [ { at = "0d", severity = "warning" } ]
)";

}  // namespace

TEST_CASE("a bad file is refused with 78 and every fault, and the old settings go on",
          "[cli][R109]") {
    const RunningDaemon daemon;
    daemon.write_config("[[rule]]\nname = 'a'\ntype = 'dedline'\n[log]\nlevle = 'info'\n");
    const auto refused = daemon.ctl({"reload"});
    CHECK(refused.code == 78);
    CHECK(refused.out.empty());
    CHECK_THAT(refused.err, Contains("the old one goes on") && Contains(daemon.config() + ":10:") &&
                                Contains("deadline") && Contains(daemon.config() + ":12:") &&
                                Contains("level"));
    const auto status = daemon.json({"status"});
    CHECK(text_at(status, "health") == "degraded");
    CHECK_THAT(text_at(status, "config_rejected"), Contains("levle"));
    CHECK_THAT(daemon.ctl({"status"}).out, Contains("refused, the old one goes on"));
    CHECK(number_at(status, "journal") == 1);

    daemon.write_config("[log]\nlevel = 'warning'\n");
    const auto taken = daemon.ctl({"reload"});
    CHECK(taken.code == 0);
    CHECK_THAT(taken.out, Contains("in use"));
    CHECK(text_at(daemon.json({"status"}), "health") == "ok");
    CHECK(number_at(daemon.json({"status"}), "journal") == 2);
}

TEST_CASE("who may only read is refused in words, with exit 5", "[cli][R116]") {
    if (cannot_change_user()) return;
    const RunningDaemon daemon{"", "0666", {"setpriv", "--clear-groups"}};
    CHECK(run(as_nobody_on(daemon, {"whoami"})).out == "uid 65534, viewer\n");
    CHECK(daemon.ctl({"whoami"}).out == "uid 0, admin\n");
    CHECK(run(as_nobody_on(daemon, {"status"})).code == 0);
    const auto refused = run(as_nobody_on(daemon, {"import", reference_folder + "/bodies.csv"}));
    CHECK(refused.code == 5);
    CHECK_THAT(refused.err, Contains("You may not do this") &&
                                Contains("this needs the role editor") &&
                                Contains("Ask the administrator"));
    CHECK(run(as_nobody_on(daemon, {"reload"})).code == 5);
    CHECK(array_at(daemon.json({"forces"}), "items").empty());
}

TEST_CASE("who may not open the socket is told how to get there", "[cli][R116]") {
    if (cannot_change_user()) return;
    const RunningDaemon daemon{"", "0600", {"setpriv", "--clear-groups"}};
    const auto refused = run(as_nobody_on(daemon, {"status"}));
    CHECK(refused.code == 5);
    CHECK_THAT(refused.err, Contains("You may not open " + daemon.socket()) && Contains("group"));
}

TEST_CASE("the service's own user may reload, as the service manager does, but not edit",
          "[cli][R116]") {
    if (cannot_change_user()) return;
    const RunningDaemon daemon{"", "0600", as_nobody()};
    CHECK(run(as_nobody_on(daemon, {"reload"})).code == 0);
    CHECK(run(as_nobody_on(daemon, {"import", reference_folder + "/bodies.csv"})).code == 5);
}

TEST_CASE("messages are listed, shown and only dead ones sent again", "[cli]") {
    const RunningDaemon daemon{outbox};
    daemon.import_reference();
    const auto deliveries = daemon.json({"deliveries", "--destination", "outbox"});
    REQUIRE_FALSE(array_at(deliveries, "items").empty());
    const auto& first = array_at(deliveries, "items").front();
    CHECK(text_at(first, "state") == "pending");
    const auto id = text_at(first, "id");
    CHECK_THAT(daemon.ctl({"deliveries"}).out,
               Contains("DELIVERY") && Contains("pending") && Contains("outbox"));
    CHECK(array_at(daemon.json({"deliveries", "--state", "dead"}), "items").empty());
    CHECK_THAT(daemon.ctl({"deliveries", id}).out,
               Contains("Message id") && Contains("lincolnshire"));
    CHECK_FALSE(text_at(daemon.json({"deliveries", id}), "body").empty());
    const auto replay = daemon.ctl({"deliveries", "replay", id});
    CHECK(replay.code == 4);
    CHECK_THAT(replay.err, Contains("only a dead one can be sent again"));
    // Messages wait, but not yet for five minutes: a courier may be about to start.
    CHECK(daemon.ctl({"status", "--exit-code"}).code == 0);
}

TEST_CASE("a list of messages with a senseless limit is refused and harms nobody", "[cli]") {
    const auto& daemon = shipped();
    CHECK(UnixHttpClient{daemon.socket()}.ask("GET", "/v1/deliveries?state=dead&limit=0").status ==
          400);
    CHECK(daemon.ctl({"status"}).code == 0);
}

TEST_CASE("a drill tells each step, for a person and for a program", "[cli][R89]") {
    const RunningDaemon daemon;
    const auto told = daemon.ctl({"drill"});
    CHECK(told.code == 0);
    CHECK_THAT(told.out, Contains("open ") && Contains("close ") && Contains("0 messages") &&
                             Contains("Nobody was told"));
    const auto document = daemon.json({"drill"});
    CHECK(text_at(document, "complete") == "yes");
    const auto& steps = array_at(document, "steps");
    REQUIRE(steps.size() == 5);
    CHECK(text_at(steps.front(), "step") == "open");
    CHECK(text_at(steps.back(), "step") == "close");
}
