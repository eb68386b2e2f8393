#include "courier/webhook_channel.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <set>

#include "courier/webhook_signature.hpp"
#include "daemon/api/json_reader.hpp"
#include "tests/courier/receiver.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("a webhook arrives signed, with its id and time", "[courier][webhook][R72][R73]") {
    Receiver receiver;
    CHECK(receiver.post("/hook?a=b") == DeliveryOutcome{Verdict::delivered, 204, "", 0s});
    const auto requests = receiver.arrived();
    REQUIRE(requests.size() == 1);
    const auto parcel = hook_parcel("d1@forcewatch");
    CHECK(*requests[0].find("path")->as<std::string>() == "/hook?a=b");
    CHECK(*requests[0].find("body")->as<std::string>() == parcel.body);
    CHECK(header_in(requests[0], "content-type") == "application/json");
    CHECK(header_in(requests[0], "webhook-id") == "d1@forcewatch");
    CHECK(header_in(requests[0], "webhook-timestamp") ==
          std::to_string(now.time_since_epoch().count()));
    CHECK(WebhookSecrets::parse(secret)->verify(header_in(requests[0], "webhook-signature"),
                                                "d1@forcewatch", now, parcel.body));
    CHECK_THAT(header_in(requests[0], "user-agent"), Catch::StartsWith("Forcewatch/"));
    CHECK(header_in(requests[0], "expect").empty());
}

TEST_CASE("without a secret a webhook goes unsigned, with two it has two signatures",
          "[courier][webhook][R74]") {
    Receiver receiver;
    receiver.target().secret.reset();
    receiver.post("/a");
    std::ofstream{receiver.at("secret")} << secret << "\nwhsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n";
    receiver.target().secret = SecretRef{SecretRef::Source::file, receiver.at("secret")};
    receiver.post("/b");
    const auto requests = receiver.arrived();
    REQUIRE(requests.size() == 2);
    CHECK(header_in(requests[0], "webhook-signature").empty());
    CHECK_THAT(header_in(requests[1], "webhook-signature"), Contains(" v1,"));
}

TEST_CASE("when every secret has ended nothing is sent", "[courier][webhook][R74]") {
    Receiver receiver;
    std::ofstream{receiver.at("secret")} << secret << " until 2026-03-28T12:00:00Z\n";
    const auto outcome = receiver.post("/a");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("has ended"));
    CHECK(receiver.arrived().empty());
}

TEST_CASE("an address that is a secret is read for each try and told to nobody",
          "[courier][webhook]") {
    Receiver receiver;
    const auto put = [&](const std::string& address) {
        std::ofstream{receiver.at("address")} << address << '\n';
        REQUIRE(::chmod(receiver.at("address").c_str(), 0600) == 0);
    };
    receiver.target().secret_url = SecretRef{SecretRef::Source::file, receiver.at("address")};
    receiver.target().format = "slack";
    const auto base = fmt::format("https://localhost:{}", receiver.port());
    put(base + "/services/T0/B0/hush");
    CHECK(receiver.post("").verdict == Verdict::delivered);
    put(base + "/status/404?hush");
    CHECK_THAT(receiver.post("").reason, !Contains("hush"));
    put("ftp://hush");
    const auto outcome = receiver.post("");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("no web address") && !Contains("hush"));
    const auto requests = receiver.arrived();
    REQUIRE(requests.size() == 2);
    CHECK(*requests[0].find("path")->as<std::string>() == "/services/T0/B0/hush");
}

TEST_CASE("for Alertmanager the base address is enough", "[courier][webhook]") {
    Receiver receiver;
    receiver.target().format = "alertmanager";
    for (const std::string path : {"", "/", "/am", "/am/", "/api/v2/alerts"}) {
        receiver.target().url = fmt::format("https://localhost:{}{}", receiver.port(), path);
        CHECK(receiver.post("").verdict == Verdict::delivered);
    }
    std::string paths;
    for (const auto& request : receiver.arrived())
        paths += *request.find("path")->as<std::string>() + " ";
    CHECK(paths ==
          "/api/v2/alerts /api/v2/alerts /am/api/v2/alerts /am/api/v2/alerts /api/v2/alerts ");
}

TEST_CASE("a secret that cannot be used is told and nothing is sent", "[courier][webhook]") {
    Receiver receiver;
    std::ofstream{receiver.at("secret")} << "whsec_c2hvcnQ=\n";
    const auto outcome = receiver.post("/a");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("secret") && !Contains("c2hvcnQ"));
    CHECK(receiver.arrived().empty());
}

TEST_CASE("only the status decides", "[courier][webhook][R69][R70][W1]") {
    Receiver receiver;
    const auto [path, verdict, code, wait] =
        GENERATE(table<std::string, Verdict, int, std::chrono::seconds>({
            {"/status/200", Verdict::delivered, 200, 0s},
            {"/redirect", Verdict::rejected, 302, 0s},
            {"/status/404", Verdict::rejected, 404, 0s},
            {"/status/410", Verdict::gone, 410, 0s},
            {"/status/500", Verdict::retry_later, 500, 0s},
            {"/status/503", Verdict::retry_later, 503, 0s},
            {"/retry/120", Verdict::retry_later, 429, 120s},
            {"/retry/999999", Verdict::retry_later, 429, 86400s},
            {"/retry/Sat,%2028%20Mar%202026%2012:01:00%20GMT", Verdict::retry_later, 429, 60s},
        }));
    CAPTURE(path);
    const auto outcome = receiver.post(path);
    CHECK(outcome.verdict == verdict);
    CHECK(outcome.code == code);
    CHECK(outcome.retry_in == wait);
    CHECK(outcome.reason.empty() == (verdict == Verdict::delivered));
    CHECK(receiver.arrived().size() == 1);  // so no redirect was followed
}

TEST_CASE("no answer to a whole request is unknown", "[courier][webhook][R78][W3]") {
    Receiver receiver;
    const std::string path = GENERATE("/hang", "/cut");
    const auto outcome = receiver.post(path, {.total = 1500ms});
    CAPTURE(path, outcome.reason);
    CHECK(outcome.verdict == Verdict::unknown);
    CHECK(outcome.code == 0);
    CHECK(receiver.arrived().size() == 1);
}

TEST_CASE("an endless answer ends after 64 KiB and its status counts", "[courier][webhook][W3]") {
    Receiver receiver;
    const auto outcome = receiver.post("/endless");
    CHECK(outcome.verdict == Verdict::delivered);
    CHECK(outcome.code == 200);
}

TEST_CASE("without a trusted certificate of the right name no request leaves",
          "[courier][webhook][M5]") {
    const std::string fault = GENERATE("other authority", "no authority", "wrong name");
    CAPTURE(fault);
    Receiver receiver{fault == "wrong name" ? "wrong-name" : "good"};
    if (fault == "other authority") receiver.target().ca_file = receiver.at("other-ca.pem");
    if (fault == "no authority") receiver.target().ca_file.reset();
    CHECK(receiver.post("/hook").verdict == Verdict::retry_later);
    CHECK(receiver.arrived().empty());
}

TEST_CASE("inner addresses are refused at the socket unless allowed", "[courier][webhook][W4]") {
    Receiver receiver;
    receiver.target().allow_addresses = {"10.0.0.0/8", "::1"};
    const auto refused = receiver.post("/hook");
    CHECK(refused.verdict == Verdict::retry_later);
    CHECK_THAT(refused.reason, Contains("inner address"));
    CHECK(receiver.arrived().empty());

    for (const std::string host : {"127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"}) {
        receiver.target().allow_addresses = {"10.0.0.0/8"};
        receiver.target().url = fmt::format("https://{}:{}/hook", host, receiver.port());
        const auto outcome = receiver.post("");
        CAPTURE(host, outcome.reason);
        CHECK(outcome.verdict == Verdict::retry_later);
        CHECK_THAT(outcome.reason, Contains("inner address"));
    }
    CHECK(receiver.arrived().empty());

    receiver.target().allow_addresses = {"127.0.0.0/8"};
    CHECK(receiver.post("/hook").verdict == Verdict::delivered);
}

TEST_CASE("plain HTTP goes to loopback alone", "[courier][webhook]") {
    Receiver receiver{""};
    CHECK(receiver.post("/hook").verdict == Verdict::delivered);
    receiver.target().url = "http://192.0.2.1/hook";
    receiver.target().allow_addresses = {"0.0.0.0/0"};
    const auto outcome = receiver.post("");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("rotocol"));
}

TEST_CASE("a proxy named in the environment is not asked", "[courier][webhook]") {
    Receiver receiver;
    for (const auto* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        ::setenv(name, "http://127.0.0.1:1", 1);
    CHECK(receiver.post("/hook").verdict == Verdict::delivered);
    for (const auto* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        ::unsetenv(name);
}

TEST_CASE("webhooks that wait go over one connection, where a repeat may be",
          "[courier][webhook]") {
    const auto connections =
        GENERATE(WebhookChannel::Connections::kept, WebhookChannel::Connections::fresh);
    Receiver receiver;
    for (const auto verdict : receiver.post_in_a_row("/keep/hook", 4, connections))
        CHECK(verdict == Verdict::delivered);
    std::set<std::int64_t> ports;
    for (const auto& request : receiver.arrived())
        ports.insert(*request.find("port")->as<std::int64_t>());
    CHECK(ports.size() == (connections == WebhookChannel::Connections::kept ? 1 : 4));
}

TEST_CASE("a try that never began knows nothing of the one before it", "[courier][webhook][R78]") {
    Receiver receiver;
    const auto outcome = receiver.post_and_give_up("/keep/hook");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK(outcome.code == 0);
}

TEST_CASE(
    "what a kept connection takes and leaves unanswered is unknown, and not sent again unasked",
    "[courier][webhook][R78]") {
    Receiver receiver;
    const auto path = GENERATE("/keep/cutsecond", "/keep/leavesecond");
    CAPTURE(path);
    const auto verdicts = receiver.post_in_a_row(path, 2, WebhookChannel::Connections::kept);
    CHECK(verdicts == std::vector{Verdict::delivered, Verdict::unknown});
    CHECK(receiver.arrived().size() == 2);
}
