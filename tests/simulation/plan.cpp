#include "tests/simulation/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/dice.hpp"

namespace forcewatch::sim {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = Command::Kind;

constexpr days year_length{365};

class Planner {
public:
    Planner(Seed seed, bool faults) : dice_{seed}, faults_{faults} { plan_.seed = seed; }

    Plan make() {
        const Date first{std::chrono::year{2025} / 1 / 1};
        plan_.begin = Instant{first.time_since_epoch()} + days{dice_.below(700)} + 9h;
        plan_.end = plan_.begin + year_length;
        plan_.forces = dice_.between(1, 3);
        plan_.actions = dice_.per_mille(4) ? dice_.between(30, 100) : dice_.between(2, 7);
        plan_.settings = settings();
        for (int action = 0; action < plan_.actions; ++action) live_action(action);
        for (int force = 0; force < plan_.forces; ++force) live_force(force);
        decide();
        if (faults_) fail();
        std::stable_sort(
            plan_.commands.begin(), plan_.commands.end(),
            [](const Command& left, const Command& right) { return left.at < right.at; });
        return std::move(plan_);
    }

private:
    bool now_and_then(int per_cent) { return dice_.per_mille(10 * per_cent); }
    Instant some_time() { return plan_.begin + minutes{dice_.below(365 * 24 * 60)}; }
    /// Office hours of a day so many days from the beginning.
    Instant working_time(int day) {
        return plan_.begin + days{day} + minutes{dice_.below(8 * 60)} + seconds{dice_.below(60)};
    }
    static Date date_of(Instant at) {
        return Date{std::chrono::floor<days>(at.time_since_epoch())};
    }
    void add(Command command) {
        if (command.at < plan_.end) plan_.commands.push_back(command);
    }

    Rule rule(const char* name, Condition condition, std::vector<std::pair<int, Severity>> ladder,
              int remind_every) {
        Rule made;
        made.name = name;
        made.condition = std::move(condition);
        for (const auto& [offset, severity] : ladder)
            made.ladder.push_back({days{offset}, {}, severity});
        if (remind_every > 0) made.remind_every = days{remind_every};
        return made;
    }

    Settings settings() {
        Settings made;
        std::vector<std::string> readers{"a@force.example"};
        if (now_and_then(20)) readers.emplace_back("b@force.example");
        EmailTarget mail{readers, {}};
        if (now_and_then(20)) mail.digest = Digest{Digest::Days::weekdays, {}, 8h + 30min};
        made.destinations = {{"liaison", mail, true},
                             {"case-system", WebhookTarget{}, true},
                             {fallback_destination, WebhookTarget{}, true}};
        made.routes = {{{}, {}, {}, Severity::info, {"liaison", "case-system"}}};
        if (now_and_then(30))
            made.quiet_hours = QuietHours{18h, 8h, true, false, Severity::critical};
        if (now_and_then(20)) {
            made.alerting.group_wait = 10min;
            made.alerting.group_interval = 1h;
        }
        made.alerting.fallback = fallback_destination;
        made.moves_without_approval = 1000;
        made.rules = {
            rule("deadlines", DeadlineRule{},
                 {{-7, Severity::info},
                  {-1, Severity::warning},
                  {1, Severity::critical},
                  {dice_.between(3, 7), Severity::critical}},
                 dice_.between(3, 7)),
            rule("stalled", Stalled{}, {{dice_.between(20, 60), Severity::warning}},
                 dice_.between(0, 1) * 30),
            rule("in-engage", StageRule{}, {{0, Severity::warning}, {90, Severity::critical}}, 60),
            rule("remains-low", GradePersists{"requires improvement", Comparability::partly},
                 {{0, Severity::info}, {dice_.between(20, 180), Severity::warning}}, 90)};
        return made;
    }

    void live_action(int item) {
        int day = dice_.below(300);
        Instant at = working_time(day);
        Date due = date_of(at) + days{dice_.between(-3, 60)};
        add({Kind::plan_action, at, item, due, {}, {}});
        for (int i = dice_.below(3); i > 0; --i) {
            day += dice_.between(1, 50);
            at = working_time(day);
            if (now_and_then(50)) {
                due = date_of(at) + days{dice_.between(-5, 60)};
                add({Kind::move_deadline, at, item, due, {}, {}});
            } else {
                add({Kind::update_action, at, item, date_of(at), {}, {}});
            }
        }
        if (now_and_then(5)) return;
        at = working_time(day + dice_.between(1, 50));
        add({Kind::finish_action, at, item, date_of(at), now_and_then(20), {}});
    }

    void live_force(int force) {
        for (int day = dice_.between(0, 250); day < 360;) {
            Instant at = working_time(day);
            add({Kind::enter_stage, at, force, date_of(at) - days{dice_.below(5)}, {}, {}});
            day += dice_.between(10, 200);
            at = working_time(day);
            add({Kind::leave_stage, at, force, date_of(at), {}, {}});
            day += dice_.between(30, 200);
        }
        for (int day = dice_.between(0, 120); day < 360; day += dice_.between(60, 200)) {
            const Instant at = working_time(day);
            add({Kind::judge, at, force, date_of(at), now_and_then(60), {}});
        }
    }

    /// Orders, reloads and restarts come to every year; only restarts are faults.
    void decide() {
        const int orders = now_and_then(30) ? 0 : dice_.below(12);
        for (int i = 0; i < orders; ++i) {
            Command order;
            order.kind = std::array{Kind::acknowledge, Kind::acknowledge, Kind::unacknowledge,
                                    Kind::close, Kind::silence}
                             .at(static_cast<std::size_t>(dice_.below(5)));
            order.at = working_time(dice_.below(360));
            order.item = dice_.below(1000);
            order.low = now_and_then(30);
            order.lasts = hours{dice_.between(2, 24 * 12)};
            add(order);
        }
        for (int i = dice_.below(3); i > 0; --i) add({Kind::reload, some_time(), i, {}, {}, {}});
    }

    void fail() {
        const auto swarm = [&](int per_cent, int most) {
            return now_and_then(per_cent) ? dice_.between(1, most) : 0;
        };
        plan_.favourite = static_cast<KillPoint>(plan_.seed % kill_points);
        plan_.odds = {swarm(60, 12), swarm(80, 300), swarm(50, 60), swarm(50, 250),
                      swarm(40, 80), swarm(20, 20),  swarm(50, 200)};
        plan_.replays_dead = now_and_then(50);
        for (int i = swarm(40, 4); i > 0; --i) add({Kind::restart, some_time(), 0, {}, {}, {}});
        fail_receivers();
        fail_machine();
        look_into(plan_.favourite);
    }

    /// What is rare by itself must be there to be killed in.
    void look_into(KillPoint favourite) {
        const auto within = [&](KillPoint first) {
            return favourite >= first && favourite <= next_of(first, 2);
        };
        const bool rare = within(KillPoint::order_before) || within(KillPoint::adopt_before) ||
                          within(KillPoint::enable_before) || within(KillPoint::replay_before);
        if (!rare) return;
        plan_.odds.favoured = 500;
        if (within(KillPoint::order_before))
            for (int i = 0; i < 6; ++i)
                add({Kind::silence, working_time(60 * i), i, {}, {}, hours{5}});
        if (within(KillPoint::adopt_before))
            for (int i = 0; i < 5; ++i) add({Kind::reload, some_time(), i, {}, {}, {}});
        const bool gives_up = within(KillPoint::enable_before);
        plan_.replays_dead = plan_.replays_dead || within(KillPoint::replay_before);
        if (gives_up || plan_.replays_dead)
            for (int i = 0; i < 8; ++i)
                outage(Outage::Kind::refuses, "case-system", days{gives_up ? 9 : 4});
    }

    void outage(Outage::Kind kind, const std::string& destination, seconds lasts) {
        const Instant from = some_time();
        Outage made;
        made.from = from;
        made.until = std::min(from + lasts, plan_.end);
        made.kind = kind;
        made.destination = destination;
        plan_.outages.push_back(made);
    }
    void fail_receivers() {
        for (const auto& destination : plan_.settings.destinations) {
            if (now_and_then(50))
                for (int i = dice_.between(1, 3); i > 0; --i)
                    outage(now_and_then(70) ? Outage::Kind::refuses : Outage::Kind::silent,
                           destination.name, minutes{dice_.between(5, 70 * 60)});
            if (now_and_then(10)) outage(Outage::Kind::refuses, destination.name, days{4});
            if (destination.name == fallback_destination) continue;
            if (now_and_then(15))
                outage(Outage::Kind::refuses, destination.name, days{dice_.between(6, 12)});
            if (now_and_then(10) && destination.name == "case-system")
                outage(Outage::Kind::gone, destination.name, hours{dice_.between(1, 48)});
        }
    }

    seconds some_step() {
        const int far = dice_.below(6);
        if (far == 0) return seconds{dice_.between(1, 120)};
        if (far == 1) return -seconds{dice_.between(1, 120)};
        if (far == 2) return minutes{dice_.between(3, 23 * 60)};
        if (far == 3) return -minutes{dice_.between(3, 23 * 60)};
        if (far == 4) return days{dice_.between(2, 3650)};
        return -days{dice_.between(2, 365)};
    }
    /// The machine comes back with a clock that begins in 1970, until the network sets it.
    void begin_without_clock(Instant at) {
        WrongClock wrong;
        wrong.from = at;
        wrong.until = at + minutes{dice_.between(1, 60 * 24 * 5)};
        wrong.ahead = Instant{} - at;
        plan_.wrong_clocks.push_back(wrong);
    }
    void fail_machine() {
        // Each in a stretch of its own, so that no two of them meet.
        constexpr int stretches = 12;
        const int clocks = now_and_then(50) ? 25 : 0;
        const int absences = now_and_then(50) ? 25 : 0;
        for (int i = 0; i < stretches; ++i) {
            const Instant from = plan_.begin + days{30 * i} + minutes{dice_.below(24 * 60 * 20)};
            const Instant until = from + minutes{dice_.between(1, 60 * 24 * 5)};
            if (now_and_then(clocks)) {
                WrongClock wrong;
                wrong.from = from;
                wrong.until = until;
                wrong.ahead = some_step();
                plan_.wrong_clocks.push_back(wrong);
            } else if (now_and_then(absences)) {
                Absence absence;
                absence.from = from;
                absence.until = until;
                absence.asleep = now_and_then(40);
                plan_.absences.push_back(absence);
                if (!absence.asleep && now_and_then(40)) begin_without_clock(until);
            }
        }
        if (now_and_then(30))
            for (int i = dice_.between(1, 2); i > 0; --i) {
                const Instant from = some_time();
                plan_.full_disks.push_back({from, from + minutes{dice_.between(10, 60 * 40)}});
            }
        if (now_and_then(20))
            for (int i = dice_.between(1, 3); i > 0; --i)
                plan_.failing_syncs.push_back(some_time());
        if (now_and_then(20))
            for (int i = dice_.between(1, 3); i > 0; --i)
                plan_.failing_writes.push_back(some_time());
    }

    Plan plan_;
    Dice dice_;
    bool faults_;
};

}  // namespace

Plan plan_of(Seed seed, bool faults) { return Planner{seed, faults}.make(); }

std::string force_id(int number) { return fmt::format("force-{}", number); }
std::string action_id(int number) { return fmt::format("P-{}", number); }

}  // namespace forcewatch::sim
