// What is checked of findings, conditions, actions, meetings and their deadlines: the second half
// of EventChecker.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/same_as.hpp"
#include "daemon/engine/event_checker.hpp"
#include "daemon/engine/fault.hpp"

namespace forcewatch {

namespace {

template <typename State>
struct Transitions {
    State from{};
    std::vector<State> to;
};

const std::vector<Transitions<ForceState>> force_transitions{
    {ForceState::open,
     {ForceState::in_progress, ForceState::claimed_complete, ForceState::not_ours,
      ForceState::no_further_action}},
    {ForceState::in_progress,
     {ForceState::open, ForceState::claimed_complete, ForceState::not_ours,
      ForceState::no_further_action}},
    {ForceState::claimed_complete, {ForceState::in_progress}},
    {ForceState::not_ours, {ForceState::open}},
    {ForceState::no_further_action, {ForceState::open}}};

const std::vector<Transitions<InspectorateState>> inspectorate_transitions{
    {InspectorateState::open, {InspectorateState::closed, InspectorateState::superseded}},
    {InspectorateState::closed, {InspectorateState::open}},
    {InspectorateState::superseded, {InspectorateState::open}}};

/// A conflict that lists what may follow instead.
template <typename State>
Fault illegal(const std::vector<Transitions<State>>& table, State from, State to) {
    const auto row = std::find_if(table.begin(), table.end(),
                                  [&](const auto& each) { return each.from == from; });
    if (row != table.end() && std::find(row->to.begin(), row->to.end(), to) != row->to.end())
        return std::nullopt;
    std::string legal;
    if (row != table.end())
        for (const auto& each : row->to)
            legal += fmt::format("{}{}", legal.empty() ? "" : ", ", text_of(each));
    return conflict("state", fmt::format("\"{}\" does not follow \"{}\"; legal: {}", text_of(to),
                                         text_of(from), legal));
}

}  // namespace

Fault EventChecker::of(const FindingRaised& e) {
    return first_of(
        [&] { return known_force(e.force); }, [&] { return sound_id(e.reference, "reference"); },
        [&]() -> Fault {
            if (e.title.empty()) return invalid("title", "is missing");
            if (!e.inspection.empty() && !store_.facts().inspection(e.inspection))
                return unknown("inspection",
                               fmt::format("no inspection has the id \"{}\"", e.inspection));
            return e.parent.empty() ? std::nullopt : sound_parent(e.force, e.reference, e.parent);
        },
        [&] { return fault_of_closed_parent(e.force, e.parent); },
        [&] { return known_area_of(e.inspection, e.area); },
        [&] { return not_far_ahead(e.raised, "raised"); },
        [&] { return sound_deadline(e.deadline); });
}

Fault EventChecker::of(const FindingAmended& e) {
    if (auto fault = known_finding(e.force, e.reference, "reference")) return fault;
    if (e.parent && !e.parent->empty())
        if (auto fault = sound_parent(e.force, e.reference, *e.parent)) return fault;
    if (!e.area || e.area->empty()) return std::nullopt;
    const auto finding = store_.facts().finding(finding_subject(e.force, e.reference));
    return known_area_of(finding->inspection, *e.area);
}

Fault EventChecker::sound_parent(const std::string& force, const std::string& reference,
                                 const std::string& parent) {
    if (parent == reference) return invalid("parent", "a finding is not its own parent");
    if (auto fault = known_finding(force, parent, "parent")) return fault;
    const auto kind = store_.facts().finding(finding_subject(force, parent))->kind;
    if (is_cause(kind)) return std::nullopt;
    return invalid(
        "parent",
        fmt::format("{} is of the kind \"{}\"; only a cause of concern has recommendations", parent,
                    text_of(kind)));
}

/// An area that the publication's programme does not have could never be followed over rounds.
Fault EventChecker::known_area_of(const std::string& inspection_id, const std::string& area) {
    if (area.empty() || inspection_id.empty()) return std::nullopt;
    const auto inspection = store_.facts().inspection(inspection_id);
    return inspection ? known_area(inspection->programme, inspection->cycle, area, "area")
                      : std::nullopt;
}

Fault EventChecker::not_future(Date on, const char* field) {
    if (on <= today_) return std::nullopt;
    return invalid(field, fmt::format("{} lies in the future", text_of(on)));
}

Fault EventChecker::not_far_ahead(const PartialDate& date, const char* field) {
    constexpr std::chrono::days ten_years{3653};
    if (!date.known() || *date.first_day() <= today_ + ten_years) return std::nullopt;
    return invalid(field, fmt::format("{} lies more than ten years ahead", date.text()));
}

/// Neither in the future nor before the finding was raised.
Fault EventChecker::in_its_time(const std::string& force, const std::string& reference, Date on,
                                const char* field) {
    if (auto fault = not_future(on, field)) return fault;
    const auto finding = store_.facts().finding(finding_subject(force, reference));
    // Where nobody says when it was raised, the day of recording stands in.
    if (!finding || (!finding->raised.known() && finding->inspection.empty())) return std::nullopt;
    if (!finding->raised_on || on >= *finding->raised_on) return std::nullopt;
    return invalid(field, fmt::format("{} lies before it was raised, on {}", text_of(on),
                                      text_of(*finding->raised_on)));
}

std::optional<Finding> EventChecker::finding_at(const std::string& force,
                                                const std::string& reference, Date on) {
    const auto subject = finding_subject(force, reference);
    auto events = store_.journal().about(subject);
    // What is said of a day before the item was there is recorded as of its first day.
    if (!events.empty()) on = std::max(on, events.front().effective_on);
    std::erase_if(events, [&](const Recorded& each) { return each.effective_on > on; });
    const Facts then = fold(std::move(events));
    const auto found = then.findings.find(subject);
    return found == then.findings.end() ? std::nullopt : std::optional{found->second};
}

Fault EventChecker::of(const FindingClaimed& e) {
    if (auto fault = known_finding(e.force, e.reference, "reference")) return fault;
    if (auto fault = in_its_time(e.force, e.reference, e.on, "force_state_on")) return fault;
    const bool needs_reason =
        e.state == ForceState::not_ours || e.state == ForceState::no_further_action;
    if (needs_reason && e.reason.empty())
        return invalid("force_reason",
                       fmt::format("is missing: \"{}\" needs one", text_of(e.state)));
    const auto before = finding_at(e.force, e.reference, e.on);
    if (!before || before->force_state == e.state) return std::nullopt;
    if (before->inspectorate_state != InspectorateState::open)
        return conflict("state", fmt::format("the inspectorate has {} it; legal: nothing, until it "
                                             "is opened again",
                                             text_of(before->inspectorate_state)));
    return illegal(force_transitions, before->force_state, e.state);
}

Fault EventChecker::of(const FindingVerified& e) {
    if (auto fault = known_finding(e.force, e.reference, "reference")) return fault;
    if (auto fault = in_its_time(e.force, e.reference, e.on, "verified_on")) return fault;
    const auto before = finding_at(e.force, e.reference, e.on);
    if (!before || !e.verified) return std::nullopt;
    if (before->force_state != ForceState::claimed_complete)
        return conflict("verified",
                        fmt::format("it is {}, and only what is claimed complete can be verified; "
                                    "legal: force_state claimed complete",
                                    text_of(before->force_state)));
    if (before->force_state_on && e.on < *before->force_state_on)
        return invalid("verified_on", fmt::format("{} lies before it was claimed complete, on {}",
                                                  text_of(e.on), text_of(*before->force_state_on)));
    if (is_same_person(before->claimed_by, e.by) || is_whoever_recorded_the_claim(e))
        return EventFault{EventFault::Kind::forbidden, "verified_by",
                          "whoever claimed it complete cannot verify it: a second person must"};
    return std::nullopt;
}

/// The inspectorate's word on the finding that stands for this one, or on itself.
InspectorateState EventChecker::decided_state(const Finding& finding) {
    const auto principal = principal_of(
        finding, [&](const std::string& subject) { return store_.facts().finding(subject); });
    return principal ? principal->inspectorate_state : finding.inspectorate_state;
}

std::vector<Finding> EventChecker::recommendations_of(const std::string& force,
                                                      const std::string& cause) const {
    std::vector<Finding> found;
    ItemFilter filter;
    filter.force = force;
    filter.limit = 1000;
    for (;;) {
        auto findings = store_.facts().findings(filter);
        const bool last = findings.size() < static_cast<std::size_t>(filter.limit);
        if (!last) {
            filter.after_due_on = due_key(findings.back().deadline.current());
            filter.after_subject = finding_subject(force, findings.back().reference);
        }
        for (auto& finding : findings)
            if (finding.parent == cause) found.push_back(std::move(finding));
        if (last) return found;
    }
}

/// What hangs on a finding would hang in the air without it.
Fault EventChecker::named_by_others(const Finding& finding) const {
    std::string names;
    for (const auto& child : recommendations_of(finding.force, finding.reference))
        names += (names.empty() ? "" : ", ") + child.reference;
    for (const auto& condition : store_.facts().conditions(finding.force))
        if (condition.finding == finding.reference)
            names +=
                fmt::format("{}the exit condition {}", names.empty() ? "" : ", ", condition.id);
    if (names.empty()) return std::nullopt;
    return conflict("item", fmt::format("{} belong{} to it: withdraw that first", names,
                                        names.find(',') == std::string::npos ? "s" : ""));
}

Fault EventChecker::closable(const std::string& force, const std::string& reference, Date on) {
    const auto is_open = [&](const Finding& finding) {
        return decided_state(finding) == InspectorateState::open ||
               finding.inspectorate_state_on > on;
    };
    std::string open;
    for (const auto& finding : recommendations_of(force, reference))
        if (is_open(finding)) open += (open.empty() ? "" : ", ") + finding.reference;
    if (open.empty()) return std::nullopt;
    return conflict(
        "state", fmt::format("{} cannot be closed while its recommendations {} are open, as on {}",
                             reference, open, text_of(on)));
}

Fault EventChecker::of(const FindingDecided& e) {
    if (auto fault = known_finding(e.force, e.reference, "reference")) return fault;
    if (auto fault = in_its_time(e.force, e.reference, e.on, "inspectorate_state_on")) return fault;
    if (e.state == InspectorateState::superseded && e.reason.empty())
        return invalid("inspectorate_reason", "is missing: \"superseded\" needs one");
    const auto before = finding_at(e.force, e.reference, e.on);
    if (before && before->inspectorate_state != e.state)
        if (auto fault = illegal(inspectorate_transitions, before->inspectorate_state, e.state))
            return fault;
    if (e.state == InspectorateState::open)
        return before ? fault_of_closed_parent(e.force, before->parent) : std::nullopt;
    return closings_wait_ ? std::nullopt : closable(e.force, e.reference, e.on);
}

Fault EventChecker::fault_of_closed_parent(const std::string& force, const std::string& parent) {
    if (parent.empty() || closings_wait_) return std::nullopt;
    const auto cause = store_.facts().finding(finding_subject(force, parent));
    if (!cause || cause->inspectorate_state == InspectorateState::open) return std::nullopt;
    return conflict("state", fmt::format("its cause of concern {} is {}: open that first", parent,
                                         text_of(cause->inspectorate_state)));
}

Fault EventChecker::separable(const Finding& finding, const FindingMatched& e) {
    if (finding.same_as != e.other) return std::nullopt;  // said of two that nobody ever linked
    if (finding.same_as_on && e.on < *finding.same_as_on)
        return conflict("on", fmt::format("it has been the same as {} since {} only", e.other,
                                          text_of(*finding.same_as_on)));
    return std::nullopt;
}

/// A group has one principal and no chains, so that everybody sees at once whose clock counts.
Fault EventChecker::linkable(const Finding& finding, const FindingMatched& e) {
    if (finding.same_as == e.other) return std::nullopt;
    if (!finding.same_as.empty())
        return conflict("other", fmt::format("{} is the same as {} already; take them apart first",
                                             e.reference, finding.same_as));
    const auto principal = store_.facts().finding(finding_subject(e.force, e.other));
    if (!principal->same_as.empty())
        return conflict("other", fmt::format("{} is itself the same as {}: name that one", e.other,
                                             principal->same_as));
    if (const auto own = store_.facts().duplicates_of(e.force, e.reference); !own.empty())
        return conflict("other",
                        fmt::format("{} stands for {} itself: take these apart first, or make {} "
                                    "the same as {}",
                                    e.reference, fmt::join(own, ", "), e.other, e.reference));
    if (finding.parent == e.other || principal->parent == e.reference)
        return invalid("other", "a recommendation is not the same as its cause of concern");
    if (finding.deadline.current().due.known() && !principal->deadline.current().due.known())
        return conflict("other",
                        fmt::format("{} has no deadline, and nobody would watch that of {} any "
                                    "more: make {} the same as {} instead, or date it first",
                                    e.other, e.reference, e.other, e.reference));
    if (finding.inspectorate_state == InspectorateState::open &&
        principal->inspectorate_state != InspectorateState::open)
        return conflict("other",
                        fmt::format("{} is {}, and nobody would follow {} any more: make {} the "
                                    "same as {} instead",
                                    e.other, text_of(principal->inspectorate_state), e.reference,
                                    e.other, e.reference));
    return std::nullopt;
}

Fault EventChecker::of(const FindingMatched& e) {
    if (auto fault = known_finding(e.force, e.reference, "reference")) return fault;
    if (e.other == e.reference) return invalid("other", "a finding is not the same as itself");
    if (auto fault = not_future(e.on)) return fault;
    if (e.reason.empty())
        return invalid("reason", "is missing: say how you know whether they are the same");
    const auto finding = store_.facts().finding(finding_subject(e.force, e.reference));
    // Also of one that was withdrawn since: the link to it has to go.
    if (!e.same && finding->same_as == e.other) return separable(*finding, e);
    if (auto fault = known_finding(e.force, e.other, "other")) return fault;
    return e.same ? linkable(*finding, e) : separable(*finding, e);
}

Fault EventChecker::known_findings(const std::string& force,
                                   const std::vector<std::string>& references) {
    for (const auto& reference : references)
        if (auto fault = known_finding(force, reference, "findings")) return fault;
    return std::nullopt;
}

Fault EventChecker::of(const ConditionSet& e) {
    return first_of(
        [&] { return known_force(e.force); }, [&] { return sound_id(e.condition, "condition"); },
        [&]() -> Fault {
            if (e.text.empty()) return invalid("text", "is missing");
            return e.finding.empty() ? std::nullopt : known_finding(e.force, e.finding, "finding");
        },
        [&] { return known_findings(e.force, e.findings); });
}

Fault EventChecker::of(const ConditionJudged& e) {
    if (!store_.journal().knows(condition_subject(e.force, e.condition)))
        return unknown("condition",
                       fmt::format("{} has no exit condition \"{}\"", e.force, e.condition));
    return not_future(e.on);
}

Fault EventChecker::of(const ActionPlanned& e) {
    return first_of([&] { return known_force(e.force); },
                    [&] { return sound_id(e.source, "source"); },
                    [&] { return sound_id(e.external_id, "external_id"); },
                    [&]() -> Fault {
                        if (e.title.empty()) return invalid("title", "is missing");
                        return known_findings(e.force, e.findings);
                    },
                    [&] { return sound_deadline(e.deadline); });
}

Fault EventChecker::of(const ActionAmended& e) { return known_action(e.source, e.external_id); }
Fault EventChecker::of(const ActionUpdated& e) {
    if (auto fault = known_action(e.source, e.external_id)) return fault;
    return not_future(e.on, "updated_on");
}

Fault EventChecker::of(const MeetingPlanned& e) {
    return first_of([&] { return known_force(e.force); },
                    [&] { return sound_id(e.meeting, "meeting"); },
                    [&]() -> Fault {
                        if (e.title.empty()) return invalid("title", "is missing");
                        if (e.papers_days < 0)
                            return invalid("papers_days", "expected a number of days before it");
                        if (!e.deadline.due.known())
                            return invalid("due", "is missing: the day of it");
                        return sound_deadline(e.deadline);
                    });
}

Fault EventChecker::of(const MeetingUpdated& e) {
    const auto meeting = store_.facts().meeting(meeting_subject(e.force, e.meeting));
    if (!meeting)
        return unknown("meeting", fmt::format("{} has no meeting \"{}\"", e.force, e.meeting));
    if (e.papers_sent && meeting->papers_days == 0)
        return invalid("papers_sent", "no papers are due for it");
    return not_future(e.on);
}

Fault EventChecker::of(const EvidenceFiled& e) {
    if (!store_.facts().finding(e.item) && !store_.facts().action(e.item))
        return unknown("item", fmt::format("there is no finding or action \"{}\"", e.item));
    if (e.reference.empty()) return invalid("reference", "is missing: say where the document lies");
    const bool digest = e.sha256.size() == 64 &&
                        e.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!digest)
        return invalid("sha256",
                       "expected 64 hexadecimal digits in lower case, as sha256sum prints them");
    return not_future(e.on);
}

/// Who verifies without a name is whoever asks, and may have recorded the claim in another's name.
bool EventChecker::is_whoever_recorded_the_claim(const FindingVerified& e) const {
    if (e.by != fmt::format("uid:{}", uid_)) return false;
    const auto events = store_.journal().about(finding_subject(e.force, e.reference));
    const auto claim = std::find_if(events.rbegin(), events.rend(), [](const Recorded& each) {
        const auto* claimed = std::get_if<FindingClaimed>(&each.event);
        return claimed != nullptr && claimed->state == ForceState::claimed_complete;
    });
    return claim != events.rend() && claim->origin.uid == uid_;
}

bool EventChecker::is_same_person(const std::string& left, const std::string& right) const {
    if (left.empty() || right.empty()) return false;
    const auto plain = [&](const std::string& token) {
        std::string name;
        for (const char c : store_.people().shown(token))
            if (c != ' ') name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return name;
    };
    return left == right || plain(left) == plain(right);
}

/// Everybody may set a first date; who moves it again says why, and from a number on with whose
/// leave.
Fault EventChecker::movable(const DeadlineHistory& history, const DeadlineRevised& revised) {
    if (uid_ < 0 || history.current().kind == DeadlineKind::none) return std::nullopt;
    if (revised.reason.empty()) return invalid("reason", "is missing: say why the date moves");
    if (!revised.approval.empty()) return std::nullopt;
    int moves = 0;
    for (const auto place : history.moves())
        if (history.revisions[place].approval.empty()) ++moves;
    if (moves < moves_without_approval_) return std::nullopt;
    return conflict("approval",
                    fmt::format("its deadline was moved {} time{} without approval already; "
                                "name who approved this move",
                                moves, moves == 1 ? "" : "s"));
}

Fault EventChecker::of(const DeadlineRevised& e) {
    std::optional<DeadlineHistory> history;
    if (const auto finding = store_.facts().finding(e.item)) history = finding->deadline;
    if (const auto action = store_.facts().action(e.item)) history = action->deadline;
    if (const auto meeting = store_.facts().meeting(e.item)) history = meeting->deadline;
    if (const auto obligation = store_.facts().obligation(e.item)) history = obligation->deadline;
    if (!history) return unknown("item", fmt::format("there is no \"{}\"", e.item));
    return first_of([&] { return sound_deadline(e.deadline); },
                    [&] { return not_future(e.agreed_on, "agreed_on"); },
                    [&] { return movable(*history, e); });
}

}  // namespace forcewatch
