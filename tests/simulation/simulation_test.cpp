#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "daemon/ingest/csv_reader.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using forcewatch::test::day;
using forcewatch::test::World;
using std::chrono::days;
using std::chrono::hours;

namespace {

const Date first_day = day("2023-09-01");
const Date last_day = day("2025-09-01");

/// Seeds per run: FORCEWATCH_SEEDS asks for more.
unsigned seeds() {
    const char* wanted = std::getenv("FORCEWATCH_SEEDS");
    return wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : 4U;
}
unsigned first_seed() {
    const char* wanted = std::getenv("FORCEWATCH_FIRST_SEED");
    return wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : 1U;
}

Settings rules() {
    Settings settings;
    settings.destinations = {
        {"case-system", WebhookTarget{}, true},
        {"liaison", EmailTarget{{"a@force.example", "b@force.example"}, {}}, true}};
    settings.rules = {{"remains-requires-improvement",
                       GradePersists{"requires improvement", Comparability::partly},
                       {},
                       {},
                       {},
                       {{days{0}, {}, Severity::info},
                        {days{180}, {}, Severity::warning},
                        {{}, 2, Severity::critical}},
                       days{60}},
                      {"in-engage",
                       StageRule{},
                       {},
                       {},
                       {},
                       {{days{0}, {}, Severity::warning}, {days{365}, {}, Severity::critical}},
                       {}},
                      {"left-engage",
                       StageRule{MonitoringStage::engage, StageWatch::left, days{30}},
                       {},
                       {},
                       {},
                       {{days{0}, {}, Severity::info}},
                       {}},
                      {"deadlines",
                       DeadlineRule{},
                       {},
                       {},
                       {},
                       {{days{-7}, {}, Severity::info}, {days{1}, {}, Severity::critical}},
                       days{30}}};
    return settings;
}

/// The shipped history cut into the days on which it became known: what was published before the
/// first day comes on it, the rest on its own day.
std::map<Date, std::vector<std::pair<std::string, std::string>>> history() {
    std::map<Date, std::vector<std::pair<std::string, std::string>>> by_day;
    for (const auto& [name, column] :
         {std::pair{"judgements.csv", 4U}, std::pair{"monitoring_timeline.csv", 3U}}) {
        const auto text = test::read_file(test::reference_file(name));
        std::vector<SourceRow> rows;
        REQUIRE(read_csv(text, ',', [&](SourceRow&& row) {
            rows.push_back(std::move(row));
            return true;
        }));
        std::vector<std::string> lines;
        for (std::size_t begin = 0; begin < text.size();) {
            const auto end = text.find('\n', begin);
            lines.push_back(text.substr(begin, end - begin + 1));
            begin = end == std::string::npos ? text.size() : end + 1;
        }
        std::map<Date, std::string> files;
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const auto known =
                PartialDate::parse(rows[i].fields[column]).value().last_day().value_or(first_day);
            if (known > last_day) continue;
            auto& file = files[std::max(known, first_day)];
            if (file.empty()) file = lines.front();
            file += lines.at(static_cast<std::size_t>(rows[i].line) - 1);
        }
        for (auto& [on, file] : files) by_day[on].emplace_back(name, std::move(file));
    }
    return by_day;
}

/// What an observer outside sees of a year.
struct Outcome {
    std::map<std::string, std::string>
        alerts;                           ///< by rule, subject, episode: revisions and how it ended
    std::set<std::string> messages;       ///< ids that exist
    std::map<std::string, int> received;  ///< how often each id reached a receiver
    int lost_receipts{};
    int crashes{};
    std::vector<std::string> disorder;
};

class Year {
public:
    Year(unsigned seed, bool faults) : random_{seed}, faults_{faults} {
        world_.import_reference(starts_at(first_day));
        world_.adopt(rules(), starts_at(first_day));
    }

    Outcome live() {
        const auto events = history();
        for (Date today = first_day; today <= last_day; today += days{1}) {
            const Instant morning = starts_at(today) + hours{9};
            if (const auto found = events.find(today); found != events.end())
                for (const auto& [name, text] : found->second) import(name, text, morning);
            for (const auto offset : {hours{0}, hours{4}, hours{8}}) turn(morning + offset);
        }
        calm_down();
        return outcome();
    }

private:
    bool chance(int percent) {
        return faults_ && std::uniform_int_distribution{1, 100}(random_) <= percent;
    }

    void crash() {
        ++outcome_.crashes;
        world_.start();
        world_.adopt(rules(), now_);
        ++session_;
    }

    void import(const std::string& name, const std::string& text, Instant now) {
        now_ = now;
        if (chance(30)) {  // power fails before the commit; the person imports again
            const auto file = read_import(name, text).value();
            {
                const Store::Transaction lost{*world_.store};
                (void)world_.engine->import(file.rows, {}, now);
            }
            crash();
        }
        world_.import(name, text, now);
        if (chance(20)) world_.import(name, text, now);  // and once more, to be sure
    }

    void turn(Instant now) {
        now_ = now;
        if (chance(5)) {
            {
                const Store::Transaction lost{*world_.store};
                world_.engine->step(now, 20);
                world_.engine->release(now, 20);
            }
            crash();
        }
        if (chance(10)) return;  // the machine is off
        world_.settle(now);
        carry(now, 40);
    }

    void carry(Instant now, int limit) {
        const auto claimed = [&] {
            Store::Transaction transaction{*world_.store};
            auto parcels =
                world_.engine->desk(now).claim({std::to_string(session_), {}, {}}, {limit});
            transaction.commit();
            return parcels;
        }();
        for (const auto& delivery : claimed) {
            if (chance(2)) {  // the courier dies with the rest in hand
                if (chance(50)) {
                    receive(delivery);
                    ++outcome_.lost_receipts;
                }
                ++session_;
                return;
            }
            DeliveryOutcome result{Verdict::delivered, 250, {}, {}};
            if (chance(15))
                result = {Verdict::retry_later, 503, "busy", {}};
            else if (chance(5))
                result = {Verdict::unknown, 0, "no answer", {}};
            if (result.verdict == Verdict::delivered ||
                (result.verdict == Verdict::unknown && chance(50)))
                receive(delivery);
            if (result.verdict == Verdict::unknown) ++outcome_.lost_receipts;
            Store::Transaction transaction{*world_.store};
            CHECK(world_.engine->desk(now).settle(delivery.id, delivery.lease, result));
            transaction.commit();
        }
    }

    void receive(const Leased& delivery) {
        const auto& parcel = delivery.parcel;
        ++outcome_.received[parcel.message_id];
        auto& latest =
            latest_[parcel.destination + "/" + parcel.recipient + "/" + parcel.order_key];
        if (number_of(delivery.id) < latest) outcome_.disorder.push_back(parcel.message_id);
        latest = std::max(latest, number_of(delivery.id));
    }

    /// Receivers work again and nothing fails; what was given up is replayed by hand, until nothing
    /// waits.
    void calm_down() {
        faults_ = false;
        replay_dead();
        for (Instant now = now_ + hours{1}; world_.store->outbox().counts().waiting > 0;
             now += hours{1}) {
            world_.settle(now_);
            carry(now, 1000);
        }
    }

    /// A parcel is given up only after ten tries whose outcome was told.
    void replay_dead() {
        Store::Transaction transaction{*world_.store};
        for (const auto& delivery :
             world_.store->outbox().list({DeliveryState::dead, {}, 0, 1'000'000})) {
            CHECK(delivery.answered == 10);
            CHECK(world_.store->outbox().replay(delivery.id, now_));
        }
        transaction.commit();
    }

    Outcome outcome() {
        AlertFilter filter;
        filter.limit = 100'000;
        for (const auto& alert : world_.store->alerts().list(filter)) {
            std::string story{alert.ending};
            for (const auto& revision : world_.store->alerts().revisions(alert.id)) {
                story += " | " + std::string{text_of(revision.change)};
                for (const auto& step : revision.steps) story += " " + step;
            }
            outcome_.alerts[alert.rule + " " + alert.subject + " " + text_of(alert.episode_on)] =
                story;
        }
        for (const auto& delivery : world_.store->outbox().list({{}, {}, 0, 1'000'000})) {
            CHECK(delivery.state == DeliveryState::sent);
            outcome_.messages.insert(delivery.parcel.message_id);
        }
        CHECK_FALSE(world_.store->journal().verify());
        return std::move(outcome_);
    }

    World world_;
    std::mt19937 random_;
    bool faults_;
    int session_{1};
    Instant now_{};
    std::map<std::string, std::int64_t> latest_;
    Outcome outcome_;
};

std::set<std::string> keys_of(const std::map<std::string, std::string>& alerts) {
    std::set<std::string> keys;
    for (const auto& [key, story] : alerts) keys.insert(key);
    return keys;
}

}  // namespace

TEST_CASE("no alert is lost and no id doubled over two years of the real data",
          "[simulation][history][R46][R72]") {
    const Outcome calm = Year{0, false}.live();
    REQUIRE(calm.alerts.size() > 100);
    REQUIRE(calm.messages.size() > 300);
    for (unsigned seed = first_seed(); seed < first_seed() + seeds(); ++seed) {
        CAPTURE(seed);  // the seed is the whole bug report
        const Outcome rough = Year{seed, true}.live();
        CHECK(rough.crashes > 0);
        CHECK(keys_of(rough.alerts) == keys_of(calm.alerts));
        int repeats = 0;
        for (const auto& id : rough.messages) {
            const auto found = rough.received.find(id);
            CHECK(found != rough.received.end());
            if (found != rough.received.end()) repeats += found->second - 1;
        }
        CHECK(rough.received.size() == rough.messages.size());
        CHECK(repeats <= rough.lost_receipts);
        CHECK(rough.disorder.empty());
    }
}

TEST_CASE("a year without faults tells everything once, and the same again", "[simulation][R64]") {
    const Outcome once = Year{1, false}.live();
    const Outcome again = Year{2, false}.live();
    CHECK(once.alerts == again.alerts);
    for (const auto& [id, times] : once.received) CHECK(times == 1);
}
