#include "daemon/api/json_reader.hpp"
#include "daemon/api_board.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::noon;
using forcewatch::test::World;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant began = noon("2026-03-02");

Outbox::Counts waiting_since(Instant at) {
    Outbox::Counts counts;
    counts.waiting = 1;
    counts.oldest_waiting_at = at;
    return counts;
}

Health seen_at(std::optional<Instant> at) {
    Health health;
    health.started_at = began;
    health.courier_seen_at = at;
    return health;
}

}  // namespace

TEST_CASE("a courier counts as present for 90 seconds after it was heard", "[daemon][board][V9]") {
    const auto [silent, present] = GENERATE(
        table<seconds, bool>({{seconds{0}, true}, {seconds{89}, true}, {seconds{90}, false}}));
    CAPTURE(silent.count());
    CHECK(seen_at(began).courier_present(began + silent) == present);
    CHECK_FALSE(seen_at(std::nullopt).courier_present(began));
}

TEST_CASE("health is degraded once messages have waited five minutes without a courier",
          "[daemon][board][V2][V9]") {
    const auto state = [](const Health& health, Instant oldest, Instant now) {
        return state_of(health, waiting_since(oldest), now);
    };
    SECTION("counted from the message, where no courier was there before") {
        CHECK(state(seen_at({}), began + minutes{1}, began + minutes{6}) == "ok");
        CHECK(state(seen_at({}), began + minutes{1}, began + minutes{6} + seconds{1}) ==
              "degraded");
    }
    SECTION("counted from the start, where the message is older") {
        CHECK(state(seen_at({}), began - minutes{90}, began + minutes{5}) == "ok");
        CHECK(state(seen_at({}), began - minutes{90}, began + minutes{6}) == "degraded");
    }
    SECTION("counted from the last time that a courier was heard") {
        const auto health = seen_at(began + minutes{10});
        CHECK(state(health, began, began + minutes{11}) == "ok");
        CHECK(state(health, began, began + minutes{15}) == "ok");
        CHECK(state(health, began, began + minutes{15} + seconds{1}) == "degraded");
    }
    SECTION("and not where nothing waits") {
        CHECK(state_of(seen_at(began), {}, began + std::chrono::hours{30}) == "ok");
    }
}

TEST_CASE("a destination that was given up degrades health until it is let in again",
          "[daemon][board][R75]") {
    World world;
    world.store->care().set_failing({"pager", began, began, "410 gone"});
    ApiBoard board{*world.engine};
    Request request;
    request.path = "/v1/status";
    const auto status = [&] {
        const auto answer = board.answer(request, began, seen_at(began));
        return parse_json_object(answer->text()).value();
    };
    CHECK(*status().find("health")->as<std::string>() == "degraded");
    CHECK(status().find("deliveries")->find("given_up")->as<JsonValue::Array>()->size() == 1);
    world.store->care().forget_failing("pager");
    board.changed();
    CHECK(*status().find("health")->as<std::string>() == "ok");
}

TEST_CASE("health is degraded while all sending is held, and says by whom and why",
          "[daemon][board][R118][R109]") {
    World world;
    ApiBoard board{*world.engine};
    const auto ask = [&](const char* path) {
        Request request;
        request.path = path;
        board.changed();
        return std::string{board.answer(request, began, seen_at(began))->text()};
    };
    const auto text_at = [&](const char* path, const char* key) {
        return *parse_json_object(ask(path)).value().find(key)->as<std::string>();
    };
    for (const auto& [words, health, gauge] :
         {std::tuple{"by uid:0 since 2026-03-02T12:00:00Z: works", "degraded", "1"},
          std::tuple{"", "ok", "0"}}) {
        world.store->set_setting("hold", words);
        for (const auto* path : {"/v1/status", "/healthz"}) {
            CAPTURE(path, words);
            CHECK(text_at(path, "health") == health);
            CHECK(text_at(path, "held") == words);
        }
        CHECK_THAT(ask("/metrics"),
                   Catch::Contains(std::string{"\nforcewatch_sending_held "} + gauge + "\n"));
    }
}

TEST_CASE("an alert that cannot be put into words degrades health and is named",
          "[daemon][board][R40][R109]") {
    World world{[](const MessageInput&, const MailSettings&) -> std::vector<NewParcel> {
        throw std::runtime_error{"planted"};
    }};
    Settings settings;
    settings.destinations = {{"there", WebhookTarget{}, true}};
    world.adopt(settings, began);
    Store::Transaction transaction{*world.store};
    const auto order = [](AlertOrders& orders) { return orders.drill("open", {}); };
    const auto drill = world.engine->order({1000, "test", {}, {}, {}}, began, order);
    REQUIRE(drill);
    transaction.commit();
    world.settle(began);
    ApiBoard board{*world.engine};
    Request request;
    request.path = "/v1/status";
    const auto answer = board.answer(request, began, seen_at(began));
    const auto status = parse_json_object(answer->text()).value();
    CHECK(*status.find("health")->as<std::string>() == "degraded");
    const auto& unwritten = *status.find("deliveries")->find("unwritten")->as<JsonValue::Array>();
    REQUIRE(unwritten.size() == 1);
    CHECK(*unwritten.front().as<std::int64_t>() == number_of(drill->id));
}

TEST_CASE("a test message that was refused leaves health as it is", "[daemon][board][R87][R109]") {
    World world;
    auto& outbox = world.store->outbox();
    const auto refuse = [&](const char* key) {
        outbox.add({key, "there", {}, key, "webhook", {}, "application/json", "{}"}, began);
        for (const auto& held : outbox.claim("1", {}, {10}, began, began + minutes{10}))
            outbox.settle(outbox.carried(held.id, held.lease).value(),
                          {DeliveryState::dead, began, 404, {}, "rejected"}, began);
    };
    const auto health = [&] { return state_of(seen_at(began), outbox.counts(), began); };
    refuse("test:1");
    CHECK(health() == "ok");
    refuse("track:kent");
    CHECK(health() == "degraded");
}

TEST_CASE("status and healthz say when the courier was last heard and what has waited longest",
          "[daemon][board]") {
    World world;
    world.store->outbox().add(
        {"m1", "there", {}, "track:kent", "webhook", {}, "application/json", "{}"}, began);
    ApiBoard board{*world.engine};
    const auto health = seen_at(began);
    Request request;
    for (const auto& [path, courier, prefix] :
         {std::tuple{"/v1/status", "courier", ""}, std::tuple{"/healthz", "", "courier_"}}) {
        CAPTURE(path);
        request.path = path;
        for (const auto& [silent, present] :
             {std::pair{seconds{60}, true}, std::pair{seconds{400}, false}}) {
            const auto answer = board.answer(request, began + silent, health);
            REQUIRE(answer);
            const auto document = parse_json_object(answer->text());
            REQUIRE(document);
            const auto* about = *courier == 0 ? &*document : document->find(courier);
            REQUIRE(about);
            const std::string key{prefix};
            CHECK(*about->find(key + "present")->as<bool>() == present);
            CHECK(*about->find(key + "last_seen_at")->as<std::string>() == text_of(began));
            CHECK(*document->find("health")->as<std::string>() == (present ? "ok" : "degraded"));
        }
    }
}
