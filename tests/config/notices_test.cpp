#include "config/notices.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;
using Catch::Contains;

TEST_CASE("what may surprise its author is said, once for each", "[config][R42]") {
    const auto settings = read_settings(R"toml(
[mail]
host = "mail.force.example"
[calendar]
quiet_hours = { from = "18:00", to = "08:00" }
[[destination]]
name = "liaison"
email = { to = ["liaison@force.example"], digest = "weekdays 08:30" }
[[destination]]
name = "signed"
webhook = { url = "https://cases.example/hook", secret = "credential:case-system" }
[[destination]]
name = "unsigned"
webhook = { url = "https://cases.example/hook" }
[[feed]]
name = "news"
url = "https://hmicfrs.justiceinspectorates.gov.uk/feed/"
every = "1h"
[[feed]]
name = "trusted"
url = "https://trusted.example/feed/"
every = "1h"
auto_accept = "stage"
)toml",
                                        "f.toml");
    REQUIRE(settings);
    const auto notices = notices_of(*settings);
    REQUIRE(notices.size() == 2);
    CHECK_THAT(notices[0], Contains("\"unsigned\"") && Contains("unsigned, and"));
    CHECK_THAT(notices[1],
               Contains("\"trusted\"") && Contains("stage without a person, from 90 %"));
    CHECK(notices_of(Settings{}).empty());
}

TEST_CASE("a group that does not exist is named", "[config][R116]") {
    Settings settings;
    settings.editors = {"daemon", "no-such-group-1"};
    settings.operators = {"no-such-group-2"};
    settings.socket_group = "no-such-group-3";
    const auto notices = notices_of(settings);
    REQUIRE(notices.size() == 3);
    CHECK_THAT(notices[0], Contains("socket.group") && Contains("\"no-such-group-3\""));
    CHECK_THAT(notices[1], Contains("socket.editors") && Contains("\"no-such-group-1\""));
    CHECK_THAT(notices[2], Contains("socket.operators") && Contains("\"no-such-group-2\""));
    settings.socket_group = "daemon";
    CHECK(notices_of(settings).size() == 2);
}

TEST_CASE("what only a restart puts into use is named by its key", "[config][R64]") {
    const Settings running;
    CHECK(needs_restart(running, running).empty());
    Settings wanted;
    wanted.storage_path = "/other.db";
    wanted.socket_path = "/other.sock";
    wanted.socket_mode = 0600;
    wanted.socket_group = "other";
    wanted.courier_socket_path = "/other-courier.sock";
    wanted.log_level = "debug";
    wanted.editors = {"daemon"};
    CHECK(needs_restart(running, wanted) == std::vector<std::string>{"storage.path", "socket.path",
                                                                     "socket.mode", "socket.group",
                                                                     "courier.socket"});
}
