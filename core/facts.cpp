#include "core/facts.hpp"

#include <algorithm>

namespace forcewatch {

namespace {

template <typename Item>
Item* find(std::map<std::string, Item>& items, const std::string& subject) {
    const auto found = items.find(subject);
    return found == items.end() ? nullptr : &found->second;
}

struct Applier {
    Facts& facts;
    const Recorded& recorded;
    std::string subject;

    void operator()(const ScaleDefined& e) { facts.scales[subject] = e; }
    void operator()(const CycleDefined& e) { facts.cycles[subject] = e; }
    void operator()(const AreaDefined& e) { facts.areas[subject] = e; }
    void operator()(const AreasLinked& e) { facts.links[subject] = e; }
    void operator()(const HolidaysDefined& e) { facts.holidays[subject] = e; }
    void operator()(const ObligationDefined& e) { facts.obligation_definitions[subject] = e; }
    void operator()(const DeadlinePolicySet& e) { facts.policies[subject] = e; }
    void operator()(const ForceRecorded& e) {
        facts.forces[subject] = {e.force,   e.name, e.force_kind, e.region,
                                 e.aliases, e.slug, e.successor,  e.ended};
    }
    void operator()(const PersonRecorded& e) {
        auto& person = facts.people[subject];
        person.id = e.person;
        person.deputy = e.deputy;
    }
    void operator()(const PersonMoved& e) {
        auto& person = facts.people[subject];
        person.id = e.person;
        person.active = e.active;
        person.since = e.on;
    }
    void operator()(const InspectionPublished& e) {
        found(facts.inspections,
              {e.inspection, e.programme, e.cycle, e.published, e.title, e.url, e.forces, {}});
    }
    /// Where a publication was given another date, the judgement is recorded again with that date:
    /// what was recorded last founds it, wherever it sorts.
    void operator()(const JudgementMade& e) {
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
    void operator()(const JudgementCorrected& e) {
        if (auto* judgement = find(facts.judgements, subject))
            judgement->grades.front().grade = e.grade;
    }
    void operator()(const JudgementRegraded& e) {
        if (auto* judgement = find(facts.judgements, subject))
            judgement->grades.push_back({e.on, e.grade});
    }
    void operator()(const StageMoved& e) {
        found(facts.stage_moves, {e.force, e.stage, e.decided, e.announced, e.note, e.url, {}});
    }
    void operator()(const FindingRaised& e) {
        Finding finding;
        if (auto* known = find(facts.findings, subject)) {
            if (known->told_by > recorded.seq) return;
            finding = std::move(*known);
        } else {
            finding.deadline.revisions.push_back({e.deadline, recorded.effective_on, {}, {}});
            finding.title = e.title;
            finding.area = e.area;
            finding.parent = e.parent;
        }
        finding.force = e.force;
        finding.reference = e.reference;
        finding.inspection = e.inspection;
        finding.kind = e.finding_kind;
        finding.origin = e.origin;
        finding.raised = e.raised;
        finding.raised_on = recorded.certainty == Certainty::undated
                                ? std::nullopt
                                : std::optional{recorded.effective_on};
        finding.told_by = recorded.seq;
        said_of(finding, recorded.effective_on);
        facts.findings[subject] = std::move(finding);
    }
    void operator()(const FindingAmended& e) {
        if (auto* finding = find(facts.findings, subject)) {
            if (e.title) finding->title = *e.title;
            if (e.area) finding->area = *e.area;
            if (e.parent) finding->parent = *e.parent;
            said_of(*finding, recorded.effective_on);
        }
    }
    void operator()(const FindingClaimed& e) {
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
    void operator()(const FindingVerified& e) {
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
    void operator()(const FindingDecided& e) {
        if (auto* finding = find(facts.findings, subject)) {
            if (said_before(finding->inspectorate_told_by, finding->inspectorate_state == e.state))
                return;
            finding->inspectorate_state = e.state;
            finding->inspectorate_state_on = e.on;
            finding->inspectorate_reason = e.reason;
            said_of(*finding, e.on);
        }
    }
    void operator()(const FindingMatched& e) {
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
    void operator()(const ConditionSet& e) {
        auto& condition = facts.conditions[subject];
        condition.force = e.force;
        condition.id = e.condition;
        condition.finding = e.finding;
        condition.text = e.text;
        condition.findings = e.findings;
        condition.told_by = recorded.seq;
    }
    void operator()(const ConditionJudged& e) {
        if (auto* condition = find(facts.conditions, subject))
            condition->marks.push_back({e.on, e.met, e.note});
    }
    void operator()(const ActionPlanned& e) {
        Action action;
        action.source = e.source;
        action.external_id = e.external_id;
        action.force = e.force;
        action.title = e.title;
        action.owner = e.owner;
        action.contributors = e.contributors;
        action.findings = e.findings;
        action.planned = e.planned;
        action.planned_on = recorded.effective_on;
        action.deadline.revisions.push_back({e.deadline, recorded.effective_on, {}, {}});
        found(facts.actions, std::move(action));
    }
    void operator()(const ActionAmended& e) {
        if (auto* action = find(facts.actions, subject)) {
            if (e.title) action->title = *e.title;
            if (e.owner) action->owner = *e.owner;
            if (e.contributors) action->contributors = *e.contributors;
            if (e.findings) action->findings = *e.findings;
        }
    }
    void operator()(const ActionUpdated& e) {
        if (auto* action = find(facts.actions, subject)) {
            action->state = e.state;
            action->updated_on = e.on;
            action->note = e.note;
        }
    }
    void operator()(const MeetingPlanned& e) {
        Meeting meeting;
        meeting.force = e.force;
        meeting.id = e.meeting;
        meeting.kind = e.meeting_kind;
        meeting.title = e.title;
        meeting.planned = e.planned;
        meeting.papers_days = e.papers_days;
        meeting.deadline.revisions.push_back({e.deadline, recorded.effective_on, {}, {}});
        found(facts.meetings, std::move(meeting));
    }
    void operator()(const MeetingUpdated& e) {
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
    void operator()(const EvidenceFiled& e) {
        const Evidence evidence{e.reference, e.sha256, e.by, e.on, e.note};
        if (auto* finding = find(facts.findings, subject)) {
            finding->evidence.push_back(evidence);
            said_of(*finding, e.on);
        }
        if (auto* action = find(facts.actions, subject)) action->evidence.push_back(evidence);
    }
    void operator()(const DeadlineRevised& e) {
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
    void operator()(const ObligationArose& e) {
        Obligation obligation;
        obligation.definition = e.definition;
        obligation.cause = e.cause;
        obligation.force = e.force;
        obligation.title = e.title;
        obligation.deadline.revisions.push_back({e.deadline, recorded.effective_on, {}, {}});
        obligation.tracked = e.tracked;
        found(facts.obligations, std::move(obligation));
    }
    void operator()(const ObligationReplied& e) {
        if (auto* obligation = find(facts.obligations, subject)) {
            obligation->replied_on = e.on;
            obligation->link = e.link;
            obligation->no_action_reason = e.no_action_reason;
        }
    }
    // `drop_withdrawn` has left out what these name.
    void operator()(const EventsWithdrawn&) {}
    void operator()(const Retracted&) {}
    void operator()(const RulesAdopted&) {}
    void operator()(const AlertAcknowledged&) {}
    void operator()(const AlertUnacknowledged&) {}
    void operator()(const AlertClosed&) {}
    void operator()(const SilenceSet&) {}
    void operator()(const SilenceEnded&) {}
    void operator()(const PauseSet&) {}
    void operator()(const PauseEnded&) {}
    void operator()(const SendingHeld&) {}
    void operator()(const DeliveryReplayed&) {}
    void operator()(const DeliveryDismissed&) {}
    void operator()(const DestinationEnabled&) {}

    /// What was recorded last founds an item, wherever its date sorts it.
    template <typename Item>
    void found(std::map<std::string, Item>& items, Item item) {
        item.told_by = recorded.seq;
        const auto at = items.lower_bound(subject);
        if (at == items.end() || at->first != subject)
            items.emplace_hint(at, subject, std::move(item));
        else if (at->second.told_by <= recorded.seq)
            at->second = std::move(item);
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
    Applier applier{facts, recorded, subject_of(recorded.event)};
    std::visit(applier, recorded.event);
}

Facts fold(std::vector<Recorded> events) {
    drop_withdrawn(events);
    if (events.size() > 1) sort_for_folding(events);
    Facts facts;
    for (const auto& recorded : events) apply(facts, recorded);
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
