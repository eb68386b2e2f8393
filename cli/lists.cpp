#include "cli/lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "cli/text.hpp"

namespace forcewatch {

namespace {

auto moment(std::string path, const Calendar& calendar) {
    return [path = std::move(path), &calendar](const JsonValue& item) {
        return Cell{calendar.moment(text_at(item, path))};
    };
}

/// A number in a tone of its own when it is not zero.
auto number(std::string path, Tone tone) {
    return [path = std::move(path), tone](const JsonValue& item) {
        const auto value = number_at(item, path);
        return Cell{std::to_string(value), value == 0 ? Tone::plain : tone};
    };
}

Field force_field() { return {{"FORCE", false, 20, 0}, plain("force")}; }

std::optional<Cell> overdue_cell(const JsonValue& item) {
    const auto days = number_at(item, "overdue_days");
    if (days == 0) return std::nullopt;
    return Cell{"overdue " + counted(days, "day"), Tone::bad};
}

/// What of the three axes of a finding matters: the inspectorate's word first.
Cell finding_state(const JsonValue& item) {
    if (const auto principal = text_at(item, "same_as"); !principal.empty())
        return {"same as " + principal.substr(principal.find('/') + 1), Tone::faint};
    if (auto overdue = overdue_cell(item)) return *overdue;
    if (const auto decided = text_at(item, "inspectorate_state"); decided != "open")
        return {decided + " by the inspectorate", Tone::good};
    const auto claimed = text_at(item, "force_state");
    return {flag_at(item, "verified") ? claimed + ", verified" : claimed};
}

Cell action_state(const JsonValue& item) {
    if (auto overdue = overdue_cell(item)) return *overdue;
    const auto state = text_at(item, "state");
    return {state, state == "complete" ? Tone::good : Tone::plain};
}

Cell obligation_state(const JsonValue& item) {
    if (auto overdue = overdue_cell(item)) return *overdue;
    if (value_at(item, "replied_on") != nullptr)
        return flag_at(item, "late") ? Cell{"replied late", Tone::notice}
                                     : Cell{"replied", Tone::good};
    if (!flag_at(item, "tracked")) return {"not tracked", Tone::faint};
    if (const auto shared = text_at(item, "shares_clock_of"); !shared.empty())
        return {"with " + shared, Tone::faint};
    return {"open"};
}

Cell stage_cell(const JsonValue& item) {
    const auto stage = text_at(item, "stage");
    return {stage, stage == "engage" ? Tone::notice : Tone::plain};
}

std::string area_note(const JsonValue& item) {
    std::string note;
    if (flag_at(item, "since_at_least")) note = "at least since then";
    if (const auto partly = joined_at(item, "partly_comparable", ", "); !partly.empty())
        note += fmt::format("{}only partly comparable: {}", note.empty() ? "" : "; ", partly);
    if (const auto ended = text_at(item, "discontinued_on"); !ended.empty())
        note += fmt::format("{}discontinued {}", note.empty() ? "" : "; ", ended);
    return note;
}

/// What needs attention first: open before closed, critical before warning, else as they came.
JsonValue::Array worst_first(JsonValue::Array alerts) {
    const auto rank = [](const JsonValue& alert) {
        const auto severity = text_at(alert, "severity");
        return std::pair{text_at(alert, "state") == "closed", severity == "critical"  ? 0
                                                              : severity == "warning" ? 1
                                                                                      : 2};
    };
    std::stable_sort(
        alerts.begin(), alerts.end(),
        [&](const JsonValue& left, const JsonValue& right) { return rank(left) < rank(right); });
    return alerts;
}

/// How far a message got. It was put into words, and yet nobody need have read them.
Cell fate_of(const std::string& state, const std::set<std::string>& given_up,
             const JsonValue& notice) {
    if (state == "sent") return {"sent", Tone::good};
    if (state == "dead") return {"given up", Tone::bad};
    if (state == "leased") return {"on its way"};
    if (state != "pending") return {state, Tone::notice};
    if (given_up.contains(text_at(notice, "destination")))
        return {"queued: the destination is given up", Tone::bad};
    return {"queued"};
}

/// How often the date was moved; nothing where it never was.
Cell moves_cell(const JsonValue& item) {
    const auto moves = number_at(item, "deadline_moves");
    return moves == 0 ? Cell{} : Cell{counted(moves, "time"), Tone::notice};
}

}  // namespace

TextTable table_of(const std::vector<Field>& fields, const JsonValue::Array& items) {
    std::vector<Column> columns;
    for (const auto& field : fields) columns.push_back(field.column);
    TextTable table{std::move(columns)};
    for (const auto& item : items) {
        std::vector<Cell> row;
        for (const auto& field : fields) row.push_back(field.cell(item));
        table.add(std::move(row));
    }
    return table;
}

std::function<Cell(const JsonValue&)> plain(std::string path) {
    return [path = std::move(path)](const JsonValue& item) { return Cell{text_at(item, path)}; };
}

std::function<Cell(const JsonValue&)> day(std::string path, const Calendar& calendar) {
    return [path = std::move(path), &calendar](const JsonValue& item) {
        return Cell{calendar.short_day(text_at(item, path))};
    };
}

void drop_force(std::vector<Field>& fields, bool with_force) {
    if (!with_force)
        std::erase_if(fields, [](const Field& field) { return field.column.title == "FORCE"; });
}

Cell due_cell(const JsonValue& item, const Calendar& calendar) {
    const auto due = text_at(item, "deadline.due");
    const bool late = number_at(item, "overdue_days") > 0;
    return {due.empty() ? "no date" : calendar.day(due), late ? Tone::bad : Tone::plain};
}

Tone tone_of_severity(std::string_view severity) {
    if (severity == "critical") return Tone::bad;
    return severity == "warning" ? Tone::notice : Tone::plain;
}

Tone tone_of_grade(std::string_view grade) {
    if (grade == "inadequate") return Tone::bad;
    if (grade == "requires improvement") return Tone::notice;
    return grade == "outstanding" ? Tone::good : Tone::plain;
}

TextTable table_of_forces(const JsonValue::Array& items, const Calendar& calendar) {
    return table_of({{{"FORCE", false, 20, 0}, plain("id")},
                     {{"OVERDUE", true, 0, 0}, number("overdue", Tone::bad)},
                     {{"STAGE"}, stage_cell},
                     {{"SINCE", false, 0, 4}, day("stage_since", calendar)},
                     {{"LOW AREAS", true, 0, 2}, number("low_areas", Tone::notice)},
                     {{"INADEQUATE", true, 0, 3}, number("inadequate_areas", Tone::bad)},
                     {{"ALERTS", true, 0, 1}, number("open_alerts", Tone::notice)},
                     {{"KIND", false, 0, 6}, plain("kind")},
                     {{"NAME", false, 12, 5}, plain("name")}},
                    items);
}

TextTable table_of_areas(const JsonValue::Array& items, const Calendar& calendar, bool with_force) {
    const auto grade = [](const JsonValue& item) {
        const auto text = text_at(item, "grade");
        return Cell{text, tone_of_grade(text)};
    };
    const auto low_only = [](std::string path) {
        return [path = std::move(path)](const JsonValue& item) {
            return Cell{flag_at(item, "at_or_below") ? text_at(item, path) : ""};
        };
    };
    std::vector<Field> fields{
        force_field(),
        {{"PROGRAMME", false, 0, 4}, plain("programme")},
        {{"AREA", false, 12, 0}, plain("area")},
        {{"GRADE"}, grade},
        {{"CYCLE", false, 0, 3}, plain("cycle")},
        {{"LOW SINCE", false, 0, 1}, day("since", calendar)},
        {{"ROUNDS", true, 0, 2}, low_only("rounds")},
        {{"DAYS", true, 0, 5}, low_only("days")},
        {{"NOTE", false, 10, 6}, [](const JsonValue& item) { return Cell{area_note(item)}; }}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

TextTable table_of_findings(const JsonValue::Array& items, const Calendar& calendar,
                            bool with_force) {
    std::vector<Field> fields{
        {{"DUE"}, [&](const JsonValue& item) { return due_cell(item, calendar); }},
        {{"STATE", false, 16, 0}, finding_state},
        force_field(),
        {{"REFERENCE", false, 16, 0}, plain("reference")},
        {{"KIND", false, 10, 3}, plain("kind")},
        {{"MOVED", false, 0, 4}, moves_cell},
        {{"TITLE", false, 16, 1}, plain("title")}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

TextTable table_of_actions(const JsonValue::Array& items, const Calendar& calendar,
                           bool with_force) {
    const auto owner = [](const JsonValue& item) {
        const auto text = text_at(item, "owner");
        return text.empty() ? Cell{"nobody", Tone::notice} : Cell{text};
    };
    std::vector<Field> fields{
        {{"DUE"}, [&](const JsonValue& item) { return due_cell(item, calendar); }},
        {{"STATE", false, 16, 0}, action_state},
        force_field(),
        {{"ACTION", false, 16, 0}, plain("id")},
        {{"OWNER", false, 8, 2}, owner},
        {{"MOVED", false, 0, 4}, moves_cell},
        {{"UPDATED", false, 0, 3}, day("updated_on", calendar)},
        {{"TITLE", false, 16, 1}, plain("title")}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

TextTable table_of_obligations(const JsonValue::Array& items, const Calendar& calendar,
                               bool with_force) {
    std::vector<Field> fields{
        {{"DUE"}, [&](const JsonValue& item) { return due_cell(item, calendar); }},
        {{"STATE", false, 16, 0}, obligation_state},
        force_field(),
        {{"DUTY", false, 8, 1}, plain("definition")},
        {{"CAUSE", false, 24, 2}, plain("cause")},
        {{"TITLE", false, 16, 3}, plain("title")}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

TextTable table_of_inspections(const JsonValue::Array& items, const Calendar& calendar) {
    const auto published = [&](const JsonValue& item) {
        const auto text = text_at(item, "published");
        return text.empty() ? Cell{"undated", Tone::faint} : Cell{calendar.short_day(text)};
    };
    return table_of({{{"PUBLISHED"}, published},
                     {{"PROGRAMME", false, 0, 1}, plain("programme")},
                     {{"CYCLE", false, 0, 2}, plain("cycle")},
                     {{"FORCES", false, 10, 0},
                      [](const JsonValue& item) { return Cell{joined_at(item, "forces", ", ")}; }},
                     {{"INSPECTION", false, 12, 0}, plain("id")}},
                    items);
}

TextTable table_of_stages(const JsonValue::Array& items, const Calendar& calendar,
                          bool with_force) {
    const auto until = [&](const JsonValue& item) {
        const auto text = text_at(item, "until");
        return text.empty() ? Cell{"still", Tone::faint} : Cell{calendar.short_day(text)};
    };
    std::vector<Field> fields{force_field(),
                              {{"STAGE"}, stage_cell},
                              {{"FROM"}, day("from", calendar)},
                              {{"UNTIL", false, 0, 1}, until},
                              {{"DAYS", true, 0, 2}, plain("days")},
                              {{"NOTE", false, 12, 3}, plain("note")}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

TextTable table_of_alerts(const JsonValue::Array& items, const Calendar& calendar,
                          bool with_force) {
    const auto severity = [](const JsonValue& item) {
        const auto text = text_at(item, "severity");
        return Cell{text,
                    text_at(item, "state") == "closed" ? Tone::faint : tone_of_severity(text)};
    };
    std::vector<Field> fields{{{"ALERT", true, 0, 0}, plain("id")},
                              {{"SEVERITY"}, severity},
                              {{"STATE", false, 0, 5}, plain("state")},
                              {{"EPISODE", false, 0, 4}, day("episode_on", calendar)},
                              force_field(),
                              {{"RULE", false, 10, 3}, plain("rule")},
                              {{"SUMMARY", false, 30, 1}, plain("summary")}};
    drop_force(fields, with_force);
    return table_of(fields, worst_first(items));
}

TextTable table_of_revisions(const JsonValue::Array& items, const Calendar& calendar) {
    const auto severity = [](const JsonValue& item) {
        const auto text = text_at(item, "severity");
        return Cell{text, tone_of_severity(text)};
    };
    return table_of({{{"REVISION", true, 0, 3}, plain("revision")},
                     {{"AT", false, 0, 1}, moment("at", calendar)},
                     {{"CHANGE"}, plain("change")},
                     {{"SEVERITY"}, severity},
                     {{"STEPS", false, 8, 4},
                      [](const JsonValue& item) { return Cell{joined_at(item, "steps", ", ")}; }},
                     {{"SUMMARY", false, 30, 2}, plain("summary")}},
                    items);
}

TextTable table_of_deliveries(const JsonValue::Array& items, const Calendar& calendar) {
    const auto state = [](const JsonValue& item) {
        const auto text = text_at(item, "state");
        return Cell{text, text == "dead"      ? Tone::bad
                          : text == "unknown" ? Tone::notice
                          : text == "sent"    ? Tone::good
                                              : Tone::plain};
    };
    return table_of({{{"DELIVERY", true, 0, 0}, plain("id")},
                     {{"STATE"}, state},
                     {{"DESTINATION", false, 8, 0}, plain("destination")},
                     {{"RECIPIENT", false, 10, 4}, plain("recipient")},
                     {{"TRIES", true, 0, 3}, plain("attempts")},
                     {{"CREATED", false, 0, 5}, moment("created_at", calendar)},
                     {{"SUBJECT", false, 20, 1}, plain("subject")},
                     {{"REASON", false, 12, 2}, plain("reason")}},
                    items);
}

TextTable table_of_tries(const JsonValue::Array& items, const Calendar& calendar) {
    const auto verdict = [](const JsonValue& item) {
        const auto text = text_at(item, "verdict");
        return Cell{text.empty() ? "under way" : text,
                    text == "delivered" ? Tone::good : Tone::plain};
    };
    const auto code = [](const JsonValue& item) {
        const auto text = text_at(item, "code");
        return Cell{text == "0" ? "" : text};
    };
    return table_of({{{"TRY", true, 0, 0}, plain("number")},
                     {{"BEGAN", false, 0, 1}, moment("began_at", calendar)},
                     {{"OUTCOME"}, verdict},
                     {{"CODE", true, 0, 2}, code},
                     {{"REASON", false, 12, 3}, plain("reason")}},
                    items);
}

TextTable table_of_notices(const JsonValue::Array& items, const Calendar& calendar,
                           const std::set<std::string>& given_up, bool with_alert) {
    const auto recipient = [](const JsonValue& item) {
        const auto address = text_at(item, "delivery.recipient");
        return Cell{address.empty() ? text_at(item, "recipient") : address};
    };
    const auto outcome = [&](const JsonValue& item) {
        const auto held = text_at(item, "held_by");
        const auto said = text_at(item, "outcome");
        if (said == "waiting" && !held.empty()) return Cell{"held back: " + held, Tone::notice};
        const auto state = text_at(item, "delivery.state");
        return state.empty() ? Cell{said} : fate_of(state, given_up, item);
    };
    std::vector<Field> fields{{{"SAID", false, 0, 4}, moment("at", calendar)},
                              {{"ALERT", true, 0, 0}, plain("alert")},
                              {{"REVISION", true, 0, 5}, plain("revision")},
                              {{"DESTINATION", false, 8, 1}, plain("destination")},
                              {{"RECIPIENT", false, 10, 2}, recipient},
                              {{"OUTCOME", false, 12, 0}, outcome},
                              {{"DELIVERY", true, 0, 6}, plain("delivery.id")},
                              {{"WHY", false, 12, 3}, plain("why")}};
    if (!with_alert) fields.erase(fields.begin() + 1);
    return table_of(fields, items);
}

TextTable table_of_journal(const JsonValue::Array& items, const Calendar& calendar) {
    const auto effective = [&](const JsonValue& item) {
        const auto certainty = text_at(item, "certainty");
        const auto on = text_at(item, "effective_on");
        return certainty == "exact" ? Cell{calendar.short_day(on)}
                                    : Cell{fmt::format("{} ({})", on, certainty), Tone::faint};
    };
    const auto who = [](const JsonValue& item) {
        return number_at(item, "uid") < 0 ? Cell{"forcewatchd"}
                                          : Cell{"uid " + text_at(item, "uid")};
    };
    return table_of({{{"SEQ", true, 0, 0}, plain("seq")},
                     {{"RECORDED", false, 0, 2}, moment("recorded_at", calendar)},
                     {{"EFFECTIVE", false, 0, 3}, effective},
                     {{"BY", false, 0, 4}, who},
                     {{"KIND", false, 10, 0}, plain("kind")},
                     {{"SUBJECT", false, 16, 1}, plain("subject")},
                     {{"SOURCE", false, 10, 5}, plain("source")},
                     {{"REASON", false, 10, 6}, plain("reason")}},
                    items);
}

void print_decisions(Session& session, const Calendar& calendar,
                     const JsonValue::Array& decisions) {
    for (const auto& decision : decisions) {
        std::string who = text_at(decision, "destination");
        if (const auto recipient = text_at(decision, "recipient"); !recipient.empty())
            who += ' ' + recipient;
        session.print_entry(calendar.moment(text_at(decision, "at")),
                            (who.empty() ? "" : who + ": ") + text_at(decision, "words"));
    }
}

}  // namespace forcewatch
