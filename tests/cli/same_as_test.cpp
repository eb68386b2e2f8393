#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

TEST_CASE("findings are said to be one or two from the command line", "[cli][R21]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    const auto findings = daemon.file(
        "findings.csv",
        "force,reference,title,origin,raised,deadline,due\n"
        "kent,AFI-3,Supervise investigations,,2026-01-05,local,2026-02-01\n"
        "kent,NAT-12,Supervise all investigations,super-complaint,2026-01-05,local,2026-02-01\n"
        "kent,NAT-13,Supervise investigations,other,2026-01-05,none,\n");
    REQUIRE(daemon.ctl({"import", findings}).code == 0);

    const auto suggested = daemon.ctl({"findings", "suggest", "--force", "kent"});
    CHECK(suggested.code == 0);
    CHECK_THAT(suggested.out, Contains("100%") && Contains("kent/AFI-3") &&
                                  Contains("kent/NAT-13") && Contains("national and of the force"));

    const auto same =
        daemon.ctl({"findings", "same", "kent/AFI-3", "NAT-12", "--reason", "one letter"});
    CHECK(same.code == 0);
    CHECK(same.out ==
          "kent/AFI-3 is the same as kent/NAT-12, whose clock and alerts count for both.\n");
    CHECK(same.err == "Its own deadline, 2026-02-01, is kept and no longer watched.\n");
    CHECK_THAT(daemon.ctl({"findings", "--force", "kent"}).out, Contains("same as NAT-12"));
    const auto chain =
        daemon.ctl({"findings", "same", "kent/NAT-13", "AFI-3", "--reason", "one letter"});
    CHECK(chain.code == 4);
    CHECK_THAT(chain.err, Contains("NAT-12: name that one"));

    CHECK(daemon.ctl({"findings", "apart", "kent/AFI-3", "--reason", "it asks for more"}).out ==
          "kent/AFI-3 has a clock and alerts of its own.\n");
    CHECK(daemon.ctl({"findings", "apart", "kent/AFI-3", "NAT-13", "--reason", "read"}).code == 0);
    CHECK_THAT(daemon.ctl({"findings", "suggest"}).err, Contains("No open findings look alike."));
    CHECK(daemon.ctl({"findings", "same", "kent/AFI-3", "NAT-12"}).code == 2);
}
