#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

/// Everything dead at a destination since a time, as many orders as that takes.
int replay_since(Session& session) {
    const auto order = json_text(JsonValue{JsonValue::Object{
        {"destination", {session.given.destination}}, {"since", {session.given.from}}}});
    std::int64_t replayed = 0;
    for (bool more = true; more;) {
        const auto done = session.api.post("/v1/deliveries/replay", {}, order);
        if (!done) return session.fail(done.error());
        replayed += number_at(*done, "replayed");
        more = flag_at(*done, "more");
    }
    if (session.given.json)
        session.print_json(JsonValue{JsonValue::Object{{"replayed", {replayed}}}});
    else
        session.print(replayed == 0
                          ? fmt::format("Nothing that was made for {} since then is dead.\n",
                                        one_line(session.given.destination))
                          : fmt::format("{} to {} again, with the same message ids.\n",
                                        replayed == 1 ? "1 message goes"
                                                      : fmt::format("{} messages go", replayed),
                                        one_line(session.given.destination)));
    return 0;
}

}  // namespace

int replay_delivery(Session& session) {
    if (!session.given.from.empty()) return replay_since(session);
    if (session.given.id.empty()) {
        session.say(
            "forcewatchctl deliveries replay: say which: a number, or --since and --destination.");
        return cli_exit::usage;
    }
    const auto delivery = session.api.post(
        fmt::format("/v1/deliveries/{}/replay", percent_encoded(session.given.id)));
    if (!delivery) return session.fail(delivery.error());
    if (session.given.json)
        session.print_json(*delivery);
    else
        session.print(fmt::format("Delivery {} goes to {} again, with the same message id.\n",
                                  one_line(text_at(*delivery, "id")),
                                  one_line(text_at(*delivery, "destination"))));
    return 0;
}

int dismiss_delivery(Session& session) {
    const auto body = json_text(JsonValue{JsonValue::Object{{"reason", {session.given.reason}}}});
    const auto delivery = session.api.post(
        fmt::format("/v1/deliveries/{}/dismiss", percent_encoded(session.given.id)), {}, body);
    if (!delivery) return session.fail(delivery.error());
    if (session.given.json)
        session.print_json(*delivery);
    else
        session.print(fmt::format(
            "Delivery {} to {} need not arrive; it counts as given up no more.\n",
            one_line(text_at(*delivery, "id")), one_line(text_at(*delivery, "destination"))));
    return 0;
}

int reload(Session& session) {
    const auto done = session.api.post("/v1/reload");
    if (!done) return session.fail(done.error());
    if (session.given.json)
        session.print_json(*done);
    else
        session.print("The configuration was read and is in use.\n");
    if (!session.given.json)
        for (const auto& notice : array_at(*done, "notices"))
            if (const auto* text = notice.as<std::string>())
                session.say("Notice: " + one_line(*text));
    return 0;
}

int confirm_clock(Session& session) {
    const auto done = session.api.post("/v1/clock/confirm");
    if (!done) return session.fail(done.error());
    if (session.given.json)
        session.print_json(*done);
    else
        session.print("The clock is taken as right; evaluation goes on.\n");
    return 0;
}

int show_whoami(Session& session) {
    const auto me = session.api.get("/v1/whoami");
    if (!me) return session.fail(me.error());
    if (session.given.json)
        session.print_json(*me);
    else
        session.print(fmt::format("uid {}, {}\n", one_line(text_at(*me, "uid")),
                                  one_line(text_at(*me, "role"))));
    return 0;
}

int show_version(Session& session) {
    const auto status = session.api.get("/v1/status");
    const auto daemon = status ? text_at(*status, "version") : std::string{};
    if (session.given.json) {
        JsonValue known;
        if (!daemon.empty()) known.held = daemon;
        session.print_json(
            JsonValue{JsonValue::Object{{"forcewatchctl", {std::string{FORCEWATCH_VERSION}}},
                                        {"forcewatchd", std::move(known)}}});
        return 0;
    }
    session.print("forcewatchctl " FORCEWATCH_VERSION "\n");
    session.print("forcewatchd   " + (daemon.empty() ? "does not answer" : one_line(daemon)) +
                  "\n");
    return 0;
}

}  // namespace forcewatch
