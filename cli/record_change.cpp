// One change by hand: the request of the API that it is, and the answer for people.
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

using Kind = ChangeMember::Kind;

JsonValue value_of(const ChangeMember& member, const std::vector<std::string>& texts) {
    switch (member.kind) {
        case Kind::list: {
            JsonValue::Array list;
            for (const auto& text : texts)
                if (!text.empty()) list.push_back(JsonValue{text});
            return JsonValue{std::move(list)};
        }
        case Kind::whole_number:
            return JsonValue{std::int64_t{std::stoll(texts.front())}};
        case Kind::yes_or_no:
        case Kind::switch_on:
            return JsonValue{texts.front() == "yes"};
        case Kind::word: {
            std::string word = texts.front();
            std::replace(word.begin(), word.end(), '-', ' ');
            return JsonValue{std::move(word)};
        }
        case Kind::text:
            break;
    }
    return JsonValue{texts.front()};
}

std::string body_of(const Arguments& given) {
    JsonValue::Object body;
    for (const auto& member : given.change->members)
        if (const auto said = given.members.find(member.name); said != given.members.end())
            body.push_back({member.name, value_of(member, said->second)});
    return json_text(JsonValue{std::move(body)});
}

/// A person may be named as lists name them; the API knows the id.
Outcome<std::string> id_of(const Session& session) {
    const auto& given = session.given;
    if (std::string_view{given.change->noun} != "people" || given.change->named == nullptr)
        return given.id;
    const auto people = session.api.get_all("/v1/people");
    if (!people) return tl::unexpected(people.error());
    for (const auto& person : array_at(*people, "items"))
        if (text_at(person, "name") == given.id) return text_at(person, "id");
    return given.id;
}

std::string path_of(const ChangeCommand& change, const std::string& id) {
    std::string path{change.path};
    if (const auto place = path.find("{}"); place != std::string::npos)
        path.replace(place, 2, percent_encoded(id));
    return path;
}

/// "force_state" as "Force state".
std::string label_of(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    if (!name.empty() && name.front() >= 'a' && name.front() <= 'z')
        name.front() = static_cast<char>(name.front() - 'a' + 'A');
    return name;
}

bool says_nothing(const Arguments& given) {
    return std::string_view{given.change->method} == "PATCH" && given.members.empty();
}

/// What the answer says, a line for each member that says something.
void show_members(Session& session, const JsonValue& document) {
    const auto* members = document.as<JsonValue::Object>();
    if (members == nullptr) return;
    for (const auto& [name, value] : *members) {
        auto text = text_at(document, name);
        if (text.empty()) text = joined_at(document, name, ", ");
        if (text.empty()) text = text_at(document, name + ".due");
        if (!text.empty() && text != "0") session.print_entry(label_of(name), text);
    }
}

void show_policy_effect(Session& session, const JsonValue& answer) {
    const auto& affected = array_at(answer, "affected");
    for (const auto& item : affected)
        session.print(fmt::format("{} is due by {}\n", one_line(text_at(item, "item")),
                                  one_line(text_at(item, "due"))));
    const auto count = counted(static_cast<std::int64_t>(affected.size()), "deadline");
    session.print(
        flag_at(answer, "applied")
            ? fmt::format("Set; {} changed.\n", count)
            : fmt::format("{} would change. Nothing was changed: --yes applies it.\n", count));
}

}  // namespace

int record_change(Session& session) {
    const auto& change = *session.given.change;
    if (says_nothing(session.given)) {
        session.say(
            fmt::format("forcewatchctl {0} {1}: say what changes.\n"
                        "See: forcewatchctl {0} {1} --help",
                        change.noun, change.verb));
        return cli_exit::usage;
    }
    const auto id = id_of(session);
    if (!id) return session.fail(id.error());
    const auto answer =
        session.api.change(change.method, path_of(change, *id), body_of(session.given));
    if (!answer) return session.fail(answer.error());
    if (session.given.json) {
        session.print_json(*answer);
    } else if (change.done == nullptr) {
        show_policy_effect(session, *answer);
    } else {
        session.print(fmt::format("{}\n", change.done));
        show_members(session, *answer);
    }
    return cli_exit::done;
}

}  // namespace forcewatch
