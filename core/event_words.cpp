#include "core/event_words.hpp"

#include <fmt/format.h>

namespace forcewatch {

namespace {

template <typename Enum, typename... Known>
Expected<Enum> parse_one_of(std::string_view text, Known... known) {
    std::string expected;
    for (const Enum value : {known...}) {
        if (text_of(value) == text) return value;
        expected += expected.empty() ? "" : ", ";
        expected += text_of(value);
    }
    return tl::unexpected(fmt::format("\"{}\" is not one of {}", text, expected));
}

}  // namespace

std::string_view text_of(FindingKind kind) {
    switch (kind) {
        case FindingKind::cause_of_concern:
            return "cause of concern";
        case FindingKind::accelerated_cause_of_concern:
            return "accelerated cause of concern";
        case FindingKind::area_for_improvement:
            return "area for improvement";
        case FindingKind::recommendation:
            return "recommendation";
    }
    return "?";
}
std::string_view text_of(ForceState state) {
    switch (state) {
        case ForceState::open:
            return "open";
        case ForceState::in_progress:
            return "in progress";
        case ForceState::claimed_complete:
            return "claimed complete";
        case ForceState::not_ours:
            return "not ours";
        case ForceState::no_further_action:
            return "no further action";
    }
    return "?";
}
std::string_view text_of(InspectorateState state) {
    switch (state) {
        case InspectorateState::open:
            return "open";
        case InspectorateState::closed:
            return "closed";
        case InspectorateState::superseded:
            return "superseded";
    }
    return "?";
}
std::string_view text_of(ActionState state) {
    switch (state) {
        case ActionState::open:
            return "open";
        case ActionState::in_progress:
            return "in progress";
        case ActionState::complete:
            return "complete";
        case ActionState::cancelled:
            return "cancelled";
    }
    return "?";
}

std::string_view text_of(ObligationTrigger trigger) {
    switch (trigger) {
        case ObligationTrigger::publication:
            return "publication";
        case ObligationTrigger::cause_of_concern:
            return "cause of concern";
        case ObligationTrigger::engage:
            return "engage";
    }
    return "?";
}
std::string_view text_of(MeetingKind kind) {
    switch (kind) {
        case MeetingKind::meeting:
            return "meeting";
        case MeetingKind::revisit:
            return "revisit";
        case MeetingKind::fieldwork:
            return "fieldwork";
        case MeetingKind::stage_review:
            return "stage review";
    }
    return "?";
}
std::string_view text_of(MeetingState state) {
    switch (state) {
        case MeetingState::planned:
            return "planned";
        case MeetingState::held:
            return "held";
        case MeetingState::cancelled:
            return "cancelled";
    }
    return "?";
}

Expected<FindingKind> parse_finding_kind(std::string_view text) {
    return parse_one_of<FindingKind>(
        text, FindingKind::cause_of_concern, FindingKind::accelerated_cause_of_concern,
        FindingKind::area_for_improvement, FindingKind::recommendation);
}
Expected<ForceState> parse_force_state(std::string_view text) {
    return parse_one_of<ForceState>(text, ForceState::open, ForceState::in_progress,
                                    ForceState::claimed_complete, ForceState::not_ours,
                                    ForceState::no_further_action);
}
Expected<InspectorateState> parse_inspectorate_state(std::string_view text) {
    return parse_one_of<InspectorateState>(text, InspectorateState::open, InspectorateState::closed,
                                           InspectorateState::superseded);
}
Expected<ActionState> parse_action_state(std::string_view text) {
    return parse_one_of<ActionState>(text, ActionState::open, ActionState::in_progress,
                                     ActionState::complete, ActionState::cancelled);
}

Expected<ObligationTrigger> parse_obligation_trigger(std::string_view text) {
    return parse_one_of<ObligationTrigger>(text, ObligationTrigger::publication,
                                           ObligationTrigger::cause_of_concern,
                                           ObligationTrigger::engage);
}
Expected<MeetingKind> parse_meeting_kind(std::string_view text) {
    return parse_one_of<MeetingKind>(text, MeetingKind::meeting, MeetingKind::revisit,
                                     MeetingKind::fieldwork, MeetingKind::stage_review);
}
Expected<MeetingState> parse_meeting_state(std::string_view text) {
    return parse_one_of<MeetingState>(text, MeetingState::planned, MeetingState::held,
                                      MeetingState::cancelled);
}

}  // namespace forcewatch
