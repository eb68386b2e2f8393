#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

/// POST of a person's word on a finding; what the daemon answers.
Outcome<JsonValue> say_of_finding(const Session& session, std::string_view deed) {
    const auto& given = session.given;
    const auto slash = given.id.find('/');
    std::string path = "/v1/findings/" + percent_encoded(given.id.substr(0, slash));
    if (slash != std::string::npos) path += "/" + percent_encoded(given.id.substr(slash + 1));
    JsonValue::Object body{{"reason", {given.reason}}};
    if (!given.item.empty()) body.push_back({"finding", JsonValue{given.item}});
    if (!given.at.empty()) body.push_back({"on", JsonValue{given.at}});
    return session.api.post(fmt::format("{}/{}", path, deed), {},
                            json_text(JsonValue{std::move(body)}));
}

TextTable table_of_duplicates(const JsonValue::Array& items, const Calendar&) {
    const auto alike = [](const JsonValue& item) {
        return Cell{fmt::format("{}%", number_at(item, "alike_percent"))};
    };
    return table_of({{{"ALIKE", true}, alike},
                     {{"FINDING", false, 12, 0}, plain("one.id")},
                     {{"AND", false, 12, 0}, plain("other.id")},
                     {{"WHY", false, 0, 1}, plain("why")},
                     {{"TITLE", false, 16, 0}, plain("one.title")},
                     {{"OTHER TITLE", false, 16, 2}, plain("other.title")}},
                    items);
}

}  // namespace

int say_same(Session& session) {
    const auto finding = say_of_finding(session, "same-as");
    if (!finding) return session.fail(finding.error());
    if (session.given.json)
        session.print_json(*finding);
    else
        session.print(fmt::format("{} is the same as {}, whose clock and alerts count for both.\n",
                                  one_line(text_at(*finding, "id")),
                                  one_line(text_at(*finding, "same_as"))));
    if (const auto due = text_at(*finding, "deadline.due"); !due.empty() && !session.given.json)
        session.say(
            fmt::format("Its own deadline, {}, is kept and no longer watched.", one_line(due)));
    return cli_exit::done;
}

int say_apart(Session& session) {
    const auto finding = say_of_finding(session, "apart");
    if (!finding) return session.fail(finding.error());
    if (session.given.json)
        session.print_json(*finding);
    else
        session.print(fmt::format("{} has a clock and alerts of its own.\n",
                                  one_line(text_at(*finding, "id"))));
    return cli_exit::done;
}

int show_duplicates(Session& session) {
    const auto& given = session.given;
    return show_list(session, "/v1/findings/duplicates",
                     {{"force", given.force}, {"as_of", given.as_of}, {"known_at", given.known_at}},
                     "No open findings look alike.", table_of_duplicates);
}

}  // namespace forcewatch
