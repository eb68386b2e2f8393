// P9, P11 and P12: what the daemon costs while nothing happens, and how fast it comes up.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "storage/store.hpp"
#include "tests/bench/goals.hpp"
#include "tests/bench/material.hpp"
#include "tests/bench/peers.hpp"

namespace forcewatch::bench {

namespace {

constexpr std::chrono::seconds watched{25};

/// Seconds of one look-up of the next deadline, in a process of its own.
double next_deadline(const std::filesystem::path& database, int rounds) {
    constexpr int lookups = 20'000;
    Store store{database, Store::Mode::read_only};
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        const double begun_at = own_cpu_seconds();
        for (int i = 0; i < lookups; ++i)
            if (!store.agenda().next_due_at()) throw std::runtime_error{"the agenda is empty"};
        seconds.push_back((own_cpu_seconds() - begun_at) / lookups);
    }
    return median(std::move(seconds));
}

void say_anonymous(Bench& bench, const std::string& what, std::int64_t bytes, double most) {
    bench.report.say({"P12",
                      what,
                      megabytes(bytes),
                      {},
                      static_cast<double>(bytes) / 1e6,
                      Wanted::at_most,
                      most,
                      {}});
}

}  // namespace

void measure_rest(Bench& bench) {
    const auto folder = million_actions(bench.kept);
    const Folder scratch{bench.scratch / "rest"};
    const Daemon empty{scratch.path()};
    const Daemon full{folder};
    empty.child().wait_for_rest();
    full.child().wait_for_rest();

    const auto waits = full.child().waits();
    const double cpu = full.child().cpu_seconds();
    const double begun_at = wall_seconds();
    const double lookup = next_deadline(folder / "forcewatch.db", bench.rounds);
    const double rest = watched.count() - (wall_seconds() - begun_at);
    if (rest > 0) std::this_thread::sleep_for(std::chrono::duration<double>{rest});
    const double seconds = wall_seconds() - begun_at;
    const double wakes = static_cast<double>(full.child().waits() - waits) / seconds;
    const std::string note = fmt::format("{:.0f} s watched, CPU {}", seconds,
                                         duration(full.child().cpu_seconds() - cpu));
    bench.report.say({"P9",
                      "wake-ups a second with nothing due, 1 M actions",
                      fmt::format("{:.2f}/s", wakes),
                      {},
                      wakes,
                      Wanted::at_most,
                      0.1,
                      note});
    bench.report.say({"P9",
                      "next deadline among 1 M actions, in us",
                      duration(lookup),
                      {},
                      lookup * 1e6,
                      Wanted::at_most,
                      3,
                      "Agenda::next_due_at"});

    const auto none = empty.child().memory().anonymous;
    const auto million = full.child().memory().anonymous;
    say_anonymous(bench, "anonymous memory at rest, no actions, in MB", none, 8);
    say_anonymous(bench, "anonymous memory at rest, 1 M actions, in MB", million, 8);
    say_anonymous(bench, "the difference of these two, in MB", std::abs(million - none), 1);
}

void measure_start(Bench& bench) {
    if (!Alertmanager::installed())
        return bench.report.skip("P11", "prometheus-alertmanager is not installed");
    const auto folder = million_actions(bench.kept);
    const Folder scratch{bench.scratch / "start"};
    const auto start = [](const std::filesystem::path& where) {
        const Daemon daemon{where};
        return Sample{1, daemon.seconds_to_ready(), daemon.child().cpu_seconds()};
    };
    const auto ours = [&] { return start(scratch.path() / "daemon"); };
    const auto full = [&] { return start(folder); };
    const auto theirs = [&] {
        const Alertmanager manager{scratch.path() / "alertmanager"};
        return Sample{1, manager.seconds_to_ready(), manager.child().cpu_seconds()};
    };
    for (const auto& warm : {std::function<Sample()>{ours}, {full}, {theirs}}) (void)warm();
    const auto samples = alternate(bench.rounds + 2, {ours, full, theirs});
    const auto say = [&](const std::string& what, const Samples& left, const Samples& right,
                         double most) {
        bench.report.say({"P11",
                          what,
                          duration(median_of(left, &Sample::seconds_per_item)),
                          duration(median_of(right, &Sample::seconds_per_item)),
                          median_ratio(left, right, &Sample::seconds_per_item),
                          Wanted::at_most,
                          most,
                          {}});
    };
    say("exec to READY, and Alertmanager's to ready", samples[0], samples[2], 0.25);
    say("exec to READY with 1 M actions, and with none", samples[1], samples[0], 1.3);
}

}  // namespace forcewatch::bench
