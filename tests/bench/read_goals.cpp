// P1 to P4: what is asked of the socket.
#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "tests/bench/goals.hpp"
#include "tests/bench/material.hpp"
#include "tests/bench/peers.hpp"
#include "tests/bench/raw_rows.hpp"

namespace forcewatch::bench {

namespace {

constexpr std::size_t files = 1000;
constexpr int server_core = 0;
constexpr int client_core = 1;

Sample asked(Load& load, const Child& server, std::size_t total, const Load::Requests& requests) {
    const double cpu = server.cpu_seconds();
    const auto outcome = load.run(total, requests);
    return {static_cast<double>(total), outcome.seconds, server.cpu_seconds() - cpu};
}

struct Side {
    Endpoint endpoint;
    const Child& server;
    Load::Requests requests;
};

/// Both sides under the same load, after a round that is not counted.
std::vector<Samples> compare(Bench& bench, std::size_t connections, std::size_t total,
                             const Side& ours, const Side& theirs) {
    const auto run = [&](const Side& side) {
        return [&side, connections, total] {
            Load load{side.endpoint, connections};
            (void)load.run(total / 10, side.requests);
            return asked(load, side.server, total, side.requests);
        };
    };
    return alternate(bench.rounds, {run(ours), run(theirs)});
}

void say_rates(Bench& bench, const std::string& goal, const std::string& what,
               const std::vector<Samples>& samples, double wanted) {
    const double cpu = median_ratio(samples[0], samples[1], &Sample::cpu_per_item);
    bench.report.say({goal, what, per_second(median_of(samples[0], &Sample::rate)),
                      per_second(median_of(samples[1], &Sample::rate)),
                      median_ratio(samples[0], samples[1], &Sample::rate), Wanted::at_least, wanted,
                      fmt::format("CPU per request {:.2f}x", cpu)});
}

void say_cpu(Bench& bench, const std::string& goal, const std::string& what,
             const std::vector<Samples>& samples, double wanted) {
    bench.report.say({goal,
                      what,
                      duration(median_of(samples[0], &Sample::cpu_per_item)),
                      duration(median_of(samples[1], &Sample::cpu_per_item)),
                      median_ratio(samples[0], samples[1], &Sample::cpu_per_item),
                      Wanted::at_most,
                      wanted,
                      {}});
}

/// Instructions of a whole run of the daemon that answers `requests` times.
std::int64_t instructions_of(Bench& bench, const std::filesystem::path& folder,
                             std::size_t requests) {
    const auto counted = bench.scratch / fmt::format("callgrind.{}", requests);
    {
        Daemon daemon{folder,
                      {find_program("valgrind"), "--tool=callgrind",
                       "--callgrind-out-file=" + counted.string()}};
        daemon.child().wait_for_rest();
        Load load{daemon.endpoint(), 1};
        const std::string request = get_request("/v1/status");
        (void)load.run(requests, [&](std::size_t) { return std::string_view{request}; });
    }
    std::ifstream file{counted};
    constexpr std::string_view mark = "totals: ";
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(mark)) return std::stoll(line.substr(mark.size()));
    throw std::runtime_error{"callgrind left no count"};
}

}  // namespace

void measure_reads(Bench& bench) {
    if (!Nginx::installed()) return bench.report.skip("P1", "nginx is not installed; P3 neither");
    const Folder folder{bench.scratch / "reads"};
    Daemon daemon{folder.path() / "daemon"};
    Load load{daemon.endpoint(), 1};
    (void)load.ask(forces_request());
    (void)load.ask(import_request(0, files));
    daemon.child().wait_for_rest();
    daemon.child().move_to_core(server_core);
    const Nginx nginx{folder.path() / "nginx", server_core};
    write_file(folder.path() / "nginx/files/status", std::string(2048, 'x'));

    const std::string status = get_request("/v1/status");
    const std::string file = get_request("/status");
    const Side ours{daemon.endpoint(), daemon.child(),
                    [&](std::size_t) { return std::string_view{status}; }};
    const Side theirs{nginx.endpoint(), nginx.child(),
                      [&](std::size_t) { return std::string_view{file}; }};
    stay_on_core(client_core);
    const auto many = compare(bench, 64, 60'000, ours, theirs);
    say_rates(bench, "P1", "status, 64 connections, and nginx with 2 KB", many, 1.3);
    say_cpu(bench, "P1", "status, CPU per request at 64 connections", many, 0.8);
    stay_on_core(server_core);
    say_rates(bench, "P1", "status, 1 connection on one core",
              compare(bench, 1, 20'000, ours, theirs), 1.4);

    std::vector<std::string> items;
    std::vector<std::string> pages;
    for (std::size_t i = 0; i < files; ++i) {
        items.push_back(get_request("/v1/actions/" + action_key(i)));
        pages.push_back(get_request(fmt::format("/{}", i)));
        write_file(folder.path() / fmt::format("nginx/files/{}", i), load.ask(items.back()));
    }
    stay_on_core(client_core);
    const Side item{daemon.endpoint(), daemon.child(),
                    [&](std::size_t i) { return std::string_view{items[i % files]}; }};
    const Side page{nginx.endpoint(), nginx.child(),
                    [&](std::size_t i) { return std::string_view{pages[i % files]}; }};
    say_rates(bench, "P3", "one action by id, and nginx with the same bytes",
              compare(bench, 64, 40'000, item, page), 0.8);
    stay_anywhere();
}

void measure_instructions(Bench& bench) {
    if (find_program("valgrind").empty())
        return bench.report.skip("P2", "valgrind is not installed");
    constexpr std::size_t few = 500;
    constexpr std::size_t many = 2500;
    const Folder folder{bench.scratch / "instructions"};
    { const Daemon daemon{folder.path()}; }  // makes the database, so that both counts begin alike
    const auto least = instructions_of(bench, folder.path(), few);
    const auto most = instructions_of(bench, folder.path(), many);
    const double each = static_cast<double>(most - least) / static_cast<double>(many - few);
    bench.report.say({"P2",
                      "user instructions per GET /v1/status",
                      grouped(static_cast<std::int64_t>(each)),
                      {},
                      each,
                      Wanted::at_most,
                      8000,
                      "callgrind, 2,500 requests less 500"});
}

void measure_pages(Bench& bench) {
    constexpr std::size_t pages = 300;
    const auto folder = million_actions(bench.kept);
    const Daemon daemon{folder};
    daemon.child().wait_for_rest();
    std::vector<std::string> days;
    std::vector<std::string> requests;
    for (std::size_t i = 0; i < pages; ++i) {
        days.push_back(fmt::format("204{}-{:02}-{:02}", i % 2, i / 2 % 11 + 1, i % 28 + 1));
        requests.push_back(
            get_request(fmt::format("/v1/actions?limit=100&after={}~", days.back())));
    }
    RawPages raw{folder / "forcewatch.db"};
    Load load{daemon.endpoint(), 1};
    const auto ours = [&] {
        return asked(load, daemon.child(), pages,
                     [&](std::size_t i) { return std::string_view{requests[i]}; });
    };
    const auto theirs = [&] {
        Sample sample{static_cast<double>(pages), -wall_seconds(), -own_cpu_seconds()};
        for (const auto& day : days)
            if (raw.read(day) == 0) throw std::runtime_error{"a page of actions is empty"};
        sample.seconds += wall_seconds();
        sample.cpu_seconds += own_cpu_seconds();
        return sample;
    };
    (void)ours();
    (void)theirs();
    say_cpu(bench, "P4", "page of 100 actions among 1 M, and the raw C API",
            alternate(bench.rounds, {ours, theirs}), 2.5);
}

}  // namespace forcewatch::bench
