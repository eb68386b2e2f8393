// What a name server says, and what becomes of a webhook then. Run by with_own_names.sh: hidden
// elsewhere.
#include <cstdlib>

#include "tests/courier/receiver.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const WebhookLimits patient{5s, 6s};

struct Names {
    Names() {
        const char* address = std::getenv("FORCEWATCH_PUBLIC_ADDRESS");
        REQUIRE(address != nullptr);
        server.emplace("dns_server.py", std::vector<std::string>{"--public", address});
        receiver.target().allow_addresses.clear();
    }
    DeliveryOutcome post(const std::string& name) {
        receiver.target().url = fmt::format("https://{}.dns.test:{}/hook", name, receiver.port());
        return receiver.post("", patient);
    }

    std::optional<LocalServer> server;
    Receiver receiver{"names", "0.0.0.0"};
};

}  // namespace

TEST_CASE("a name that is not known, or not now, means later", "[.][own-names][webhook][W4]") {
    Names names;
    const std::string name = GENERATE("nxdomain", "servfail", "silent");
    const auto outcome = names.post(name);
    CAPTURE(name, outcome.reason);
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK(names.receiver.arrived().empty());
}

TEST_CASE("a name that leads inside is not followed", "[.][own-names][webhook][W4][R83]") {
    Names names;
    const std::string name = GENERATE("private", "mapped", "hundred", "beside");
    const auto outcome = names.post(name);
    CAPTURE(name, outcome.reason);
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("inner address"));
    CHECK(names.receiver.arrived().empty());
}

TEST_CASE("a name that was public and leads inside the next time is not followed then",
          "[.][own-names][webhook][W4][R83]") {
    Names names;
    const auto first = names.post("rebind");
    CAPTURE(first.reason);
    CHECK(first.verdict == Verdict::delivered);
    names.receiver.forget();
    const auto second = names.post("rebind");
    CHECK(second.verdict == Verdict::retry_later);
    CHECK_THAT(second.reason, Contains("inner address"));
    CHECK(names.receiver.arrived().size() == 1);
    CHECK(names.post("public").verdict == Verdict::delivered);
}
