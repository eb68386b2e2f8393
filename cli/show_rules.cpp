// The rules, asked on purpose: explain, forecast, backtest.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

/// A verdict as a person says it.
std::string verdict_of(const JsonValue& rule) {
    if (!flag_at(rule, "firing")) return "does not fire";
    return "fires, " + text_at(rule, "severity");
}

/// `about`: what the rule before looked at, which is not said again.
void explain_one(Session& session, const JsonValue& rule, const Calendar& calendar,
                 std::string& about) {
    const bool firing = flag_at(rule, "firing");
    const auto severity = text_at(rule, "severity");
    session.print(session.terminal.painted(fmt::format("{} ({})", one_line(text_at(rule, "rule")),
                                                       one_line(text_at(rule, "type"))),
                                           Tone::heading) +
                  "\n");
    if (const auto title = text_at(rule, "title"); title != about) {
        session.print_entry("On", title);
        about = title;
    }
    session.print_entry("Verdict", verdict_of(rule),
                        firing ? tone_of_severity(severity) : Tone::plain);
    const auto entry = [&](std::string_view label, const std::string& text) {
        if (!text.empty()) session.print_entry(label, text);
    };
    entry("What", text_at(rule, "summary"));
    std::string steps;
    for (const auto& step : array_at(rule, "steps"))
        steps += fmt::format("{}{} on {}", steps.empty() ? "" : ", ", text_at(step, "step"),
                             calendar.short_day(text_at(step, "on")));
    entry("Steps", steps);
    entry("Note", joined_at(rule, "remarks", "; "));
    const auto next = text_at(rule, "next_on");
    entry("Next", next.empty() ? std::string{} : calendar.day(next));
    for (const auto& alert : array_at(rule, "stored")) {
        entry("Alert", fmt::format("{}, {}, revision {}, {}{}", text_at(alert, "id"),
                                   text_at(alert, "state"), text_at(alert, "revision"),
                                   text_at(alert, "severity"),
                                   flag_at(alert, "told") ? "" : ", nobody was told of it"));
        entry("Muted", text_at(alert, "muted_by"));
        for (const auto& held : array_at(alert, "held_back")) {
            const auto recipient = text_at(held, "recipient");
            const auto words = text_at(held, "words");
            entry("Held back",
                  fmt::format("for {}{}: {}{}", text_at(held, "destination"),
                              recipient.empty() ? "" : " (" + recipient + ")",
                              text_at(held, "cause"), words.empty() ? "" : ", " + words));
        }
    }
    session.print("\n");
}

/// The rules that have nothing to say of it, by the reason.
void explain_rest(Session& session, const JsonValue& document) {
    std::map<std::string, std::string> rules;
    for (const auto& rule : array_at(document, "rules")) {
        if (flag_at(rule, "looks_at_it")) continue;
        auto& names = rules[text_at(rule, "why_not")];
        const auto name = one_line(text_at(rule, "rule"));
        if (fmt::format(", {},", names).find(fmt::format(", {},", name)) != std::string::npos)
            continue;
        names += (names.empty() ? "" : ", ") + name;
    }
    for (const auto& [reason, names] : rules)
        session.print(fmt::format("Not looked at by {}: {}\n", names, one_line(reason)));
}

/// The journal's entries that the verdicts rest on: document and row, import, and who.
void cite_sources(Session& session, const JsonValue& document, const Calendar& calendar) {
    const auto& sources = array_at(document, "sources");
    if (sources.empty()) return;
    const auto since = [&](const JsonValue& item) {
        const auto certainty = text_at(item, "certainty");
        const auto on = text_at(item, "effective_on");
        return certainty == "exact" ? Cell{calendar.short_day(on)}
                                    : Cell{fmt::format("{} ({})", on, certainty), Tone::faint};
    };
    const auto source = [](const JsonValue& item) {
        auto text = text_at(item, "document");
        if (value_at(item, "row") != nullptr) text += ":" + text_at(item, "row");
        if (const auto url = text_at(item, "url"); !url.empty() && url != text)
            text += (text.empty() ? "" : " ") + url;
        return text.empty() ? Cell{text_at(item, "reason"), Tone::faint} : Cell{text};
    };
    const auto who = [](const JsonValue& item) {
        return number_at(item, "uid") < 0 ? Cell{"forcewatchd"}
                                          : Cell{"uid " + text_at(item, "uid")};
    };
    session.print("\nWhere the facts come from\n");
    session.print(table_of({{{"FACT", false, 10, 0}, plain("fact")},
                            {{"OF", false, 16, 0}, plain("subject")},
                            {{"SINCE"}, since},
                            {{"SOURCE", false, 16, 0}, source},
                            {{"IMPORT", true, 0, 1}, plain("import")},
                            {{"BY", false, 0, 1}, who}},
                           sources));
}

int print_foreseen(Session& session, const JsonValue& document, const char* nothing) {
    const auto& items = array_at(document, "items");
    if (items.empty())
        session.say(nothing);
    else
        session.print(table_of_foreseen(items, session.calendar(), session.given.force.empty()));
    return 0;
}

void print_openings(Session& session, const JsonValue& document, const char* member,
                    std::string_view label) {
    const auto& openings = array_at(document, member);
    if (openings.empty()) return;
    session.print(fmt::format("\n{} ({}):\n", label, openings.size()));
    for (const auto& opening : openings)
        session.print(fmt::format("  {}  {}  {}\n", one_line(text_at(opening, "episode_on")),
                                  one_line(text_at(opening, "rule")),
                                  one_line(text_at(opening, "subject"))));
}

}  // namespace

int explain_item(Session& session) {
    const auto& given = session.given;
    const auto found = session.api.get(
        "/v1/explain", {{"subject", given.id}, {"at", given.at}, {"known_at", given.known_at}});
    if (!found) return session.fail(found.error());
    if (given.json) {
        session.print_json(*found);
        return 0;
    }
    const Calendar calendar = session.calendar();
    std::string about;
    for (const auto& rule : array_at(*found, "rules"))
        if (flag_at(rule, "looks_at_it")) explain_one(session, rule, calendar, about);
    explain_rest(session, *found);
    cite_sources(session, *found, calendar);
    return 0;
}

int show_forecast(Session& session) {
    const auto& given = session.given;
    const auto found = session.api.get("/v1/forecast", {{"days", std::to_string(given.days)},
                                                        {"force", given.force},
                                                        {"from", given.from},
                                                        {"known_at", given.known_at}});
    if (!found) return session.fail(found.error());
    if (given.json) {
        session.print_json(*found);
        return 0;
    }
    return print_foreseen(session, *found, "Nothing will fire if nothing changes.");
}

int show_backtest(Session& session) {
    const auto& given = session.given;
    std::string rules;
    if (!given.rules.empty()) {
        std::ifstream in{given.rules, std::ios::binary};
        if (!in)
            return session.fail(
                {cli_exit::failed,
                 fmt::format("{}: cannot be read: {}", one_line(given.rules), std::strerror(errno)),
                 {}});
        std::ostringstream text;
        text << in.rdbuf();
        rules = text.str();
    }
    const auto found = session.api.post("/v1/backtest",
                                        {{"from", given.from},
                                         {"to", given.to},
                                         {"force", given.force},
                                         {"known_at", given.known_at}},
                                        rules, "application/toml");
    if (!found) return session.fail(found.error());
    if (given.json) {
        session.print_json(*found);
        return 0;
    }
    const int code = print_foreseen(session, *found, "The rules would have said nothing.");
    print_openings(session, *found, "only_would", "Would have opened, and did not");
    print_openings(session, *found, "only_did", "Did open, and would not have");
    if (array_at(*found, "only_would").empty() && array_at(*found, "only_did").empty())
        session.print("\nThe daemon opened the same alerts.\n");
    return code;
}

}  // namespace forcewatch
