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
    const CourierClaim wanted{destinations_fingerprint(read_settings_file(daemon.config()).value()),
                              "session",
                              100,
                              std::chrono::seconds{seconds},
                              {},
                              {}};
    const auto body = write_claim(wanted);
    UnixHttpClient client{daemon.folder().at("courier.sock")};
    REQUIRE(client.send(
        fmt::format("POST /courier/claim HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}",
                    body.size(), body)));
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

TEST_CASE("an operator dismisses a dead message with a reason, and health is well again",
          "[daemon][R71][V2]") {
    RunningDaemon daemon;
    daemon.import_reference();
    auto waiting = claiming(daemon, 20);
    REQUIRE(daemon
                .ask("POST", "/v1/actions",
                     R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                         "deadline":"local","due":"2026-01-31"})")
                .status == 201);
    const auto parcels = read_parcels(waiting.read_answer().body).value();
    REQUIRE_FALSE(parcels.empty());
    std::vector<CourierResult> results;
    for (const auto& parcel : parcels)
        results.push_back(
            {parcel.id, parcel.lease, {Verdict::rejected, 0, "the disk is full", {}}});
    UnixHttpClient courier{daemon.folder().at("courier.sock")};
    REQUIRE(courier.ask("POST", "/courier/settle", write_results(results)).status == 200);
    const auto health = [&] {
        return *daemon.json("/v1/status").find("health")->as<std::string>();
    };
    CHECK(health() == "degraded");
    for (const auto& parcel : parcels) {
        const auto path = fmt::format("/v1/deliveries/{}/dismiss", number_of(parcel.id));
        CHECK(daemon.ask("POST", path).status == 400);
        CHECK(daemon.ask("POST", path, R"({"reason":" "})").status == 422);
        CHECK(daemon.ask("POST", path, R"({"reason":"told by telephone"})").status == 200);
        CHECK(daemon.ask("POST", path, R"({"reason":"told by telephone"})").status == 409);
    }
    CHECK(health() == "ok");
    CHECK_THAT(
        daemon.get("/v1/journal?subject=delivery:" + std::to_string(number_of(parcels.front().id)))
            .body,
        Catch::Contains("delivery-dismissed") && Catch::Contains("told by telephone"));
    CHECK(daemon.ask("POST", "/v1/deliveries/999/dismiss", R"({"reason":"x"})").status == 404);
    CHECK(daemon.ask("POST", "/v1/deliveries/1x/dismiss", R"({"reason":"x"})").status == 404);
    CHECK_THAT(daemon.get("/v1/deliveries?state=dismissed").body,
               Catch::Contains(": told by telephone"));
}

TEST_CASE("everything dead since a time is sent again at once, with the same ids and every try",
          "[daemon][R71][R102]") {
    RunningDaemon daemon;
    daemon.import_reference();
    UnixHttpClient courier{daemon.folder().at("courier.sock")};
    const auto claimed = [&] {
        return read_parcels(claiming(daemon, 20).read_answer().body).value();
    };
    REQUIRE(daemon
                .ask("POST", "/v1/actions",
                     R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                         "deadline":"local","due":"2026-01-31"})")
                .status == 201);
    const auto parcels = claimed();
    REQUIRE_FALSE(parcels.empty());
    const auto& first = parcels.front();
    std::vector<CourierResult> results;
    for (const auto& parcel : parcels)
        results.push_back({parcel.id, parcel.lease, {Verdict::rejected, 550, "nobody here", {}}});
    REQUIRE(courier.ask("POST", "/courier/settle", write_results(results)).status == 200);

    CHECK_THAT(daemon.get("/metrics").body,
               Catch::Contains(
                   fmt::format(R"(forcewatch_sends_total{{destination="{}",outcome="rejected"}} 1)",
                               first.destination)) &&
                   Catch::Contains("forcewatch_evaluation_lag_seconds 0\n"));
    const auto replay = [&](const std::string& destination, const std::string& since) {
        return daemon.ask(
            "POST", "/v1/deliveries/replay",
            fmt::format(R"({{"destination":"{}","since":"{}"}})", destination, since));
    };
    CHECK(replay("nowhere", "2020-01-01").status == 404);
    CHECK(replay(first.destination, "some day").status == 422);
    CHECK(daemon.ask("POST", "/v1/deliveries/replay", R"({"destination":"outbox"})").status == 422);
    CHECK(replay(first.destination, "2100-01-01").body == R"({"replayed":0,"more":false})");
    CHECK(replay(first.destination, "2020-01-01").body ==
          fmt::format(R"({{"replayed":{},"more":false}})", parcels.size()));
    const auto again = claimed();
    REQUIRE(again.size() == parcels.size());
    CHECK(again.front().message_id == first.message_id);
    CHECK(again.front().body == first.body);

    const auto id = std::to_string(number_of(first.id));
    CHECK_THAT(daemon.get("/v1/deliveries/" + id).body,
               Catch::Contains(R"("verdict":"rejected","code":550,"reason":"nobody here")") &&
                   Catch::Contains(R"("number":2)"));
    CHECK_THAT(daemon.get("/v1/journal?subject=delivery:" + id).body,
               Catch::Contains("delivery-replayed"));
}
