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
    void operator()(const ObligationDefined& e) { facts.obligation_definitions[subject] = e; }
    void operator()(const ForceRecorded& e) {
        facts.forces[subject] = {e.force,   e.name, e.force_kind, e.region,
                                 e.aliases, e.slug, e.successor};
    }
    void operator()(const InspectionPublished& e) {
        facts.inspections[subject] = {e.inspection, e.programme, e.cycle, e.published,
                                      e.title,      e.url,       e.forces};
    }
    void operator()(const JudgementMade& e) {
        facts.judgements[subject] = {
            e.inspection,       e.force, e.area, {{recorded.effective_on, e.grade}},
            recorded.certainty, e.basis, e.note, e.url};
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
        facts.stage_moves[subject] = {e.force, e.stage, e.decided, e.announced, e.note, e.url};
    }
    void operator()(const FindingRaised& e) {
        Finding finding;
        finding.force = e.force;
        finding.reference = e.reference;
        finding.inspection = e.inspection;
        finding.kind = e.finding_kind;
        finding.title = e.title;
        finding.area = e.area;
        finding.parent = e.parent;
        finding.origin = e.origin;
        finding.raised = e.raised;
        finding.deadline.revisions.push_back({e.deadline, recorded.effective_on, {}, {}});
        facts.findings[subject] = std::move(finding);
    }
    void operator()(const FindingAmended& e) {
        if (auto* finding = find(facts.findings, subject)) {
            if (e.title) finding->title = *e.title;
            if (e.area) finding->area = *e.area;
            if (e.parent) finding->parent = *e.parent;
        }
    }
    void operator()(const FindingClaimed& e) {
        if (auto* finding = find(facts.findings, subject)) {
            finding->force_state = e.state;
            finding->force_state_on = e.on;
        }
    }
    void operator()(const FindingVerified& e) {
        if (auto* finding = find(facts.findings, subject)) {
            finding->verified = e.verified;
            finding->verified_on = e.on;
        }
    }
    void operator()(const FindingDecided& e) {
        if (auto* finding = find(facts.findings, subject)) {
            finding->inspectorate_state = e.state;
            finding->inspectorate_state_on = e.on;
        }
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
        action.deadline.revisions.push_back({e.deadline, recorded.effective_on, {}, {}});
        facts.actions[subject] = std::move(action);
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
    void operator()(const DeadlineRevised& e) {
        const DeadlineRevision revision{e.deadline, e.agreed_on, e.reason, e.approval};
        if (auto* finding = find(facts.findings, subject))
            finding->deadline.revisions.push_back(revision);
        if (auto* action = find(facts.actions, subject))
            action->deadline.revisions.push_back(revision);
        if (auto* obligation = find(facts.obligations, subject)) obligation->deadline = e.deadline;
    }
    void operator()(const ObligationArose& e) {
        facts.obligations[subject] = {e.definition, e.inspection, e.force, e.title, e.deadline,
                                      e.tracked,    {},           {},      {}};
    }
    void operator()(const ObligationReplied& e) {
        if (auto* obligation = find(facts.obligations, subject)) {
            obligation->replied_on = e.on;
            obligation->link = e.link;
            obligation->no_action_reason = e.no_action_reason;
        }
    }
    void operator()(const RulesAdopted&) {}
    void operator()(const Retracted&) {
        facts.inspections.erase(subject);
        facts.judgements.erase(subject);
        facts.stage_moves.erase(subject);
        facts.findings.erase(subject);
        facts.actions.erase(subject);
        facts.obligations.erase(subject);
    }
};

}  // namespace

void apply(Facts& facts, const Recorded& recorded) {
    Applier applier{facts, recorded, subject_of(recorded.event)};
    std::visit(applier, recorded.event);
}

Facts fold(std::vector<Recorded> events) {
    std::sort(events.begin(), events.end(), folds_before);
    Facts facts;
    for (const auto& recorded : events) apply(facts, recorded);
    return facts;
}

std::optional<Date> clock_stopped_on(const Finding& finding, Axis axis) {
    std::optional<Date> stopped;
    const auto consider = [&](bool ended, const std::optional<Date>& on) {
        if (ended && on && (!stopped || *on < *stopped)) stopped = on;
    };
    if (axis <= Axis::force)
        consider(finding.force_state == ForceState::claimed_complete, finding.force_state_on);
    if (axis <= Axis::verified) consider(finding.verified, finding.verified_on);
    consider(finding.inspectorate_state != InspectorateState::open, finding.inspectorate_state_on);
    return stopped;
}

std::optional<Date> clock_stopped_on(const Action& action) {
    const bool ended =
        action.state == ActionState::complete || action.state == ActionState::cancelled;
    return ended ? action.updated_on : std::nullopt;
}

}  // namespace forcewatch
