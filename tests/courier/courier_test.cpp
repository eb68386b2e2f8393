#include "courier/courier.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>

#include "tests/courier/daemon_stand_in.hpp"
#include "tests/courier/samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A courier with a folder, a daemon stand-in and, where asked for, a webhook receiver.
struct World {
    ScratchFolder scratch;
    std::optional<DaemonStandIn> daemon;
    std::optional<LocalServer> receiver;
    Settings settings;
    CourierOptions options;

    World() {
        spdlog::set_level(spdlog::level::off);
        settings.courier_socket_path = scratch.at("courier.sock");
        settings.destinations = {{"outbox", FolderTarget{scratch.at("outbox")}, true}};
        daemon.emplace(settings.courier_socket_path);
        options.once = true;
    }
    void add_hook(const std::string& name, const std::string& path) {
        if (!receiver)
            receiver.emplace("https_receiver.py",
                             std::vector<std::string>{"--out", scratch.at("requests")});
        WebhookTarget hook;
        hook.url = fmt::format("http://127.0.0.1:{}{}", receiver->port(), path);
        hook.allow_addresses = {"127.0.0.1"};
        settings.destinations.push_back({name, hook, true});
    }
    Courier courier() const { return {settings, options}; }
};

CourierParcel parcel_for(const std::string& destination, std::int64_t id,
                         std::string subject = "") {
    auto parcel = hook_parcel(fmt::format("d{}", id));
    parcel.id = DeliveryId{id};
    parcel.lease = id * 10;
    parcel.destination = destination;
    if (destination == "outbox") parcel.kind = DestinationKind::folder;
    if (!subject.empty()) parcel.subject_key = std::move(subject);
    return parcel;
}

void finish(Courier& courier) {
    while (!courier.finished()) courier.turn(1s, -1);
}

}  // namespace

TEST_CASE("what the daemon hands out is carried and settled under its lease", "[courier][R67]") {
    World world;
    world.daemon->offer({parcel_for("outbox", 1), parcel_for("outbox", 2)});
    world.daemon->offer({parcel_for("outbox", 3)});
    auto courier = world.courier();
    finish(courier);
    CHECK_FALSE(courier.failed());
    CHECK(world.daemon->results() ==
          std::vector<CourierResult>{{DeliveryId{1}, 10, {Verdict::delivered, 0, "", 0s}},
                                     {DeliveryId{2}, 20, {Verdict::delivered, 0, "", 0s}},
                                     {DeliveryId{3}, 30, {Verdict::delivered, 0, "", 0s}}});
    CHECK(std::filesystem::exists(world.scratch.at("outbox/d3.json")));
    CHECK(world.daemon->claims().front().fingerprint == destinations_fingerprint(world.settings));
    CHECK_THAT(courier.summary(), Contains("3 delivered"));
}

TEST_CASE("a daemon that is not there ends a single run as failed", "[courier]") {
    World world;
    world.settings.courier_socket_path = world.scratch.at("absent.sock");
    auto courier = world.courier();
    finish(courier);
    CHECK(courier.failed());
    CHECK_THAT(courier.summary(), Contains("not reachable"));
}

TEST_CASE("an answer that is no list of parcels is not believed", "[courier]") {
    World world;
    world.daemon->offer_text(GENERATE(
        as<std::string>{}, "", "{}", "[]", R"({"parcels":[{}]})", R"({"parcels":[],"x":1})",
        R"({"parcels":[{"id":1,"lease":1,"destination":"outbox","kind":"folder","recipient":"",)"
        R"("sender":"","message_id":"../../escaped","content_type":"a/b","attempt":1,)"
        R"("subject_key":"","body":""}]})"));
    auto courier = world.courier();
    finish(courier);
    CHECK(courier.failed());
    CHECK(world.daemon->results().empty());
    CHECK_FALSE(std::filesystem::exists(world.scratch.at("outbox")));
}

TEST_CASE("a destination that is not configured is told and kept for later", "[courier]") {
    World world;
    auto other_kind = parcel_for("outbox", 2);
    other_kind.kind = DestinationKind::webhook;
    world.daemon->offer({parcel_for("elsewhere", 1), other_kind});
    auto courier = world.courier();
    finish(courier);
    const auto results = world.daemon->results();
    REQUIRE(results.size() == 2);
    for (const auto& result : results) {
        CHECK(result.outcome.verdict == Verdict::retry_later);
        CHECK_THAT(result.outcome.reason, Contains("configuration has no"));
    }
}

TEST_CASE("a later message of a subject never overtakes one that failed", "[courier]") {
    World world;
    world.add_hook("broken", "/status/500");
    world.daemon->offer({parcel_for("broken", 1, "kent"), parcel_for("broken", 2, "kent"),
                         parcel_for("broken", 3, "essex"), parcel_for("outbox", 4, "kent")});
    auto courier = world.courier();
    finish(courier);
    std::map<std::int64_t, DeliveryOutcome> outcomes;
    for (const auto& result : world.daemon->results())
        outcomes[number_of(result.id)] = result.outcome;
    REQUIRE(outcomes.size() == 4);
    CHECK(outcomes[1].code == 500);
    CHECK(outcomes[2].verdict == Verdict::not_begun);
    CHECK_THAT(outcomes[2].reason, Contains("an earlier message"));
    CHECK(outcomes[3].code == 500);
    CHECK(outcomes[4].verdict == Verdict::delivered);
    CHECK(lines_of_file(world.scratch.at("requests")).size() == 2);
}

TEST_CASE("a destination that hangs delays no other and is passed over when full",
          "[courier][R77]") {
    World world;
    world.options.once = false;
    world.add_hook("hanging", "/hang");
    std::vector<CourierParcel> parcels;
    constexpr std::int64_t hanging = Lane::enough;
    for (std::int64_t id = 1; id <= hanging; ++id) parcels.push_back(parcel_for("hanging", id));
    parcels.push_back(parcel_for("outbox", hanging + 1));
    world.daemon->offer(parcels);
    auto courier = world.courier();
    while (world.daemon->results().empty() || world.daemon->claims().size() < 2)
        courier.turn(100ms, -1);
    CHECK(world.daemon->results().front().id == DeliveryId{hanging + 1});
    CHECK(world.daemon->claims().back().busy == std::vector<std::string>{"hanging"});
    const auto claims = world.daemon->claims();
    CHECK(claims.front().carrying.empty());
    // And the one that has gone until it is settled.
    CHECK(claims.back().carrying.size() >= static_cast<std::size_t>(hanging));
    CHECK(claims.back().carrying.front() == DeliveryId{1});
    CHECK(claims.back().session == claims.front().session);
}

TEST_CASE("however many destinations hang, another is still claimed for", "[courier][R77]") {
    World world;
    world.options.once = false;
    constexpr std::int64_t destinations = 7;
    constexpr std::int64_t each = 160;
    static_assert(each < static_cast<std::int64_t>(Lane::enough));
    for (std::int64_t i = 0; i < destinations; ++i) {
        const auto name = fmt::format("hanging-{}", i);
        world.add_hook(name, "/hang");
        std::vector<CourierParcel> parcels;
        for (std::int64_t id = 1; id <= each; ++id)
            parcels.push_back(parcel_for(name, i * each + id));
        world.daemon->offer(parcels);
    }
    auto courier = world.courier();
    const auto turn_until = [&](const auto& so_far) {
        for (int i = 0; i < 300 && !so_far(); ++i) courier.turn(100ms, -1);
        REQUIRE(so_far());
    };
    turn_until([&] { return world.daemon->claims().size() > destinations; });
    CHECK(world.daemon->claims().back().busy.size() == destinations);
    CHECK(world.daemon->claims().front().max == courier_limits::parcels);
    CHECK(world.daemon->claims().back().max < courier_limits::parcels / 2);
    world.daemon->offer({parcel_for("outbox", 2000)});
    turn_until([&] { return !world.daemon->results().empty(); });
    CHECK(world.daemon->results().front().id == DeliveryId{2000});
}

TEST_CASE("little is in hand for a destination that holds what is unknown", "[courier][R78]") {
    World world;
    world.options.once = false;
    world.add_hook("hanging", "/hang");
    world.settings.destinations.back().retry_unknown = false;
    std::vector<CourierParcel> parcels;
    const auto held = GENERATE(few_in_hand / 2, few_in_hand / 2 + 1);
    for (std::int64_t id = 1; id <= held; ++id) parcels.push_back(parcel_for("hanging", id));
    world.daemon->offer(parcels);
    auto courier = world.courier();
    while (world.daemon->claims().size() < 2) courier.turn(100ms, -1);
    CHECK(world.daemon->claims().back().busy.empty() == (held == few_in_hand / 2));
}

TEST_CASE("what the daemon refused to settle is still named until its lease has run out",
          "[courier][R78]") {
    World world;
    world.options.once = false;
    world.options.claim_wait = 1s;
    world.daemon->refuse_settlements({422});
    world.daemon->offer({parcel_for("outbox", 1)});
    auto courier = world.courier();
    const auto named = [&] {
        const auto claims = world.daemon->claims();
        return claims.size() > 2 && claims.back().carrying == std::vector{DeliveryId{1}};
    };
    for (int i = 0; i < 300 && !named(); ++i) courier.turn(100ms, -1);
    CHECK(named());
}

TEST_CASE("results that the daemon could not take are settled again", "[courier][R67]") {
    World world;
    world.options.once = false;
    world.daemon->refuse_settlements({503, 500});
    world.daemon->offer({parcel_for("outbox", 1)});
    auto courier = world.courier();
    while (world.daemon->results().empty()) courier.turn(100ms, -1);
    CHECK(world.daemon->results().size() == 1);
}

TEST_CASE("a settlement that the daemon refuses is not sent for ever", "[courier]") {
    World world;
    world.daemon->refuse_settlements({422});
    world.daemon->offer({parcel_for("outbox", 1)});
    auto courier = world.courier();
    finish(courier);
    CHECK(courier.failed());
    CHECK(world.daemon->results().empty());
}

TEST_CASE("a parcel claimed twice is carried once and settled under its last lease", "[courier]") {
    World world;
    world.options.once = false;
    world.options.webhook.total = 4s;  // the second claim comes well before
    world.add_hook("hanging", "/hang");
    world.daemon->offer({parcel_for("hanging", 1)});
    auto again = parcel_for("hanging", 1);
    again.lease = 77;
    auto courier = world.courier();
    while (lines_of_file(world.scratch.at("requests")).empty()) courier.turn(50ms, -1);
    world.daemon->offer({again});
    while (world.daemon->results().empty()) courier.turn(50ms, -1);
    CHECK(world.daemon->results().front().lease == 77);
    CHECK(world.daemon->results().front().outcome.verdict == Verdict::unknown);
    CHECK(lines_of_file(world.scratch.at("requests")).size() == 1);
}

TEST_CASE("a stop lets what is under way end and hands back what is not", "[courier][K6]") {
    World world;
    world.options.once = false;
    world.options.stop_patience = 500ms;
    world.add_hook("hanging", "/hang");
    world.daemon->offer({parcel_for("hanging", 1, "kent"), parcel_for("hanging", 2, "kent")});
    auto courier = world.courier();
    while (lines_of_file(world.scratch.at("requests")).empty()) courier.turn(50ms, -1);
    courier.stop();
    finish(courier);
    CHECK_FALSE(courier.failed());
    std::map<std::int64_t, DeliveryOutcome> outcomes;
    for (const auto& result : world.daemon->results())
        outcomes[number_of(result.id)] = result.outcome;
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[1].verdict == Verdict::unknown);
    CHECK(outcomes[2].verdict == Verdict::not_begun);
}

TEST_CASE("new settings are in use from the next parcel on", "[courier]") {
    World world;
    world.options.once = false;
    world.daemon->offer({parcel_for("outbox", 1)});
    auto courier = world.courier();
    while (world.daemon->results().empty()) courier.turn(100ms, -1);
    auto moved = world.settings;
    std::get<FolderTarget>(moved.destinations[0].target).path = world.scratch.at("moved");
    courier.use(moved);
    world.daemon->offer({parcel_for("outbox", 2)});
    while (world.daemon->results().size() < 2) courier.turn(100ms, -1);
    CHECK(std::filesystem::exists(world.scratch.at("outbox/d1.json")));
    CHECK(std::filesystem::exists(world.scratch.at("moved/d2.json")));
}

TEST_CASE("a destination that has room again is claimed for at once", "[courier][R67]") {
    World world;
    world.options.once = false;
    world.add_hook("slow", "/late/0.2");
    std::vector<CourierParcel> parcels;
    constexpr std::int64_t full = Lane::enough;
    for (std::int64_t id = 1; id <= full; ++id) parcels.push_back(parcel_for("slow", id));
    world.daemon->offer(parcels);
    auto courier = world.courier();
    while (world.daemon->claims().size() < 3) courier.turn(100ms, -1);
    const auto claims = world.daemon->claims();
    CHECK(claims[1].busy == std::vector<std::string>{"slow"});
    CHECK(claims[1].wait == world.options.claim_wait);  // and was given up before it had passed
    CHECK(claims[2].busy.empty());
}
