#include "tests/simulation/year.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace forcewatch::sim {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int most_moments = 200'000;

/// A database with the regime in it, made once: each year begins with a copy.
const std::filesystem::path& first_database() {
    static const test::ScratchFolder folder;
    static const std::filesystem::path path = [] {
        ScratchDisk::installed().revive();
        const auto made = folder / "first.db";
        Store store{made};
        store.set_setting("identity", "the same in every year");
        store.set_setting("link_key", "likewise");
        Engine engine{store, {}};
        Store::Transaction transaction{store};
        const Instant long_ago{Date{std::chrono::year{2024} / 1 / 1}.time_since_epoch()};
        REQUIRE(engine.import(regime(), {0, "simulation", {}, {}, {}}, long_ago));
        transaction.commit();
        return made;
    }();
    return path;
}

std::filesystem::path copied_to(const test::ScratchFolder& folder, bool shared) {
    ScratchDisk::installed().revive();
    const auto database = folder / "forcewatch.db";
    std::filesystem::copy_file(first_database(), database);
    ScratchDisk::installed().set_shared(shared);
    return database;
}

template <typename Windows>
auto present(const Windows& windows, Instant now) {
    return std::find_if(windows.begin(), windows.end(), [&](const auto& window) {
        return window.from <= now && now < window.until;
    });
}

}  // namespace

Year::Year(Plan plan, const Seams& seams)
    : seams_{seams},
      context_{std::move(plan), seams_},
      daemon_{context_, copied_to(folder_, seams_.tampers())},
      courier_{context_, daemon_},
      clients_{context_, daemon_} {
    const auto add = [&](const auto& windows) {
        for (const auto& window : windows) {
            moments_.push_back(window.from);
            moments_.push_back(window.until);
        }
    };
    add(context_.plan.outages);
    add(context_.plan.wrong_clocks);
    add(context_.plan.absences);
    add(context_.plan.full_disks);
    for (const auto& at : context_.plan.failing_syncs) moments_.push_back(at);
    for (const auto& at : context_.plan.failing_writes) moments_.push_back(at);
    std::sort(moments_.begin(), moments_.end());
    if (seams_.made) seams_.made([this](const std::string& sql) { daemon_.tamper(sql); });
}

bool Year::is_disk_full() const {
    return !context_.calm &&
           present(context_.plan.full_disks, context_.now) != context_.plan.full_disks.end();
}

/// Until the machine is there again, if it is away.
void Year::be_absent() {
    const auto absence = present(context_.plan.absences, context_.now);
    if (context_.calm || absence == context_.plan.absences.end()) return;
    const Instant back = absence->until;
    if (!absence->asleep) {
        daemon_.die_until(back);
        courier_.die();
    }
    pass_to(back);
}

void Year::apply_faults() {
    const auto& plan = context_.plan;
    const auto wrong = present(plan.wrong_clocks, context_.now);
    context_.ahead = context_.calm || wrong == plan.wrong_clocks.end() ? seconds{0} : wrong->ahead;
    context_.disk.set_full(is_disk_full());
    const auto failed = [&](const std::vector<Instant>& all, std::size_t& done) {
        auto count = static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](Instant at) { return at <= context_.now; }));
        return !context_.calm && !context_.is_far_ahead() && std::exchange(done, count) < count;
    };
    if (failed(plan.failing_syncs, syncs_failed_)) context_.disk.fail_next_sync();
    if (failed(plan.failing_writes, writes_failed_)) context_.disk.fail_next_write();
}

/// Time in which a message can reach nobody, whoever's fault it is, is counted apart.
void Year::pass_to(Instant to) {
    const bool nothing_works = !daemon_.runs() || is_disk_full() || context_.ahead.count() != 0 ||
                               !daemon_.believes_clock();
    const bool absent =
        present(context_.plan.absences, context_.now) != context_.plan.absences.end();
    courier_.pass(to - context_.now, nothing_works || absent);
    context_.now = to;
}

Instant Year::next_moment(Instant end) {
    const Instant now = context_.now;
    Instant next = end;
    const auto sooner = [&](std::optional<Instant> at, seconds at_least) {
        if (at) next = std::min(next, std::max(*at, now + at_least));
    };
    const auto fault = std::upper_bound(moments_.begin(), moments_.end(), now);
    if (fault != moments_.end() && !context_.calm) sooner(*fault, seconds{1});
    if (!daemon_.runs()) {
        if (!context_.is_far_ahead()) sooner(daemon_.starts_at(), seconds{1});
        return next;
    }
    if (courier_.has_given_up() || context_.plan.replays_dead || !daemon_.believes_clock())
        sooner(operates_at_, hours{1});
    // Who was refused tries again; on a full disk not with every second.
    const bool stalls = is_disk_full() || !daemon_.believes_clock();
    const seconds patience = stalls ? seconds{minutes{20}} : seconds{1};
    sooner(clients_.next_at(), patience);
    const auto wall = [&](std::optional<Instant> at) {
        return at ? std::optional{*at - context_.ahead} : at;
    };
    sooner(wall(daemon_.engine().next_step_at()), patience);
    const auto parcel = daemon_.store().outbox().next_due_at();
    sooner(wall(parcel), courier_.is_idle() ? seconds{hours{1}} : patience);
    return next;
}

void Year::operate() {
    if (context_.now < operates_at_) return;
    operates_at_ = context_.now + hours{12};
    if (!daemon_.believes_clock() && context_.ahead.count() == 0) daemon_.confirm_clock();
    const Instant now = daemon_.clock();
    for (const auto& failing : daemon_.store().care().failing()) {
        if (!failing.disabled_at || !courier_.takes(failing.destination)) continue;
        daemon_.attempt([&] {
            daemon_.durable(KillPoint::enable_before, [&] {
                daemon_.engine().desk(now).enable(failing.destination);
                return true;
            });
        });
        if (!daemon_.runs()) return;
    }
    if (!context_.plan.replays_dead) return;
    for (const auto& dead : daemon_.store().outbox().list({DeliveryState::dead, {}, 0, 100})) {
        if (!courier_.takes(dead.parcel.destination)) continue;
        daemon_.attempt([&] {
            daemon_.durable(KillPoint::replay_before, [&] {
                context_.receivers.replayed(dead.parcel.message_id);
                return daemon_.store().outbox().replay(dead.id, now);
            });
        });
        if (!daemon_.runs()) return;
    }
}

void Year::come_to_now() {
    be_absent();
    apply_faults();
    if (!daemon_.runs()) {
        if (context_.now < daemon_.starts_at() || context_.is_far_ahead()) return;
        daemon_.start();
        if (!daemon_.runs()) return;
    }
    daemon_.attempt([&] { daemon_.turn(); });
    if (daemon_.runs() && clients_.run())
        if (daemon_.runs()) daemon_.attempt([&] { daemon_.turn(); });
    if (daemon_.runs()) courier_.run();
    if (daemon_.runs()) operate();
}

void Year::run_until(Instant end) {
    for (int i = 0; context_.now < end; ++i) {
        if (i == most_moments) {
            context_.findings.add(Wrong::stuck, "the year never ends");
            return;
        }
        come_to_now();
        ++context_.findings.moments;
        pass_to(std::max(context_.now, next_moment(end)));
    }
}

void Year::calm_down() {
    context_.calm = true;
    operates_at_ = context_.now;
    run_until(context_.plan.end + days{16});
    clients_.finish_everything();
    run_until(context_.plan.end + days{36});
}

void Year::finish() {
    come_to_now();
    auto& findings = context_.findings;
    if (!daemon_.runs()) return findings.add(Wrong::stuck, "it does not start any more");
    for (const auto& line : clients_.waiting()) findings.add(Wrong::stuck, line + " still waits");
    check_outbox(context_, daemon_);
    check_alerts(context_, daemon_);
    check_readers(context_, daemon_);
    check_acknowledgements(context_, daemon_);
    check_given_up(context_, courier_);
    check_journal(context_, daemon_);
}

Year::~Year() {
    // Others in this program may open databases of their own.
    context_.disk.set_full(false);
    daemon_.stop();
    context_.disk.set_shared(true);
}

Findings Year::live() {
    try {
        daemon_.start();
        run_until(context_.plan.end);
        calm_down();
        finish();
    } catch (const std::exception& error) {
        context_.findings.add(Wrong::stuck, error.what());
    }
    return context_.findings;
}

}  // namespace forcewatch::sim
