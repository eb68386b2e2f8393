// P5 to P8 and P15: what changes the records, and what goes on meanwhile.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <stdexcept>
#include <thread>

#include "storage/store.hpp"
#include "tests/bench/goals.hpp"
#include "tests/bench/material.hpp"
#include "tests/bench/peers.hpp"
#include "tests/bench/raw_rows.hpp"

namespace forcewatch::bench {

namespace {

constexpr auto no_alertmanager = "prometheus-alertmanager is not installed";
constexpr std::size_t batch = 1000;

/// Sends prepared requests and counts what each carries.
Sample send_all(Load& load, const Child& server, const std::vector<std::string>& requests,
                std::size_t items_each) {
    const double cpu = server.cpu_seconds();
    const auto outcome =
        load.run(requests.size(), [&](std::size_t i) { return std::string_view{requests[i]}; });
    return {static_cast<double>(requests.size() * items_each), outcome.seconds,
            server.cpu_seconds() - cpu};
}

/// The next requests of a kind, made when asked for, so that only the sending is timed.
class Supply {
public:
    using Make = std::string (*)(std::size_t first, std::size_t count);
    Supply(Make make, std::size_t first = 0) : make_{make}, next_{first} {}

    [[nodiscard]] std::vector<std::string> take(std::size_t requests, std::size_t items_each) {
        std::vector<std::string> made;
        for (std::size_t i = 0; i < requests; ++i, next_ += items_each)
            made.push_back(make_(next_, items_each));
        return made;
    }

private:
    Make make_;
    std::size_t next_;
};

/// Overwrites one piece of a file and makes it durable, again and again.
Sample overwrite(const std::filesystem::path& path, std::size_t times) {
    const std::string bytes(12UL * 1024, 'x');
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool done = ::pwrite(file, bytes.data(), bytes.size(), 0) > 0 && ::fsync(file) == 0;
    Sample sample{static_cast<double>(times), -wall_seconds(), -own_cpu_seconds()};
    for (std::size_t i = 0; i < times; ++i)
        done = done && ::pwrite(file, bytes.data(), bytes.size(), 0) > 0 && ::fdatasync(file) == 0;
    sample.seconds += wall_seconds();
    sample.cpu_seconds += own_cpu_seconds();
    ::close(file);
    if (!done) throw std::runtime_error{"cannot write " + path.string()};
    return sample;
}

std::string cpu_note(const Samples& ours, const Samples& theirs) {
    return fmt::format("CPU per item {:.2f}x", median_ratio(ours, theirs, &Sample::cpu_per_item));
}

void say_rate(Bench& bench, const std::string& goal, const std::string& what, const Samples& ours,
              const Samples& theirs, double wanted) {
    bench.report.say({goal, what, per_second(median_of(ours, &Sample::rate)),
                      per_second(median_of(theirs, &Sample::rate)),
                      median_ratio(ours, theirs, &Sample::rate), Wanted::at_least, wanted,
                      cpu_note(ours, theirs)});
}

/// All actions, page by page; returns how many bytes they took.
std::int64_t export_all(Load& load, std::size_t wanted) {
    std::string target = "/v1/actions?limit=1000";
    std::int64_t bytes = 0;
    for (std::size_t pages = 0;; ++pages) {
        const std::string body = load.ask(get_request(target));
        bytes += static_cast<std::int64_t>(body.size());
        constexpr std::string_view mark = "\"next\":\"";
        const auto at = body.rfind(mark);
        if (at == std::string::npos) {
            if (pages < wanted / 1000) throw std::runtime_error{"the export is not whole"};
            return bytes;
        }
        const auto from = at + mark.size();
        target = "/v1/actions?limit=1000&after=" + body.substr(from, body.find('"', from) - from);
    }
}

void measure_export(Bench& bench, const Daemon& daemon, const Alertmanager& manager,
                    std::size_t items) {
    Load ours_load{daemon.endpoint(), 1};
    const std::string request = get_request("/api/v2/alerts");
    const auto before = daemon.child().memory();
    const auto ours = [&] {
        Sample sample{static_cast<double>(items), -wall_seconds(), -daemon.child().cpu_seconds()};
        (void)export_all(ours_load, items);
        sample.seconds += wall_seconds();
        sample.cpu_seconds += daemon.child().cpu_seconds();
        return sample;
    };
    const auto theirs = [&] {
        Load load{manager.endpoint(), 1};
        return send_all(load, manager.child(), {request}, items);
    };
    const auto samples = alternate(bench.rounds, {ours, theirs});
    say_rate(bench, "P5", "export of 100,000 actions, and Alertmanager's GET", samples[0],
             samples[1], 20);
    const auto grown = daemon.child().memory().anonymous - before.anonymous;
    bench.report.say({"P5",
                      "export, growth of anonymous memory in MB",
                      megabytes(grown),
                      {},
                      static_cast<double>(grown) / 1e6,
                      Wanted::at_most,
                      8,
                      "pages of 1,000"});
}

void say_memory_after(Bench& bench, const Daemon& daemon, const Alertmanager& manager,
                      const std::string& whose) {
    const auto ours = daemon.child().memory();
    const auto theirs = manager.child().memory();
    bench.report.say(
        {"P12", "RSS after 100,000 items, and " + whose, megabytes(ours.rss), megabytes(theirs.rss),
         static_cast<double>(ours.rss) / static_cast<double>(theirs.rss), Wanted::at_most, 0.1,
         fmt::format("anonymous {}; the rest is mapped files", megabytes(ours.anonymous))});
}

}  // namespace

void measure_changes(Bench& bench) {
    if (!Alertmanager::installed())
        return bench.report.skip("P6", fmt::format("{}; P7 neither", no_alertmanager));
    constexpr std::size_t few = 200;
    constexpr std::size_t many = 6400;
    const Folder folder{bench.scratch / "changes"};
    const Daemon daemon{folder.path() / "daemon"};
    const Alertmanager manager{folder.path() / "alertmanager"};
    Load one{daemon.endpoint(), 1};
    Load crowd{daemon.endpoint(), 64};
    Load alerts{manager.endpoint(), 64};
    (void)one.ask(forces_request());
    daemon.child().wait_for_rest();

    Supply changes{[](std::size_t number, std::size_t) { return change_request(number); }};
    Supply posts{alerts_request};
    const auto disk = [&] { return overwrite(folder.path() / "overwritten", few); };
    const auto single = [&] { return send_all(one, daemon.child(), changes.take(few, 1), 1); };
    const auto together = [&] { return send_all(crowd, daemon.child(), changes.take(many, 1), 1); };
    const auto theirs = [&] { return send_all(alerts, manager.child(), posts.take(many, 1), 1); };
    (void)together();
    (void)theirs();
    const auto samples = alternate(bench.rounds, {disk, single, together, theirs});
    say_rate(bench, "P6", "one durable change, and a 12 KB overwrite", samples[1], samples[0], 0.6);
    say_rate(bench, "P7", "64 connections, and one (P6)", samples[2], samples[1], 8);
    say_rate(bench, "P7", "64 connections, and Alertmanager's", samples[2], samples[3], 1.5);
    bench.report.say({"P7",
                      "CPU per change, and Alertmanager's",
                      duration(median_of(samples[2], &Sample::cpu_per_item)),
                      duration(median_of(samples[3], &Sample::cpu_per_item)),
                      median_ratio(samples[2], samples[3], &Sample::cpu_per_item),
                      Wanted::at_most,
                      0.25,
                      {}});
}

void measure_import(Bench& bench) {
    if (!Alertmanager::installed())
        return bench.report.skip("P8", fmt::format("{}; P5 and P12 neither", no_alertmanager));
    constexpr std::size_t total =
        100;  // batches, of which the rounds leave the first ones to warm up
    constexpr std::size_t each = 18;
    const std::size_t warm = total - each * static_cast<std::size_t>(bench.rounds);
    const Folder folder{bench.scratch / "import"};
    const Daemon daemon{folder.path() / "daemon"};
    const Alertmanager manager{folder.path() / "alertmanager"};
    const Alertmanager apart{folder.path() / "apart", Alertmanager::Groups::each_alone};
    Load imports{daemon.endpoint(), 1};
    Load alerts{manager.endpoint(), 1};
    Load alone{apart.endpoint(), 1};
    (void)imports.ask(forces_request());
    daemon.child().wait_for_rest();

    Supply rows{import_request};
    Supply posts{alerts_request};
    Supply more_posts{alerts_request};
    (void)send_all(imports, daemon.child(), rows.take(warm + each, batch), batch);
    (void)send_all(alerts, manager.child(), posts.take(warm, batch), batch);
    (void)send_all(alone, apart.child(), more_posts.take(warm, batch), batch);
    // The yardstick copies rows that the daemon has recorded, so it walks one round behind.
    RawInserts raw{folder.path() / "daemon/forcewatch.db", folder.path() / "raw.db"};
    (void)raw.insert(warm * batch, batch);
    const auto ours = [&] {
        return send_all(imports, daemon.child(), rows.take(each, batch), batch);
    };
    const auto theirs = [&] {
        return send_all(alerts, manager.child(), posts.take(each, batch), batch);
    };
    const auto grouped_apart = [&] {
        return send_all(alone, apart.child(), more_posts.take(each, batch), batch);
    };
    const auto inserts = [&] { return raw.insert(each * batch, batch); };
    const auto samples = alternate(bench.rounds, {ours, theirs, inserts, grouped_apart});
    say_rate(bench, "P8", "import by 1,000, and Alertmanager, one group", samples[0], samples[1],
             5);
    say_rate(bench, "P8", "import by 1,000, and Alertmanager, grouped apart", samples[0],
             samples[3], 5);
    say_rate(bench, "P8", "import by 1,000, and raw prepared inserts", samples[0], samples[2], 0.7);
    say_memory_after(bench, daemon, manager, "Alertmanager, one group");
    say_memory_after(bench, daemon, apart, "Alertmanager, grouped apart");
    measure_export(bench, daemon, manager, total * batch);
}

void measure_waking(Bench& bench) {
    constexpr std::size_t batches = 100;
    const Folder folder{bench.scratch / "waking"};
    const Daemon daemon{folder.path() / "daemon"};
    Load imports{daemon.endpoint(), 1};
    (void)imports.ask(forces_request());
    daemon.child().wait_for_rest();
    const auto requests = Supply{import_request}.take(batches, batch);
    const std::string status = get_request("/v1/status");
    const auto watch = [&](const std::function<void()>& work) {
        std::atomic<bool> done{false};
        std::exception_ptr failure;
        std::jthread worker{[&] {
            try {
                work();
            } catch (...) {
                failure = std::current_exception();
            }
            done = true;
        }};
        Load load{daemon.endpoint(), 1};
        std::vector<double> latencies;
        while (!done) {
            auto some = load.run(
                20, [&](std::size_t) { return std::string_view{status}; }, true);
            latencies.insert(latencies.end(), some.latencies.begin(), some.latencies.end());
        }
        worker.join();
        if (failure) std::rethrow_exception(failure);
        return latencies;
    };
    double one_batch = 0;
    const auto say = [&](const std::string& during, const std::vector<double>& latencies) {
        const double p99 = percentile(latencies, 0.99);
        const double p999 = percentile(latencies, 0.999);
        const std::string note =
            fmt::format("{} answers", grouped(static_cast<std::int64_t>(latencies.size())));
        bench.report.say({"P15", "p99 of status during " + during + ", and one batch",
                          duration(p99), duration(one_batch), p99 / one_batch, Wanted::at_most, 0.1,
                          note});
        bench.report.say({"P15", "p99.9 of status during " + during + ", and one batch",
                          duration(p999), duration(one_batch), p999 / one_batch, Wanted::at_most,
                          1.5, note});
    };
    const auto importing = watch([&] {
        auto outcome = imports.run(
            batches, [&](std::size_t i) { return std::string_view{requests[i]}; }, true);
        one_batch = median(std::move(outcome.latencies));
    });
    say("an import", importing);
    say("a backup", watch([&] {
            back_up(folder.path() / "daemon/forcewatch.db", folder.path() / "backup.db");
        }));
}

}  // namespace forcewatch::bench
