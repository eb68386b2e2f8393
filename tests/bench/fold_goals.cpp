// P16: what it costs to read the journal back, to check its chain, and to ask about the past.
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "core/event_codec.hpp"
#include "core/facts.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/engine/what_if.hpp"
#include "storage/digest.hpp"
#include "storage/store.hpp"
#include "tests/bench/goals.hpp"
#include "tests/bench/material.hpp"
#include "tests/bench/process.hpp"

namespace forcewatch::bench {

namespace {

constexpr std::size_t all_actions = 100'000;
constexpr std::size_t actions_of_one = 10'000;
const Date today{std::chrono::year{2040} / 1 / 1};  // when all of the material is planned
const Instant everything_known{Date{std::chrono::year{9999} / 1 / 1}.time_since_epoch()};

template <typename Work>
Sample timed(double items, Work&& work) {
    const double begun_at = wall_seconds();
    const double cpu = own_cpu_seconds();
    work();
    return {items, wall_seconds() - begun_at, own_cpu_seconds() - cpu};
}

/// About as many bytes as the chain covers, in rows of the same size.
Sample bare_digest(std::size_t rows, std::size_t bytes_of_a_row) {
    const std::string row(bytes_of_a_row, 'x');
    return timed(static_cast<double>(rows), [&] {
        std::string last(32, '\0');
        for (std::size_t i = 0; i < rows; ++i) last = sha256(last + row);
        if (last.size() != 32) throw std::runtime_error{"no digest"};
    });
}

/// The bytes that the chain covers in one row, on average.
std::size_t bytes_of_a_row(const std::vector<Recorded>& events) {
    std::size_t bytes = 0;
    for (const auto& each : events)
        bytes += encode(each.event).size() + subject_of(each.event).size() +
                 each.origin.client.size() + each.origin.request.size() +
                 each.origin.reason.size() + each.origin.source.size() + 80;
    return bytes / events.size();
}

void measure_journal(Bench& bench) {
    const Folder folder{bench.scratch / "fold"};
    fill(folder.path(), all_actions);
    Store store{folder.path() / "forcewatch.db", Store::Mode::read_only};
    const Engine engine{store, {}};
    std::vector<Recorded> events;
    store.journal().visit(today, everything_known, {},
                          [&](Recorded&& each) { events.push_back(std::move(each)); });
    const auto count = events.size();
    const auto row = bytes_of_a_row(events);
    events = {};
    Rule late;
    late.name = "late";
    late.condition = DeadlineRule{};
    late.ladder = {{std::chrono::days{1}, {}, Severity::critical}};

    // To let go of facts is no part of folding; a back-test lets go of its own, and is compared
    // with a fold that does.
    const auto folded = [&] {
        Facts kept;
        return timed(static_cast<double>(count),
                     [&] { kept = engine.facts_at(today, everything_known, {}); });
    };
    const auto folded_and_let_go = [&] {
        return timed(static_cast<double>(count),
                     [&] { (void)engine.facts_at(today, everything_known, {}); });
    };
    const auto checked = [&] {
        return timed(static_cast<double>(count), [&] {
            if (store.journal().verify()) throw std::runtime_error{"the chain is broken"};
        });
    };
    const auto digested = [&] { return bare_digest(count, row); };
    const auto tested = [&] {
        return timed(static_cast<double>(count), [&] {
            (void)back_test(store, {late}, {}, today - std::chrono::days{365}, today,
                            everything_known);
        });
    };
    const auto samples =
        alternate(bench.rounds, {folded, checked, digested, tested, folded_and_let_go});
    const double rate =
        1 / median_of(samples[0], [](const Sample& each) { return each.cpu_per_item(); });
    bench.report.say(
        {"P16",
         "folding the journal, reading included, in events a second",
         per_second(rate),
         {},
         rate,
         Wanted::at_least,
         1e6,
         fmt::format("{} events, one core", grouped(static_cast<std::int64_t>(count)))});
    const auto speed = [](const Sample& each) { return 1 / each.cpu_per_item(); };
    bench.report.say({"P16", "checking the chain against a bare SHA-256",
                      per_second(median_of(samples[1], speed)),
                      per_second(median_of(samples[2], speed)),
                      median_ratio(samples[1], samples[2], speed), Wanted::at_least, 0.5,
                      fmt::format("rows of {} bytes", row)});
    const auto cost = [](const Sample& each) { return each.cpu_per_item(); };
    bench.report.say(
        {"P16",
         "a year's back-test of one rule against one fold",
         duration(median_of(samples[3], [](const Sample& s) { return s.cpu_seconds; })),
         duration(median_of(samples[4], [](const Sample& s) { return s.cpu_seconds; })),
         median_ratio(samples[3], samples[4], cost),
         Wanted::at_most,
         3,
         {}});
}

void measure_one_force(Bench& bench) {
    const Folder folder{bench.scratch / "force"};
    fill(folder.path(), actions_of_one);
    Store store{folder.path() / "forcewatch.db", Store::Mode::read_only};
    const Engine engine{store, {}};
    std::size_t count = 0;
    store.journal().visit(today, everything_known, "kent", [&](Recorded&&) { ++count; });
    const auto asked = [&] {
        Facts kept;
        return timed(1, [&] { kept = engine.facts_at(today, everything_known, "kent"); });
    };
    // As the daemon folds: each event is decoded when its turn comes.
    const auto in_memory = [&] {
        Facts kept;
        auto events = store.journal().to_fold(today, everything_known, "kent");
        return timed(1, [&] {
            for (Recorded event; events.next(event);) apply(kept, std::move(event));
        });
    };
    const auto samples = alternate(bench.rounds * 2, {asked, in_memory});
    const auto cost = [](const Sample& each) { return each.cpu_per_item(); };
    bench.report.say({"P16", "as_of of one force against folding its events in memory",
                      duration(median_of(samples[0], cost)), duration(median_of(samples[1], cost)),
                      median_ratio(samples[0], samples[1], cost), Wanted::at_most, 2,
                      fmt::format("{} events", grouped(static_cast<std::int64_t>(count)))});
}

}  // namespace

void measure_fold(Bench& bench) {
    measure_journal(bench);
    measure_one_force(bench);
}

}  // namespace forcewatch::bench
