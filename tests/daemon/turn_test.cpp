#include "daemon/turn.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <latch>
#include <thread>

#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::noon;
using forcewatch::test::World;

namespace {

struct Turns {
    explicit Turns(Turn::Patience wanted = {}) : patience{wanted} {}
    Turn::Patience patience;
    World world;
    asio::io_context io;
    std::vector<bool> wrote;
    Turn turn{
        io,
        *world.engine,
        {[] { return noon("2026-03-02"); },
         [this](const std::vector<AlertNews>&, bool something) { wrote.push_back(something); },
         [](const StoreError&) { FAIL("the turn failed"); }, [] {}},
        patience};
    std::vector<int> answered;  ///< the statuses, in the order in which they came

    /// Asks for the work at once; what it answers is noted.
    void ask(Turn::Work work, Turn::Length length) {
        const auto wait = [](Turns& turns, Turn::Work wanted,
                             Turn::Length takes) -> asio::awaitable<void> {
            auto submitted = turns.turn.submit(std::move(wanted), takes);
            const Response response = co_await std::move(submitted);
            turns.answered.push_back(response.status);
        };
        asio::co_spawn(io, wait(*this, std::move(work), length), rethrow);
    }
    static void rethrow(const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    }

    /// One handler after another, until `reached`.
    template <typename Condition>
    void run_until(Condition reached) {
        io.restart();
        while (!reached()) io.run_one_for(std::chrono::seconds{10});
    }

    void run() {
        io.restart();
        io.run();
    }
};

}  // namespace

TEST_CASE("a turn says whether it wrote anything, for only that proves that one can",
          "[daemon][turn][R113]") {
    Turns turns;
    turns.turn.wake();
    turns.run();
    turns.turn.post([](Engine&, Instant) { return Response{}; });
    turns.run();
    CHECK(turns.wrote == std::vector<bool>{false, false});
    turns.turn.post([](Engine& engine, Instant) {
        engine.store().set_setting("name", "value");
        return Response{};
    });
    turns.run();
    CHECK(turns.wrote.back());
    const int at_once = GENERATE(1, 2);
    for (int i = 0; i < at_once; ++i)
        turns.turn.post([](Engine& engine, Instant) {
            engine.store().set_setting("name", "refused");
            Response refused;
            refused.status = 409;
            return refused;
        });
    turns.run();
    CHECK_FALSE(turns.wrote.back());
    CHECK(turns.world.store->setting("name") == "value");
}

namespace {

Response set_name(Engine& engine, const std::string& value, int status = 200) {
    engine.store().set_setting("name", value);
    Response response;
    response.status = status;
    return response;
}

}  // namespace

TEST_CASE("a trial is answered as what it tries, and nothing of it stays", "[daemon][turn][R19]") {
    Turns turns;
    turns.world.store->set_setting("name", "before");
    const auto try_out = [](Engine& engine, Instant) -> Turn::Result {
        return {set_name(engine, "tried", 201), true};
    };
    turns.ask(try_out, GENERATE(Turn::Length::brief, Turn::Length::lengthy));
    turns.run();
    CHECK(turns.answered == std::vector<int>{201});
    CHECK(turns.wrote == std::vector<bool>{false});
    CHECK(turns.world.store->setting("name") == "before");

    turns.ask([](Engine& engine, Instant) { return set_name(engine, "kept", 202); },
              Turn::Length::brief);
    turns.ask(try_out, Turn::Length::brief);
    turns.run();
    CHECK(turns.answered == std::vector<int>{201, 202, 201});
    CHECK(turns.world.store->setting("name") == "kept");
}

TEST_CASE("the loop goes on beside a lengthy turn, and all other work waits for it",
          "[daemon][turn][P15]") {
    Turns turns;
    turns.world.store->set_setting("name", "before");
    std::latch others_were_served{1};
    turns.ask(
        [&](Engine& engine, Instant) {
            auto response = set_name(engine, "lengthy", 201);
            others_were_served.wait();
            return response;
        },
        Turn::Length::lengthy);
    turns.ask(
        [](Engine& engine, Instant) {
            CHECK(engine.store().setting("name") == "lengthy");
            return set_name(engine, "after", 202);
        },
        Turn::Length::brief);
    turns.run_until([&] { return turns.turn.busy(); });
    bool served = false;
    asio::post(turns.io, [&] { served = true; });
    turns.run_until([&] { return served; });
    CHECK(turns.answered.empty());
    CHECK(Store{turns.world.scratch / "forcewatch.db", Store::Mode::read_only}.setting("name") ==
          "before");
    others_were_served.count_down();
    turns.run_until([&] { return turns.answered.size() == 2; });
    CHECK(turns.answered == std::vector{201, 202});
    CHECK_FALSE(turns.turn.busy());
    CHECK(turns.world.store->setting("name") == "after");
}

TEST_CASE("a change that the store refuses does not take those beside it along",
          "[daemon][turn][R40][R113]") {
    Turns turns;
    turns.ask([](Engine& engine, Instant) { return set_name(engine, "first", 201); },
              Turn::Length::brief);
    turns.ask(
        [](Engine& engine, Instant) -> Response {
            engine.store().set_setting("name", "refused");
            throw StoreError{StoreError::Cause::other, "a constraint"};
        },
        Turn::Length::brief);
    turns.ask(
        [](Engine& engine, Instant) {
            CHECK(engine.store().setting("name") == "first");
            return set_name(engine, "third", 202);
        },
        Turn::Length::brief);
    turns.run_until([&] { return turns.answered.size() == 3; });
    CHECK(turns.answered == std::vector{201, 503, 202});
    CHECK(turns.world.store->setting("name") == "third");
}

TEST_CASE("who waits for the engine to be free has it to himself", "[daemon][turn][P15]") {
    Turns turns;
    std::latch go_on{1};
    const auto lengthy = [&](Engine&, Instant) {
        go_on.wait();
        return Response{};
    };
    turns.ask(lengthy, Turn::Length::lengthy);
    turns.run_until([&] { return turns.turn.busy(); });
    std::optional<bool> busy;
    const auto wait = [](Turns& all, std::optional<bool>& found) -> asio::awaitable<void> {
        auto free = all.turn.free();
        (void)co_await std::move(free);
        found = all.turn.busy();
    };
    asio::co_spawn(turns.io, wait(turns, busy), Turns::rethrow);
    turns.ask(lengthy, Turn::Length::lengthy);
    turns.io.poll();
    CHECK_FALSE(busy);
    go_on.count_down();
    turns.run_until([&] { return busy.has_value(); });
    CHECK_FALSE(*busy);
}

TEST_CASE("a lengthy turn is cut short by the end of the service, and nothing of it stays",
          "[daemon][turn][V7]") {
    Turns turns;
    turns.world.store->set_setting("name", "before");
    turns.ask(
        [](Engine& engine, Instant) -> Response {
            for (;;) set_name(engine, "half done");
        },
        Turn::Length::lengthy);
    turns.run_until([&] { return turns.turn.busy(); });
    turns.turn.close();
    turns.run_until([&] { return !turns.answered.empty(); });
    CHECK(turns.answered == std::vector{503});
    CHECK(Store{turns.world.scratch / "forcewatch.db", Store::Mode::read_only}.setting("name") ==
          "before");
}

TEST_CASE("what nobody foresaw in a lengthy turn ends the loop as everywhere", "[daemon][turn]") {
    Turns turns;
    turns.ask([](Engine&, Instant) -> Response { throw std::logic_error{"a bug"}; },
              Turn::Length::lengthy);
    CHECK_THROWS_AS(turns.run(), std::logic_error);
}

TEST_CASE("after a turn that took long the next goes beside the loop, until one is short",
          "[daemon][turn][D7]") {
    using namespace std::chrono_literals;
    Turns turns{Turn::Patience{1s, 30s}};  // far more than a sync takes
    const auto loop = std::this_thread::get_id();
    std::vector<bool> beside;
    const auto take = [&](std::chrono::milliseconds time) {
        const auto before = turns.answered.size();
        turns.ask(
            [&](Engine& engine, Instant) {
                beside.push_back(std::this_thread::get_id() != loop);
                std::this_thread::sleep_for(time);
                return set_name(engine, std::to_string(beside.size()));
            },
            Turn::Length::brief);
        turns.run_until([&] { return turns.answered.size() > before; });
    };
    take(0ms);
    take(1100ms);
    turns.turn.wake();  // has nothing to do, and says nothing of the disk
    turns.run();
    take(1100ms);
    take(0ms);
    take(0ms);
    CHECK(beside == std::vector{false, false, true, true, false});
}

TEST_CASE(
    "who waits for too long is turned away with nothing done, and what nobody waits for stays",
    "[daemon][turn][D7]") {
    using namespace std::chrono_literals;
    Turns turns{Turn::Patience{100ms, 100ms}};
    std::latch let_go{1};
    turns.ask(
        [&](Engine& engine, Instant) {
            let_go.wait();
            return set_name(engine, "lengthy", 201);
        },
        Turn::Length::lengthy);
    turns.ask([](Engine& engine, Instant) { return set_name(engine, "late", 202); },
              Turn::Length::brief);
    bool posted = false;
    turns.turn.post([&](Engine&, Instant) {
        posted = true;
        return Response{};
    });
    turns.run_until([&] { return turns.answered == std::vector{503}; });
    let_go.count_down();
    turns.run_until([&] { return posted && turns.answered.size() == 2; });
    CHECK(turns.answered == std::vector{503, 201});
    CHECK(turns.world.store->setting("name") == "lengthy");
}
