/// Facts as texts by the column of the files in which they come and go (`docs/import.md`).
///
/// What two versions of an item differ in, and what an export writes, is told with these. A list
/// has ";" between its parts; people are tokens. Columns stand in the order of the layout.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/facts.hpp"

namespace forcewatch {

using FactFields = std::vector<std::pair<std::string_view, std::string>>;

[[nodiscard]] FactFields fields_of(const Force& force);
[[nodiscard]] FactFields fields_of(const CycleDefined& cycle);
[[nodiscard]] FactFields fields_of(const AreaDefined& area);
[[nodiscard]] FactFields fields_of(const AreasLinked& link);
[[nodiscard]] FactFields fields_of(const HolidaysDefined& holidays);
[[nodiscard]] FactFields fields_of(const ObligationDefined& duty);
[[nodiscard]] FactFields fields_of(const DeadlinePolicySet& policy);
[[nodiscard]] FactFields fields_of(const Person& person);
[[nodiscard]] FactFields fields_of(const Inspection& inspection);
[[nodiscard]] FactFields fields_of(const Judgement& judgement);
[[nodiscard]] FactFields fields_of(const StageMove& move);
[[nodiscard]] FactFields fields_of(const Finding& finding);
[[nodiscard]] FactFields fields_of(const ExitCondition& condition);
[[nodiscard]] FactFields fields_of(const Action& action);
[[nodiscard]] FactFields fields_of(const Meeting& meeting);
[[nodiscard]] FactFields fields_of(const Obligation& obligation);

/// Of the item that `subject` names; empty: the facts do not hold it.
[[nodiscard]] FactFields fields_of(const Facts& facts, const std::string& subject);

/// Whether a column of these holds people: one, or several in a list.
[[nodiscard]] bool names_people(std::string_view column);

}  // namespace forcewatch
