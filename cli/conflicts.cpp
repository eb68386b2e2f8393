#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

TextTable table_of_conflicts(const JsonValue::Array& items, const Calendar&) {
    TextTable table{{{"ID", true},
                     {"STATE", false, 0, 3},
                     {"KIND", false},
                     {"FORCES", false, 12, 0},
                     {"WHAT", false, 20, 0},
                     {"PROPOSAL", true, 0, 1},
                     {"SOURCE", false, 12, 2},
                     {"SETTLED", false, 12, 4}}};
    for (const auto& conflict : items) {
        const auto url = text_at(conflict, "url");
        table.add({{text_at(conflict, "id")},
                   {text_at(conflict, "state")},
                   {text_at(conflict, "kind")},
                   {joined_at(conflict, "forces", ", ")},
                   {text_at(conflict, "what")},
                   {text_at(conflict, "proposal")},
                   {url.empty() ? text_at(conflict, "source") : url},
                   {text_at(conflict, "reason")}});
    }
    return table;
}

}  // namespace

int show_conflicts(Session& session) {
    return show_list(session, "/v1/conflicts", {{"state", session.given.state}},
                     "Nothing contradicts anything else.", table_of_conflicts);
}

int settle_conflict(Session& session) {
    const auto settled = session.api.post(
        fmt::format("/v1/conflicts/{}/settle", percent_encoded(session.given.id)), {},
        json_text(JsonValue{JsonValue::Object{{"reason", {session.given.reason}}}}));
    if (!settled) return session.fail(settled.error());
    if (session.given.json)
        session.print_json(*settled);
    else
        session.print(fmt::format("Conflict {} is settled.\n", one_line(session.given.id)));
    return cli_exit::done;
}

}  // namespace forcewatch
