// What follows from what was recorded: the second half of Recorder.
#include <fmt/format.h>

#include <algorithm>

#include "core/deadline_words.hpp"
#include "core/evaluate.hpp"
#include "core/source_order.hpp"
#include "daemon/engine/recorder.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

constexpr int all_of_them = 1'000'000;

bool names(const std::vector<std::string>& list, std::string_view word) {
    return list.empty() || std::find(list.begin(), list.end(), word) != list.end();
}

/// What the definitions made a force owe for one cause.
std::vector<Obligation> duties_of(Store& store, Reference& reference, const std::string& cause,
                                  const std::string& force) {
    std::vector<Obligation> duties;
    for (const auto& [subject, definition] : reference.facts().obligation_definitions)
        if (auto duty =
                store.facts().obligation(obligation_subject(definition.definition, cause, force)))
            duties.push_back(std::move(*duty));
    return duties;
}

std::string subject_of(const Obligation& duty) {
    return obligation_subject(duty.definition, duty.cause, duty.force);
}

/// The day in the key of a move, such as "kent/2026-03-09/engage".
PartialDate day_of_move(std::string_view key) {
    const auto first = key.find('/');
    const auto last = key.rfind('/');
    if (first == last) return {};
    return PartialDate::parse(key.substr(first + 1, last - first - 1)).value_or(PartialDate{});
}

}  // namespace

void Recorder::note_causes(const Event& event, bool existed) {
    if (const auto* published = std::get_if<InspectionPublished>(&event)) {
        const auto before = store_.facts().inspection(published->inspection);
        if (before && before->published != published->published)
            redated_.insert(published->inspection);
        for (const auto& force : published->forces)
            causes_.push_back({ObligationTrigger::publication, published->inspection, force,
                               published->programme, published->published.last_day()});
    } else if (const auto* raised = std::get_if<FindingRaised>(&event)) {
        raised_.insert(subject_of(event));
        if (!is_cause(raised->finding_kind)) return;
        const auto inspection = store_.facts().inspection(raised->inspection);
        causes_.push_back({ObligationTrigger::cause_of_concern, raised->reference, raised->force,
                           inspection ? inspection->programme : std::string{},
                           raised->raised.known()       ? raised->raised.last_day()
                           : raised->inspection.empty() ? std::optional{today_}
                                                        : published_on(raised->inspection)});
    } else if (const auto* moved = std::get_if<StageMoved>(&event)) {
        moves_[moved->force].insert(*moved->decided.last_day());
        for (const auto& other : store_.facts().stage_moves(moved->force))
            if (other.stage == moved->stage && tells_better(moved->decided, other.decided))
                retract_duties_of_move(moved->force, other.decided,
                                       "the day of the move is known better");
    } else if (std::holds_alternative<ObligationDefined>(event)) {
        definitions_changed_ = true;
    } else if (const auto* policy = std::get_if<DeadlinePolicySet>(&event)) {
        policies_.push_back(*policy);
    } else if (const auto* retracted = std::get_if<Retracted>(&event)) {
        if (existed && subject_kind(retracted->item) == "inspection")
            retract_obligations(std::string{subject_key(retracted->item)});
        if (existed && subject_kind(retracted->item) == "stage") {
            const auto decided = day_of_move(subject_key(retracted->item));
            const auto force = force_in(retracted->item);
            retract_duties_of_move(force, decided, "the move was taken back");
            if (const auto day = decided.last_day()) moves_[force].insert(*day);
        }
    }
}

void Recorder::retract_obligations(const std::string& inspection) {
    for (const auto& force : store_.facts().forces())
        for (const auto& duty : duties_of(store_, reference_, inspection, force.id))
            follow(Event{Retracted{subject_of(duty), "the publication was withdrawn"}}, "");
}

/// One that has its reply stays.
void Recorder::retract_duties_of_move(const std::string& force, const PartialDate& decided,
                                      const char* why) {
    if (!decided.last_day()) return;
    for (const auto& duty : duties_of(store_, reference_, text_of(*decided.last_day()), force))
        if (!duty.replied_on) follow(Event{Retracted{subject_of(duty), why}}, "");
}

void Recorder::redate_finding(const Finding& finding) {
    const auto subject = finding_subject(finding.force, finding.reference);
    const auto events = store_.journal().about(subject);
    const auto founding = std::find_if(events.rbegin(), events.rend(), [](const Recorded& each) {
        return std::holds_alternative<FindingRaised>(each.event);
    });
    constexpr auto why = "the publication date was corrected";
    if (founding != events.rend() && !finding.raised.known()) follow(founding->event, why);
    Deadline deadline = finding.deadline.current();
    const auto published = published_on(finding.inspection);
    const auto due = deadline.resolved_by == resolved_by_daemon && published
                         ? resolve_deadline_words(deadline.words, *published)
                         : std::nullopt;
    if (!due || deadline.due == PartialDate{*due}) return;
    deadline.due = PartialDate{*due};
    follow(Event{DeadlineRevised{subject, deadline, today_, why, {}}}, why);
}

/// The judgements and findings that take their day from the publication take its new one.
void Recorder::redate(const std::string& inspection_id) {
    const auto inspection = store_.facts().inspection(inspection_id);
    if (!inspection) return;
    for (const auto& subject : store_.facts().judgements_in(inspection_id)) {
        const auto events = store_.journal().about(subject);
        const auto made = std::find_if(events.rbegin(), events.rend(), [](const Recorded& each) {
            return std::holds_alternative<JudgementMade>(each.event);
        });
        if (made != events.rend()) follow(made->event, "the publication date was corrected");
    }
    ItemFilter filter;  // a finding may name a publication that does not list its force
    filter.limit = all_of_them;
    for (const auto& finding : store_.facts().findings(filter))
        if (finding.inspection == inspection_id) redate_finding(finding);
}

void Recorder::oblige(const ObligationDefined& definition, const Cause& cause) {
    const auto& force = reference_.force(cause.force);
    if (!force || !cause.on || definition.trigger != cause.trigger) return;
    const bool applies =
        names(definition.kinds, text_of(force->kind)) &&
        (definition.programmes.empty() || names(definition.programmes, cause.programme)) &&
        (!definition.valid_from.known() || *definition.valid_from.last_day() <= *cause.on) &&
        (!definition.valid_until.known() || *cause.on <= *definition.valid_until.last_day());
    if (!applies) return;

    Deadline deadline{DeadlineKind::none, {}, definition.words, resolved_by_daemon};
    bool tracked = true;
    if (definition.days > 0) {
        const Date last_day =
            definition.working ? reference_.calendar().plus(*cause.on, definition.days).day
                               : last_day_of_period(*cause.on, std::chrono::days{definition.days});
        deadline.kind = definition.deadline;
        deadline.due = PartialDate{last_day};
        tracked = today_ <= last_day;
    } else {
        // Nobody has fixed a date: it is chased only where it is news.
        tracked = today_ - *cause.on <= std::chrono::days{365};
    }
    const auto subject = obligation_subject(definition.definition, cause.id, cause.force);
    const auto known = store_.facts().obligation(subject);
    const auto arises = [&](bool is_tracked, const char* why) {
        follow(Event{ObligationArose{definition.definition, cause.id, cause.force, definition.title,
                                     deadline, is_tracked}},
               why);
    };
    constexpr auto follows = "follows from what was recorded";
    if (!known) return arises(tracked, follows);
    // Its period had run out, by a date that was a mistake: it begins anew.
    if (!known->tracked && tracked && !known->replied_on) return arises(true, follows);
    const auto current = known->deadline.current();
    if (current.resolved_by != resolved_by_daemon || !deadline.due.known() ||
        current.due == deadline.due)
        return;
    constexpr auto corrected = "the date it counts from was corrected";
    // What was revised since stands above what founds the duty.
    if (known->deadline.moves().empty())
        arises(known->tracked, corrected);
    else
        follow(Event{DeadlineRevised{subject, deadline, today_, corrected, {}}}, corrected);
}

/// Only a move that changes the stage obliges, not one that repeats it. A move makes the next one
/// after it a change, or a repetition.
void Recorder::look_at_moves(const std::string& force, const std::set<Date>& days) {
    const auto moves = store_.facts().stage_moves(force);
    const auto intervals = stage_intervals(moves);
    const auto look_at = [&](const StageMove& move) {
        const bool changes =
            std::any_of(intervals.begin(), intervals.end(), [&](const StageInterval& interval) {
                return interval.stage == move.stage && interval.from_as_given == move.decided;
            });
        if (changes)
            oblige_by_all(entry_cause(force, *move.decided.last_day()));
        else
            retract_duties_of_move(force, move.decided, "the force was in Engage already");
    };
    std::map<Date, StageMove> into_engage;
    for (auto& move : told_moves(moves))
        if (move.stage == MonitoringStage::engage)
            into_engage.emplace(*move.decided.last_day(), std::move(move));
    for (const auto day : days) {
        auto at = into_engage.lower_bound(day);
        if (at != into_engage.end() && at->first == day) look_at((at++)->second);
        if (at != into_engage.end()) look_at(at->second);
    }
}

Recorder::Cause Recorder::entry_cause(const std::string& force, Date on) {
    return {ObligationTrigger::engage, text_of(on), force, {}, on};
}

void Recorder::oblige_by_all(const Cause& cause) {
    const auto definitions = reference_.facts().obligation_definitions;
    for (const auto& [subject, definition] : definitions) oblige(definition, cause);
}

std::vector<Recorder::Cause> Recorder::every_cause() {
    std::vector<Cause> causes;
    for (const auto& inspection : store_.facts().inspections({}, all_of_them))
        for (const auto& force : inspection.forces)
            causes.push_back({ObligationTrigger::publication, inspection.id, force,
                              inspection.programme, inspection.published.last_day()});
    for (const auto& force : store_.facts().forces_with_moves())
        for (const auto& interval : stage_intervals(store_.facts().stage_moves(force)))
            if (interval.stage == MonitoringStage::engage)
                causes.push_back(entry_cause(force, *interval.from_as_given.last_day()));
    ItemFilter filter;
    filter.limit = all_of_them;
    for (const auto& finding : store_.facts().findings(filter)) {
        if (!is_cause(finding.kind)) continue;
        const auto inspection = store_.facts().inspection(finding.inspection);
        causes.push_back({ObligationTrigger::cause_of_concern, finding.reference, finding.force,
                          inspection ? inspection->programme : std::string{}, finding.raised_on});
    }
    return causes;
}

void Recorder::apply_policy(const std::string& subject) {
    const auto finding = store_.facts().finding(subject);
    const auto& force = finding ? reference_.force(finding->force) : std::nullopt;
    if (!force || clock_stopped_on(*finding, Axis::force) || !finding->raised_on) return;
    const auto mark = policy_subject(force->kind, finding->kind);
    const auto policy = reference_.facts().policies.find(mark);
    if (policy == reference_.facts().policies.end()) return;
    const Deadline current = finding->deadline.current();
    // Only what nobody has dated, or what an earlier version of the policy did.
    const bool ours = current.kind == DeadlineKind::none || current.resolved_by == mark;
    Deadline target{DeadlineKind::none, {}, current.words, mark};
    if (policy->second.days > 0) {
        target.kind = DeadlineKind::local;
        target.due = PartialDate{*finding->raised_on + std::chrono::days{policy->second.days}};
    }
    if (!ours || (current.kind == target.kind && current.due == target.due)) return;
    follow(Event{DeadlineRevised{subject, target, today_,
                                 fmt::format("policy: {} days for each {}", policy->second.days,
                                             text_of(finding->kind)),
                                 "policy"}},
           "follows from the deadline policy");
}

void Recorder::apply_policies(const DeadlinePolicySet& policy) {
    ItemFilter filter;
    filter.limit = all_of_them;
    for (const auto& finding : store_.facts().findings(filter))
        if (finding.kind == policy.finding_kind)
            apply_policy(finding_subject(finding.force, finding.reference));
}

/// What was the same as a finding that is no more stands for itself again.
void Recorder::part_from_withdrawn() {
    for (const auto& subject : std::exchange(withdrawn_, {})) {
        if (subject_kind(subject) != "finding" || store_.facts().finding(subject)) continue;
        const auto key = subject_key(subject);
        const auto force = std::string{key.substr(0, key.find('/'))};
        const auto reference = std::string{key.substr(key.find('/') + 1)};
        for (const auto& duplicate : store_.facts().duplicates_of(force, reference)) {
            constexpr auto why = "the finding that stood for it was withdrawn";
            follow(Event{FindingMatched{force, duplicate, reference, false, today_, {}, why}}, why);
        }
    }
}

void Recorder::derive() {
    part_from_withdrawn();
    for (const auto& inspection : std::exchange(redated_, {})) redate(inspection);
    const auto policies = std::exchange(policies_, {});
    for (const auto& policy : policies) apply_policies(policy);
    if (!reference_.facts().policies.empty())
        for (const auto& finding : std::exchange(raised_, {})) apply_policy(finding);
    auto causes = std::exchange(causes_, {});
    const auto moves = std::exchange(moves_, {});
    if (std::exchange(definitions_changed_, false)) causes = every_cause();
    if (reference_.facts().obligation_definitions.empty()) return;
    for (const auto& cause : causes) oblige_by_all(cause);
    for (const auto& [force, days] : moves) look_at_moves(force, days);
}

}  // namespace forcewatch
