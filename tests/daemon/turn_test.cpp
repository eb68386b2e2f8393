#include "daemon/turn.hpp"

#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::noon;
using forcewatch::test::World;

namespace {

struct Turns {
    World world;
    asio::io_context io;
    std::vector<bool> wrote;
    Turn turn{
        io,
        *world.engine,
        {[] { return noon("2026-03-02"); },
         [this](const std::vector<AlertNews>&, bool something) { wrote.push_back(something); },
         [](const StoreError&) { FAIL("the turn failed"); }, [] {}}};

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
    CHECK(turns.world.store->setting("name") == "value");
}
