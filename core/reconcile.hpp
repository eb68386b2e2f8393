/// From what is known and what a file or a form says to the events that lie between them.
///
/// What a row leaves empty is left as it is, unless `cleared` names it; a row that says nothing new
/// gives no event. A date without a word on who set it moves the deadline and keeps its kind.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/facts.hpp"

namespace forcewatch {

/// What one row says of a finding.
struct FindingRow {
    FindingRaised raised;
    bool deadline_kind_said{};      ///< also where it says "none"
    std::set<std::string> cleared;  ///< fields that are to become empty
    std::optional<ForceState> force_state;
    std::optional<Date> force_state_on;  ///< empty: today
    std::string claimed_by;              ///< name or token; empty: whoever records it
    std::string force_reason;
    std::optional<Date> verified_on;
    std::string verified_by;
    std::optional<InspectorateState> inspectorate_state;
    std::optional<Date> inspectorate_state_on;  ///< empty: today
    std::string inspectorate_reason;
    std::string same_as;             ///< reference of the finding that stands for it
    std::optional<Date> same_as_on;  ///< empty: today
    std::string same_as_by;          ///< name or token; empty: whoever records it
    std::string same_as_reason;
    std::string deadline_reason;  ///< why the date moved
    std::string approval;         ///< reference of who allowed that
};

/// What one row says of an action.
struct ActionRow {
    ActionPlanned planned;
    bool deadline_kind_said{};
    std::set<std::string> cleared;
    std::optional<ActionState> state;
    std::optional<Date> updated_on;  ///< empty: today
    std::string note;
    std::string deadline_reason;
    std::string approval;
};

/// An event that only stands in until somebody says better: recorded if nothing is known yet.
struct IfUnknown {
    Event event;
};

/// An event as another journal holds it.
struct PastEvent {
    Event event;
    Date effective_on{};
    Certainty certainty{Certainty::exact};
};

/// What one row of a file says.
using ImportItem = std::variant<Event, IfUnknown, FindingRow, ActionRow, PastEvent>;

struct ImportRow {
    ImportItem item;
    std::string source;         ///< such as "actions.csv:17"
    int line{};                 ///< of the file, counted from 1
    std::string_view layout{};  ///< of the file, such as "actions"; of static storage
};

/// Why something ends that `file` names no more.
[[nodiscard]] std::string absent_from(const std::string& file);

/// What `said` leaves empty, as `known` has it; of events of the same kind about the same item.
[[nodiscard]] Event filled_in(Event said, const Event& known);
[[nodiscard]] std::vector<Event> changes(const std::optional<Finding>& known, const FindingRow& row,
                                         Date today);
[[nodiscard]] std::vector<Event> changes(const std::optional<Action>& known, const ActionRow& row,
                                         Date today);

}  // namespace forcewatch
