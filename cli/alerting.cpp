// Acknowledge, close, silence, pause, hold; destinations, the route tester, and who was told.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

using Members = JsonValue::Object;

/// A body of the members that were given.
class Body {
public:
    Body& text(const char* name, const std::string& value) {
        if (!value.empty()) members_.push_back({name, JsonValue{value}});
        return *this;
    }
    Body& flag(const char* name, bool value) {
        if (value) members_.push_back({name, JsonValue{true}});
        return *this;
    }
    Body& texts(const char* name, const std::vector<std::string>& values) {
        JsonValue::Array list;
        for (const auto& value : values) list.push_back(JsonValue{value});
        members_.push_back({name, JsonValue{std::move(list)}});
        return *this;
    }
    Body& value(const char* name, JsonValue value) {
        members_.push_back({name, std::move(value)});
        return *this;
    }
    [[nodiscard]] std::string json() const { return json_text(JsonValue{members_}); }

private:
    Members members_;
};

/// Posts, and prints the document or one sentence made of it.
template <typename Sentence>
int post(Session& session, const std::string& path, const Body& body, Sentence sentence) {
    const auto answer = session.api.post(path, {}, body.json());
    if (!answer) return session.fail(answer.error());
    if (session.given.json)
        session.print_json(*answer);
    else
        session.print(sentence(*answer) + "\n");
    return cli_exit::done;
}

std::string path_of(const Session& session, std::string_view collection, std::string_view deed) {
    return fmt::format("/v1/{}/{}/{}", collection, percent_encoded(session.given.id), deed);
}

template <typename Table>
int get_list(Session& session, const std::string& path, const char* none, Table table) {
    ApiClient::Parameters parameters;
    if (session.given.all) parameters.emplace_back("state", "all");
    const auto answer = session.api.get_all(path, parameters);
    if (!answer) return session.fail(answer.error());
    if (session.given.json) {
        session.print_json(*answer);
        return cli_exit::done;
    }
    const auto& items = array_at(*answer, "items");
    if (items.empty())
        session.say(none);
    else
        session.print(table(items));
    return cli_exit::done;
}

std::function<Cell(const JsonValue&)> moment(std::string path, const Calendar& calendar) {
    return [path = std::move(path), &calendar](const JsonValue& item) {
        const auto text = text_at(item, path);
        return text.empty() ? Cell{} : Cell{calendar.moment(text)};
    };
}

Cell state_cell(const JsonValue& item) {
    const auto state = text_at(item, "state");
    const auto tone = state == "given up"  ? Tone::bad
                      : state == "failing" ? Tone::notice
                      : state == "over"    ? Tone::faint
                                           : Tone::good;
    return {state, tone};
}

}  // namespace

int acknowledge_alert(Session& session) {
    const auto& given = session.given;
    Body body;
    body.text("reason", given.reason).text("until", given.until).text("by", given.by);
    body.flag("sticky", given.sticky).text("remind_every", given.remind_every);
    return post(
        session, path_of(session, "alerts", "acknowledge"), body, [&](const JsonValue& alert) {
            return fmt::format("Alert {} is acknowledged by {} until {}.",
                               one_line(text_at(alert, "id")),
                               one_line(text_at(alert, "acknowledgement.by")),
                               session.calendar().moment(text_at(alert, "acknowledgement.until")));
        });
}

int unacknowledge_alert(Session& session) {
    return post(session, path_of(session, "alerts", "unacknowledge"),
                Body{}.text("reason", session.given.reason), [](const JsonValue& alert) {
                    return fmt::format("Alert {} is open again.", one_line(text_at(alert, "id")));
                });
}

int close_alert(Session& session) {
    return post(session, path_of(session, "alerts", "close"),
                Body{}.text("reason", session.given.reason).text("review_on", session.given.until),
                [&](const JsonValue& alert) {
                    return fmt::format(
                        "Alert {} is closed. On {} it opens again, if it is still so.",
                        one_line(text_at(alert, "id")),
                        session.calendar().moment(text_at(alert, "review_at")));
                });
}

int show_silences(Session& session) {
    const Calendar calendar = session.calendar();
    return get_list(session, "/v1/silences", "Nothing is silenced.", [&](const auto& items) {
        return table_of(
            {{{"ID"}, plain("id")},
             {{"STATE"}, state_cell},
             {{"UNTIL"}, moment("until", calendar)},
             {{"HIDES"}, plain("hides")},
             {{"BY", false, 8, 2}, plain("author")},
             {{"WHAT", false, 16, 0},
              [](const JsonValue& item) { return Cell{joined_at(item, "matchers", " ")}; }},
             {{"REASON", false, 16, 1}, plain("reason")}},
            items);
    });
}

int add_silence(Session& session) {
    const auto& given = session.given;
    Body body;
    body.texts("matchers", given.matchers).text("from", given.from).text("until", given.until);
    body.text("reason", given.reason).flag("dry_run", given.dry_run);
    return post(session, "/v1/silences", body, [&](const JsonValue& answer) {
        if (!given.dry_run)
            return fmt::format("Silence {} until {}; it hides {} now.",
                               one_line(text_at(answer, "id")),
                               session.calendar().moment(text_at(answer, "until")),
                               counted(number_at(answer, "hides"), "open alert"));
        std::string text =
            fmt::format("It would hide {}.", counted(number_at(answer, "count"), "open alert"));
        for (const auto& alert : array_at(answer, "hides"))
            text += fmt::format("\n  {}  {}", one_line(text_at(alert, "id")),
                                one_line(text_at(alert, "title")));
        return text;
    });
}

int end_silence(Session& session) {
    return post(session, path_of(session, "silences", "end"),
                Body{}.text("reason", session.given.reason), [](const JsonValue& silence) {
                    return fmt::format("Silence {} is over; what it hid is told.",
                                       one_line(text_at(silence, "id")));
                });
}

int show_pauses(Session& session) {
    const Calendar calendar = session.calendar();
    return get_list(session, "/v1/pauses", "Nothing is paused.", [&](const auto& items) {
        return table_of({{{"ID"}, plain("id")},
                         {{"STATE"}, state_cell},
                         {{"FORCE", false, 16, 0}, plain("force")},
                         {{"AREA", false, 8, 3}, plain("area")},
                         {{"FROM"}, day("from", calendar)},
                         {{"UNTIL"}, day("until", calendar)},
                         {{"BY", false, 8, 2}, plain("author")},
                         {{"REASON", false, 16, 1}, plain("reason")}},
                        items);
    });
}

int add_pause(Session& session) {
    const auto& given = session.given;
    Body body;
    body.text("force", given.id).text("area", given.area).text("from", given.from);
    body.text("until", given.until).text("reason", given.reason);
    return post(session, "/v1/pauses", body, [&](const JsonValue& pause) {
        return fmt::format("Pause {} of {} until {}. Statutory clocks run on.",
                           one_line(text_at(pause, "id")), one_line(text_at(pause, "force")),
                           session.calendar().day(text_at(pause, "until")));
    });
}

int end_pause(Session& session) {
    return post(session, path_of(session, "pauses", "end"),
                Body{}.text("reason", session.given.reason), [](const JsonValue& pause) {
                    return fmt::format("Pause {} is over.", one_line(text_at(pause, "id")));
                });
}

namespace {

int print_hold(Session& session, const JsonValue& answer) {
    if (session.given.json) {
        session.print_json(answer);
        return cli_exit::done;
    }
    if (flag_at(answer, "held"))
        session.print("All sending is held " + one_line(text_at(answer, "words")) + ".\n");
    else
        session.print("Messages go out.\n");
    const auto* waiting = value_at(answer, "waiting");
    const auto* counts = waiting != nullptr ? waiting->as<Members>() : nullptr;
    if (counts != nullptr)
        for (const auto& [cause, count] : *counts)
            session.print(fmt::format("  {} held back: {}\n", one_line(text_at(*waiting, cause)),
                                      one_line(cause)));
    return cli_exit::done;
}

int set_hold(Session& session, bool held) {
    Body body;
    body.value("held", JsonValue{held}).text("reason", session.given.reason);
    const auto answer = session.api.post("/v1/hold", {}, body.json());
    return answer ? print_hold(session, *answer) : session.fail(answer.error());
}

}  // namespace

int show_hold(Session& session) {
    const auto answer = session.api.get("/v1/hold");
    return answer ? print_hold(session, *answer) : session.fail(answer.error());
}
int hold_on(Session& session) { return set_hold(session, true); }
int hold_off(Session& session) { return set_hold(session, false); }

}  // namespace forcewatch
