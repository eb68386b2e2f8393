#include "core/facts.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/fold_order.hpp"

namespace forcewatch {

namespace {

template <typename Item>
Item* find(std::map<std::string, Item>& items, const std::string& subject) {
    const auto found = items.find(subject);
    return found == items.end() ? nullptr : &found->second;
}

/// Takes apart what it is given, or copies out of it where that is const.
template <typename Given>
struct Applier {
    template <typename E>
    using As = std::conditional_t<std::is_const_v<Given>, const E, E>;

    Facts& facts;
    Given& recorded;
    std::string subject;

    void operator()(As<ScaleDefined>& e) { facts.scales[subject] = std::move(e); }
    void operator()(As<CycleDefined>& e) { facts.cycles[subject] = std::move(e); }
    void operator()(As<AreaDefined>& e) { facts.areas[subject] = std::move(e); }
    void operator()(As<AreasLinked>& e) { facts.links[subject] = std::move(e); }
    void operator()(As<HolidaysDefined>& e) { facts.holidays[subject] = std::move(e); }
    void operator()(As<ObligationDefined>& e) {
        facts.obligation_definitions[subject] = std::move(e);
    }
    void operator()(As<DeadlinePolicySet>& e) { facts.policies[subject] = std::move(e); }
    void operator()(As<ForceRecorded>& e) {
        facts.forces[subject] = {
            std::move(e.force),   std::move(e.name), e.force_kind,           std::move(e.region),
            std::move(e.aliases), std::move(e.slug), std::move(e.successor), e.ended};
    }
    void operator()(As<PersonRecorded>& e) {
        auto& person = facts.people[subject];
        person.id = e.person;
        person.deputy = e.deputy;
    }
    void operator()(As<PersonMoved>& e) {
        auto& person = facts.people[subject];
        person.id = e.person;
        person.active = e.active;
        person.since = e.on;
    }
    void operator()(As<InspectionPublished>& e) {
        if (auto* inspection = founded(facts.inspections)) {
            inspection->id = std::move(e.inspection);
            inspection->programme = std::move(e.programme);
            inspection->cycle = std::move(e.cycle);
            inspection->published = e.published;
            inspection->title = std::move(e.title);
            inspection->url = std::move(e.url);
            inspection->forces = std::move(e.forces);
        }
    }
    /// Where a publication was given another date, the judgement is recorded again with that date:
    /// what was recorded last founds it, wherever it sorts.
    void operator()(As<JudgementMade>& e) {
        Judgement judgement{e.inspection,       e.force, e.area, {{recorded.effective_on, e.grade}},
                            recorded.certainty, e.basis, e.note, e.url,
                            recorded.seq};
        if (const auto* known = find(facts.judgements, subject)) {
            if (known->told_by > recorded.seq) return;
            judgement.grades.insert(judgement.grades.end(), known->grades.begin() + 1,
                                    known->grades.end());
        }
        facts.judgements[subject] = std::move(judgement);
    }
    void operator()(As<JudgementCorrected>& e) {
        if (auto* judgement = find(facts.judgements, subject))
            judgement->grades.front().grade = e.grade;
    }
    void operator()(As<JudgementRegraded>& e) {
        if (auto* judgement = find(facts.judgements, subject))
            judgement->grades.push_back({e.on, e.grade});
    }
    void operator()(As<StageMoved>& e) {
        if (auto* move = founded(facts.stage_moves)) {
            move->force = std::move(e.force);
            move->stage = e.stage;
            move->decided = e.decided;
            move->announced = e.announced;
            move->note = std::move(e.note);
            move->url = std::move(e.url);
        }
    }
    void operator()(As<FindingRaised>& e) {
        const auto known = facts.findings.find(subject);
        const bool is_new = known == facts.findings.end();
        if (!is_new && known->second.told_by > recorded.seq) return;
        Finding& finding = is_new ? facts.findings[subject] : known->second;
        if (is_new) {
            begin(finding.deadline, e.deadline);
            finding.title = std::move(e.title);
            finding.area = std::move(e.area);
            finding.parent = std::move(e.parent);
        }
        finding.force = std::move(e.force);
        finding.reference = std::move(e.reference);
        finding.inspection = std::move(e.inspection);
        finding.kind = e.finding_kind;
        finding.origin = std::move(e.origin);
        finding.raised = e.raised;
        finding.raised_on = recorded.certainty == Certainty::undated
                                ? std::nullopt
                                : std::optional{recorded.effective_on};
        finding.told_by = recorded.seq;
        said_of(finding, recorded.effective_on);
    }
    void operator()(As<FindingAmended>& e) {
        if (auto* finding = find(facts.findings, subject)) {
            if (e.title) finding->title = *e.title;
            if (e.area) finding->area = *e.area;
            if (e.parent) finding->parent = *e.parent;
            said_of(*finding, recorded.effective_on);
        }
    }
    void operator()(As<FindingClaimed>& e) {
        if (auto* finding = find(facts.findings, subject)) {
            if (said_before(finding->force_told_by, finding->force_state == e.state)) return;
            finding->force_state = e.state;
            finding->force_state_on = e.on;
            finding->claimed_by = e.by;
            finding->force_reason = e.reason;
            if (e.state != ForceState::claimed_complete) no_longer_verified(*finding);
            said_of(*finding, e.on);
        }
    }
    void operator()(As<FindingVerified>& e) {
        if (auto* finding = find(facts.findings, subject)) {
            const bool claimed_again =
                finding->force_state_on == e.on && finding->force_told_by > recorded.seq;
            if (e.verified &&
                (finding->force_state != ForceState::claimed_complete || claimed_again))
                return;
            if (said_before(finding->verified_told_by, finding->verified == e.verified)) return;
            finding->verified = e.verified;
            finding->verified_on = e.on;
            finding->verified_by = e.by;
            said_of(*finding, e.on);
        }
    }
    void operator()(As<FindingDecided>& e) {
        if (auto* finding = find(facts.findings, subject)) {
            if (said_before(finding->inspectorate_told_by, finding->inspectorate_state == e.state))
                return;
            finding->inspectorate_state = e.state;
            finding->inspectorate_state_on = e.on;
            finding->inspectorate_reason = e.reason;
            said_of(*finding, e.on);
        }
    }
    void operator()(As<FindingMatched>& e) {
        auto* finding = find(facts.findings, subject);
        if (finding == nullptr) return;
        std::erase(finding->apart_from, e.other);
        if (e.same) {
            finding->same_as = e.other;
            finding->same_as_on = e.on;
            finding->same_as_by = e.by;
            finding->same_as_reason = e.reason;
        } else {
            finding->apart_from.push_back(e.other);
            std::sort(finding->apart_from.begin(), finding->apart_from.end());
            if (finding->same_as == e.other) stand_alone(*finding);
        }
        said_of(*finding, e.on);
    }
    void operator()(As<ConditionSet>& e) {
        auto& condition = facts.conditions[subject];
        condition.force = e.force;
        condition.id = e.condition;
        condition.finding = e.finding;
        condition.text = e.text;
        condition.findings = e.findings;
        condition.told_by = recorded.seq;
    }
    void operator()(As<ConditionJudged>& e) {
        if (auto* condition = find(facts.conditions, subject))
            condition->marks.push_back({e.on, e.met, e.note});
    }
    void operator()(As<ActionPlanned>& e) {
        auto* action = founded(facts.actions);
        if (action == nullptr) return;
        action->source = std::move(e.source);
        action->external_id = std::move(e.external_id);
        action->force = std::move(e.force);
        action->title = std::move(e.title);
        action->owner = std::move(e.owner);
        action->contributors = std::move(e.contributors);
        action->findings = std::move(e.findings);
        action->planned = e.planned;
        action->planned_on = recorded.effective_on;
        begin(action->deadline, e.deadline);
    }
    void operator()(As<ActionAmended>& e) {
        if (auto* action = find(facts.actions, subject)) {
            if (e.title) action->title = *e.title;
            if (e.owner) action->owner = *e.owner;
            if (e.contributors) action->contributors = *e.contributors;
            if (e.findings) action->findings = *e.findings;
        }
    }
    void operator()(As<ActionUpdated>& e) {
        if (auto* action = find(facts.actions, subject)) {
            action->state = e.state;
            action->updated_on = e.on;
            action->note = e.note;
        }
    }
    void operator()(As<MeetingPlanned>& e) {
        auto* meeting = founded(facts.meetings);
        if (meeting == nullptr) return;
        meeting->force = std::move(e.force);
        meeting->id = std::move(e.meeting);
        meeting->kind = e.meeting_kind;
        meeting->title = std::move(e.title);
        meeting->planned = e.planned;
        meeting->papers_days = e.papers_days;
        begin(meeting->deadline, e.deadline);
    }
    void operator()(As<MeetingUpdated>& e) {
        if (auto* meeting = find(facts.meetings, subject)) {
            if (e.state != meeting->state) {
                meeting->state = e.state;
                meeting->state_on = e.on;
            }
            if (!e.papers_sent)
                meeting->papers_sent_on.reset();
            else if (!meeting->papers_sent_on)
                meeting->papers_sent_on = e.on;
            if (!e.note.empty()) meeting->note = e.note;
        }
    }
    void operator()(As<EvidenceFiled>& e) {
        const Evidence evidence{e.reference, e.sha256, e.by, e.on, e.note};
        if (auto* finding = find(facts.findings, subject)) {
            finding->evidence.push_back(evidence);
            said_of(*finding, e.on);
        }
        if (auto* action = find(facts.actions, subject)) action->evidence.push_back(evidence);
    }
    void operator()(As<DeadlineRevised>& e) {
        const DeadlineRevision revision{e.deadline, e.agreed_on, e.reason, e.approval};
        if (auto* finding = find(facts.findings, subject)) {
            finding->deadline.revisions.push_back(revision);
            said_of(*finding, e.agreed_on);
        }
        if (auto* action = find(facts.actions, subject))
            action->deadline.revisions.push_back(revision);
        if (auto* meeting = find(facts.meetings, subject))
            meeting->deadline.revisions.push_back(revision);
        if (auto* obligation = find(facts.obligations, subject))
            obligation->deadline.revisions.push_back(revision);
    }
    void operator()(As<ObligationArose>& e) {
        auto* obligation = founded(facts.obligations);
        if (obligation == nullptr) return;
        obligation->definition = std::move(e.definition);
        obligation->cause = std::move(e.cause);
        obligation->force = std::move(e.force);
        obligation->title = std::move(e.title);
        begin(obligation->deadline, e.deadline);
        obligation->tracked = e.tracked;
    }
    void operator()(As<ObligationReplied>& e) {
        if (auto* obligation = find(facts.obligations, subject)) {
            obligation->replied_on = e.on;
            obligation->link = e.link;
            obligation->no_action_reason = e.no_action_reason;
        }
    }
    // What these name has been left out before.
    void operator()(As<EventsWithdrawn>&) {}
    void operator()(As<Retracted>&) {}
    void operator()(As<RulesAdopted>&) {}
    void operator()(As<AlertAcknowledged>&) {}
    void operator()(As<AlertUnacknowledged>&) {}
    void operator()(As<AlertClosed>&) {}
    void operator()(As<SilenceSet>&) {}
    void operator()(As<SilenceEnded>&) {}
    void operator()(As<PauseSet>&) {}
    void operator()(As<PauseEnded>&) {}
    void operator()(As<SendingHeld>&) {}
    void operator()(As<DeliveryReplayed>&) {}
    void operator()(As<DeliveryDismissed>&) {}
    void operator()(As<DestinationEnabled>&) {}

    /// The item that this event founds, empty as yet; null: what was recorded later founded it,
    /// wherever its date sorts it. Items often come in the order of their subjects.
    template <typename Item>
    Item* founded(std::map<std::string, Item>& items) {
        const auto before = items.size();
        Item& item = items.try_emplace(items.end(), std::move(subject))->second;
        if (items.size() == before) {
            if (item.told_by > recorded.seq) return nullptr;
            item = {};
        }
        item.told_by = recorded.seq;
        return &item;
    }
    void begin(DeadlineHistory& history, As<Deadline>& deadline) const {
        history.revisions.push_back({std::move(deadline), recorded.effective_on, {}, {}});
    }
    /// True when an axis holds this state already, by the word of a later event.
    [[nodiscard]] bool said_before(JournalSeq& told_by, bool same) const {
        if (same && told_by > recorded.seq) return true;
        told_by = recorded.seq;
        return false;
    }
    /// Verified was a claim that is taken back.
    static void no_longer_verified(Finding& finding) {
        finding.verified = false;
        finding.verified_on.reset();
        finding.verified_by.clear();
    }
    static void stand_alone(Finding& finding) {
        finding.same_as.clear();
        finding.same_as_on.reset();
        finding.same_as_by.clear();
        finding.same_as_reason.clear();
    }
    static void said_of(Finding& finding, Date on) {
        finding.updated_on = std::max(finding.updated_on.value_or(on), on);
    }
};

}  // namespace

void apply(Facts& facts, const Recorded& recorded) {
    std::visit(Applier<const Recorded>{facts, recorded, subject_of(recorded.event)},
               recorded.event);
}

void apply(Facts& facts, Recorded&& recorded) {
    std::visit(Applier<Recorded>{facts, recorded, subject_of(recorded.event)}, recorded.event);
}

Facts fold(std::vector<Recorded> events) {
    drop_withdrawn(events);
    std::vector<FoldTurn> turns;
    turns.reserve(events.size());
    for (const auto& each : events)
        turns.emplace_back(each.effective_on, each.event.index(), each.seq, turns.size());
    sort_turns(turns);
    Facts facts;
    for (const auto& turn : turns) apply(facts, std::move(events[turn.place]));
    return facts;
}

std::optional<Date> clock_stopped_on(const Finding& finding, Axis axis) {
    std::optional<Date> stopped;
    const auto consider = [&](bool ended, const std::optional<Date>& on) {
        if (ended && on && (!stopped || *on < *stopped)) stopped = on;
    };
    if (axis <= Axis::force) consider(ends_clock(finding.force_state), finding.force_state_on);
    if (axis <= Axis::verified) consider(finding.verified, finding.verified_on);
    consider(finding.inspectorate_state != InspectorateState::open, finding.inspectorate_state_on);
    return stopped;
}

std::optional<Date> clock_stopped_on(const Action& action) {
    const bool ended =
        action.state == ActionState::complete || action.state == ActionState::cancelled;
    return ended ? action.updated_on : std::nullopt;
}

bool ends_clock(ForceState state) {
    return state == ForceState::claimed_complete || state == ForceState::not_ours ||
           state == ForceState::no_further_action;
}

ConditionStanding standing_of(const ExitCondition& condition,
                              const std::vector<Finding>& findings) {
    ConditionStanding standing;
    standing.met = !condition.marks.empty() || !condition.findings.empty();
    const auto later = [](std::optional<Date>& latest, std::optional<Date> on) {
        if (on && (!latest || *on > *latest)) latest = on;
    };
    bool was_met = false;
    for (const auto& mark : condition.marks) {
        if (was_met && !mark.met) standing.regressed_on = mark.on;
        was_met = was_met || mark.met;
    }
    if (!condition.marks.empty()) {
        standing.met = condition.marks.back().met;
        if (standing.met) standing.regressed_on.reset();
        later(standing.since, condition.marks.back().on);
    }
    for (const auto& reference : condition.findings) {
        const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& each) {
            return each.reference == reference;
        });
        const bool closed =
            found != findings.end() && found->inspectorate_state != InspectorateState::open;
        standing.met = standing.met && closed;
        if (found == findings.end()) continue;
        if (closed)
            later(standing.since, found->inspectorate_state_on);
        else
            later(standing.regressed_on, found->inspectorate_state_on);
    }
    if (!standing.met) standing.since.reset();
    return standing;
}

std::optional<Date> papers_due_on(const Meeting& meeting) {
    const auto on = meeting.deadline.current().last_day();
    if (meeting.papers_days == 0 || !on) return std::nullopt;
    return *on - std::chrono::days{meeting.papers_days};
}

}  // namespace forcewatch
