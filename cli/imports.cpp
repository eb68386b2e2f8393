#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/effect.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

TextTable table_of_imports(const JsonValue::Array& items, const Calendar&) {
    TextTable table{{{"ID", true},
                     {"WHEN"},
                     {"BY", true, 0, 2},
                     {"FILES", false, 16, 0},
                     {"LAYOUTS", false, 12, 3},
                     {"ROWS", true, 0, 4},
                     {"ADDED", true},
                     {"CHANGED", true},
                     {"UNDONE", false, 12, 0}}};
    for (const auto& import : items) {
        auto undone = text_at(import, "undone_at");
        if (!undone.empty()) undone += ": " + text_at(import, "undone_why");
        table.add({{text_at(import, "id")},
                   {text_at(import, "at")},
                   {"uid " + text_at(import, "uid")},
                   {joined_at(import, "files", ", ")},
                   {text_at(import, "layouts")},
                   {grouped(number_at(import, "rows"))},
                   {grouped(number_at(import, "added"))},
                   {grouped(number_at(import, "changed"))},
                   {undone, Tone::notice}});
    }
    return table;
}

/// The API says what to send; here it is an option.
Failure in_our_words(Failure failure) {
    constexpr std::string_view sent = "send \"force\": true";
    if (const auto at = failure.text.find(sent); at != std::string::npos)
        failure.text.replace(at, sent.size(), "give --force");
    return failure;
}

}  // namespace

int show_imports(Session& session) {
    return show_list(session, "/v1/imports", {}, "Nothing was imported yet.", table_of_imports);
}

int undo_import(Session& session) {
    const auto& given = session.given;
    const auto body = json_text(
        JsonValue{JsonValue::Object{{"reason", {given.reason}}, {"force", {given.forced}}}});
    const auto done =
        session.api.post(fmt::format("/v1/imports/{}/undo", percent_encoded(given.id)),
                         {{"dry_run", given.dry_run ? "true" : ""}}, body);
    if (!done) return session.fail(in_our_words(done.error()));
    if (given.json) {
        session.print_json(*done);
        return cli_exit::done;
    }
    session.print(fmt::format("Import {} {}: {}.\n", one_line(given.id),
                              given.dry_run ? "would be undone" : "is undone",
                              counted(number_at(*done, "items_touched"), "item")));
    print_effect(session, *done, given.all);
    if (given.dry_run) session.say("A trial: nothing was changed.");
    return cli_exit::done;
}

int assign_owner(Session& session) {
    const auto& given = session.given;
    JsonValue::Object wanted{{"owner", {given.owner}}};
    const auto add = [&](const char* name, const std::string& text) {
        if (!text.empty()) wanted.push_back({name, {text}});
    };
    add("force", given.force);
    add("area", given.area);
    add("finding", given.finding);
    add("from", given.from_owner);
    if (given.unowned) wanted.push_back({"unowned", {true}});
    if (given.all) wanted.push_back({"closed_too", {true}});
    const auto done = session.api.post("/v1/assign", {{"dry_run", given.yes ? "" : "true"}},
                                       json_text(JsonValue{std::move(wanted)}));
    if (!done) return session.fail(done.error());
    if (given.json) {
        session.print_json(*done);
        return cli_exit::done;
    }
    const auto changed = number_at(*done, "changed");
    if (changed == 0) {
        session.say("No action fits that has another owner.");
        return cli_exit::done;
    }
    session.print(fmt::format("{} {} to {}.\n", counted(changed, "action"),
                              given.yes ? (changed == 1 ? "goes" : "go") : "would go",
                              one_line(given.owner)));
    print_effect(session, *done, true);
    if (!given.yes) session.say("Only shown. With --yes it is done.");
    return cli_exit::done;
}

}  // namespace forcewatch
