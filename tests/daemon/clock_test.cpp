#include <thread>

#include "daemon/engine/london.hpp"
#include "storage/store.hpp"
#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using forcewatch::test::RunningDaemon;

namespace {

/// As if it had been recorded by a clock that stood so far ahead of ours.
void record_ahead(const std::filesystem::path& database, std::chrono::hours ahead) {
    Store store{database};
    Store::Transaction transaction{store};
    ForceRecorded force;
    force.force = "somewhere";
    force.name = "Somewhere Police";
    Recorded recorded;
    recorded.recorded_at =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + ahead;
    recorded.effective_on = london_date(recorded.recorded_at);
    recorded.event = force;
    store.journal().append(recorded);
    transaction.commit();
}

std::string clock_of(RunningDaemon& daemon) {
    return *daemon.json("/v1/status").find("clock")->as<std::string>();
}

bool has_alert(RunningDaemon& daemon) {
    return daemon.get("/v1/alerts").body.find("A-1") != std::string::npos;
}

}  // namespace

TEST_CASE("a daemon whose clock was never set evaluates nothing until somebody says it is right",
          "[daemon][R41][T5]") {
    RunningDaemon daemon;
    daemon.import_reference();
    REQUIRE(daemon.stop() == 0);
    record_ahead(daemon.folder() / "forcewatch.db", std::chrono::hours{24 * 400});
    daemon.start();
    CHECK(clock_of(daemon).find("long before the newest record") != std::string::npos);
    CHECK(daemon.get("/healthz").body.find("degraded") != std::string::npos);
    REQUIRE(daemon
                .ask("POST", "/v1/actions",
                     R"({"source":"tracker","external_id":"A-1","force":"kent","title":"Train",)"
                     R"("deadline":"local","due":"2026-01-31"})")
                .status < 300);
    CHECK_FALSE(has_alert(daemon));

    REQUIRE(daemon.ask("POST", "/v1/clock/confirm").status == 200);
    CHECK(clock_of(daemon).empty());
    while (!has_alert(daemon)) std::this_thread::yield();
    REQUIRE(daemon.stop() == 0);
    daemon.start();
    CHECK(clock_of(daemon).empty());

    // What was said of one record is not said of a later one.
    REQUIRE(daemon.stop() == 0);
    record_ahead(daemon.folder() / "forcewatch.db", std::chrono::hours{24 * 800});
    daemon.start();
    CHECK_FALSE(clock_of(daemon).empty());
}

TEST_CASE("a clock that is behind by less than a day is believed at the start",
          "[daemon][R41][T5]") {
    RunningDaemon daemon;
    REQUIRE(daemon.stop() == 0);
    record_ahead(daemon.folder() / "forcewatch.db", std::chrono::hours{20});
    daemon.start();
    CHECK(clock_of(daemon).empty());
}
