#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/commands.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

struct Part {
    std::string_view name;
    std::string_view heading;
    std::string_view nothing;
    std::string_view path;
    TextTable (*table)(const JsonValue::Array&, const Calendar&, bool);
};

constexpr std::array parts{
    Part{"stages", "Monitoring stages", "no moves are known", "/v1/stages", table_of_stages},
    Part{"areas", "Areas at requires improvement or worse", "none", "/v1/areas", table_of_areas},
    Part{"findings", "Open findings", "none", "/v1/findings", table_of_findings},
    Part{"actions", "Open actions", "none", "/v1/actions", table_of_actions},
    Part{"obligations", "Open obligations", "none", "/v1/obligations", table_of_obligations},
    Part{"alerts", "Open alerts", "none", "/v1/alerts", table_of_alerts},
};

ApiClient::Parameters parameters_of(const Part& part, const Arguments& given) {
    ApiClient::Parameters parameters{{"force", given.id}};
    if (part.name == "stages") parameters.emplace_back("all", "true");
    if (part.name == "areas") parameters.emplace_back("at_or_below", "requires-improvement");
    if (part.name != "stages" && part.name != "areas") parameters.emplace_back("state", "open");
    if (part.name != "alerts") parameters.emplace_back("as_of", given.as_of);
    return parameters;
}

/// "2 of 12 moved, by 40 days in all; 3 of 5 met as first set"; empty: nothing has a date.
std::string dates_in_words(const JsonValue& slips) {
    const auto dated = number_at(slips, "all.items");
    if (dated == 0) return {};
    const auto moved = number_at(slips, "all.moved");
    auto words = moved == 0
                     ? fmt::format("none of {} moved", grouped(dated))
                     : fmt::format("{} of {} moved, by {} in all", grouped(moved), grouped(dated),
                                   counted(number_at(slips, "all.slip_days"), "day"));
    if (const auto due = number_at(slips, "all.originally_due"); due > 0)
        words += fmt::format("; {} of {} met as first set",
                             grouped(number_at(slips, "all.met_originally")), grouped(due));
    return words;
}

void print_head(Session& session, const JsonValue& force, const JsonValue& slips,
                const Calendar& calendar) {
    session.print(session.terminal.painted(one_line(text_at(force, "name")), Tone::heading) + "\n");
    const auto stage = text_at(force, "stage");
    const auto since = text_at(force, "stage_since");
    session.print_entry(
        "Stage", since.empty() ? stage : fmt::format("{}, since {}", stage, calendar.day(since)),
        stage == "engage" ? Tone::notice : Tone::plain);
    const auto overdue = number_at(force, "overdue");
    session.print_entry("Overdue", counted(overdue, "item"), overdue > 0 ? Tone::bad : Tone::plain);
    if (const auto words = dates_in_words(slips); !words.empty())
        session.print_entry("Dates", words);
    session.print_entry("Low areas",
                        fmt::format("{}, {} inadequate", grouped(number_at(force, "low_areas")),
                                    grouped(number_at(force, "inadequate_areas"))));
    std::string about = text_at(force, "id") + ", " + text_at(force, "kind");
    if (const auto region = text_at(force, "region"); !region.empty()) about += ", " + region;
    session.print_entry("Id", about);
    if (const auto successor = text_at(force, "successor"); !successor.empty())
        session.print_entry("Became", successor);
}

}  // namespace

int show_force(Session& session) {
    const auto path = "/v1/forces/" + percent_encoded(session.given.id);
    const auto force = session.api.get(path, {{"as_of", session.given.as_of}});
    if (!force) return session.fail(force.error());
    const auto slips = session.api.get(path + "/slips", {{"as_of", session.given.as_of}});
    if (!slips) return session.fail(slips.error());
    JsonValue::Object whole{{"force", *force}, {"slips", *slips}};
    for (const auto& part : parts) {
        // Alerts happened when they happened: a past day has none to show.
        if (part.name == "alerts" && !session.given.as_of.empty()) continue;
        auto list = session.api.get_all(std::string{part.path}, parameters_of(part, session.given));
        if (!list) return session.fail(list.error());
        whole.push_back({std::string{part.name}, std::move(*list)});
    }
    const JsonValue document{std::move(whole)};
    if (session.given.json) {
        session.print_json(document);
        return 0;
    }
    const Calendar calendar = session.calendar();
    print_head(session, *force, *slips, calendar);
    for (const auto& part : parts) {
        const auto& items = array_at(document, std::string{part.name} + ".items");
        if (document.find(part.name) == nullptr) continue;
        session.print("\n" + session.terminal.painted(part.heading, Tone::heading) +
                      (items.empty() ? fmt::format(": {}\n", part.nothing) : "\n"));
        if (!items.empty()) session.print(part.table(items, calendar, false));
    }
    return 0;
}

}  // namespace forcewatch
