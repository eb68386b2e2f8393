#include "daemon/engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/check.hpp"
#include "core/event_codec.hpp"
#include "daemon/engine/alert_clocks.hpp"
#include "daemon/engine/attempt.hpp"
#include "daemon/engine/evaluation.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/release.hpp"
#include "daemon/engine/subject.hpp"
#include "storage/digest.hpp"

namespace forcewatch {

namespace {

constexpr auto rules_setting = "rules";        // digest of the configuration last journalled
constexpr auto zone_setting = "zone-rules";    // digest of the rules last followed
constexpr auto sweep_setting = "sweep-after";  // last subject judged by it; empty: all are
constexpr std::size_t most_faults = 100;

struct RowTaker {
    Recorder& recorder;

    tl::expected<int, EventFault> operator()(const Event& event) const {
        return recorder.upsert(event).map([](bool changed) { return changed ? 1 : 0; });
    }
    tl::expected<int, EventFault> operator()(const IfUnknown& row) const {
        return recorder.record_if_unknown(row.event).map(
            [](bool changed) { return changed ? 1 : 0; });
    }
    tl::expected<int, EventFault> operator()(const PastEvent& row) const {
        return recorder.record_past(row).map([](bool changed) { return changed ? 1 : 0; });
    }
    tl::expected<int, EventFault> operator()(const FindingRow& row) const {
        return recorder.reconcile(row);
    }
    tl::expected<int, EventFault> operator()(const ActionRow& row) const {
        return recorder.reconcile(row);
    }
};

/// What a row is about; empty: what only stands in, or a scale, which is no item.
struct SubjectOfRow {
    std::string operator()(const Event& event) const {
        return std::holds_alternative<ScaleDefined>(event) ? std::string{} : subject_of(event);
    }
    std::string operator()(const IfUnknown&) const { return {}; }
    std::string operator()(const PastEvent& row) const { return (*this)(row.event); }
    std::string operator()(const FindingRow& row) const {
        return finding_subject(row.raised.force, row.raised.reference);
    }
    std::string operator()(const ActionRow& row) const {
        return action_subject(row.planned.source, row.planned.external_id);
    }
};

}  // namespace

Engine::Engine(Store& store, Renderer renderer)
    : store_{store}, renderer_{std::move(renderer)}, reference_{store} {}

bool Engine::watches_silence() const {
    return std::any_of(settings_.rules.begin(), settings_.rules.end(), [](const Rule& rule) {
        return std::holds_alternative<Silent>(rule.condition);
    });
}

Recorder Engine::recorder(Origin origin, Instant now) {
    return {store_,
            reference_,
            now,
            std::move(origin),
            {settings_.moves_without_approval, watches_silence(), settings_.source_order}};
}

void Engine::record_configuration(const std::string& text, Instant now) {
    const std::string digest = hex(sha256(text));
    if (store_.setting(rules_setting) == digest) return;
    auto recorder = this->recorder({-1, "forcewatchd", {}, "configuration adopted", {}}, now);
    const auto recorded = recorder.record(RulesAdopted{text});
    FW_CHECK(recorded.has_value());
    store_.set_setting(rules_setting, digest);
    judge_all_again(now);
}

bool Engine::follow_zone(Instant now) {
    const std::string digest = hex(sha256(zone_rules()));
    const auto known = store_.setting(zone_setting);
    if (known == digest) return false;
    store_.set_setting(zone_setting, digest);
    if (!known) return false;
    judge_all_again(now);
    return true;
}

void Engine::judge_all_again(Instant now) {
    for (const auto& subject : standing_subjects()) store_.agenda().touch(subject, now);
    for (const auto& feed : store_.alerts().open_subjects("feed:"))
        store_.agenda().touch(feed, now);
    store_.set_setting(sweep_setting, "!");  // sorts before every subject
}

std::set<std::string> Engine::standing_subjects() const {
    std::set<std::string> subjects;
    for (const auto& force : store_.facts().forces()) {
        for (const auto& programme : store_.facts().programmes_of(force.id))
            subjects.insert(tracks_subject(force.id, programme));
        subjects.insert(silence_subject(force.id));
    }
    for (const auto& force : store_.facts().forces_with_moves())
        subjects.insert(monitoring_subject(force));
    return subjects;
}

void Engine::run(Evaluation& evaluation, const std::vector<std::string>& subjects) {
    attempt_each(
        store_, subjects,
        [&](const std::string& subject) {
            if (probe_) probe_(subject);
            evaluation.run(subject);
        },
        [&] { return evaluation.news().size(); },
        [&](std::size_t kept) { evaluation.book().forget_news(kept); },
        [&](const std::string& subject, const std::string& why) {
            evaluation.set_aside(subject, why);
        });
}

std::vector<AlertNews> Engine::judge(std::set<std::string> subjects, bool all, Instant now,
                                     ImportMode mode) {
    if (all) subjects.merge(standing_subjects());
    if (held_) {
        // Due at once when the clock is believed again, whatever it says by then.
        for (const auto& subject : subjects) store_.agenda().touch(subject, Instant{});
        return {};
    }
    Evaluation evaluation{store_, reference_, settings_, now, mode == ImportMode::baseline};
    run(evaluation, {subjects.begin(), subjects.end()});
    if (mode == ImportMode::baseline) tell_of_baseline(evaluation, now);
    const auto& news = evaluation.news();
    news_.insert(news_.end(), news.begin(), news.end());
    return news;
}

/// One note in place of many: what the import found to be so already.
void Engine::tell_of_baseline(Evaluation& evaluation, Instant now) {
    std::map<std::string, int> by_rule;
    int opened = 0;
    for (const auto& each : evaluation.news())
        if (each.change == Change::opened) {
            ++by_rule[each.rule];
            ++opened;
        }
    if (opened == 0) return;
    std::string counts;
    for (const auto& [rule, count] : by_rule)
        counts += fmt::format("{}{} by {}", counts.empty() ? "" : ", ", count, rule);
    const AlertSubject about{
        fmt::format("baseline:{}", number_of(store_.journal().head())),
        {},
        ForceKind::other,
        fmt::format("Baseline: {} condition{} held already when the records were loaded", opened,
                    opened == 1 ? "" : "s")};
    evaluation.book().open_notice(
        about, "baseline", Severity::info,
        fmt::format("{}; forcewatchctl alerts --baseline lists them", counts), london_date(now));
    evaluation.book().close_quietly(about.id, "told once");
}

tl::expected<void, EventFault> Engine::record(const std::vector<Event>& events, Origin origin,
                                              Instant now) {
    auto recorder = this->recorder(std::move(origin), now);
    for (const auto& event : events)
        if (auto done = recorder.record(event); !done) return done;
    recorder.derive();
    (void)judge(recorder.touched(), recorder.reference_changed(), now, ImportMode::normal);
    return {};
}

tl::expected<ImportSummary, std::vector<RowFault>> Engine::import(
    const std::vector<ImportRow>& rows, Origin origin, Instant now, ImportMode mode) {
    return import(
        [&](const auto& take) {
            for (const auto& row : rows) take(row);
        },
        std::move(origin), now, mode);
}

tl::expected<ImportSummary, std::vector<RowFault>> Engine::import(const RowFeed& feed,
                                                                  Origin origin, Instant now,
                                                                  ImportMode mode) {
    auto recorder = this->recorder(std::move(origin), now);
    recorder.close_in_any_order();
    ImportSummary summary;
    std::vector<RowFault> faults;
    std::size_t place = 0;
    feed([&](const ImportRow& row) {
        if (faults.size() >= most_faults) return;
        recorder.set_source(row.source, {place, row.line, row.layout});
        auto taken = std::visit(RowTaker{recorder}, row.item);
        if (!taken)
            faults.push_back({place, std::move(taken.error()), row.line, row.layout});
        else if (*taken > 0)
            ++summary.added_or_changed;
        if (auto subject = std::visit(SubjectOfRow{}, row.item); !subject.empty())
            summary.named.insert(std::move(subject));
        ++place;
    });
    if (faults.empty())
        for (auto& [row, fault] : recorder.left_open())
            faults.push_back({row.place, std::move(fault), row.line, row.layout});
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    recorder.derive();
    summary.rows = static_cast<int>(place);
    summary.events = recorder.recorded();
    summary.alerts = judge(recorder.touched(), recorder.reference_changed(), now, mode);
    summary.alert_revisions = static_cast<int>(summary.alerts.size());
    return summary;
}

std::vector<AlertNews> Engine::withdraw(JournalSeq first, JournalSeq last, Origin origin,
                                        Instant now, const std::string& reason) {
    auto recorder = this->recorder(std::move(origin), now);
    recorder.withdraw(first, last, reason);
    return judge(recorder.touched(), recorder.reference_changed(), now, ImportMode::normal);
}

bool Engine::sweep(Instant now, int limit) {
    const auto after = store_.setting(sweep_setting);
    if (!after || after->empty()) return false;
    Evaluation evaluation{store_, reference_, settings_, now};
    const auto subjects = store_.facts().dated_subjects(*after, limit);
    run(evaluation, subjects);
    news_.insert(news_.end(), evaluation.news().begin(), evaluation.news().end());
    store_.set_setting(sweep_setting, subjects.empty() ? std::string{} : subjects.back());
    return true;
}

bool Engine::step(Instant now, int limit) {
    if (held_) return false;
    const bool clocks = run_clocks(now, limit);
    const auto due = store_.agenda().due(now, limit);
    if (due.empty()) return sweep(now, limit) || clocks;
    ++tally_.steps;
    Evaluation evaluation{store_, reference_, settings_, now};
    run(evaluation, due);
    news_.insert(news_.end(), evaluation.news().begin(), evaluation.news().end());
    return true;
}

std::vector<DeliveryId> Engine::send_test(const Destination& destination, Instant now) {
    std::vector<DeliveryId> sent;
    for (const auto& who : addressees_of(destination)) {
        if (is_role(who.recipient))
            continue;  // a test is about no item, so nobody plays a part in it
        MessageInput message;
        message.kind = MessageInput::Kind::test;
        message.destination = destination;
        message.recipient = who.recipient;
        message.why = "a test that an operator asked for";
        message.created_at = now;
        message.id =
            letter_id(store_, fmt::format("test/{}/{}/{}/{}", destination.name, who.recipient,
                                          text_of(now), store_.rows_changed()));
        message.thread_id = message.id;
        for (const auto& parcel : renderer_(message, settings_.mail))
            sent.push_back(store_.outbox().add(parcel, now));
    }
    return sent;
}

bool Engine::run_clocks(Instant now, int limit) {
    if (const auto next = AlertClocks::next_at(store_); !next || *next > now) return false;
    AlertClocks clocks{store_, reference_, settings_, now};
    bool found = clocks.end_restraints();
    found = clocks.run(limit, probe_) || found;
    news_.insert(news_.end(), clocks.news().begin(), clocks.news().end());
    return found;
}

bool Engine::release(Instant now, int limit) {
    if (const auto next = Release::next_at(store_, settings_); !next || *next > now) return false;
    return Release{store_, reference_, settings_, renderer_, now}.run(limit);
}

std::optional<Instant> Engine::next_step_at() {
    const auto notice = Release::next_at(store_, settings_);
    if (held_) return notice;
    const auto after = store_.setting(sweep_setting);
    if (after && !after->empty()) return Instant{};
    auto next = store_.agenda().next_due_at();
    for (const auto& other : {notice, AlertClocks::next_at(store_)})
        if (other && (!next || *other < *next)) next = other;
    return next;
}

Facts Engine::facts_at(Date as_of, Instant known_at, const std::string& force) const {
    auto events = store_.journal().to_fold(as_of, known_at, force);
    Facts facts;
    for (Recorded event; events.next(event);) apply(facts, std::move(event));
    return facts;
}

Facts Engine::facts_about(const std::string& subject, Date as_of, Instant known_at) const {
    auto events = store_.journal().about(subject);
    std::erase_if(events, [&](const Recorded& each) {
        return each.effective_on > as_of || each.recorded_at > known_at;
    });
    return fold(std::move(events));
}

}  // namespace forcewatch
