#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

std::string path_of(const JsonValue& duty) {
    return fmt::format("/v1/obligations/{}/{}/{}", percent_encoded(text_at(duty, "definition")),
                       percent_encoded(text_at(duty, "cause")),
                       percent_encoded(text_at(duty, "force")));
}

/// The duties of the force that the words on the command line fit. Where it is said what the duty
/// is about, any will do; else those that are chased, or at least await a reply.
Outcome<JsonValue::Array> duties_meant(const Session& session) {
    const auto& given = session.given;
    const auto list =
        session.api.get_all("/v1/obligations", {{"force", given.force}, {"state", "all"}});
    if (!list) return tl::unexpected(list.error());
    JsonValue::Array fitting;
    JsonValue::Array awaiting;
    JsonValue::Array chased;
    for (const auto& duty : array_at(*list, "items")) {
        if (text_at(duty, "definition") != given.id) continue;
        if (text_at(duty, "cause") == given.item) fitting.push_back(duty);
        if (!text_at(duty, "replied_on").empty()) continue;
        awaiting.push_back(duty);
        if (flag_at(duty, "tracked")) chased.push_back(duty);
    }
    if (!given.item.empty()) return fitting;
    return chased.empty() ? awaiting : chased;
}

Failure no_duty(const Arguments& given) {
    return {
        cli_exit::not_found,
        fmt::format("{} has no duty \"{}\"{}. forcewatchctl obligations --force {} --state all "
                    "lists those it has.",
                    given.force, given.id,
                    given.item.empty() ? " that awaits a reply" : " about \"" + given.item + "\"",
                    given.force),
        {}};
}

Failure several_duties(const Arguments& given, const JsonValue::Array& duties) {
    std::string causes;
    for (const auto& duty : duties)
        causes += fmt::format("\n  --about {}", one_line(text_at(duty, "cause")));
    return {cli_exit::conflict,
            fmt::format("{} has {} duties \"{}\" that await a reply. Say which is meant:{}",
                        given.force, duties.size(), given.id, causes),
            {}};
}

std::string told(const JsonValue& duty) {
    const auto due = one_line(text_at(duty, "deadline.due"));
    const auto when = due.empty()             ? std::string{}
                      : flag_at(duty, "late") ? ", late: it was due by " + due
                                              : ", in time";
    return fmt::format("{}: replied on {}{}.\n", one_line(text_at(duty, "title")),
                       one_line(text_at(duty, "replied_on")), when);
}

}  // namespace

int reply_to_obligation(Session& session) {
    const auto& given = session.given;
    const auto duties = duties_meant(session);
    if (!duties) return session.fail(duties.error());
    if (duties->empty()) return session.fail(no_duty(given));
    if (duties->size() > 1) return session.fail(several_duties(given, *duties));
    JsonValue::Object body;
    for (const auto& [name, text] : {std::pair{"on", given.at}, std::pair{"link", given.link},
                                     std::pair{"no_action_reason", given.reason}})
        if (!text.empty()) body.push_back({name, JsonValue{text}});
    const auto replied = session.api.post(path_of(duties->front()) + "/reply", {},
                                          json_text(JsonValue{std::move(body)}));
    if (!replied) return session.fail(replied.error());
    if (given.json)
        session.print_json(*replied);
    else
        session.print(told(*replied));
    return cli_exit::done;
}

}  // namespace forcewatch
