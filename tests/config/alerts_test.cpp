#include <catch2/catch.hpp>

#include "config/settings.hpp"

using namespace forcewatch;
using namespace std::chrono_literals;

namespace {

constexpr auto base = R"(
[mail]
host = "mail.force.example"
[[destination]]
name = "liaison"
email = { to = ["liaison@force.example", "owner"] }
fallback = "pager"
quiet = false
urgent = "warning"
storm = 20
language = "cy"
[[destination]]
name = "pager"
folder = { path = "/pager" }
[[rule]]
name = "late"
type = "deadline"
ladder = [ { at = "1d", severity = "critical" } ]
)";

std::vector<Fault> faults_of(const std::string& text) {
    const auto settings = read_settings(base + text, "f.toml");
    return settings ? std::vector<Fault>{} : settings.error();
}

}  // namespace

TEST_CASE("how alerts become messages is read whole", "[config][R48][R56][R61][R76][R84][R88]") {
    const auto settings = read_settings(std::string{base} + R"(
[alerts]
group_by = ["force", "rule"]
group_wait = "30s"
group_interval = "10m"
longest_gap = "3d"
acknowledge_at_most = "14d"
unanswered_reminders = 2
storm = 100
tell_missed = "critical"
fallback = "pager"
fallback_after = { critical = "5m" }
otherwise = "pager"
[[escalation]]
name = "up"
from = "delivery"
steps = [ { after = "4h", to = ["pager"] }, { after = "1d", to = ["pager", "liaison"] } ]
[[inhibit]]
name = "cause-says-it"
source = ["finding-kind=cause of concern"]
target = ["finding-kind=area for improvement"]
same = ["force", "parent=finding"]
[[route]]
name = "police"
match = { kind = "police" }
to = ["liaison"]
escalation = "up"
repeat_every = "2d"
  [[route.route]]
  match = { severity = "critical" }
  to = ["pager"]
  continue = true
)",
                                        "f.toml");
    if (!settings) FAIL(settings.error().front());
    const auto& liaison = settings->destinations.front();
    CHECK(liaison.fallback == "pager");
    CHECK(liaison.quiet == false);
    CHECK(liaison.urgent == Severity::warning);
    CHECK(liaison.storm == 20);
    CHECK(liaison.language == "cy");
    const auto& alerting = settings->alerting;
    CHECK(alerting.group_by == std::vector<std::string>{"force", "rule"});
    CHECK(alerting.group_wait == 30s);
    CHECK(alerting.group_interval == 10min);
    CHECK(alerting.acknowledge_at_most == 24h * 14);
    CHECK(alerting.unanswered_reminders == 2);
    CHECK(alerting.storm == 100);
    CHECK(alerting.tell_missed == Severity::critical);
    CHECK(alerting.fallback == "pager");
    CHECK(alerting.otherwise == "pager");
    CHECK(alerting.fallback_after.at(Severity::critical) == 5min);
    CHECK(alerting.fallback_after.at(Severity::warning) == 2h);
    CHECK(settings->escalations ==
          std::vector<Escalation>{{"up", true, {{4h, {"pager"}}, {24h, {"pager", "liaison"}}}}});
    REQUIRE(settings->inhibitions.size() == 1);
    CHECK(settings->inhibitions.front().same == std::vector<std::pair<std::string, std::string>>{
                                                    {"force", "force"}, {"parent", "finding"}});
    const auto& route = settings->routes.front();
    CHECK(route.name == "police");
    CHECK(route.escalation == "up");
    CHECK(route.repeat_every == 48h);
    REQUIRE(route.inner.size() == 1);
    CHECK(route.inner.front().goes_on);
    CHECK(settings->rules.front().remind_every == std::chrono::days{3});
}

TEST_CASE("mistakes in how alerts become messages name their place", "[config][R61][R84]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"[alerts]\ngroup_by = \"forces\"\n",
         "f.toml:20:12: alerts.group_by: there is no label \"forces\"; did you mean \"force\"?"},
        {"[alerts]\nlongest_gap = \"1h\"\n",
         "f.toml:20:15: alerts.longest_gap: expected 86400 seconds or more"},
        {"[alerts]\ngroup_wait = \"2d\"\n",
         "f.toml:20:14: alerts.group_wait: expected a day or less; what may wait for longer "
         "belongs into a digest"},
        {"[alerts]\ngroup_interval = \"25h\"\n",
         "f.toml:20:18: alerts.group_interval: expected a day or less; what may wait for longer "
         "belongs into a digest"},
        {"[alerts]\nfallback = \"pagr\"\n",
         "f.toml:20:12: alerts.fallback: there is no destination \"pagr\"; did you mean "
         "\"pager\"?"},
        {"[[escalation]]\nname = \"up\"\nsteps = []\n",
         "f.toml:21:9: escalation.steps: has no step"},
        {"[[escalation]]\nname = \"up\"\nsteps = [{ after = \"1h\", to = [\"pager\"] }, { after = "
         "\"1h\", to = [\"pager\"] }]\n",
         "f.toml:21:54: escalation.steps.after: must be later than the step before"},
        {"[[escalation]]\nname = \"up\"\nsteps = [{ after = \"1h\", to = [\"pager\", \"pager\"] "
         "}]\n",
         "f.toml:21:41: escalation.steps.to: \"pager\" stands here twice"},
        {"[[inhibit]]\nname = \"circle\"\nsource = [\"rule=late\"]\ntarget = [\"kind=police\"]\n",
         "f.toml:22:10: inhibit.target: goes in a circle: what it silences may silence its source"},
        {"[[inhibit]]\nname = \"x\"\nsource = [\"rule=late\"]\ntarget = [\"rule=~.*\"]\n",
         "f.toml:22:11: inhibit.target: a rule takes =, !=, ^= and sets, no patterns"},
        {"[[route]]\nmatch = { severity = \"critical\" }\nto = [\"pager\"]\n",
         "f.toml:20:9: route.match: no route takes every alert: add one without match, or say in "
         "[alerts] where the rest goes, otherwise = \"NAME\" (\"none\": it is only recorded)"},
        {"[[route]]\nto = [\"pager\"]\nescalation = \"down\"\n",
         "f.toml:21:14: route.escalation: there is no escalation \"down\""},
        {"[[route]]\nname = \"a\"\nto = [\"pager\"]\ncontinue = true\n[[route]]\nname = \"a\"\n"
         "to = [\"pager\"]\n",
         "f.toml:24:8: route.name: \"a\" is the name of an earlier route"},
    }));
    const auto faults = faults_of(text);
    REQUIRE_FALSE(faults.empty());
    CHECK(faults.front() == expected);
    CAPTURE(faults);
    CHECK(faults.size() == 1);
}
