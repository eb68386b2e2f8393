#include <fmt/format.h>

#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

TextTable table_of_meetings(const JsonValue::Array& items, const Calendar& calendar,
                            bool with_force) {
    const auto papers = [&](const JsonValue& item) {
        if (const auto sent = text_at(item, "papers_sent_on"); !sent.empty())
            return Cell{"sent " + calendar.short_day(sent), Tone::good};
        const auto due = text_at(item, "papers_due");
        return due.empty() ? Cell{} : Cell{calendar.short_day(due)};
    };
    std::vector<Field> fields{
        {{"ON"}, [&](const JsonValue& item) { return due_cell(item, calendar); }},
        {{"STATE", false, 0, 2}, plain("state")},
        {{"FORCE", false, 20, 0}, plain("force")},
        {{"MEETING", false, 8, 0}, plain("meeting")},
        {{"KIND", false, 0, 3}, plain("kind")},
        {{"PAPERS", false, 0, 1}, papers},
        {{"TITLE", false, 16, 4}, plain("title")}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

TextTable table_of_conditions(const JsonValue::Array& items, const Calendar& calendar,
                              bool with_force) {
    const auto standing = [&](const JsonValue& item) {
        if (const auto on = text_at(item, "regressed_on"); !on.empty())
            return Cell{"regressed " + calendar.short_day(on), Tone::bad};
        if (!flag_at(item, "met")) return Cell{"not met", Tone::notice};
        const auto since = text_at(item, "met_since");
        return Cell{since.empty() ? "met" : "met " + calendar.short_day(since), Tone::good};
    };
    const auto of = [](const JsonValue& item) {
        const auto finding = text_at(item, "finding");
        return Cell{finding.empty() ? "stage" : finding};
    };
    std::vector<Field> fields{
        {{"STANDING", false, 10, 0}, standing},
        {{"FORCE", false, 20, 0}, plain("force")},
        {{"CONDITION", false, 8, 0}, plain("condition")},
        {{"OF", false, 0, 2}, of},
        {{"FINDINGS", false, 10, 3},
         [](const JsonValue& item) { return Cell{joined_at(item, "findings", ", ")}; }},
        {{"TEXT", false, 20, 1}, plain("text")}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

TextTable table_of_people(const JsonValue::Array& items, const Calendar& calendar) {
    const auto state = [&](const JsonValue& item) {
        if (flag_at(item, "active")) return Cell{"active"};
        return Cell{"left " + calendar.short_day(text_at(item, "since")), Tone::notice};
    };
    const auto name = [](const JsonValue& item) {
        const auto text = text_at(item, "name");
        return text.empty() ? Cell{"erased", Tone::faint} : Cell{text};
    };
    return table_of({{{"ID"}, plain("id")},
                     {{"NAME", false, 12, 0}, name},
                     {{"STATE", false, 0, 1}, state},
                     {{"EMAIL", false, 12, 2}, plain("email")},
                     {{"DEPUTY", false, 8, 3}, plain("deputy_name")}},
                    items);
}

TextTable table_of_policies(const JsonValue::Array& items, const Calendar&) {
    return table_of({{{"FINDING KIND"}, plain("finding_kind")},
                     {{"FORCE KIND"}, plain("force_kind")},
                     {{"DAYS", true}, plain("days")}},
                    items);
}

TextTable table_of_holidays(const JsonValue::Array& items, const Calendar&) {
    return table_of({{{"DIVISION"}, plain("division")},
                     {{"YEAR", true}, plain("year")},
                     {{"DAYS", false, 20, 0},
                      [](const JsonValue& item) { return Cell{joined_at(item, "days", ", ")}; }}},
                    items);
}

TextTable table_of_foreseen(const JsonValue::Array& items, const Calendar& calendar,
                            bool with_force) {
    const auto severity = [](const JsonValue& item) {
        const auto text = text_at(item, "severity");
        return Cell{text, tone_of_severity(text)};
    };
    std::vector<Field> fields{
        {{"ON"}, day("on", calendar)},
        {{"CHANGE"}, plain("change")},
        {{"SEVERITY"}, severity},
        {{"FORCE", false, 20, 0}, plain("force")},
        {{"RULE", false, 10, 2}, plain("rule")},
        {{"STEPS", false, 6, 3},
         [](const JsonValue& item) { return Cell{joined_at(item, "steps", ", ")}; }},
        {{"SUBJECT", false, 20, 1}, plain("subject")},
        {{"SUMMARY", false, 20, 4}, plain("summary")}};
    drop_force(fields, with_force);
    return table_of(fields, items);
}

}  // namespace forcewatch
