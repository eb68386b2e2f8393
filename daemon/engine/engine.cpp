#include "daemon/engine/engine.hpp"

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/event_codec.hpp"
#include "daemon/engine/evaluation.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"
#include "storage/digest.hpp"

namespace forcewatch {

namespace {

constexpr auto rules_setting = "rules";        // digest of the configuration last journalled
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
    tl::expected<int, EventFault> operator()(const FindingRow& row) const {
        return recorder.reconcile(row);
    }
    tl::expected<int, EventFault> operator()(const ActionRow& row) const {
        return recorder.reconcile(row);
    }
};

}  // namespace

Engine::Engine(Store& store, Renderer renderer)
    : store_{store}, renderer_{std::move(renderer)}, reference_{store} {}

void Engine::record_configuration(const std::string& text, Instant now) {
    const std::string digest = hex(sha256(text));
    if (store_.setting(rules_setting) == digest) return;
    Recorder recorder{
        store_, reference_, now, {-1, "forcewatchd", {}, "configuration adopted", {}}};
    const auto recorded = recorder.record(RulesAdopted{text});
    FW_CHECK(recorded.has_value());
    store_.set_setting(rules_setting, digest);
    for (const auto& subject : all_tracks()) store_.agenda().touch(subject, now);
    for (const auto& force : store_.facts().forces_with_moves())
        store_.agenda().touch(monitoring_subject(force), now);
    store_.set_setting(sweep_setting, "!");  // sorts before every subject
}

std::set<std::string> Engine::all_tracks() const {
    std::set<std::string> subjects;
    for (const auto& force : store_.facts().forces())
        for (const auto& programme : store_.facts().programmes_of(force.id))
            subjects.insert(tracks_subject(force.id, programme));
    return subjects;
}

void Engine::note(const Evaluation& evaluation) {
    news_.insert(news_.end(), evaluation.news().begin(), evaluation.news().end());
}

int Engine::judge(const std::set<std::string>& subjects, bool all, Instant now) {
    Evaluation evaluation{store_, reference_, settings_, now};
    for (const auto& subject : subjects) evaluation.run(subject);
    if (all)
        for (const auto& subject : all_tracks())
            if (!subjects.contains(subject)) evaluation.run(subject);
    note(evaluation);
    return static_cast<int>(evaluation.news().size());
}

tl::expected<void, EventFault> Engine::record(const std::vector<Event>& events, Origin origin,
                                              Instant now) {
    Recorder recorder{store_, reference_, now, std::move(origin)};
    for (const auto& event : events)
        if (auto done = recorder.record(event); !done) return done;
    recorder.derive_obligations();
    judge(recorder.touched(), recorder.reference_changed(), now);
    return {};
}

tl::expected<ImportSummary, std::vector<RowFault>> Engine::import(
    const std::vector<ImportRow>& rows, Origin origin, Instant now) {
    Recorder recorder{store_, reference_, now, std::move(origin)};
    ImportSummary summary;
    std::vector<RowFault> faults;
    for (std::size_t i = 0; i < rows.size() && faults.size() < most_faults; ++i) {
        recorder.set_source(rows[i].source);
        auto taken = std::visit(RowTaker{recorder}, rows[i].item);
        if (!taken)
            faults.push_back({i, std::move(taken.error())});
        else if (*taken > 0)
            ++summary.added_or_changed;
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    recorder.derive_obligations();
    summary.rows = static_cast<int>(rows.size());
    summary.events = recorder.recorded();
    summary.alert_revisions = judge(recorder.touched(), recorder.reference_changed(), now);
    return summary;
}

bool Engine::sweep(Instant now, int limit) {
    const auto after = store_.setting(sweep_setting);
    if (!after || after->empty()) return false;
    Evaluation evaluation{store_, reference_, settings_, now};
    const auto subjects = store_.facts().dated_subjects(*after, limit);
    for (const auto& subject : subjects) evaluation.run(subject);
    note(evaluation);
    store_.set_setting(sweep_setting, subjects.empty() ? std::string{} : subjects.back());
    return true;
}

bool Engine::step(Instant now, int limit) {
    const auto due = store_.agenda().due(now, limit);
    if (due.empty()) return sweep(now, limit);
    Evaluation evaluation{store_, reference_, settings_, now};
    for (const auto& subject : due) evaluation.run(subject);
    note(evaluation);
    return true;
}

void Engine::release_one(const Notice& notice, Instant now) {
    const auto alert = store_.alerts().find(notice.alert);
    FW_CHECK(alert.has_value());
    const Destination* destination = nullptr;
    for (const auto& each : settings_.destinations)
        if (each.name == notice.destination) destination = &each;
    // A destination that the configuration no longer has keeps its notices until it is back.
    if (destination == nullptr) return;

    MessageInput input;
    input.alert = *alert;
    input.revision = store_.alerts().revision(notice.alert, notice.revision);
    input.destination = *destination;
    input.recipient = notice.recipient;
    input.force = store_.facts().force(alert->force).value_or(Force{});
    const auto digest_of = [&](std::string_view what) {
        return hex(sha256(fmt::format("{}/{}/{}", store_.identity(), number_of(alert->id), what)))
            .substr(0, 32);
    };
    input.id =
        digest_of(fmt::format("{}/{}/{}", notice.revision, notice.destination, notice.recipient));
    input.thread_id = digest_of("episode");
    for (const auto& told : store_.alerts().told(alert->id))
        if (told.destination != notice.destination || told.recipient != notice.recipient)
            input.others.push_back(told.recipient.empty() ? told.destination : told.recipient);
    input.created_at = now;
    std::optional<DeliveryId> first;
    for (const auto& parcel : renderer_(input, settings_.mail)) {
        const auto id = store_.outbox().add(parcel, now);
        if (!first) first = id;
    }
    FW_CHECK(first.has_value());
    store_.alerts().settle_notice(notice.id, number_of(*first));
}

bool Engine::release(Instant now, int limit) {
    std::set<std::string> known;
    for (const auto& destination : settings_.destinations) known.insert(destination.name);
    const auto notices = store_.alerts().waiting(known, limit);
    for (const auto& notice : notices) release_one(notice, now);
    return !notices.empty();
}

std::optional<Instant> Engine::next_step_at() {
    const auto after = store_.setting(sweep_setting);
    if (after && !after->empty()) return Instant{};
    return store_.agenda().next_due_at();
}

Facts Engine::facts_at(Date as_of, Instant known_at, const std::string& force) const {
    std::vector<Recorded> events;
    store_.journal().visit(as_of, known_at, force,
                           [&](Recorded&& recorded) { events.push_back(std::move(recorded)); });
    return fold(std::move(events));
}

}  // namespace forcewatch
