#include "daemon/engine/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.hpp"
#include "core/deadline_words.hpp"
#include "core/event_codec.hpp"
#include "core/overloaded.hpp"
#include "core/source_order.hpp"
#include "daemon/engine/disputes.hpp"
#include "daemon/engine/event_checker.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

/// Reference data holds for all time, so that a question about any day finds it.
constexpr Date always{std::chrono::year{1900} / std::chrono::January / 1};

/// Puts tokens in place of the names in an event.
struct Tokens {
    People& people;
    std::string actor;  ///< stands in where nobody is named: "uid:1000"

    void operator()(FindingClaimed& e) const { e.by = someone(e.by); }
    void operator()(FindingVerified& e) const { e.by = someone(e.by); }
    void operator()(FindingMatched& e) const { e.by = someone(e.by); }
    void operator()(EvidenceFiled& e) const { e.by = someone(e.by); }
    void operator()(PersonRecorded& e) const {
        e.person = people.token_of(e.person);
        e.deputy = people.token_of(e.deputy);
    }
    void operator()(PersonMoved& e) const { e.person = people.token_of(e.person); }
    void operator()(ActionPlanned& e) const {
        e.owner = people.token_of(e.owner);
        for (auto& name : e.contributors) name = people.token_of(name);
    }
    void operator()(ActionAmended& e) const {
        if (e.owner) e.owner = people.token_of(*e.owner);
        if (e.contributors)
            for (auto& name : *e.contributors) name = people.token_of(name);
    }
    template <typename Other>
    void operator()(Other&) const {}

private:
    [[nodiscard]] std::string someone(const std::string& name) const {
        return name.empty() ? actor : people.token_of(name);
    }
};

}  // namespace

Recorder::Recorder(Store& store, Reference& reference, Instant now, Origin origin,
                   RecordingLimits limits)
    : store_{store},
      reference_{reference},
      facts_{store, reference},
      today_{london_date(now)},
      now_{now},
      origin_{std::move(origin)},
      limits_{limits},
      begun_after_{store.journal().head()} {}

std::optional<Date> Recorder::published_on(const std::string& inspection_id) {
    const auto inspection = store_.facts().inspection(inspection_id);
    return inspection ? inspection->published.last_day() : std::nullopt;
}

Event Recorder::completed(Event event) {
    std::visit(Tokens{store_.people(), fmt::format("uid:{}", origin_.uid)}, event);
    if (auto* published = std::get_if<InspectionPublished>(&event)) {
        // One publication may cover several forces, told of one by one.
        if (const auto known = store_.facts().inspection(published->inspection))
            published->forces.insert(published->forces.end(), known->forces.begin(),
                                     known->forces.end());
        std::sort(published->forces.begin(), published->forces.end());
        published->forces.erase(std::unique(published->forces.begin(), published->forces.end()),
                                published->forces.end());
    }
    if (auto* raised = std::get_if<FindingRaised>(&event)) {
        auto& deadline = raised->deadline;
        const bool in_words = deadline.kind != DeadlineKind::none && !deadline.due.known();
        auto published = published_on(raised->inspection);
        if (!published) published = raised->raised.last_day();
        const auto due = in_words && published ? resolve_deadline_words(deadline.words, *published)
                                               : std::nullopt;
        if (due) {
            deadline.due = PartialDate{*due};
            deadline.resolved_by = resolved_by_daemon;
        }
    }
    return event;
}

tl::expected<void, EventFault> Recorder::record(const Event& said) {
    return record_at(completed(said), std::nullopt);
}

tl::expected<void, EventFault> Recorder::record_at(const Event& event, std::optional<Place> place) {
    EventChecker checker{store_,
                         reference_,
                         today_,
                         origin_.uid,
                         limits_.moves_without_approval,
                         closings_.has_value()};
    if (auto fault = checker.check(event)) return tl::unexpected(std::move(*fault));
    if (closings_) look_at_closing_of(event);
    append(event, place ? *place : place_of(event), subject_of(event), origin_);
    if (const auto* judgement = std::get_if<JudgementMade>(&event)) cover(*judgement);
    return {};
}

/// What is looked at once all rows are taken: a cause of concern that is closed, and what is raised
/// or opened again under one.
void Recorder::look_at_closing_of(const Event& event) {
    const auto look_at = [&](const auto& e) { closings_->push_back({row_, e.force, e.reference}); };
    if (const auto* raised = std::get_if<FindingRaised>(&event); raised && !raised->parent.empty())
        look_at(*raised);
    if (const auto* decided = std::get_if<FindingDecided>(&event)) look_at(*decided);
}

/// A publication covers every force that it judges.
void Recorder::cover(const JudgementMade& judgement) {
    const auto known = store_.facts().inspection(judgement.inspection);
    if (!known || std::find(known->forces.begin(), known->forces.end(), judgement.force) !=
                      known->forces.end())
        return;
    follow(completed(Event{InspectionPublished{known->id,
                                               known->programme,
                                               known->cycle,
                                               known->published,
                                               known->title,
                                               known->url,
                                               {judgement.force}}}),
           "it judges this force");
}

std::vector<std::pair<Recorder::Row, EventFault>> Recorder::left_open() {
    std::vector<std::pair<Row, EventFault>> faults;
    EventChecker checker{store_, reference_, today_, origin_.uid, limits_.moves_without_approval,
                         false};
    for (const auto& [row, force, reference] : closings_.value_or(std::vector<Closing>{})) {
        const auto finding = store_.facts().finding(finding_subject(force, reference));
        if (!finding) continue;
        auto fault = finding->inspectorate_state == InspectorateState::open
                         ? checker.fault_of_closed_parent(force, finding->parent)
                         : checker.closable(force, reference,
                                            finding->inspectorate_state_on.value_or(today_));
        if (fault) faults.emplace_back(row, std::move(*fault));
    }
    return faults;
}

tl::expected<bool, EventFault> Recorder::upsert(const Event& said) {
    Event event = completed(said);
    if (const auto known = standing(event)) {
        if (auto fault = told_otherwise(event, *known)) return tl::unexpected(std::move(*fault));
        event = filled_in(std::move(event), known->event);
        if (encode(event) == encode(known->event)) return false;
    }
    const auto outcome = Disputes{store_, limits_.source_order, now_}.settle(event, origin_);
    if (!outcome.holds) return false;
    if (const auto known = standing(*outcome.holds);
        known && encode(known->event) == encode(*outcome.holds))
        return false;
    if (auto done = record(*outcome.holds); !done) return tl::unexpected(std::move(done.error()));
    for (const auto& subject : outcome.beaten) {
        const Retracted beaten{subject, fmt::format("{} is believed", origin_.source)};
        if (auto done = record(Event{beaten}); !done)
            return tl::unexpected(std::move(done.error()));
    }
    return true;
}

std::optional<EventFault> Recorder::told_otherwise(const Event& event,
                                                   const Recorded& standing) const {
    const auto* judgement = std::get_if<JudgementMade>(&event);
    const auto* before = std::get_if<JudgementMade>(&standing.event);
    if (judgement == nullptr || before == nullptr || judgement->grade == before->grade ||
        !is_of_this_file(standing))
        return std::nullopt;
    return EventFault{
        EventFault::Kind::conflict, "grade",
        fmt::format("{} gives the same judgement \"{}\"", standing.origin.source, before->grade)};
}

bool Recorder::is_of_this_file(const Recorded& recorded) const {
    const auto& source = recorded.origin.source;
    return recorded.seq > begun_after_ && source != origin_.source &&
           document_of(source) == document_of(origin_.source);
}

std::optional<EventFault> Recorder::told_otherwise(const std::string& subject,
                                                   const std::vector<Event>& changes) const {
    const auto differs = std::find_if(changes.begin(), changes.end(), [](const Event& each) {
        return std::holds_alternative<DeadlineRevised>(each) ||
               std::holds_alternative<ActionAmended>(each) ||
               std::holds_alternative<FindingAmended>(each);
    });
    if (differs == changes.end()) return std::nullopt;
    const auto events = store_.journal().about(subject);
    if (events.empty() || !is_of_this_file(events.back())) return std::nullopt;
    const bool dated = std::holds_alternative<DeadlineRevised>(*differs);
    return EventFault{
        EventFault::Kind::conflict, dated ? "due" : "title",
        fmt::format("{} says otherwise of the same one", events.back().origin.source)};
}

std::optional<Recorded> Recorder::standing(const Event& event) const {
    const auto subject = subject_of(event);
    if (!store_.facts().holds(subject)) return std::nullopt;
    auto events = store_.journal().about(subject);
    drop_withdrawn(events);
    const auto latest = std::find_if(events.rbegin(), events.rend(), [&](const Recorded& each) {
        return each.event.index() == event.index();
    });
    return latest == events.rend() ? std::nullopt : std::optional{std::move(*latest)};
}

tl::expected<bool, EventFault> Recorder::record_past(const PastEvent& past) {
    const Event event = completed(past.event);
    const auto subject = subject_of(event);
    const auto words = encode(event);
    const auto told_before = past_told_[fmt::format("{}\n{}\n{}", subject, event.index(), words)]++;
    if (store_.journal().knows(subject)) {
        const auto events = store_.journal().about(subject);
        const auto known = std::count_if(events.begin(), events.end(), [&](const Recorded& each) {
            return each.event.index() == event.index() && encode(each.event) == words;
        });
        if (known > told_before) return false;
    }
    const Place place{past.effective_on, past.certainty};
    if (auto done = record_at(event, place); !done) return tl::unexpected(std::move(done.error()));
    return true;
}

void Recorder::withdraw(JournalSeq first, JournalSeq last, const std::string& reason) {
    std::vector<Recorded> gone;
    std::map<std::string, Date> earliest;
    store_.journal().each_after(JournalSeq{number_of(first) - 1}, last, [&](Recorded&& recorded) {
        if (is_decision(recorded.event)) return;
        const auto [at, added] =
            earliest.try_emplace(subject_of(recorded.event), recorded.effective_on);
        at->second = std::min(at->second, recorded.effective_on);
        gone.push_back(std::move(recorded));
    });
    // Looked at where they were, and where they are no more.
    for (const auto& recorded : gone) touch(recorded.event);
    for (const auto& [subject, on] : earliest)
        append(EventsWithdrawn{subject, static_cast<int>(number_of(first)),
                               static_cast<int>(number_of(last)), reason},
               {on}, subject, origin_);
    for (const auto& recorded : gone) touch(recorded.event);
    part_from_withdrawn();
}

void Recorder::follow(const Event& event, const char* reason) {
    // Of the file, not of a row: what follows is recorded once all rows are.
    append(event, place_of(event), subject_of(event),
           {-1, "forcewatchd", origin_.request, reason, document_of(origin_.source)});
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

tl::expected<int, EventFault> Recorder::reconcile(const FindingRow& said) {
    FindingRow row = said;
    row.raised = std::get<FindingRaised>(completed(Event{said.raised}));
    const auto subject = finding_subject(row.raised.force, row.raised.reference);
    const auto known = store_.facts().finding(subject);
    const auto events = changes(known, row, today_);
    if (known)
        if (auto fault = told_otherwise(subject, events)) return tl::unexpected(std::move(*fault));
    return record_all(events);
}

tl::expected<int, EventFault> Recorder::reconcile(const ActionRow& said) {
    ActionRow row = said;
    row.planned = std::get<ActionPlanned>(completed(Event{said.planned}));
    const auto subject = action_subject(row.planned.source, row.planned.external_id);
    const auto known = store_.facts().action(subject);
    if (known && known->force != row.planned.force)
        return tl::unexpected(EventFault{EventFault::Kind::conflict, "force",
                                         fmt::format("{} {} is an action of {}", known->source,
                                                     known->external_id, known->force)});
    const auto events = changes(known, row, today_);
    // A file may tell the story of an action, a row for each day.
    const bool later = known && row.updated_on && row.updated_on > known->updated_on;
    if (known && !later)
        if (auto fault = told_otherwise(subject, events)) return tl::unexpected(std::move(*fault));
    return record_all(events);
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
    if (is_decision(event)) return {today_};
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
    const auto of_earliest = [&](const std::string& subject) -> Place {
        Date earliest = today_;
        for (const auto& each : store_.journal().about(subject))
            earliest = std::min(earliest, each.effective_on);
        return {earliest};
    };
    const auto of_cause = [&](const ObligationArose& e) -> Place {
        if (const auto day = parse_date(e.cause)) return {*day};
        if (const auto finding = store_.facts().finding(finding_subject(e.force, e.cause)))
            return {finding->raised_on.value_or(today_)};
        return of_inspection(e.cause);
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
        [&](const FindingMatched& e) { return Place{e.on}; },
        [&](const FindingAmended&) { return Place{today_}; },
        [&](const ActionPlanned& e) { return of_date(e.planned, today_); },
        [&](const ActionAmended&) { return Place{today_}; },
        [&](const ActionUpdated& e) { return Place{e.on}; },
        [&](const PersonRecorded&) { return Place{today_}; },
        [&](const PersonMoved& e) { return Place{e.on}; },
        [&](const ConditionSet&) { return Place{today_}; },
        [&](const ConditionJudged& e) { return Place{e.on}; },
        [&](const MeetingPlanned& e) { return of_date(e.planned, today_); },
        [&](const MeetingUpdated& e) { return Place{e.on}; },
        [&](const EvidenceFiled& e) { return Place{e.on}; },
        [&](const DeadlineRevised& e) { return Place{e.agreed_on}; },
        [&](const ObligationArose& e) { return of_cause(e); },
        [&](const ObligationReplied& e) { return Place{e.on}; },
        [&](const RulesAdopted&) { return Place{today_}; },
        [&](const Retracted& e) { return of_earliest(e.item); },
        [&](const auto&) { return Place{always}; },
    };
    return std::visit(placer, event);
}

void Recorder::append(const Event& event, const Place& place, const std::string& subject,
                      const Origin& origin) {
    if (is_decision(event)) {
        (void)store_.journal().append(
            {{}, now_, place.effective_on, place.certainty, origin, event, {}});
        ++recorded_;
        return;
    }
    auto& journal = store_.journal();
    std::vector<Recorded> events;
    const bool existed = journal.knows(subject);
    if (existed) events = journal.about(subject);

    Recorded recorded{{},     now_,  place.effective_on, place.certainty,
                      origin, event, force_of(event)};
    // A publication that came to cover several forces is no longer of the first one alone.
    const bool of_publication =
        existed && std::holds_alternative<InspectionPublished>(events.front().event);
    if (recorded.force.empty() && existed && !of_publication) recorded.force = events.front().force;
    const bool retracts = std::holds_alternative<Retracted>(event);
    // Nothing said of an item comes before the item itself.
    if (existed && !retracts && recorded.effective_on < events.front().effective_on &&
        event.index() != events.front().event.index())
        recorded.effective_on = events.front().effective_on;
    // What is withdrawn, or moves elsewhere, is looked at where it was as well.
    if (existed && retracts) touch(event);
    note_causes(event, existed);
    recorded.seq = journal.append(recorded);
    const std::string force = recorded.force;
    events.push_back(std::move(recorded));
    store_.facts().replace(subject, fold(std::move(events)), existed);
    if (retracts || std::holds_alternative<EventsWithdrawn>(event)) withdrawn_.insert(subject);
    ++recorded_;
    touch(event);
    if (limits_.watches_silence && !force.empty()) touched_.insert(silence_subject(force));
}

void Recorder::touch(const Event& event) {
    if (std::holds_alternative<ForceRecorded>(event)) reference_.forget();
    if (is_reference(event)) {
        reference_.forget();
        reference_changed_ = true;
        return;
    }
    if (const auto* moved = std::get_if<PersonMoved>(&event))
        for (auto& action : store_.facts().open_actions_of(moved->person))
            touched_.insert(std::move(action));
    touched_by(event, facts_, [&](std::string subject) { touched_.insert(std::move(subject)); });
}

}  // namespace forcewatch
