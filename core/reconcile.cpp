#include "core/reconcile.hpp"

namespace forcewatch {

namespace {

/// Sets `amendment` where the row says something else; true if it does.
template <typename T>
bool differs(const T& known, const T& said, std::optional<T>& amendment) {
    if (said.empty() || said == known) return false;
    amendment = said;
    return true;
}

bool deadline_differs(const Deadline& known, const Deadline& said) {
    const bool silent = said.kind == DeadlineKind::none && said.words.empty();
    if (silent || (said.kind == known.kind && said.due == known.due)) return false;
    return true;
}

Event revision(std::string item, const Deadline& said, Date today) {
    return DeadlineRevised{std::move(item), said, today, "as imported", {}};
}

}  // namespace

std::vector<Event> changes(const std::optional<Finding>& known, const FindingRow& row, Date today) {
    std::vector<Event> events;
    const auto& said = row.raised;
    const Finding before = known.value_or(Finding{});
    if (!known) {
        events.emplace_back(said);
    } else {
        FindingAmended amended{said.force, said.reference, {}, {}, {}};
        const bool title = differs(before.title, said.title, amended.title);
        const bool area = differs(before.area, said.area, amended.area);
        const bool parent = differs(before.parent, said.parent, amended.parent);
        if (title || area || parent) events.emplace_back(std::move(amended));
        if (deadline_differs(before.deadline.current(), said.deadline))
            events.push_back(
                revision(finding_subject(said.force, said.reference), said.deadline, today));
    }
    if (row.force_state && *row.force_state != before.force_state)
        events.emplace_back(FindingClaimed{said.force, said.reference, *row.force_state,
                                           row.force_state_on.value_or(today)});
    if (row.verified_on && !before.verified)
        events.emplace_back(FindingVerified{said.force, said.reference, true, *row.verified_on});
    if (row.inspectorate_state && *row.inspectorate_state != before.inspectorate_state)
        events.emplace_back(FindingDecided{said.force, said.reference, *row.inspectorate_state,
                                           row.inspectorate_state_on.value_or(today)});
    return events;
}

std::vector<Event> changes(const std::optional<Action>& known, const ActionRow& row, Date today) {
    std::vector<Event> events;
    const auto& said = row.planned;
    const Action before = known.value_or(Action{});
    if (!known) {
        events.emplace_back(said);
    } else {
        ActionAmended amended{said.source, said.external_id, {}, {}, {}, {}};
        const bool title = differs(before.title, said.title, amended.title);
        const bool owner = differs(before.owner, said.owner, amended.owner);
        const bool contributors =
            differs(before.contributors, said.contributors, amended.contributors);
        const bool findings = differs(before.findings, said.findings, amended.findings);
        if (title || owner || contributors || findings) events.emplace_back(std::move(amended));
        if (deadline_differs(before.deadline.current(), said.deadline))
            events.push_back(
                revision(action_subject(said.source, said.external_id), said.deadline, today));
    }
    const bool state_said = row.state && *row.state != before.state;
    const bool note_said = !row.note.empty() && row.note != before.note;
    const bool date_said = known && row.updated_on && row.updated_on != before.updated_on;
    if (state_said || note_said || date_said)
        events.emplace_back(ActionUpdated{said.source, said.external_id,
                                          row.state.value_or(before.state),
                                          row.updated_on.value_or(today), row.note});
    return events;
}

}  // namespace forcewatch
