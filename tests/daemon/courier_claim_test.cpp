#include <fstream>

#include "config/settings.hpp"
#include "daemon/api/courier_protocol.hpp"
#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using forcewatch::test::HttpAnswer;
using forcewatch::test::RunningDaemon;
using forcewatch::test::UnixHttpClient;

namespace {

/// Time on the processor so far, in clock ticks.
long ticks_of(pid_t pid) {
    std::ifstream in{fmt::format("/proc/{}/stat", pid)};
    std::string word;
    for (int field = 1; field < 14; ++field) in >> word;
    long user = 0;
    long system = 0;
    in >> user >> system;
    return user + system;
}

UnixHttpClient claiming(const RunningDaemon& daemon, int seconds) {
    const CourierClaim wanted{
        destinations_fingerprint(read_settings_file(daemon.config()).value()),
        100,
        std::chrono::seconds{seconds},
        {}};
    const auto body = write_claim(wanted);
    UnixHttpClient client{daemon.folder().at("courier.sock")};
    REQUIRE(client.send(fmt::format(
        "POST /courier/claim HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(),
        body)));
    return client;
}

std::size_t parcels_in(const HttpAnswer& answer) {
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return read_parcels(answer.body).value().size();
}

}  // namespace

TEST_CASE("couriers that wait side by side keep nobody busy", "[daemon][courier][V10]") {
    RunningDaemon daemon;
    const long before = ticks_of(daemon.program().pid());
    auto first = claiming(daemon, 1);
    auto second = claiming(daemon, 1);
    CHECK(parcels_in(first.read_answer()) == 0);
    CHECK(parcels_in(second.read_answer()) == 0);
    const long spent = ticks_of(daemon.program().pid()) - before;
    CHECK(spent < ::sysconf(_SC_CLK_TCK) / 4);
}

TEST_CASE("a claim that waits hears at once of a new message", "[daemon][courier][R67]") {
    RunningDaemon daemon;
    daemon.import_reference();
    auto waiting = claiming(daemon, 20);
    REQUIRE(daemon
                .ask("POST", "/v1/actions",
                     R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                         "deadline":"local","due":"2026-01-31"})")
                .status == 201);
    CHECK(parcels_in(waiting.read_answer()) > 0);
}
