#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace forcewatch {

int show_conflicts(Session& session) {
    const auto list = session.api.get_all("/v1/conflicts", {{"state", session.given.state}});
    if (!list) return session.fail(list.error());
    if (session.given.json) {
        session.print_json(*list);
        return cli_exit::done;
    }
    TextTable table{{{"ID", true},
                     {"STATE", false, 0, 3},
                     {"KIND", false},
                     {"FORCES", false, 12, 0},
                     {"WHAT", false, 20, 0},
                     {"PROPOSAL", true, 0, 1},
                     {"SOURCE", false, 12, 2}}};
    for (const auto& conflict : array_at(*list, "items")) {
        const auto url = text_at(conflict, "url");
        table.add({{text_at(conflict, "id")},
                   {text_at(conflict, "state")},
                   {text_at(conflict, "kind")},
                   {joined_at(conflict, "forces", ", ")},
                   {text_at(conflict, "what")},
                   {text_at(conflict, "proposal")},
                   {url.empty() ? text_at(conflict, "source") : url}});
    }
    if (table.empty())
        session.say("Nothing contradicts anything else.");
    else
        session.print(table);
    return cli_exit::done;
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
