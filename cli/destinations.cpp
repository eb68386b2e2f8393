// Where messages go: destinations, a test message, the route tester, who was told, a drill.
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <thread>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 60s;
constexpr auto between_looks = 200ms;

Cell destination_state(const JsonValue& item) {
    const auto state = text_at(item, "state");
    return {state, state == "well" ? Tone::good : state == "failing" ? Tone::notice : Tone::bad};
}

/// Waits until a delivery came to its end; the document as it stood last.
Outcome<JsonValue> watched(const Session& session, const std::string& id) {
    const auto give_up_at = Clock::now() + patience;
    for (;;) {
        auto delivery = session.api.get("/v1/deliveries/" + percent_encoded(id));
        if (!delivery) return delivery;
        const auto state = text_at(*delivery, "delivery.state");
        const bool tried = state != "pending" && state != "leased";
        const bool failed = !text_at(*delivery, "delivery.reason").empty();
        if (tried || failed || Clock::now() >= give_up_at) return delivery;
        std::this_thread::sleep_for(between_looks);
    }
}

std::string line_of(const JsonValue& delivery) {
    const auto recipient = text_at(delivery, "delivery.recipient");
    const auto reason = text_at(delivery, "delivery.reason");
    const auto code = text_at(delivery, "delivery.code");
    return fmt::format("{}{}: {}{}{}", one_line(text_at(delivery, "delivery.destination")),
                       recipient.empty() ? "" : " <" + one_line(recipient) + ">",
                       one_line(text_at(delivery, "delivery.state")),
                       code.empty() || code == "0" ? "" : " (" + one_line(code) + ")",
                       reason.empty() ? "" : ": " + one_line(reason));
}

}  // namespace

int show_destinations(Session& session) {
    const auto answer = session.api.get("/v1/destinations");
    if (!answer) return session.fail(answer.error());
    if (session.given.json) {
        session.print_json(*answer);
        return cli_exit::done;
    }
    session.print(
        table_of({{{"NAME"}, plain("name")},
                  {{"KIND"}, plain("kind")},
                  {{"STATE"}, destination_state},
                  {{"HELD BACK", true, 0, 4}, plain("held_back")},
                  {{"WAITING", true, 0, 3}, plain("waiting")},
                  {{"FALLBACK", false, 8, 2}, plain("fallback")},
                  {{"TO", false, 16, 1},
                   [](const JsonValue& item) { return Cell{joined_at(item, "recipients", ", ")}; }},
                  {{"REASON", false, 16, 0}, plain("reason")}},
                 array_at(*answer, "items")));
    return cli_exit::done;
}

std::set<std::string> given_up_destinations(const Session& session) {
    std::set<std::string> names;
    const auto answer = session.api.get("/v1/destinations");
    if (!answer) return names;
    for (const auto& item : array_at(*answer, "items"))
        if (text_at(item, "state") == "given up") names.insert(text_at(item, "name"));
    return names;
}

int test_destination(Session& session) {
    const auto sent = session.api.post(
        fmt::format("/v1/destinations/{}/test", percent_encoded(session.given.id)), {}, "{}");
    if (!sent) return session.fail(sent.error());
    int code = cli_exit::done;
    JsonValue::Array results;
    if (array_at(*sent, "deliveries").empty()) {
        session.say(
            "Nothing was sent: it goes to roles alone, such as the owner of an item, and a "
            "test is about no item. forcewatchctl drill goes through the routes.");
        code = cli_exit::failed;
    }
    for (const auto& id : array_at(*sent, "deliveries")) {
        const auto delivery = watched(session, json_text(id));
        if (!delivery) return session.fail(delivery.error());
        if (text_at(*delivery, "delivery.state") != "sent") code = cli_exit::failed;
        if (session.given.json)
            results.push_back(*delivery);
        else
            session.print(line_of(*delivery) + "\n");
    }
    if (session.given.json)
        session.print_json(JsonValue{JsonValue::Object{{"items", JsonValue{results}}}});
    return code;
}

int enable_destination(Session& session) {
    const auto done = session.api.post(
        fmt::format("/v1/destinations/{}/enable", percent_encoded(session.given.id)), {}, "{}");
    if (!done) return session.fail(done.error());
    if (session.given.json)
        session.print_json(*done);
    else
        session.print(fmt::format("{} is tried again, and what waited goes to it.\n",
                                  one_line(text_at(*done, "name"))));
    return cli_exit::done;
}

int test_route(Session& session) {
    const auto& given = session.given;
    ApiClient::Parameters parameters;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) parameters.emplace_back(name, value);
    };
    add("force", given.force);
    add("kind", given.kind);
    add("rule", given.rule);
    add("severity", given.severity);
    add("at", given.at);
    const auto answer = session.api.get("/v1/route", parameters);
    if (!answer) return session.fail(answer.error());
    if (given.json) {
        session.print_json(*answer);
        return cli_exit::done;
    }
    const auto& to = array_at(*answer, "to");
    if (to.empty()) {
        session.print("It would go to nobody: no route takes it.\n");
        return cli_exit::done;
    }
    session.print(table_of(
        {{{"DESTINATION"}, plain("destination")},
         {{"RECIPIENT", false, 12, 2}, plain("recipient")},
         {{"WHY", false, 16, 0}, plain("why")},
         {{"WHEN", false, 12, 1},
          [](const JsonValue& item) {
              const auto words = text_at(item, "words");
              return words.empty() ? Cell{"at once", Tone::good} : Cell{words, Tone::notice};
          }}},
        to));
    if (const auto escalation = text_at(*answer, "escalation"); !escalation.empty())
        session.print("Escalation: " + one_line(escalation) + "\n");
    return cli_exit::done;
}

int show_told(Session& session) {
    const auto answer =
        session.api.get("/v1/told", {{"person", session.given.id}, {"item", session.given.item}});
    if (!answer) return session.fail(answer.error());
    if (session.given.json) {
        session.print_json(*answer);
        return cli_exit::done;
    }
    const Calendar calendar = session.calendar();
    const auto& messages = array_at(*answer, "messages");
    const auto& decisions = array_at(*answer, "decisions");
    if (!messages.empty())
        session.print(table_of_notices(messages, calendar, given_up_destinations(session), true));
    print_decisions(session, calendar, decisions);
    if (messages.empty() && decisions.empty())
        session.print(text_at(*answer, "alerts") == "0"
                          ? "There never was an alert about this item.\n"
                          : "No message named them: no route of these alerts leads there.\n");
    return cli_exit::done;
}

namespace {

class Drill {
public:
    explicit Drill(Session& session) : session_{session} {}

    /// One step, until each message that follows from it came to its end.
    bool step(const std::string& name, const std::string& path, const std::string& body) {
        const auto began = Clock::now();
        const auto alert = session_.api.post(path, {}, body);
        if (!alert) {
            code = session_.fail(alert.error());
            return false;
        }
        id = text_at(*alert, "id");
        const auto before = seen_;
        settle(began);
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
        JsonValue::Array messages;
        for (const auto& [delivery, document] : seen_)
            if (before.find(delivery) == before.end()) messages.push_back(document);
        if (!session_.given.json) print_step(name, took, messages);
        steps_.push_back(
            JsonValue{JsonValue::Object{{"step", JsonValue{name}},
                                        {"milliseconds", JsonValue{std::int64_t{took.count()}}},
                                        {"deliveries", JsonValue{std::move(messages)}}}});
        return true;
    }
    [[nodiscard]] JsonValue document() const {
        return JsonValue{JsonValue::Object{{"alert", JsonValue{id}},
                                           {"complete", JsonValue{code == cli_exit::done}},
                                           {"steps", JsonValue{steps_}}}};
    }

    [[nodiscard]] bool told_somebody() const { return !seen_.empty(); }

    std::string id;
    int code{cli_exit::done};

private:
    void print_step(const std::string& name, std::chrono::milliseconds took,
                    const JsonValue::Array& messages) {
        session_.print(fmt::format("{:<12} {:>6} ms  {}\n", name, took.count(),
                                   counted(static_cast<std::int64_t>(messages.size()), "message")));
        for (const auto& delivery : messages) session_.print("  " + line_of(delivery) + "\n");
    }
    void settle(Clock::time_point began) {
        while (Clock::now() - began < patience) {
            const auto alert = session_.api.get("/v1/alerts/" + percent_encoded(id));
            if (!alert) return;
            bool waits = false;
            for (const auto& notice : array_at(*alert, "notices")) {
                const auto delivery = text_at(notice, "delivery.id");
                const auto held = text_at(notice, "held_by");
                if (delivery.empty()) {
                    waits = waits || (text_at(notice, "outcome") == "waiting" && held.empty());
                    continue;
                }
                const auto found = session_.api.get("/v1/deliveries/" + delivery);
                if (!found) return;
                const auto state = text_at(*found, "delivery.state");
                const bool open = (state == "pending" || state == "leased") &&
                                  text_at(*found, "delivery.reason").empty();
                waits = waits || open;
                if (!open) seen_[delivery] = *found;
                if (!open && state != "sent") code = cli_exit::partly;
            }
            if (!waits) return;
            std::this_thread::sleep_for(between_looks);
        }
        code = cli_exit::partly;
    }

    Session& session_;
    std::map<std::string, JsonValue> seen_;  // by delivery
    JsonValue::Array steps_;
};

}  // namespace

int run_drill(Session& session) {
    Drill drill{session};
    const auto alert = [&] { return "{\"alert\":" + drill.id + "}"; };
    const auto path = [&](const char* deed) {
        return fmt::format("/v1/alerts/{}/{}", percent_encoded(drill.id), deed);
    };
    const bool whole = drill.step("open", "/v1/drill/open", "{}") &&
                       drill.step("acknowledge", path("acknowledge"), R"({"reason":"drill"})") &&
                       drill.step("take back", path("unacknowledge"), R"({"reason":"drill"})") &&
                       drill.step("escalate", "/v1/drill/escalate", alert()) &&
                       drill.step("close", "/v1/drill/close", alert());
    if (session.given.json) {
        if (whole) session.print_json(drill.document());
        return drill.code;
    }
    if (whole && drill.code == cli_exit::done)
        session.print(drill.told_somebody() ? "Every message arrived.\n"
                                            : "Nobody was told: no route takes a drill.\n");
    if (drill.code == cli_exit::partly)
        session.print("Not every message arrived: see forcewatchctl deliveries.\n");
    return drill.code;
}

}  // namespace forcewatch
