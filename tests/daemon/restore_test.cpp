#include <set>
#include <thread>

#include "storage/store.hpp"
#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using Catch::Contains;
using forcewatch::test::ChildProcess;
using forcewatch::test::overdue_actions;
using forcewatch::test::RunningDaemon;

namespace {

struct Ended {
    int code{};
    std::string text;
};

Ended shell(const std::string& command) {
    ChildProcess child{{"/bin/sh", "-c", command + " 2>&1"}};
    const auto text = child.read_all();
    return {child.wait(), text};
}

Ended ctl(const RunningDaemon& daemon, const std::string& words) {
    return shell(fmt::format("{}/forcewatchctl --config {} --socket {} {}", FORCEWATCH_BINARY_DIR,
                             daemon.config(), daemon.folder().at("api.sock"), words));
}

/// Waits until as many messages as there are alerts have been made.
std::set<std::string> message_ids(RunningDaemon& daemon, std::size_t least) {
    std::set<std::string> ids;
    const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (ids.size() < least && std::chrono::steady_clock::now() < give_up_at) {
        std::this_thread::yield();
        Store store{daemon.folder() / "forcewatch.db", Store::Mode::read_only};
        ids.clear();
        for (const auto& delivery : store.outbox().list({})) ids.insert(delivery.parcel.message_id);
    }
    REQUIRE(ids.size() >= least);
    return ids;
}

}  // namespace

TEST_CASE("after a restore nothing goes out until it is confirmed, and then under other ids",
          "[daemon][R114][R72]") {
    RunningDaemon daemon;
    daemon.import_reference();
    const auto backup = daemon.folder().at("backup.db");
    REQUIRE(ctl(daemon, "db backup " + backup).code == 0);
    REQUIRE(daemon.import("plan.csv", overdue_actions(1, 3)).status == 200);
    const auto sent = message_ids(daemon, 6);

    const auto running = ctl(daemon, "db restore " + backup);
    CHECK(running.code == 75);
    CHECK_THAT(running.text, Contains("another forcewatchd runs") && Contains("systemctl stop"));
    CHECK(daemon.stop() == 0);
    const auto restored = ctl(daemon, "db restore " + backup);
    CAPTURE(restored.text);
    REQUIRE(restored.code == 0);
    CHECK_THAT(restored.text, Contains("Sending is on hold") && Contains("before-restore-") &&
                                  Contains("hold off"));
    daemon.start();
    CHECK_THAT(daemon.get("/v1/status").body,
               Contains("\"health\":\"degraded\"") && Contains("restored from " + backup));

    REQUIRE(daemon.import("plan.csv", overdue_actions(11, 3)).status == 200);
    CHECK_THAT(daemon.get("/v1/hold").body, Contains("\"waiting\":{\"hold\":3}"));
    CHECK_THAT(daemon.get("/v1/status").body, Contains("\"deliveries\":{\"waiting\":0,"));
    CHECK(ctl(daemon, "hold off").code == 0);
    for (const auto& id : message_ids(daemon, 6)) CHECK(sent.count(id) == 0);
    CHECK_THAT(daemon.get("/healthz").body, Contains("\"health\":\"ok\""));
}

TEST_CASE("a damaged backup is not restored, and the database is as it was", "[daemon][R114]") {
    RunningDaemon daemon;
    daemon.import_reference();
    const auto backup = daemon.folder().at("backup.db");
    REQUIRE(ctl(daemon, "db backup " + backup).code == 0);
    CHECK(daemon.stop() == 0);
    std::filesystem::resize_file(backup, std::filesystem::file_size(backup) / 2);
    const auto refused = ctl(daemon, "db restore " + backup);
    CAPTURE(refused.text);
    CHECK(refused.code == 1);
    CHECK_THAT(refused.text, Contains(backup));
    daemon.start();
    CHECK_THAT(daemon.get("/healthz").body, Contains("\"health\":\"ok\""));
}

TEST_CASE("who starts on a damaged database is told which it is and how to recover",
          "[daemon][R111][R114]") {
    RunningDaemon daemon;
    daemon.import_reference();
    CHECK(daemon.stop() == 0);
    const auto database = daemon.folder() / "forcewatch.db";
    SECTION("one that was cut off") { std::filesystem::resize_file(database, 8192); }
    SECTION("one that was overwritten") { std::ofstream{database} << std::string(8192, 'x'); }
    const auto ended =
        shell(fmt::format("{}/forcewatchd --config {}", FORCEWATCH_BINARY_DIR, daemon.config()));
    CHECK(ended.code == 65);
    CHECK_THAT(ended.text, Contains(database.string() + ": ") &&
                               Contains("forcewatchctl db verify") &&
                               Contains("forcewatchctl db restore BACKUP"));
}
