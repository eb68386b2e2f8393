/// The words that events choose from: kinds and states, with their spelling in files, API and SQL.
#pragma once

#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

enum class FindingKind {
    cause_of_concern,
    accelerated_cause_of_concern,
    area_for_improvement,
    recommendation
};
/// A cause of concern, accelerated or not.
[[nodiscard]] constexpr bool is_cause(FindingKind kind) {
    return kind == FindingKind::cause_of_concern ||
           kind == FindingKind::accelerated_cause_of_concern;
}
/// What the force says of a finding. The last two end its clock too, and need a reason.
enum class ForceState { open, in_progress, claimed_complete, not_ours, no_further_action };
enum class InspectorateState { open, closed, superseded };
enum class ActionState { open, in_progress, complete, cancelled };
/// What makes an obligation arise: a publication, a cause of concern raised, a move into Engage.
enum class ObligationTrigger { publication, cause_of_concern, engage };
enum class MeetingKind { meeting, revisit, fieldwork, stage_review };
enum class MeetingState { planned, held, cancelled };

[[nodiscard]] std::string_view text_of(FindingKind kind);
[[nodiscard]] std::string_view text_of(ForceState state);
[[nodiscard]] std::string_view text_of(InspectorateState state);
[[nodiscard]] std::string_view text_of(ActionState state);
[[nodiscard]] std::string_view text_of(ObligationTrigger trigger);
[[nodiscard]] std::string_view text_of(MeetingKind kind);
[[nodiscard]] std::string_view text_of(MeetingState state);
[[nodiscard]] Expected<FindingKind> parse_finding_kind(std::string_view text);
[[nodiscard]] Expected<ForceState> parse_force_state(std::string_view text);
[[nodiscard]] Expected<InspectorateState> parse_inspectorate_state(std::string_view text);
[[nodiscard]] Expected<ActionState> parse_action_state(std::string_view text);
[[nodiscard]] Expected<ObligationTrigger> parse_obligation_trigger(std::string_view text);
[[nodiscard]] Expected<MeetingKind> parse_meeting_kind(std::string_view text);
[[nodiscard]] Expected<MeetingState> parse_meeting_state(std::string_view text);

}  // namespace forcewatch
