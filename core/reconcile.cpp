#include "core/reconcile.hpp"

#include <type_traits>

namespace forcewatch {

namespace {

/// Sets `amendment` where the row says something else; true if it does.
template <typename T>
bool differs(const T& known, const T& said, bool cleared, std::optional<T>& amendment) {
    if ((said.empty() && !cleared) || said == known) return false;
    amendment = said;
    return true;
}

/// The deadline that a row makes of the known one; empty: it says nothing new.
std::optional<Deadline> moved(const Deadline& known, const Deadline& said, bool kind_said) {
    if (!kind_said && !said.due.known() && said.words.empty()) return std::nullopt;
    Deadline next = said;
    if (!kind_said) next.kind = known.kind;
    if (next.kind != DeadlineKind::none && !next.due.known()) next.due = known.due;
    if (next.words.empty() && next.due == known.due) next.words = known.words;
    if (next.resolved_by.empty() && next.due == known.due) next.resolved_by = known.resolved_by;
    if (next == known) return std::nullopt;
    return next;
}

Event revision(std::string item, Deadline deadline, Date today, const std::string& reason,
               const std::string& approval) {
    return DeadlineRevised{std::move(item), std::move(deadline), today,
                           reason.empty() ? "as imported" : reason, approval};
}

/// A state that is said again is news only with another day.
template <typename State>
bool says_more(const std::optional<State>& said, const std::optional<Date>& said_on,
               const State& known, const std::optional<Date>& known_on, bool is_known) {
    if (!said) return false;
    if (*said != known) return true;
    return is_known && said_on && known_on && *said_on != *known_on;
}

bool is_empty(const std::string& text) { return text.empty(); }
bool is_empty(const std::vector<std::string>& list) { return list.empty(); }
bool is_empty(const PartialDate& date) { return !date.known(); }
template <typename Other>
bool is_empty(const Other&) {
    return false;  // it has no way to be left out
}

template <typename E>
constexpr bool can_leave_out =
    std::is_same_v<E, InspectionPublished> || std::is_same_v<E, JudgementMade> ||
    std::is_same_v<E, StageMoved> || std::is_same_v<E, ForceRecorded> ||
    std::is_same_v<E, PersonRecorded> || std::is_same_v<E, ConditionSet>;

struct Filler {
    const Event& known_event;

    template <typename E>
    void operator()(E& said) const {
        const auto* known = std::get_if<E>(&known_event);
        if (known == nullptr) return;
        if constexpr (can_leave_out<E>) {
            std::vector<const void*> values;
            E::fields(*known, [&](auto, const auto& value) { values.push_back(&value); });
            auto next = values.begin();
            E::fields(said, [&](auto, auto& value) {
                const void* const from = *next++;
                if (is_empty(value))
                    value = *static_cast<const std::decay_t<decltype(value)>*>(from);
            });
        } else if constexpr (std::is_same_v<E, MeetingPlanned>) {
            if (said.title.empty()) said.title = known->title;
            if (said.papers_days == 0) said.papers_days = known->papers_days;
        }
    }
};

constexpr std::string_view absence = "no longer in ";
constexpr std::string_view named_again = "named again";

/// True: a file named it no more, and nobody said otherwise since; it runs again once a row names
/// it.
bool ended_by_absence(const Finding& finding) {
    return finding.inspectorate_state == InspectorateState::closed &&
           finding.inspectorate_reason.starts_with(absence);
}

bool ended_by_absence(const Action& action) {
    return action.state == ActionState::cancelled && action.note.starts_with(absence);
}

}  // namespace

std::string absent_from(const std::string& file) { return std::string{absence} + file; }

Event filled_in(Event said, const Event& known) {
    std::visit(Filler{known}, said);
    return said;
}

std::vector<Event> changes(const std::optional<Finding>& known, const FindingRow& row, Date today) {
    std::vector<Event> events;
    const auto& said = row.raised;
    const Finding before = known.value_or(Finding{});
    if (!known) {
        events.emplace_back(said);
    } else {
        FindingAmended amended{said.force, said.reference, {}, {}, {}};
        const bool title = differs(before.title, said.title, false, amended.title);
        const bool area =
            differs(before.area, said.area, row.cleared.contains("area"), amended.area);
        const bool parent =
            differs(before.parent, said.parent, row.cleared.contains("parent"), amended.parent);
        if (title || area || parent) events.emplace_back(std::move(amended));
        if (auto next = moved(before.deadline.current(), said.deadline, row.deadline_kind_said))
            events.push_back(revision(finding_subject(said.force, said.reference), std::move(*next),
                                      today, row.deadline_reason, row.approval));
    }
    if (says_more(row.force_state, row.force_state_on, before.force_state, before.force_state_on,
                  known.has_value()))
        events.emplace_back(FindingClaimed{said.force, said.reference, *row.force_state,
                                           row.force_state_on.value_or(today), row.claimed_by,
                                           row.force_reason});
    if (row.verified_on && (!before.verified || before.verified_on != row.verified_on))
        events.emplace_back(
            FindingVerified{said.force, said.reference, true, *row.verified_on, row.verified_by});
    if (known && !row.inspectorate_state && ended_by_absence(*known))
        events.emplace_back(FindingDecided{said.force, said.reference, InspectorateState::open,
                                           today, std::string{named_again}});
    else if (says_more(row.inspectorate_state, row.inspectorate_state_on, before.inspectorate_state,
                       before.inspectorate_state_on, known.has_value()))
        events.emplace_back(FindingDecided{said.force, said.reference, *row.inspectorate_state,
                                           row.inspectorate_state_on.value_or(today),
                                           row.inspectorate_reason});
    if (!row.same_as.empty() && row.same_as != before.same_as)
        events.emplace_back(FindingMatched{said.force, said.reference, row.same_as, true,
                                           row.same_as_on.value_or(today), row.same_as_by,
                                           row.same_as_reason});
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
        const auto cleared = [&](const char* field) { return row.cleared.contains(field); };
        const bool title = differs(before.title, said.title, false, amended.title);
        const bool owner = differs(before.owner, said.owner, cleared("owner"), amended.owner);
        const bool contributors = differs(before.contributors, said.contributors,
                                          cleared("contributors"), amended.contributors);
        const bool findings =
            differs(before.findings, said.findings, cleared("findings"), amended.findings);
        if (title || owner || contributors || findings) events.emplace_back(std::move(amended));
        if (auto next = moved(before.deadline.current(), said.deadline, row.deadline_kind_said))
            events.push_back(revision(action_subject(said.source, said.external_id),
                                      std::move(*next), today, row.deadline_reason, row.approval));
    }
    if (known && !row.state && ended_by_absence(*known)) {
        events.emplace_back(ActionUpdated{said.source, said.external_id, ActionState::open, today,
                                          row.note.empty() ? std::string{named_again} : row.note});
        return events;
    }
    const bool state_said = row.state && *row.state != before.state;
    const bool note_said = !row.note.empty() && row.note != before.note;
    const bool date_said = row.updated_on && row.updated_on != before.updated_on;
    if (state_said || note_said || date_said)
        events.emplace_back(ActionUpdated{
            said.source, said.external_id, row.state.value_or(before.state),
            row.updated_on.value_or(today), row.note.empty() ? before.note : row.note});
    return events;
}

}  // namespace forcewatch
