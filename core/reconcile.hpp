/// From what is known and what a file or a form says to the events that lie between them.
///
/// What a row leaves empty is left as it is; a row that says nothing new gives no event.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/facts.hpp"

namespace forcewatch {

/// What one row says of a finding.
struct FindingRow {
    FindingRaised raised;
    std::optional<ForceState> force_state;
    std::optional<Date> force_state_on;  ///< empty: today
    std::optional<Date> verified_on;
    std::optional<InspectorateState> inspectorate_state;
    std::optional<Date> inspectorate_state_on;  ///< empty: today
};

/// What one row says of an action.
struct ActionRow {
    ActionPlanned planned;
    std::optional<ActionState> state;
    std::optional<Date> updated_on;  ///< empty: today
    std::string note;
};

/// An event that only stands in until somebody says better: recorded if nothing is known yet.
struct IfUnknown {
    Event event;
};

/// What one row of a file says.
using ImportItem = std::variant<Event, IfUnknown, FindingRow, ActionRow>;

struct ImportRow {
    ImportItem item;
    std::string source;  ///< such as "actions.csv:17"
    int line{};          ///< of the file, counted from 1
};

[[nodiscard]] std::vector<Event> changes(const std::optional<Finding>& known, const FindingRow& row,
                                         Date today);
[[nodiscard]] std::vector<Event> changes(const std::optional<Action>& known, const ActionRow& row,
                                         Date today);

}  // namespace forcewatch
