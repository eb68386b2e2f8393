// P17: ten years of the shipped data on a virtual clock.
#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "config/settings.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/engine/london.hpp"
#include "storage/digest.hpp"
#include "storage/store.hpp"
#include "tests/bench/goals.hpp"
#include "tests/bench/material.hpp"
#include "tests/bench/peers.hpp"
#include "tests/bench/process.hpp"

namespace forcewatch::bench {

namespace {

const Date first_day = parse_date("2016-10-01").value();
const Date last_day = parse_date("2026-09-30").value();

/// Rows of a shipped file by the day on which they became known, each with the file's header; what
/// is older or undated comes on the first day.
std::map<Date, std::string> by_day(const std::string& name, int date_column) {
    std::map<Date, std::string> files;
    const auto text = shipped(name);
    const auto header = text.substr(0, text.find('\n') + 1);
    for (auto begin = header.size(); begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size() - 1);
        const auto line = text.substr(begin, end - begin + 1);
        begin = end + 1;
        std::size_t field = 0;
        for (int column = 0; column < date_column; ++column) field = line.find(',', field) + 1;
        const auto date = PartialDate::parse(line.substr(field, line.find(',', field) - field));
        const auto known = date ? date->last_day().value_or(first_day) : first_day;
        auto& file = files[std::max(known, first_day)];
        file += (file.empty() ? header : "") + line;
    }
    return files;
}

/// One life of engine and store, and what came of it.
class TenYears {
public:
    explicit TenYears(const std::filesystem::path& folder)
        : store_{(std::filesystem::create_directories(folder), folder / "years.db")},
          engine_{store_, plain_parcel} {
        const auto text = settings_text(folder.parent_path());
        Store::Transaction transaction{store_};
        engine_.record_configuration(text, starts_at(first_day));
        engine_.use(read_settings(text, "forcewatch.toml").value());
        transaction.commit();
        for (const char* name : {"cycles.csv", "bodies.csv", "frameworks.csv", "area-map.csv"})
            import_text(store_, engine_, name, shipped(name), starts_at(first_day));
    }

    void live() {
        auto judgements = by_day("judgements.csv", 4);
        auto moves = by_day("monitoring_timeline.csv", 3);
        for (Date today = first_day; today <= last_day; today += std::chrono::days{1}) {
            const auto morning = starts_at(today) + std::chrono::hours{9};
            rest_until(morning);
            for (auto* files : {&judgements, &moves})
                if (const auto found = files->find(today); found != files->end())
                    import_text(store_, engine_,
                                files == &moves ? "monitoring_timeline.csv" : "judgements.csv",
                                found->second, morning);
            work(morning);
        }
    }

    /// Of every revision of every alert, and of every message but its id, which is of the database.
    std::string digest() {
        std::string all;
        AlertFilter every;
        every.limit = 1'000'000;
        for (const auto& alert : store_.alerts().list(every)) {
            ++alerts_;
            for (const auto& revision : store_.alerts().revisions(alert.id))
                all += fmt::format("{} {} {}\n", alert.subject, revision.summary,
                                   text_of(revision.at));
        }
        for (const auto& message : store_.outbox().list({{}, {}, 0, 1'000'000})) {
            ++messages_;
            all += fmt::format("{} {} {}\n", message.parcel.destination, message.parcel.body,
                               text_of(message.created_at));
        }
        return hex(sha256(all));
    }
    [[nodiscard]] int alerts() const { return alerts_; }
    [[nodiscard]] int messages() const { return messages_; }

private:
    void rest_until(Instant until) {
        for (auto next = engine_.next_step_at(); next && *next < until;
             next = engine_.next_step_at())
            work(std::max(*next, now_));
    }

    void work(Instant now) {
        now_ = now;
        Store::Transaction transaction{store_};
        for (bool more = true; more;) {
            more = engine_.step(now, 1000);
            more = engine_.release(now, 1000) || more;
        }
        for (const auto& delivery : engine_.desk(now).claim({"1", {}, {}}, {1000}))
            if (!engine_.desk(now).settle(delivery.id, delivery.lease,
                                          {forcewatch::Verdict::delivered, 250, {}, {}}))
                throw std::runtime_error{"a delivery was not settled"};
        transaction.commit();
    }

    Store store_;
    Engine engine_;
    Instant now_{starts_at(first_day)};
    int alerts_{};
    int messages_{};
};

}  // namespace

void measure_years(Bench& bench) {
    std::vector<double> seconds;
    std::vector<std::string> digests;
    std::string note;
    for (int round = 0; round < 3; ++round) {
        const Folder folder{bench.scratch / "years"};
        TenYears years{folder.path()};
        const double began_at = own_cpu_seconds();
        years.live();
        seconds.push_back(own_cpu_seconds() - began_at);
        digests.push_back(years.digest());
        note = fmt::format("{} alerts, {} messages", grouped(years.alerts()),
                           grouped(years.messages()));
    }
    const bool same = digests[0] == digests[1] && digests[0] == digests[2];
    if (!same) throw std::runtime_error{"the same ten years ended differently"};
    const double took = median(std::move(seconds));
    bench.report.say({"P17",
                      "ten years of the shipped data, CPU in seconds",
                      duration(took),
                      {},
                      took,
                      Wanted::at_most,
                      60,
                      note + ", the same three times"});
}

}  // namespace forcewatch::bench
