// P13, P14 and P18: from what is due to what has been sent.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "storage/store.hpp"
#include "tests/bench/goals.hpp"
#include "tests/bench/material.hpp"
#include "tests/bench/sinks.hpp"

namespace forcewatch::bench {

namespace {

constexpr std::chrono::milliseconds glance{2};
constexpr double patience = 300;

/// Overdue actions open an alert each, and each alert is told by itself, at once.
std::string told_at_once(const std::filesystem::path& folder, const std::string& destination) {
    return fmt::format(R"([storage]
path = "{0}/forcewatch.db"
[socket]
path = "{0}/api.sock"
mode = "0600"
[courier]
socket = "{0}/courier.sock"
[log]
level = "warning"
[alerts]
group_wait = "0s"
storm = 0
[[route]]
to = ["sink"]
[[rule]]
name = "deadlines"
type = "deadline"
ladder = [ {{ at = "1d", severity = "critical" }} ]
[[destination]]
name = "sink"
{1}
)",
                       folder.string(), destination);
}

std::string webhook_to(const std::string& url) {
    return fmt::format("webhook = {{ url = \"{}\", allow = [\"127.0.0.1\"] }}\n", url);
}

std::string mail_to(int port) {
    return fmt::format(
        "email = {{ to = [\"liaison@force.example\"] }}\n[mail]\nhost = \"127.0.0.1\"\nport = "
        "{}\nsecurity = \"plain\"\nfrom = \"forcewatch@force.example\"\n",
        port);
}

std::string overdue_request(std::size_t first, std::size_t count) {
    return post_request("/v1/import?name=actions.csv", "text/csv", overdue_csv(first, count));
}

std::int64_t waiting_in(const std::string& status) {
    constexpr std::string_view deliveries = "\"deliveries\":{";
    constexpr std::string_view key = "\"waiting\":";
    const auto at = status.find(key, std::min(status.find(deliveries), status.size()));
    if (at == std::string::npos) throw std::runtime_error{"the status tells of no deliveries"};
    return std::stoll(status.substr(at + key.size()));
}

/// Asks for the status until so many messages wait; returns how long each answer took.
std::vector<double> wait_for_outbox(const Endpoint& daemon, std::int64_t wanted) {
    Load load{daemon, 1};
    const std::string request = get_request("/v1/status");
    std::vector<double> latencies;
    for (const double until = wall_seconds() + patience;;) {
        const double asked_at = wall_seconds();
        const auto waiting = waiting_in(load.ask(request));
        latencies.push_back(wall_seconds() - asked_at);
        if (waiting == wanted) return latencies;
        if (wall_seconds() > until)
            throw std::runtime_error{fmt::format("{} messages wait, not {}", waiting, wanted)};
        std::this_thread::sleep_for(glance);
    }
}

/// The bytes of a typical message that waits in the outbox.
std::size_t size_of_message(const std::filesystem::path& database) {
    Store store{database, Store::Mode::read_only};
    const auto deliveries = store.outbox().list({{}, {}, 0, 1});
    if (deliveries.empty()) throw std::runtime_error{"no message waits"};
    return deliveries.front().parcel.body.size();
}

/// Lets `each` messages about overdue actions wait, then starts a courier: from its start until all
/// are settled. `until_taken` returns when the sink has them: to ask the daemon costs it time.
Sample carry_waiting(const Daemon& daemon, Load& imports, const std::filesystem::path& folder,
                     std::size_t first, std::size_t each,
                     const std::function<void()>& until_taken) {
    (void)imports.ask(overdue_request(first, each));
    (void)wait_for_outbox(daemon.endpoint(), static_cast<std::int64_t>(each));
    const double cpu = daemon.child().cpu_seconds();
    const Courier courier{folder};
    until_taken();
    (void)wait_for_outbox(daemon.endpoint(), 0);
    return {static_cast<double>(each), wall_seconds() - courier.child().started_at(),
            daemon.child().cpu_seconds() - cpu + courier.child().cpu_seconds()};
}

void say_rates(Bench& bench, const std::string& goal, const std::string& what, const Samples& ours,
               const Samples& theirs, double wanted, const std::string& note) {
    bench.report.say({goal, what, per_second(median_of(ours, &Sample::rate)),
                      per_second(median_of(theirs, &Sample::rate)),
                      median_ratio(ours, theirs, &Sample::rate), Wanted::at_least, wanted,
                      fmt::format("CPU per item {:.2f}x{}",
                                  median_ratio(ours, theirs, &Sample::cpu_per_item), note)});
}

/// From a request to the last of the `count` webhooks that come of it; `cpu` in seconds.
Sample until_arrived(HookSink& sink, std::size_t count, Load& load, const std::string& request,
                     const std::function<double()>& cpu) {
    const auto before = sink.count();
    Sample sample{static_cast<double>(count), -wall_seconds(), -cpu()};
    (void)load.ask(request);
    sink.wait_for(before + static_cast<std::int64_t>(count));
    sample.seconds += wall_seconds();
    sample.cpu_seconds += cpu();
    return sample;
}

/// Alertmanager, told of alerts each of which it notifies of alone, at once.
class Notifier {
public:
    Notifier(const std::filesystem::path& folder, HookSink& sink)
        : manager_{folder, Alertmanager::Groups::each_alone, sink.url()}, sink_{sink} {}

    /// From the POST of `count` new alerts to the last webhook at the sink.
    Sample notify(std::size_t count) {
        const auto request = alerts_request(std::exchange(next_, next_ + count), count);
        return until_arrived(sink_, count, load_, request,
                             [&] { return manager_.child().cpu_seconds(); });
    }

private:
    Alertmanager manager_;
    HookSink& sink_;
    Load load_{manager_.endpoint(), 1};
    std::size_t next_{0};
};

}  // namespace

void measure_webhooks(Bench& bench) {
    if (!Alertmanager::installed() || !Nginx::installed())
        return bench.report.skip("P13", "nginx and prometheus-alertmanager are needed");
    constexpr std::size_t each = 1000;
    constexpr std::size_t waiting = 10'000;  // so that the courier's start counts for little
    const Folder folder{bench.scratch / "webhooks"};
    HookSink sink{folder.path() / "sink"};
    const auto daemon_at = [&](const std::filesystem::path& place) {
        return Daemon{place, {}, told_at_once(place, webhook_to(sink.url()))};
    };
    const auto whole_folder = folder.path() / "daemon";
    const Daemon whole = daemon_at(whole_folder);
    Load imports{whole.endpoint(), 1};
    (void)imports.ask(forces_request());
    whole.child().wait_for_rest();
    const Courier courier{whole_folder};
    const auto outbox_folder = folder.path() / "outbox";
    const Daemon outbox = daemon_at(outbox_folder);
    Load more_imports{outbox.endpoint(), 1};
    (void)more_imports.ask(forces_request());
    Notifier some{folder.path() / "alertmanager", sink};
    Notifier many{folder.path() / "alertmanager-of-many", sink};

    const auto of_whole = [&, next = std::size_t{0}]() mutable {
        const auto request = overdue_request(std::exchange(next, next + each), each);
        const auto sample = until_arrived(sink, each, imports, request, [&] {
            return whole.child().cpu_seconds() + courier.child().cpu_seconds();
        });
        (void)wait_for_outbox(whole.endpoint(), 0);
        return sample;
    };
    const auto of_outbox = [&, next = std::size_t{0}]() mutable {
        const auto first = std::exchange(next, next + waiting);
        return carry_waiting(outbox, more_imports, outbox_folder, first, waiting,
                             [&, wanted = sink.count() + static_cast<std::int64_t>(waiting)] {
                                 sink.wait_for(wanted);
                             });
    };
    const std::vector<std::function<Sample()>> rivals{of_whole, [&] { return some.notify(each); },
                                                      of_outbox,
                                                      [&] { return many.notify(waiting); }};
    for (const auto& rival : rivals) (void)rival();
    const auto samples = alternate(bench.rounds, rivals);
    say_rates(bench, "P13", "1,000 alerts to webhooks, and Alertmanager's", samples[0], samples[1],
              3, "; each told by itself");
    say_rates(bench, "P13", "10,000 webhooks of the outbox, and Alertmanager's", samples[2],
              samples[3], 3, "; settled durably");
}

void measure_mail(Bench& bench) {
    if (!MailSink::installed()) return bench.report.skip("P14", "postfix is not installed");
    constexpr std::size_t each = 1000;
    const Folder folder{bench.scratch / "mail"};
    const MailSink sink{folder.path()};
    const auto ours_folder = folder.path() / "daemon";
    const Daemon daemon{ours_folder, {}, told_at_once(ours_folder, mail_to(sink.port()))};
    Load imports{daemon.endpoint(), 1};
    (void)imports.ask(forces_request());
    std::size_t next = 0;
    const auto ours = [&] {
        return carry_waiting(daemon, imports, ours_folder, std::exchange(next, next + each), each,
                             [] {});
    };
    (void)ours();
    const auto bytes = size_of_message(ours_folder / "forcewatch.db");
    const auto theirs = [&] {
        return send_with_smtp_source(sink, each, bytes, folder.path() / "source.log");
    };
    (void)theirs();
    const auto samples = alternate(bench.rounds, {ours, theirs});
    say_rates(
        bench, "P14", "1,000 mails of the outbox, and smtp-source's", samples[0], samples[1], 0.5,
        fmt::format("; {} bytes each, settled durably", grouped(static_cast<std::int64_t>(bytes))));
}

void measure_tick(Bench& bench) {
    constexpr std::size_t open = 100'000;
    constexpr std::size_t due = 10'000;
    std::vector<double> seconds;
    std::vector<double> latencies;
    for (int round = 0; round < 3; ++round) {
        const Folder folder{bench.scratch / "tick"};
        const auto settings =
            told_at_once(folder.path(), webhook_to("http://127.0.0.1:9/nobody-carries-it"));
        fill_overdue(folder.path(), settings, open, due);
        const Daemon daemon{folder.path(), {}, settings};
        const double began_at = wall_seconds();
        const auto some = wait_for_outbox(daemon.endpoint(), static_cast<std::int64_t>(due));
        seconds.push_back(wall_seconds() - began_at);
        latencies.insert(latencies.end(), some.begin(), some.end());
    }
    const double took = median(std::move(seconds));
    const double p99 = percentile(latencies, 0.99);
    bench.report.say({"P18",
                      "10,000 due in one tick among 100,000, in seconds",
                      duration(took),
                      {},
                      took,
                      Wanted::at_most,
                      2,
                      "evaluated, recorded and queued"});
    bench.report.say(
        {"P18",
         "p99 of status meanwhile, in ms",
         duration(p99),
         {},
         p99 * 1e3,
         Wanted::at_most,
         50,
         fmt::format("{} answers", grouped(static_cast<std::int64_t>(latencies.size())))});
}

}  // namespace forcewatch::bench
