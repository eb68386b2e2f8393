#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::noon;
using forcewatch::test::World;
using std::chrono::seconds;

namespace {

const Instant began = noon("2026-03-01");

struct Desks : World {
    DeliveryId id{};

    explicit Desks(const std::string& kind, bool retry_unknown = true) {
        Settings settings;
        settings.destinations = {{"there", FolderTarget{"/nowhere"}, retry_unknown}};
        adopt(settings, began);
        id = store->outbox().add(
            {"m1", "there", {}, "track:kent", kind, {}, "application/json", "{}"}, began);
    }
    /// One try that ends with `outcome` after `took` seconds; false: nothing was due.
    bool attempt(Instant now, const DeliveryOutcome& outcome, const std::string& session = "1") {
        const auto claimed = engine->desk(now).claim({session, {}, {}}, {10});
        if (claimed.empty()) return false;
        CHECK(engine->desk(now).settle(claimed[0].id, claimed[0].lease, outcome));
        return true;
    }
    /// Each of a subject of its own.
    void add_more(int count) {
        for (int i = 1; i <= count; ++i) {
            const auto name = std::to_string(i);
            store->outbox().add({name, "there", {}, name, "webhook", {}, "application/json", "{}"},
                                began);
        }
    }
    Delivery delivery() { return store->outbox().find(id).value(); }
};

}  // namespace

TEST_CASE("a webhook is retried over three days and then given up", "[engine][desk][R68]") {
    Desks world{"webhook"};
    std::vector<Instant> tries;
    for (Instant now = began; world.delivery().state != DeliveryState::dead; now += seconds{1}) {
        now = std::max(now, world.delivery().due_at);
        REQUIRE(world.attempt(now, {Verdict::retry_later, 503, "busy", {}}));
        tries.push_back(now);
    }
    CHECK(tries.size() == 10);
    CHECK(tries.back() - tries.front() >= std::chrono::hours{75});
    CHECK(tries.back() - tries.front() <= std::chrono::hours{84});
}

TEST_CASE("mail is tried for at least 72 hours", "[engine][desk][R68]") {
    Desks world{"email"};
    Instant last = began;
    for (Instant now = began; world.delivery().state != DeliveryState::dead;) {
        now = std::max(now + seconds{1}, world.delivery().due_at);
        REQUIRE(world.attempt(now, {Verdict::retry_later, 451, "greylisted", {}}));
        last = now;
    }
    CHECK(last - began >= std::chrono::hours{72});
}

TEST_CASE("a restart does not begin the schedule anew", "[engine][desk][R68]") {
    Desks world{"webhook"};
    REQUIRE(world.attempt(began, {Verdict::retry_later, 503, {}, {}}));
    REQUIRE(world.attempt(began + seconds{10}, {Verdict::retry_later, 503, {}, {}}));
    const auto due = world.delivery().due_at;
    world.start();
    CHECK(world.delivery().due_at == due);
    CHECK(world.delivery().attempts == 2);
}

TEST_CASE("what the receiver asked for is waited for", "[engine][desk][R70]") {
    Desks world{"webhook"};
    REQUIRE(world.attempt(began, {Verdict::retry_later, 429, {}, seconds{7200}}));
    CHECK(world.delivery().due_at >= began + seconds{7200});
}

TEST_CASE("a refused mail is dead at once, a refused webhook after three slow tries",
          "[engine][desk][R69]") {
    Desks mail{"email"};
    REQUIRE(mail.attempt(began, {Verdict::rejected, 550, "no such user", {}}));
    CHECK(mail.delivery().state == DeliveryState::dead);
    CHECK(mail.delivery().code == 550);

    Desks hook{"webhook"};
    int tries = 0;
    for (Instant now = began; hook.delivery().state != DeliveryState::dead; ++tries) {
        now = std::max(now, hook.delivery().due_at);
        REQUIRE(hook.attempt(now, {Verdict::rejected, 404, {}, {}}));
    }
    CHECK(tries == 3);
}

TEST_CASE("what a dead courier held goes again under the same id", "[engine][desk][R78]") {
    Desks world{"webhook"};
    const auto held = world.engine->desk(began).claim({"100", {}, {}}, {10});
    REQUIRE(held.size() == 1);
    CHECK(world.engine->desk(began + seconds{5}).claim({"100", {}, {world.id}}, {10}).empty());
    const auto again = world.engine->desk(began + seconds{6}).claim({"101", {}, {}}, {10});
    REQUIRE(again.size() == 1);
    CHECK(again[0].parcel.message_id == held[0].parcel.message_id);
    CHECK_FALSE(world.engine->desk(began + seconds{7})
                    .settle(held[0].id, held[0].lease, {Verdict::delivered, 200, {}, {}}));
}

TEST_CASE("what a slow receiver keeps is not unknown while its courier names it, for hours",
          "[engine][desk][R78]") {
    Desks world{"webhook", false};
    const auto held = world.engine->desk(began).claim({"100", {}, {}}, {10});
    REQUIRE(held.size() == 1);
    const auto claim_at = [&](seconds later) {
        return world.engine->desk(began + later).claim({"100", {}, {world.id}}, {10});
    };
    CHECK(world.engine->desk(began + seconds{700}).has_work({"100", {}, {world.id}}));
    for (int minutes = 5; minutes < 180; minutes += 5)
        CHECK(claim_at(seconds{minutes * 60}).empty());
    SECTION("and its word still counts") {
        CHECK(world.engine->desk(began + seconds{10000})
                  .settle(held[0].id, held[0].lease, {Verdict::delivered, 200, {}, {}}));
        CHECK(world.delivery().state == DeliveryState::sent);
    }
    SECTION("but what it never settles is unknown in the end") {
        for (int minutes = 180; minutes < 200; minutes += 5)
            CHECK(claim_at(seconds{minutes * 60}).empty());
        CHECK(world.delivery().state == DeliveryState::unknown);
    }
}

TEST_CASE("no courier can name what another one held", "[engine][desk][R78]") {
    Desks world{"webhook", false};
    REQUIRE(world.engine->desk(began).claim({"100", {}, {}}, {10}).size() == 1);
    const Claimant other{"101", {}, {world.id}};
    CHECK(world.engine->desk(began + seconds{400}).has_work(other));
    CHECK(world.engine->desk(began + seconds{400}).claim(other, {10}).empty());
    CHECK(world.delivery().state == DeliveryState::unknown);
}

TEST_CASE("what a dead courier held in great number is recovered claim by claim",
          "[engine][desk][R78]") {
    Desks world{"webhook"};
    constexpr int many = 700;
    world.add_more(many - 1);
    REQUIRE(world.engine->desk(began).claim({"100", {}, {}}, {many}).size() == many);
    const auto unknown = [&] { return world.store->outbox().counts().unknown; };
    world.engine->desk(began).recover({"101", {}, {}});
    CHECK(unknown() == 500);
    CHECK(world.engine->desk(began).has_work({"101", {}, {}}));
    world.engine->desk(began).recover({"101", {}, {}});
    CHECK(unknown() == many);
}

TEST_CASE("few parcels at a time leave for a destination that holds what is unknown",
          "[engine][desk][R78]") {
    const bool retries = GENERATE(true, false);
    Desks world{"webhook", retries};
    world.add_more(few_in_hand);
    const auto claimed = world.engine->desk(began).claim({"1", {}, {}}, {1000});
    CHECK(claimed.size() == (retries ? few_in_hand + 1 : few_in_hand / 2));
}

TEST_CASE("what was claimed for a courier and never reached it goes at once, as a first try",
          "[engine][desk][R67][R78]") {
    Desks world{"webhook", false};
    REQUIRE(world.engine->desk(began).claim({"100", {}, {}}, {10}).size() == 1);
    world.start();  // killed between the commit and the answer
    const auto again = world.engine->desk(began + seconds{1}).claim({"100", {}, {}}, {10});
    REQUIRE(again.size() == 1);
    CHECK(again[0].attempts == 1);
}

TEST_CASE("a destination that is let in again has all tries for what waited",
          "[engine][desk][R75]") {
    Desks world{"email"};
    REQUIRE(world.attempt(began, {Verdict::gone, 410, "gone", {}}));
    CHECK_FALSE(world.attempt(began + std::chrono::days{9}, {Verdict::delivered, 250, {}, {}}));
    const Instant later = began + std::chrono::days{10};
    world.engine->desk(later).enable("there");
    REQUIRE(world.attempt(later, {Verdict::retry_later, 451, "busy", {}}));
    CHECK(world.delivery().state == DeliveryState::pending);
    CHECK(world.delivery().answered == 1);
}

TEST_CASE("who enables a destination that fails waits for no schedule", "[engine][desk][R75]") {
    Desks world{"email"};
    Instant now = began;
    for (int tries = 1; tries <= 8; ++tries) {
        REQUIRE(world.attempt(now, {Verdict::retry_later, 535, "wrong password", {}}));
        now = world.delivery().due_at;
    }
    const Instant mended = now - std::chrono::minutes{30};
    CHECK_FALSE(world.attempt(mended, {Verdict::delivered, 250, {}, {}}));
    world.engine->desk(mended).enable("there");
    CHECK(world.store->care().failing().empty());
    CHECK(world.attempt(mended, {Verdict::delivered, 250, {}, {}}));
}

TEST_CASE("couriers that die use up nothing of the retry schedule", "[engine][desk][R68][R78]") {
    Desks world{"webhook"};
    Instant now = began;
    for (int session = 1; session <= 30; ++session) {
        now = std::max(now + seconds{1}, world.delivery().due_at);
        if (session > 1) world.engine->desk(now).recover({std::to_string(session), {}, {}});
        now = std::max(now, world.delivery().due_at);
        REQUIRE(world.engine->desk(now).claim({std::to_string(session), {}, {}}, {10}).size() == 1);
    }
    world.engine->desk(now).recover({"31", {}, {}});
    CHECK(world.delivery().due_at - now == std::chrono::minutes{27});
    now = world.delivery().due_at;
    REQUIRE(world.attempt(now, {Verdict::retry_later, 503, "busy", {}}, "31"));
    CHECK(world.delivery().state == DeliveryState::pending);
    CHECK(world.delivery().due_at <= now + seconds{6});
}

TEST_CASE("couriers that stop before they begin leave the parcel as if never claimed",
          "[engine][desk][R68][V2]") {
    Desks world{"webhook"};
    REQUIRE(world.attempt(began, {Verdict::retry_later, 503, "busy", {}}));
    Instant now = world.delivery().due_at;
    for (int restart = 0; restart < 30; ++restart) {
        REQUIRE(world.attempt(now, {Verdict::not_begun, 0, "stopped", {}}));
        CHECK(world.delivery().due_at == now);
        now += seconds{1};
    }
    CHECK(world.delivery().state == DeliveryState::pending);
    CHECK(world.delivery().attempts == 1);
    CHECK(world.delivery().answered == 1);
    CHECK(world.delivery().code == 503);
    REQUIRE(world.attempt(now, {Verdict::delivered, 200, {}, {}}));
    CHECK(world.delivery().state == DeliveryState::sent);
    CHECK(world.delivery().attempts == 2);
}

TEST_CASE("the days of mail count from the first try that was begun", "[engine][desk][R68]") {
    Desks world{"email"};
    REQUIRE(world.attempt(began, {Verdict::not_begun, 0, "stopped", {}}));
    CHECK_FALSE(world.delivery().first_attempt_at);
    const auto later = began + std::chrono::hours{200};
    REQUIRE(world.attempt(later, {Verdict::retry_later, 451, {}, {}}));
    CHECK(world.delivery().first_attempt_at == later);
    CHECK(world.delivery().state == DeliveryState::pending);
}

TEST_CASE("a destination may rather hold what it may have received", "[engine][desk][R78]") {
    Desks world{"webhook", false};
    REQUIRE(world.attempt(began, {Verdict::unknown, 0, "no answer", {}}));
    CHECK(world.delivery().state == DeliveryState::unknown);
    CHECK(world.engine->desk(began + std::chrono::hours{1000}).claim({"1", {}, {}}, {10}).empty());
}
