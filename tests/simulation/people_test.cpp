// A season with people in it: they acknowledge, silence, pause, hold and close, while receivers
// fail and the daemon is killed. What must hold whatever they do is checked at the end.
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

const auto begin = at("2026-02-01", 9);

unsigned number_from(const char* name, unsigned otherwise) {
    const char* wanted = std::getenv(name);
    return wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : otherwise;
}

Settings season() {
    auto settings = two_destinations();
    settings.destinations.front().target = EmailTarget{
        {"liaison@force.example", "deputy@force.example"}, Digest{Digest::Days::weekdays, {}, 8h}};
    settings.destinations.push_back({"pager", WebhookTarget{}, true});
    settings.destinations.push_back({"desk", WebhookTarget{}, true});
    settings.quiet_hours = QuietHours{18h, 8h, true, false, Severity::critical};
    settings.rules.front().remind_every = days{7};
    settings.escalations = {{"up", false, {{days{1}, {"pager"}}, {days{2}, {"pager", "desk"}}}}};
    settings.routes = {{{}, {}, {}, Severity::info, {"liaison", "case-system"}, {}, "up"}};
    settings.alerting.group_wait = 10min;
    settings.alerting.group_interval = 1h;
    settings.alerting.storm = 40;
    settings.alerting.fallback = "desk";
    return settings;
}

class Season {
public:
    explicit Season(unsigned seed)
        : random_{seed}, settings_{season()}, office_{settings_, begin} {}

    void live() {
        for (now_ = begin; now_ < begin + days{60}; now_ += 2h) {
            plan();
            decide();
            turn();
        }
        calm_down();
    }

    void check() {
        auto& store = *office_.store;
        AlertFilter all;
        all.limit = 100'000;
        const auto alerts = store.alerts().list(all);
        CHECK(alerts.size() > 20);
        for (const auto& alert : alerts) check(alert);
        CHECK(store.notices().waiting_by_destination().empty());
        std::set<std::string> ids;
        for (const auto& delivery : store.outbox().list({{}, {}, 0, 1'000'000})) {
            CHECK((delivery.state == DeliveryState::sent));
            ids.insert(delivery.parcel.message_id);
        }
        std::set<std::string> heard;
        for (const auto& [id, times] : received_) heard.insert(id);
        CHECK(heard == ids);
        CHECK(repeats() <= lost_receipts_);
        CHECK(disorder_ == 0);
        CHECK_FALSE(store.journal().verify());
        all_orders += orders_;
        all_crashes += crashes_;
        all_messages += static_cast<int>(ids.size());
    }

    static inline int all_orders{0};
    static inline int all_crashes{0};
    static inline int all_messages{0};

private:
    int pick(int below) { return std::uniform_int_distribution{0, below - 1}(random_); }
    bool chance(int per_mille) { return pick(1000) < per_mille; }

    /// Whoever was told is told the end, and nobody hears of an end without its beginning.
    void check(const Alert& alert) {
        CAPTURE(number_of(alert.id), alert.title);
        if (alert.rule == "silences-weekly") return;  // told once
        auto& notices = office_.store->notices();
        std::map<Addressee, Change> last;
        for (const auto& notice : notices.of_alert(alert.id)) {
            CHECK((notice.outcome != NoticeOutcome::waiting));
            const Addressee who{notice.destination, notice.recipient};
            if (notice.outcome == NoticeOutcome::told)
                last[who] = office_.store->alerts().revision(alert.id, notice.revision).change;
        }
        const bool closed = alert.state == AlertState::closed;
        if (!last.empty() && closed)
            for (const auto& [who, change] : last) {
                CAPTURE(who.destination, who.recipient);
                CHECK((change == Change::closed));
            }
        if (last.empty() && alert.severity >= Severity::warning) CHECK(closed);
    }

    void plan() {
        if (!chance(120)) return;
        const auto due = london_date(now_) + days{pick(12) - 2};
        office_.plan("P-" + std::to_string(++planned_), text_of(due), now_);
        if (planned_ > 3 && chance(700)) {
            const auto id = "P-" + std::to_string(1 + pick(planned_ - 1));
            office_.finish(id, now_);
        }
    }

    void decide() {
        if (!chance(150)) return;
        ++orders_;
        AlertFilter open;
        open.open = true;
        open.limit = 1000;
        const auto alerts = office_.store->alerts().list(open);
        const auto some =
            alerts.empty()
                ? AlertId{1}
                : alerts[static_cast<std::size_t>(pick(static_cast<int>(alerts.size())))].id;
        (void)office_.order(now_, [&](AlertOrders& orders) -> tl::expected<void, EventFault> {
            const auto done = [](const auto& outcome) -> tl::expected<void, EventFault> {
                if (outcome) return {};
                return tl::unexpected(outcome.error());
            };
            switch (pick(7)) {
                case 0:
                    return done(orders.acknowledge({some,
                                                    {},
                                                    "on it",
                                                    now_ + 1h * (1 + pick(100)),
                                                    chance(300),
                                                    chance(500) ? 8h : 0h}));
                case 1:
                    return done(orders.unacknowledge(some, "no"));
                case 2:
                    return done(
                        orders.close(some, "agreed", london_date(now_) + days{1 + pick(9)}));
                case 3:
                    return done(orders.silence({{chance(500) ? "force=kent" : "severity=warning"},
                                                {},
                                                now_ + 1h * (1 + pick(72)),
                                                "move"}));
                case 4:
                    return done(orders.pause({"kent",
                                              {},
                                              london_date(now_),
                                              london_date(now_) + days{1 + pick(4)},
                                              "reorganisation"}));
                case 5:
                    return done(orders.hold(true, "outage"));
                default:
                    return done(orders.hold(false, ""));
            }
        });
    }

    void restart() {
        ++crashes_;
        office_.start();
        office_.engine->use(settings_);
        ++session_;
    }

    void turn() {
        if (chance(40)) {  // killed before the commit
            {
                const Store::Transaction lost{*office_.store};
                office_.engine->step(now_, 20);
                office_.engine->release(now_, 20);
            }
            restart();
        }
        if (chance(80)) return;  // the machine is off
        office_.settle(now_);
        carry(true);
    }

    void carry(bool faults) {
        std::vector<Leased> claimed;
        {
            Store::Transaction transaction{*office_.store};
            claimed = office_.engine->desk(now_).claim({std::to_string(session_), {}, {}}, {40});
            transaction.commit();
        }
        for (const auto& delivery : claimed) {
            if (faults && chance(15)) {  // the courier dies with the rest in hand
                if (chance(500)) {
                    receive(delivery);
                    ++lost_receipts_;
                }
                ++session_;
                return;
            }
            DeliveryOutcome outcome{Verdict::delivered, 250, {}, {}};
            if (faults && chance(150))
                outcome = {Verdict::retry_later, 503, "busy", {}};
            else if (faults && chance(40))
                outcome = {Verdict::unknown, 0, "no answer", {}};
            if (outcome.verdict == Verdict::delivered ||
                (outcome.verdict == Verdict::unknown && chance(500)))
                receive(delivery);
            if (outcome.verdict == Verdict::unknown) ++lost_receipts_;
            Store::Transaction transaction{*office_.store};
            CHECK(office_.engine->desk(now_).settle(delivery.id, delivery.lease, outcome));
            transaction.commit();
        }
    }

    void receive(const Leased& delivery) {
        const auto& parcel = delivery.parcel;
        const bool again = received_[parcel.message_id]++ > 0;
        auto& latest = latest_[parcel.destination + parcel.recipient + parcel.order_key];
        // What was given up and is sent again by hand comes when it comes.
        const bool in_turn = !replayed_.contains(delivery.id);
        if (!again && in_turn && number_of(delivery.id) < latest) ++disorder_;
        latest = std::max(latest, number_of(delivery.id));
    }

    int repeats() const {
        int count = 0;
        for (const auto& [id, times] : received_) count += times - 1;
        return count;
    }

    /// People have gone home, receivers work again: in a week everything must have arrived.
    void calm_down() {
        (void)office_.order(now_, [](AlertOrders& orders) { return orders.hold(false, ""); });
        for (const auto& failing : office_.store->care().failing()) {
            Store::Transaction transaction{*office_.store};
            office_.engine->desk(now_).enable(failing.destination);
            transaction.commit();
        }
        for (int i = 1; i <= planned_; ++i) office_.finish("P-" + std::to_string(i), now_);
        for (const auto until = now_ + days{14}; now_ < until; now_ += 1h) {
            replay_dead();
            office_.settle(now_);
            for (int i = 0; i < 5; ++i) carry(false);
        }
    }

    void replay_dead() {
        Store::Transaction transaction{*office_.store};
        for (const auto& dead :
             office_.store->outbox().list({DeliveryState::dead, {}, 0, 100'000})) {
            CHECK(office_.store->outbox().replay(dead.id, now_));
            replayed_.insert(dead.id);
        }
        transaction.commit();
    }

    std::mt19937 random_;
    Settings settings_;
    Office office_;
    Instant now_{begin};
    int planned_{0};
    int orders_{0};
    int crashes_{0};
    int session_{1};
    int lost_receipts_{0};
    int disorder_{0};
    std::set<DeliveryId> replayed_;
    std::map<std::string, int> received_;
    std::map<std::string, std::int64_t> latest_;
};

}  // namespace

TEST_CASE("whatever people decide and whatever fails, nothing is lost, doubled or left open",
          "[simulation][lifecycle][R46][R50][R87]") {
    const unsigned first = number_from("FORCEWATCH_FIRST_SEED", 1);
    const unsigned count = number_from("FORCEWATCH_SEEDS", 6);
    for (unsigned seed = first; seed < first + count; ++seed) {
        CAPTURE(seed);  // the seed is the whole bug report
        Season run{seed};
        run.live();
        run.check();
    }
    WARN(count << " seasons of 60 days, " << Season::all_orders << " orders, "
               << Season::all_crashes << " crashes, " << Season::all_messages
               << " messages: lost 0, doubled 0");
}

TEST_CASE("a thousand reloads and restarts change no message", "[simulation][lifecycle][R64]") {
    const auto month = [](bool restless) {
        const auto settings = season();
        Office office{settings, begin};
        // It is part of every id, and would differ from database to database.
        office.store->set_setting("identity", "the same for both");
        office.start();
        office.engine->use(settings);
        std::mt19937 random{7};
        int restarts = 0;
        for (int i = 1; i <= 20; ++i)
            office.plan("P-" + std::to_string(i), text_of(london_date(begin) + days{i}), begin);
        for (Instant now = begin; now < begin + days{30}; now += 40min) {
            if (restless && random() % 100 < 95) {
                ++restarts;
                office.start();
                office.adopt(settings, now, restarts % 2 == 0 ? "rules" : "rules, with a comment");
            }
            office.settle(now);
        }
        std::map<std::string, std::string> messages;
        for (const auto& delivery : office.store->outbox().list({{}, {}, 0, 100'000}))
            messages[delivery.parcel.message_id] = delivery.parcel.body;
        return std::pair{messages, restarts};
    };
    const auto [calm, none] = month(false);
    const auto [restless, restarts] = month(true);
    CHECK(none == 0);
    CHECK(restarts >= 1000);
    CHECK(calm.size() > 50);
    for (const auto& [id, body] : calm) {
        CAPTURE(id, body);
        const auto found = restless.find(id);
        REQUIRE(found != restless.end());
        CHECK(found->second == body);
    }
    CHECK(calm.size() == restless.size());
}
