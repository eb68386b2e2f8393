// A short life of store and engine on a disk that fails at every call in turn, or loses power at
// every one that writes. What was committed stays, what was not leaves nothing, and the life goes
// on.
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "tests/simulation/scratch_disk.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using sim::DiskCall;
using sim::ScratchDisk;

namespace {

constexpr int batches = 4;
const Instant begin = noon("2026-03-02");

Settings settings() {
    Settings settings;
    settings.destinations = {{"case-system", WebhookTarget{}, true}};
    settings.rules = {{"deadlines",
                       DeadlineRule{},
                       {},
                       {},
                       {},
                       {{std::chrono::days{1}, {}, Severity::critical}},
                       std::chrono::days{30}}};
    return settings;
}

Event planned(int number) {
    ActionPlanned action;
    action.source = "tracker";
    action.external_id = std::to_string(number);
    action.force = "kent";
    action.title = "Custody record";
    action.planned = *PartialDate::parse("2025-01-01");
    action.deadline = {DeadlineKind::local, *PartialDate::parse("2026-01-31"), {}, {}};
    return action;
}

Event completed(int number) {
    ActionUpdated update;
    update.source = "tracker";
    update.external_id = std::to_string(number);
    update.state = ActionState::complete;
    update.on = day("2026-03-01");
    return update;
}

/// A database that knows a force and nothing else, copied for each life.
class Newborn {
public:
    Newborn() {
        Store store{folder_ / "newborn.db"};
        Engine engine{store, plain_parcels};
        ForceRecorded kent;
        kent.force = "kent";
        kent.name = "Kent Police";
        kent.force_kind = ForceKind::police;
        Store::Transaction transaction{store};
        engine.record_configuration("rules", begin);
        REQUIRE(engine.record({kent}, {0, "test", {}, {}, {}}, begin));
        transaction.commit();
    }
    void copy_to(const std::filesystem::path& path) const {
        std::filesystem::copy_file(folder_ / "newborn.db", path);
    }

private:
    ScratchFolder folder_;
};

class Life {
public:
    explicit Life(const Newborn& newborn) {
        ScratchDisk::installed().revive();
        newborn.copy_to(path_);
    }
    ~Life() {
        ScratchDisk::installed().revive();
        ScratchDisk::installed().set_syncs(ScratchDisk::Syncs::kept);
    }
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    /// Records, judges, releases, claims and settles, from birth to a clean end; each commit is a
    /// promise. False: the disk failed, and the program ended.
    bool live() {
        try {
            Store store{path_};
            store.leave_log_up_to(20);  // so that it is moved between the commits, too
            Engine engine{store, plain_parcels};
            engine.use(settings());
            for (int batch = 0; batch < batches; ++batch) live_batch(store, engine, batch);
            return true;
        } catch (const StoreError&) {
            return false;
        }
    }

    /// The promises that are not kept on a disk that is well again; empty: none.
    std::string broken() {
        ScratchDisk::installed().revive();
        for (const auto& fault : verify(path_)) return fault;
        const Store store{path_, Store::Mode::read_only};
        auto& stored = const_cast<Store&>(store);
        if (number_of(head_.seq) > 0 && store.journal().hash_at(head_.seq) != head_.hash)
            return fmt::format("what stood at {} is not there", number_of(head_.seq));
        const auto messages = stored.outbox().list({{}, {}, 0, 1000});
        const auto settled =
            std::count_if(messages.begin(), messages.end(),
                          [](const Delivery& each) { return each.settled_at.has_value(); });
        if (messages.size() < messages_)
            return fmt::format("{} of {} messages are there", messages.size(), messages_);
        if (static_cast<std::size_t>(settled) < settled_)
            return fmt::format("{} of {} settlements are there", settled, settled_);
        if (stored.facts().actions({}).size() % 2 != 0) return "half of a batch is there";
        return {};
    }
    [[nodiscard]] std::size_t messages() const { return messages_; }

private:
    void live_batch(Store& store, Engine& engine, int batch) {
        const Instant now = begin + std::chrono::hours{batch};
        commit(store, [&] {
            std::vector<Event> events{planned(2 * batch), planned(2 * batch + 1)};
            if (batch > 0) events.push_back(completed(2 * batch - 1));
            const auto done = engine.record(events, {0, "test", {}, {}, {}}, now);
            REQUIRE(done);
        });
        for (bool more = true; more;)
            commit(store, [&] {
                more = engine.step(now, 100);
                more = engine.release(now, 100) || more;
            });
        std::vector<Leased> claimed;
        commit(store, [&] { claimed = engine.desk(now).claim({"1", {}, {}}, {100}); });
        commit(store, [&] {
            for (const auto& each : claimed) {
                const bool settled =
                    engine.desk(now).settle(each.id, each.lease, {Verdict::delivered, 204, {}, {}});
                REQUIRE(settled);
            }
        });
    }
    template <typename Work>
    void commit(Store& store, Work&& work) {
        std::size_t settled = 0;
        std::size_t messages = 0;
        Store::Transaction transaction{store};
        work();
        for (const auto& each : store.outbox().list({{}, {}, 0, 1000})) {
            ++messages;
            if (each.settled_at) ++settled;
        }
        transaction.commit();
        head_ = store.journal().where();
        messages_ = messages;
        settled_ = settled;
    }

    ScratchFolder folder_;
    std::filesystem::path path_{folder_ / "forcewatch.db"};
    JournalHead head_;
    std::size_t messages_{};
    std::size_t settled_{};
};

/// Every so many calls one is tried, another each time; `./dev soak disk` tries all.
int stride() {
    const char* asked = std::getenv("FORCEWATCH_DISK_STRIDE");
    return asked == nullptr ? 10 : std::max(1, std::atoi(asked));
}

/// One count a line, for the soak.
void tell(const char* what, int count) {
    if (stride() == 1) std::cout << "count " << what << ": " << count << '\n';
}

/// How often a whole life makes that call.
int calls_of_a_life(const Newborn& newborn, DiskCall call) {
    Life life{newborn};
    REQUIRE(life.live());
    CHECK(life.messages() == 3 * batches - 1);  // two opened a batch, one closed but in the first
    return ScratchDisk::installed().made(call);
}

}  // namespace

TEST_CASE("a disk that fails at any call, once or for good, takes nothing that was committed",
          "[simulation][disk][D1][R46]") {
    const Newborn newborn;
    const auto call = GENERATE(from_range(sim::disk_calls.begin(), sim::disk_calls.end()));
    const bool for_good = GENERATE(false, true);
    const int calls = calls_of_a_life(newborn, call);
    REQUIRE(calls > 0);
    int ended = 0;
    for (int nth = 1; nth <= calls; nth += stride()) {
        Life life{newborn};
        ScratchDisk::installed().fail_at({call, nth, for_good, false});
        if (!life.live()) ++ended;
        CAPTURE(static_cast<int>(call), nth, for_good);
        CHECK(life.broken() == "");
        CHECK(life.live());
    }
    tell("lives with a failing disk", calls);
    // What fails only while the database is closed ends nothing.
    if (call == DiskCall::open || call == DiskCall::write || call == DiskCall::sync)
        CHECK(ended > 0);
}

TEST_CASE(
    "a sync that fails while the log is moved into the file ends the program, and loses nothing",
    "[simulation][disk][D1]") {
    const Newborn newborn;
    auto& disk = ScratchDisk::installed();
    const int nth = GENERATE(2, 3);  // the first is the commit's own
    const ScratchFolder folder;
    newborn.copy_to(folder / "forcewatch.db");
    {
        Store store{folder / "forcewatch.db"};
        store.set_setting("said", "once");
        store.leave_log_up_to(1);
        disk.fail_at({DiskCall::sync, nth, false, false});
        try {
            store.set_setting("said", "twice");
            FAIL("nobody heard of it");
        } catch (const StoreError& error) {
            CHECK(error.cause() == StoreError::Cause::sync_failed);
        }
    }
    disk.revive();
    CHECK(verify(folder / "forcewatch.db").empty());
    CHECK(Store{folder / "forcewatch.db"}.setting("said") == "twice");
}

TEST_CASE("a disk that fills up at any write takes nothing that was committed",
          "[simulation][disk][D2][R113]") {
    const Newborn newborn;
    const int calls = calls_of_a_life(newborn, DiskCall::write);
    for (int nth = 1; nth <= calls; nth += stride()) {
        Life life{newborn};
        ScratchDisk::installed().fill_up_at(nth);
        (void)life.live();
        ScratchDisk::installed().set_full(false);
        CAPTURE(nth);
        CHECK(life.broken() == "");
        CHECK(life.live());
    }
    tell("lives with a full disk", calls);
}

TEST_CASE("a power cut at any write or sync takes nothing that was committed",
          "[simulation][disk][K4][R46]") {
    constexpr int subsets = 8;
    const Newborn newborn;
    const auto call = GENERATE(DiskCall::write, DiskCall::sync, DiskCall::truncate);
    const int calls = calls_of_a_life(newborn, call);
    std::mt19937_64 dice{7};
    for (int nth = 1; nth <= calls; nth += call == DiskCall::write ? stride() : 1)
        for (int subset = 0; subset < (stride() > 1 ? 1 : subsets); ++subset) {
            Life life{newborn};
            ScratchDisk::installed().set_syncs(ScratchDisk::Syncs::remembered);
            ScratchDisk::installed().fail_at({call, nth, true, true});
            (void)life.live();
            ScratchDisk::installed().cut_power(dice);
            CAPTURE(static_cast<int>(call), nth, subset);
            CHECK(life.broken() == "");
            CHECK(life.live());
            CHECK(life.broken() == "");
        }
    tell("power cuts", calls * subsets);
}

TEST_CASE("a disk that lies about its syncs is found out", "[simulation][disk][K4]") {
    const Newborn newborn;
    const int calls = calls_of_a_life(newborn, DiskCall::sync);
    std::mt19937_64 dice{7};
    int lost = 0;
    for (int nth = 2; nth <= calls; ++nth) {
        Life life{newborn};
        ScratchDisk::installed().set_syncs(ScratchDisk::Syncs::lied_about);
        ScratchDisk::installed().fail_at({DiskCall::sync, nth, true, true});
        (void)life.live();
        ScratchDisk::installed().cut_power(dice);
        try {
            lost += life.broken().empty() ? 0 : 1;
        } catch (const StoreError&) {
            ++lost;
        }
    }
    CHECK(lost > calls / 2);
    tell("power cuts of a disk that lies", calls - 1);
    tell("of these lost", lost);
}
