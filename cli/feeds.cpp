#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

Tone tone_of(const std::string& state) {
    if (state == "failing") return Tone::bad;
    return state == "silent" ? Tone::notice : Tone::plain;
}

}  // namespace

int show_feeds(Session& session) {
    const auto list = session.api.get("/v1/feeds");
    if (!list) return session.fail(list.error());
    if (session.given.json) {
        session.print_json(*list);
        return cli_exit::done;
    }
    const auto calendar = session.calendar();
    const auto moment = [&](const JsonValue& feed, const char* member) {
        const auto at = text_at(feed, member);
        return Cell{at.empty() ? "never" : calendar.moment(at)};
    };
    TextTable table{{{"NAME", false},
                     {"STATE", false},
                     {"FETCHED", false, 0, 1},
                     {"NEW ITEM", false, 0, 2},
                     {"NEXT", false, 0, 3},
                     {"ERROR", false, 12, 0},
                     {"ADDRESS", false, 12, 4}}};
    for (const auto& feed : array_at(*list, "items"))
        table.add({{text_at(feed, "name")},
                   {text_at(feed, "state"), tone_of(text_at(feed, "state"))},
                   moment(feed, "last_fetched_at"),
                   moment(feed, "last_new_item_at"),
                   moment(feed, "next_at"),
                   {text_at(feed, "error")},
                   {text_at(feed, "url")}});
    if (table.empty())
        session.say("No feeds. Add a [[feed]] to the configuration: docs/news.md shows how.");
    else
        session.print(table);
    return cli_exit::done;
}

int fetch_feed(Session& session) {
    const auto asked = session.api.post(
        fmt::format("/v1/feeds/{}/fetch", percent_encoded(session.given.id)), {}, "");
    if (!asked) return session.fail(asked.error());
    if (session.given.json)
        session.print_json(*asked);
    else
        session.print(fmt::format(
            "{} is fetched as soon as the courier asks: forcewatchctl feeds shows what came.\n",
            one_line(session.given.id)));
    return cli_exit::done;
}

}  // namespace forcewatch
