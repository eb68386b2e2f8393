#include "daemon/engine/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.hpp"
#include "core/event_codec.hpp"
#include "daemon/engine/event_checker.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

/// Reference data holds for all time, so that a question about any day finds it.
constexpr Date always{std::chrono::year{1900} / std::chrono::January / 1};

template <typename... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

bool is_reference(const Event& event) { return event.index() <= 4; }

}  // namespace

Recorder::Recorder(Store& store, Reference& reference, Instant now, Origin origin)
    : store_{store},
      reference_{reference},
      today_{london_date(now)},
      now_{now},
      origin_{std::move(origin)} {}

tl::expected<void, EventFault> Recorder::record(const Event& event) {
    EventChecker checker{store_, reference_};
    if (auto fault = checker.check(event)) return tl::unexpected(std::move(*fault));
    append(event, place_of(event), subject_of(event), origin_);
    return {};
}

tl::expected<bool, EventFault> Recorder::upsert(const Event& event) {
    const auto known = store_.journal().latest(subject_of(event), kind_of(event));
    if (known && *known == encode(event)) return false;
    if (auto done = record(event); !done) return tl::unexpected(std::move(done.error()));
    return true;
}

tl::expected<bool, EventFault> Recorder::record_if_unknown(const Event& event) {
    if (store_.journal().knows(subject_of(event))) return false;
    if (auto done = record(event); !done) return tl::unexpected(std::move(done.error()));
    return true;
}

tl::expected<int, EventFault> Recorder::record_all(const std::vector<Event>& events) {
    for (const auto& event : events)
        if (auto done = record(event); !done) return tl::unexpected(std::move(done.error()));
    return static_cast<int>(events.size());
}

tl::expected<int, EventFault> Recorder::reconcile(const FindingRow& row) {
    const auto known =
        store_.facts().finding(finding_subject(row.raised.force, row.raised.reference));
    return record_all(changes(known, row, today_));
}

tl::expected<int, EventFault> Recorder::reconcile(const ActionRow& row) {
    const auto known =
        store_.facts().action(action_subject(row.planned.source, row.planned.external_id));
    if (known && known->force != row.planned.force)
        return tl::unexpected(EventFault{EventFault::Kind::conflict, "force",
                                         fmt::format("{} {} is an action of {}", known->source,
                                                     known->external_id, known->force)});
    return record_all(changes(known, row, today_));
}

Recorder::Place Recorder::place_of_inspection(const std::string& programme,
                                              const std::string& cycle,
                                              const PartialDate& published) {
    if (published.known())
        return {*published.last_day(),
                published.uncertain() ? Certainty::partial : Certainty::exact};
    const auto found = reference_.facts().cycles.find(fmt::format("cycle:{} {}", programme, cycle));
    const auto end =
        found == reference_.facts().cycles.end() ? std::nullopt : found->second.ends.last_day();
    return {end.value_or(today_), Certainty::undated};
}

Recorder::Place Recorder::place_of(const Event& event) {
    const auto of_date = [&](const PartialDate& date, Date otherwise) -> Place {
        if (!date.known()) return {otherwise};
        return {*date.last_day(), date.uncertain() ? Certainty::partial : Certainty::exact};
    };
    const auto of_inspection = [&](const std::string& id) -> Place {
        const auto inspection = store_.facts().inspection(id);
        return inspection ? place_of_inspection(inspection->programme, inspection->cycle,
                                                inspection->published)
                          : Place{today_};
    };
    const auto of_first = [&](const std::string& subject) -> Place {
        const auto events = store_.journal().about(subject);
        return events.empty() ? Place{today_}
                              : Place{events.front().effective_on, events.front().certainty};
    };
    const Overloaded placer{
        [&](const InspectionPublished& e) {
            return place_of_inspection(e.programme, e.cycle, e.published);
        },
        [&](const JudgementMade& e) { return of_inspection(e.inspection); },
        [&](const JudgementCorrected& e) { return of_first(subject_of(e)); },
        [&](const JudgementRegraded& e) { return Place{e.on}; },
        [&](const StageMoved& e) { return of_date(e.decided, today_); },
        [&](const FindingRaised& e) {
            return e.raised.known() || e.inspection.empty() ? of_date(e.raised, today_)
                                                            : of_inspection(e.inspection);
        },
        [&](const FindingClaimed& e) { return Place{e.on}; },
        [&](const FindingVerified& e) { return Place{e.on}; },
        [&](const FindingDecided& e) { return Place{e.on}; },
        [&](const FindingAmended&) { return Place{today_}; },
        [&](const ActionPlanned& e) { return of_date(e.planned, today_); },
        [&](const ActionAmended&) { return Place{today_}; },
        [&](const ActionUpdated& e) { return Place{e.on}; },
        [&](const DeadlineRevised& e) { return Place{e.agreed_on}; },
        [&](const ObligationArose& e) { return of_inspection(e.inspection); },
        [&](const ObligationReplied& e) { return Place{e.on}; },
        [&](const RulesAdopted&) { return Place{today_}; },
        [&](const Retracted& e) { return of_first(e.item); },
        [&](const auto&) { return Place{always}; },
    };
    return std::visit(placer, event);
}

void Recorder::append(const Event& event, const Place& place, const std::string& subject,
                      const Origin& origin) {
    auto& journal = store_.journal();
    std::vector<Recorded> events;
    const bool existed = journal.knows(subject);
    if (existed) events = journal.about(subject);

    Recorded recorded{{}, now_, place.effective_on, place.certainty, origin, event};
    // Nothing said of an item comes before the item itself.
    if (existed && recorded.effective_on < events.front().effective_on &&
        event.index() != events.front().event.index())
        recorded.effective_on = events.front().effective_on;
    recorded.seq = journal.append(recorded);
    events.push_back(std::move(recorded));
    store_.facts().replace(subject, fold(std::move(events)), existed);
    ++recorded_;
    touch(event);
}

void Recorder::touch(const Event& event) {
    if (std::holds_alternative<ForceRecorded>(event)) reference_.forget();
    if (is_reference(event)) {
        reference_.forget();
        reference_changed_ = true;
        definitions_changed_ =
            definitions_changed_ || std::holds_alternative<ObligationDefined>(event);
        return;
    }
    if (const auto* inspection = std::get_if<InspectionPublished>(&event)) {
        published_.insert(inspection->inspection);
        for (const auto& force : inspection->forces)
            touched_.insert(tracks_subject(force, inspection->programme));
        return;
    }
    const std::string subject = subject_of(event);
    const auto kind = subject_kind(subject);
    if (kind == "judgement") {
        const auto key = subject_key(subject);
        const std::string inspection_id{key.substr(0, key.find('/'))};
        const auto rest = key.substr(key.find('/') + 1);
        if (const auto inspection = store_.facts().inspection(inspection_id))
            touched_.insert(tracks_subject(rest.substr(0, rest.find('/')), inspection->programme));
    } else if (kind == "stage") {
        const auto key = subject_key(subject);
        touched_.insert(monitoring_subject(key.substr(0, key.find('/'))));
    } else if (kind == "finding" || kind == "action" || kind == "obligation") {
        touched_.insert(subject);
    } else if (kind == "inspection") {
        retract_obligations(std::string{subject_key(subject)});
    }
}

void Recorder::retract_obligations(const std::string& inspection) {
    for (const auto& force : store_.facts().forces())
        for (const auto& [subject, definition] : reference_.facts().obligation_definitions) {
            const auto item = obligation_subject(definition.definition, inspection, force.id);
            if (!store_.facts().obligation(item)) continue;
            const Retracted retracted{item, "the publication was withdrawn"};
            append(Event{retracted}, place_of(Event{retracted}), item,
                   {-1, "forcewatchd", origin_.request, {}, {}});
        }
}

void Recorder::oblige(const ObligationDefined& definition, const Inspection& inspection,
                      const Force& force) {
    const auto published = inspection.published.last_day();
    const bool applies =
        published &&
        (definition.kinds.empty() || std::find(definition.kinds.begin(), definition.kinds.end(),
                                               text_of(force.kind)) != definition.kinds.end()) &&
        (!definition.valid_from.known() || *definition.valid_from.last_day() <= *published) &&
        (!definition.valid_until.known() || *published <= *definition.valid_until.last_day());
    if (!applies) return;
    const Date last_day = last_day_of_period(*published, std::chrono::days{definition.days});
    const Deadline deadline{definition.deadline, PartialDate{last_day}, definition.words,
                            "forcewatchd"};
    const auto subject = obligation_subject(definition.definition, inspection.id, force.id);
    const Origin origin{-1, "forcewatchd", origin_.request, "follows from the publication",
                        origin_.source};
    const auto known = store_.facts().obligation(subject);
    if (!known) {
        const Event arose{ObligationArose{definition.definition, inspection.id, force.id,
                                          definition.title, deadline, today_ <= last_day}};
        append(arose, place_of(arose), subject, origin);
    } else if (known->deadline.due != deadline.due) {
        const Event moved{
            DeadlineRevised{subject, deadline, today_, "the publication date was corrected", {}}};
        append(moved, place_of(moved), subject, origin);
    }
}

void Recorder::derive_obligations() {
    if (published_.empty() && !definitions_changed_) return;
    std::vector<Inspection> inspections;
    if (definitions_changed_) {
        inspections = store_.facts().inspections({}, 1'000'000);
    } else {
        for (const auto& id : published_)
            if (auto inspection = store_.facts().inspection(id))
                inspections.push_back(std::move(*inspection));
    }
    published_.clear();
    const auto definitions = reference_.facts().obligation_definitions;
    for (const auto& inspection : inspections)
        for (const auto& id : inspection.forces) {
            const auto force = store_.facts().force(id);
            if (!force) continue;
            for (const auto& [subject, definition] : definitions)
                oblige(definition, inspection, *force);
        }
}

}  // namespace forcewatch
