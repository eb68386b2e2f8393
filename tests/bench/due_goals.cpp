// P10: what a thousand subjects cost that fall due at once.
#include <fmt/format.h>

#include "config/settings.hpp"
#include "daemon/engine/engine.hpp"
#include "storage/store.hpp"
#include "tests/bench/goals.hpp"
#include "tests/bench/material.hpp"
#include "tests/bench/peers.hpp"
#include "tests/bench/statement_tape.hpp"

namespace forcewatch::bench {

namespace {

constexpr int due_at_once = 1000;

/// Far enough ahead that many more actions are due than are taken.
const Instant december_2039 = parse_instant("2039-12-16T12:00:00Z").value();

/// The same thousand on two copies of one database: through the engine, and as bare statements.
class DueRounds {
public:
    DueRounds(const std::filesystem::path& folder, const std::string& text)
        : store_{folder / "ours.db"}, player_{folder / "raw.db"}, engine_{store_, plain_parcel} {
        engine_.use(read_settings(text, "forcewatch.toml").value());
    }

    Sample ours() {
        prepare(ours_done_);
        Sample sample{due_at_once, -wall_seconds(), -own_cpu_seconds()};
        Store::Transaction transaction{store_};
        work();
        transaction.commit();
        sample.seconds += wall_seconds();
        sample.cpu_seconds += own_cpu_seconds();
        ++ours_done_;
        return sample;
    }

    Sample raw() {
        prepare(raw_done_);
        auto sample = player_.play(tapes_[raw_done_++], TapePlayer::End::commit);
        sample.items = due_at_once;
        return sample;
    }

    [[nodiscard]] std::size_t statements() const { return tapes_.back().calls.size(); }
    [[nodiscard]] std::int64_t messages() { return store_.outbox().counts().waiting; }

private:
    /// Writes down what round `round` will run, on both sides, and takes it back on both, so that
    /// each finds its pages in memory.
    void prepare(std::size_t round) {
        if (round < tapes_.size()) return;
        recorder_.start();
        {
            const Store::Transaction undone{store_};
            work();
            tapes_.push_back(recorder_.stop());
        }
        engine_.forget();
        (void)player_.play(tapes_.back(), TapePlayer::End::roll_back);
    }

    void work() {
        engine_.step(december_2039, due_at_once);
        engine_.release(december_2039, due_at_once);
    }

    TapeRecorder recorder_;  // before the store, whose connection it hears
    Store store_;
    TapePlayer player_;
    Engine engine_;
    std::vector<Tape> tapes_;
    std::size_t ours_done_{};
    std::size_t raw_done_{};
};

}  // namespace

void measure_due(Bench& bench) {
    const auto million = million_actions(bench.kept);
    const Folder folder{bench.scratch / "due"};
    for (const char* name : {"ours.db", "raw.db"})
        back_up(million / "forcewatch.db", folder.path() / name);
    DueRounds rounds{folder.path(), settings_text(million)};
    (void)rounds.ours();
    (void)rounds.raw();
    const auto samples =
        alternate(bench.rounds, {[&] { return rounds.ours(); }, [&] { return rounds.raw(); }});
    const auto messages = rounds.messages();
    if (messages != due_at_once * (bench.rounds + 1))
        throw std::runtime_error{fmt::format("{} messages wait in the outbox", messages)};
    bench.report.say({"P10", "1,000 due among 1 M, and the raw C API",
                      duration(median_of(samples[0], &Sample::seconds)),
                      duration(median_of(samples[1], &Sample::seconds)),
                      median_ratio(samples[0], samples[1], &Sample::seconds), Wanted::at_most, 2,
                      fmt::format("{} statements, CPU {:.2f}x",
                                  grouped(static_cast<std::int64_t>(rounds.statements())),
                                  median_ratio(samples[0], samples[1], &Sample::cpu_per_item))});
}

}  // namespace forcewatch::bench
