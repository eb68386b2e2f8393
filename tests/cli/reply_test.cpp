#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

TEST_CASE("a reply to a duty is recorded from the command line", "[cli][R93]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    const auto findings = daemon.file(
        "findings.csv",
        "force,reference,kind,title,raised,deadline,due\n"
        "kent,CC-1,cause of concern,Calls are answered late,2026-10-05,inspectorate,2027-02-01\n"
        "kent,CC-2,cause of concern,Custody is not safe,2026-10-06,inspectorate,2027-02-01\n");
    REQUIRE(daemon.ctl({"import", findings}).code == 0);
    const std::vector<std::string> reply{"obligations", "reply", "cause-of-concern-reply",
                                         "--force", "kent"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), reply.begin(), reply.end());
        return daemon.ctl(more);
    };

    const auto which = with({"--on", "2026-10-20"});
    CHECK(which.code == 4);
    CHECK_THAT(which.err, Contains("kent has 2 duties") && Contains("--about ") &&
                              Contains("CC-1") && Contains("CC-2"));
    const auto about = which.err.substr(which.err.find("--about ") + 8);
    const auto cause = about.substr(0, about.find('\n'));

    const auto replied =
        with({"--about", cause, "--on", "2026-10-20", "--link", "https://a.example/1"});
    CHECK(replied.code == 0);
    CHECK(replied.out == "Reply to the cause of concern: replied on 2026-10-20.\n");
    const auto second = with({"--on", "2026-10-21", "--no-action", "It was done before"});
    CHECK(second.code == 0);
    const auto gone = with({});
    CHECK(gone.code == 3);
    CHECK_THAT(gone.err,
               Contains("kent has no duty \"cause-of-concern-reply\" that awaits a reply"));
    CHECK(with({"--about", cause, "--on", "2026-10-22"}).code == 0);  // the day was wrong
    CHECK_THAT(daemon.ctl({"obligations", "--force", "kent", "--state", "closed"}).out,
               Contains("replied"));
}
