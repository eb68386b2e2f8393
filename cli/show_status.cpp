#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

/// Whether somebody who should be told might not be: nothing can be recorded, nothing is evaluated,
/// messages were given up, all sending is held, or nobody carries them.
bool alerts_fail(const JsonValue& status) {
    if (text_at(status, "health") == "failing" || number_at(status, "deliveries.dead") > 0 ||
        !text_at(status, "clock").empty() || !text_at(status, "held").empty())
        return true;
    return flag_at(status, "courier.missed") || !flag_at(status, "courier.same_destinations");
}

std::string courier_words(const JsonValue& status, const Calendar& calendar) {
    if (!flag_at(status, "courier.seen")) return "has not asked for work since the daemon started";
    if (!flag_at(status, "courier.present"))
        return "has been silent since " + calendar.moment(text_at(status, "courier.last_seen_at")) +
               ": look at systemctl status forcewatch-courier";
    if (!flag_at(status, "courier.same_destinations"))
        return "has other destinations than the daemon: reload both (systemctl reload "
               "forcewatch-courier)";
    return "at work";
}

void print_courier(Session& session, const JsonValue& status, const Calendar& calendar) {
    const bool silent = flag_at(status, "courier.seen") && !flag_at(status, "courier.present");
    const bool look = silent || flag_at(status, "courier.missed") ||
                      !flag_at(status, "courier.same_destinations");
    session.print_entry("Courier", courier_words(status, calendar),
                        look ? Tone::notice : Tone::plain);
}

void print_stranded(Session& session, const JsonValue& status) {
    const auto* stranded = value_at(status, "deliveries.without_destination");
    const auto* counts = stranded != nullptr ? stranded->as<JsonValue::Object>() : nullptr;
    if (counts == nullptr) return;
    for (const auto& [name, ignored] : *counts)
        session.print_entry(
            "Held back",
            fmt::format("{} for \"{}\", which the configuration does not have",
                        counted(number_at(*stranded, name), "message"), one_line(name)),
            Tone::notice);
}

void print_unwritten(Session& session, const JsonValue& status) {
    const auto& alerts = array_at(status, "deliveries.unwritten");
    if (alerts.empty()) return;
    std::string numbers;
    for (const auto& alert : alerts) numbers += (numbers.empty() ? "" : ", ") + json_text(alert);
    session.print_entry("Not written",
                        fmt::format("alert {} cannot be put into words, and is tried each hour "
                                    "(forcewatchctl alerts NUMBER says why)",
                                    numbers),
                        Tone::bad);
}

void print_status(Session& session, const JsonValue& status) {
    const Calendar calendar = session.calendar();
    const auto health = text_at(status, "health");
    const Tone tone = health == "ok" ? Tone::good : health == "degraded" ? Tone::notice : Tone::bad;
    session.print(fmt::format("Forcewatch {}: {}, {}\n", one_line(text_at(status, "version")),
                              session.terminal.painted(one_line(health), tone),
                              calendar.plain_day(text_at(status, "today"))));
    const auto overdue = number_at(status, "overdue");
    const auto next = text_at(status, "next_deadline");
    if (const auto failing = text_at(status, "failing"); !failing.empty())
        session.print_entry("Failing", failing, Tone::bad);
    if (const auto clock = text_at(status, "clock"); !clock.empty())
        session.print_entry("Clock", one_line(clock) + ": nothing is evaluated", Tone::bad);
    if (const auto rejected = text_at(status, "config_rejected"); !rejected.empty())
        session.print_entry("Configuration", "refused, the old one goes on: " + rejected,
                            Tone::notice);
    session.print_entry("Overdue",
                        fmt::format("{} of {}; next deadline {}", grouped(overdue),
                                    counted(number_at(status, "open"), "open item"),
                                    next.empty() ? "none" : calendar.day(next)),
                        overdue > 0 ? Tone::bad : Tone::plain);
    const auto critical = number_at(status, "alerts.critical");
    session.print_entry("Open alerts",
                        fmt::format("{} critical, {} warning, {} info", grouped(critical),
                                    grouped(number_at(status, "alerts.warning")),
                                    grouped(number_at(status, "alerts.info"))),
                        critical > 0 ? Tone::bad : Tone::plain);
    const auto engage = joined_at(status, "engage", ", ");
    session.print_entry("In Engage", engage.empty() ? "nobody" : engage,
                        engage.empty() ? Tone::plain : Tone::notice);
    const auto dead = number_at(status, "deliveries.dead");
    const auto oldest = text_at(status, "deliveries.oldest_waiting_at");
    session.print_entry(
        "Messages",
        fmt::format("{} waiting{}, {} of unknown outcome, {} given up",
                    grouped(number_at(status, "deliveries.waiting")),
                    oldest.empty() ? "" : ", the oldest since " + calendar.moment(oldest),
                    grouped(number_at(status, "deliveries.unknown")), grouped(dead)),
        dead > 0 ? Tone::bad : Tone::plain);
    if (const auto held = text_at(status, "held"); !held.empty())
        session.print_entry("On hold", "nothing is sent: " + one_line(held), Tone::notice);
    if (const auto given_up = joined_at(status, "deliveries.given_up", ", "); !given_up.empty())
        session.print_entry("Given up",
                            fmt::format("{}: forcewatchctl destinations", one_line(given_up)),
                            Tone::bad);
    print_stranded(session, status);
    print_unwritten(session, status);
    print_courier(session, status, calendar);
    if (const auto feeds = joined_at(status, "feeds.troubled", ", "); !feeds.empty())
        session.print_entry("Feeds", feeds + ": forcewatchctl feeds says what is the matter",
                            Tone::notice);
    session.print_entry("Journal", counted(number_at(status, "journal"), "event"));
}

}  // namespace

int show_status(Session& session) {
    const auto status = session.api.get("/v1/status");
    if (!status) return session.fail(status.error());
    if (session.given.json)
        session.print_json(*status);
    else
        print_status(session, *status);
    if (!session.given.exit_code) return cli_exit::done;
    if (alerts_fail(*status)) return cli_exit::alerts_failing;
    return number_at(*status, "overdue") > 0 ? cli_exit::overdue : cli_exit::done;
}

int show_welcome(Session& session) {
    const int code = show_status(session);
    if (session.given.json) return code;
    session.print(
        "\n"
        "  forcewatchctl alerts      what needs attention now\n"
        "  forcewatchctl forces      the board, worst first\n"
        "  forcewatchctl force ID    one force on one screen\n"
        "  forcewatchctl --help      everything else\n");
    return code;
}

}  // namespace forcewatch
