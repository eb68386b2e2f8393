/// How each kind of item looks as a row: the tables of all list commands, and of `force`.
#pragma once

#include <functional>
#include <set>
#include <vector>

#include "cli/calendar.hpp"
#include "cli/document.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

namespace forcewatch {

/// `with_force` is false where every row is about the same force.
[[nodiscard]] TextTable table_of_forces(const JsonValue::Array& items, const Calendar& calendar);
[[nodiscard]] TextTable table_of_areas(const JsonValue::Array& items, const Calendar& calendar,
                                       bool with_force);
[[nodiscard]] TextTable table_of_findings(const JsonValue::Array& items, const Calendar& calendar,
                                          bool with_force);
[[nodiscard]] TextTable table_of_actions(const JsonValue::Array& items, const Calendar& calendar,
                                         bool with_force);
[[nodiscard]] TextTable table_of_obligations(const JsonValue::Array& items,
                                             const Calendar& calendar, bool with_force);
[[nodiscard]] TextTable table_of_meetings(const JsonValue::Array& items, const Calendar& calendar,
                                          bool with_force);
[[nodiscard]] TextTable table_of_conditions(const JsonValue::Array& items, const Calendar& calendar,
                                            bool with_force);
[[nodiscard]] TextTable table_of_people(const JsonValue::Array& items, const Calendar& calendar);
[[nodiscard]] TextTable table_of_policies(const JsonValue::Array& items, const Calendar& calendar);
[[nodiscard]] TextTable table_of_holidays(const JsonValue::Array& items, const Calendar& calendar);
/// What will fire, or would have fired, in order of time.
[[nodiscard]] TextTable table_of_foreseen(const JsonValue::Array& items, const Calendar& calendar,
                                          bool with_force);
[[nodiscard]] TextTable table_of_inspections(const JsonValue::Array& items,
                                             const Calendar& calendar);
[[nodiscard]] TextTable table_of_stages(const JsonValue::Array& items, const Calendar& calendar,
                                        bool with_force);
/// The worst first, whatever the order of `items`.
[[nodiscard]] TextTable table_of_alerts(const JsonValue::Array& items, const Calendar& calendar,
                                        bool with_force);
[[nodiscard]] TextTable table_of_revisions(const JsonValue::Array& items, const Calendar& calendar);
[[nodiscard]] TextTable table_of_deliveries(const JsonValue::Array& items,
                                            const Calendar& calendar);
/// Each try of one message.
[[nodiscard]] TextTable table_of_tries(const JsonValue::Array& items, const Calendar& calendar);
/// What was said to whom, and how far it got. `with_alert` is false where all is of one alert.
[[nodiscard]] TextTable table_of_notices(const JsonValue::Array& items, const Calendar& calendar,
                                         const std::set<std::string>& given_up, bool with_alert);
/// Destinations that nothing goes to; empty also where they cannot be asked for.
[[nodiscard]] std::set<std::string> given_up_destinations(const Session& session);
[[nodiscard]] TextTable table_of_journal(const JsonValue::Array& items, const Calendar& calendar);

using MakeTable = std::function<TextTable(const JsonValue::Array&, const Calendar&)>;
/// Asks for every page of a list and prints it: as it came, or as a table. Where it is empty, says
/// `nothing`, so that silence is not taken for a fault.
int show_list(Session& session, const std::string& path, const ApiClient::Parameters& parameters,
              const std::string& nothing, const MakeTable& table);

/// Why something was not said, or not yet, and to whom.
void print_decisions(Session& session, const Calendar& calendar, const JsonValue::Array& decisions);

/// A column, and how an item fills it.
struct Field {
    Column column;
    std::function<Cell(const JsonValue&)> cell;
};
[[nodiscard]] TextTable table_of(const std::vector<Field>& fields, const JsonValue::Array& items);
[[nodiscard]] std::function<Cell(const JsonValue&)> plain(std::string path);
[[nodiscard]] std::function<Cell(const JsonValue&)> day(std::string path, const Calendar& calendar);
/// Leaves the column FORCE out unless it is wanted.
void drop_force(std::vector<Field>& fields, bool with_force);
/// The date that binds an item, red when it has passed.
[[nodiscard]] Cell due_cell(const JsonValue& item, const Calendar& calendar);

[[nodiscard]] Tone tone_of_severity(std::string_view severity);
[[nodiscard]] Tone tone_of_grade(std::string_view grade);

}  // namespace forcewatch
