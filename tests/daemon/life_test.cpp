#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "daemon/http/limits.hpp"
#include "storage/store.hpp"
#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using forcewatch::test::ChildProcess;
using forcewatch::test::overdue_actions;
using forcewatch::test::RunningDaemon;

namespace {

const std::string daemon_program = FORCEWATCH_BINARY_DIR "/forcewatchd";

}  // namespace

TEST_CASE("asked to stop, the daemon says so and ends well", "[daemon][R108]") {
    RunningDaemon daemon;
    daemon.signal(SIGTERM);
    CHECK(daemon.notify().wait_for("STOPPING=1"));
    CHECK(daemon.program().wait() == 0);
    CHECK_FALSE(std::filesystem::exists(daemon.folder() / "api.sock"));
}

TEST_CASE("a courier that waits for work does not hold up the stop", "[daemon][R108][K6]") {
    RunningDaemon daemon;
    daemon.start_courier();
    const auto courier_is_there = [&] {
        return *daemon.json("/v1/status").find("courier")->find("seen")->as<bool>();
    };
    while (!courier_is_there()) std::this_thread::yield();
    const auto began = std::chrono::steady_clock::now();
    CHECK(daemon.stop() == 0);
    // What is in flight at a stop is waited for as long as that.
    CHECK(std::chrono::steady_clock::now() - began < HttpLimits{}.stop_time);
}

TEST_CASE("the configuration is checked without starting anything", "[daemon][R42]") {
    RunningDaemon daemon;
    CHECK(ChildProcess{{daemon_program, "--config", daemon.config(), "--check-config"}}.wait() ==
          0);
    daemon.write_config("[[rule]]\nname = \"x\"\n");
    CHECK(ChildProcess{{daemon_program, "--config", daemon.config(), "--check-config"}}.wait() ==
          78);
    CHECK(ChildProcess{{daemon_program, "--config", "/nonexistent.toml"}}.wait() == 78);
    CHECK(ChildProcess{{daemon_program, "--unheard-of"}}.wait() == 64);
}

TEST_CASE("a second daemon on the same database ends with its own code", "[daemon][R119]") {
    RunningDaemon daemon;
    CHECK(ChildProcess{{daemon_program, "--config", daemon.config()}}.wait() == 69);
    CHECK(daemon.get("/healthz").status == 200);
}

TEST_CASE("a damaged database stops the start, untouched", "[daemon][R111]") {
    RunningDaemon daemon;
    daemon.import_reference();
    CHECK(daemon.stop() == 0);
    std::filesystem::resize_file(daemon.folder() / "forcewatch.db", 8192);
    const auto size = std::filesystem::file_size(daemon.folder() / "forcewatch.db");
    const int code = ChildProcess{{daemon_program, "--config", daemon.config()}}.wait();
    CHECK((code == 65 || code == 74));
    CHECK(std::filesystem::file_size(daemon.folder() / "forcewatch.db") == size);
}

TEST_CASE("a group for the socket that does not exist is told with file and section",
          "[daemon][R116]") {
    RunningDaemon daemon;
    CHECK(daemon.stop() == 0);
    auto text = forcewatch::test::text_of_file(daemon.config());
    text.insert(text.find("mode ="), "group = \"no-such-group\"\n");
    std::ofstream{daemon.config()} << text;
    ChildProcess program{
        {"/bin/sh", "-c", daemon_program + " --config " + daemon.config() + " 2>&1"}};
    CHECK_THAT(
        program.read_all(),
        Catch::Contains(daemon.config() + ": [socket]: there is no group \"no-such-group\""));
    CHECK(program.wait() == 73);
}

TEST_CASE("where systemd made the socket, a reload says who decides about it",
          "[daemon][R64][R116]") {
    RunningDaemon daemon;
    CHECK(daemon.stop() == 0);
    const auto path = daemon.folder().at("passed.sock");
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket, 8) == 0);
    const ChildProcess program{
        {"/bin/sh", "-c",
         fmt::format(
             "exec 3<&{}; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=api exec {} --config {}",
             socket, daemon_program, daemon.config())},
        {daemon.notify().variable()}};
    ::close(socket);
    REQUIRE(daemon.notify().wait_for("READY=1"));
    auto text = forcewatch::test::text_of_file(daemon.config());
    text.replace(text.find("\"0666\""), 6, "\"0600\"");
    text.replace(text.find("/courier.sock"), 13, "/other.sock");
    std::ofstream{daemon.config()} << text;
    forcewatch::test::UnixHttpClient client{path};
    const auto reloaded = client.ask("POST", "/v1/reload");
    CHECK(reloaded.status == 200);
    CHECK_THAT(reloaded.body,
               Catch::Contains("socket.mode was changed: systemd makes this socket, so "
                               "forcewatchd.socket decides") &&
                   Catch::Contains("courier.socket was changed: that is in use only after"));
}

TEST_CASE("after kill -9 at any moment nothing accepted is lost and nothing comes under two ids",
          "[daemon][kill][R46][R72]") {
    RunningDaemon daemon;
    daemon.import_reference();
    daemon.start_courier();
    std::mt19937 random{7};
    constexpr int kills = 20;
    constexpr int batch = 20;
    int accepted = 0;
    for (int round = 0; round < kills; ++round) {
        // The answer is read, or not: what was answered must be there.
        const bool wait = random() % 2 == 0;
        forcewatch::test::UnixHttpClient client{daemon.folder().at("api.sock")};
        const auto csv = overdue_actions(round * batch, batch);
        REQUIRE(client.send(fmt::format(
            "POST /v1/import?name=a.csv HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}",
            csv.size(), csv)));
        const bool answered = wait && client.read_answer().status == 200;
        if (random() % 3 == 0) {
            daemon.kill_courier();
            daemon.start_courier();
        }
        daemon.kill();
        daemon.start();
        if (!answered) REQUIRE(daemon.import("a.csv", csv).status == 200);
        accepted += batch;
    }
    const auto waiting = [&] {
        const auto status = daemon.json("/v1/status");
        return *status.find("deliveries")->find("waiting")->as<std::int64_t>();
    };
    for (int patience = 0; waiting() > 0 && patience < 3000; ++patience) ::usleep(20'000);
    CHECK(waiting() == 0);
    CHECK(daemon.stop() == 0);

    Store store{daemon.folder() / "forcewatch.db"};
    AlertFilter filter;
    filter.limit = 1'000'000;
    CHECK(store.alerts().list(filter).size() == static_cast<std::size_t>(accepted));
    std::set<std::string> ids;
    for (const auto& delivery : store.outbox().list({{}, {}, 0, 1'000'000})) {
        CHECK(delivery.state == DeliveryState::sent);
        CHECK(ids.insert(delivery.parcel.message_id).second);
    }
    CHECK(ids.size() == static_cast<std::size_t>(accepted) * 2);  // a letter and its JSON each
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{daemon.folder() / "outbox"})
        files += ids.contains(entry.path().stem().string()) ? 1U : 0U;
    CHECK(files == ids.size());
    CHECK(verify(daemon.folder() / "forcewatch.db").empty());
}
