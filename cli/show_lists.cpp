#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

int print_list(Session& session, const Outcome<JsonValue>& list, const std::string& nothing,
               const MakeTable& table) {
    if (!list) return session.fail(list.error());
    if (session.given.json) {
        session.print_json(*list);
        return 0;
    }
    const auto& items = array_at(*list, "items");
    if (items.empty())
        session.say(nothing);
    else
        session.print(table(items, session.calendar()));
    return 0;
}

}  // namespace

int show_list(Session& session, const std::string& path, const ApiClient::Parameters& parameters,
              const std::string& nothing, const MakeTable& table) {
    return print_list(session, session.api.get_all(path, parameters), nothing, table);
}

namespace {

template <TextTable (*table)(const JsonValue::Array&, const Calendar&, bool)>
TextTable with_force(const JsonValue::Array& items, const Calendar& calendar) {
    return table(items, calendar, true);
}

/// Of items that open and close, only the open ones unless asked otherwise.
std::string state_asked(const Arguments& given) {
    if (given.all) return "all";
    return given.state.empty() ? "open" : given.state;
}

int show_items(Session& session, const std::string& path, const std::string& nothing,
               TextTable (*table)(const JsonValue::Array&, const Calendar&)) {
    const auto& given = session.given;
    return show_list(session, given.unowned ? path + "?owner=" : path,
                     {{"force", given.force},
                      {"state", state_asked(given)},
                      {"owner", given.owner},
                      {"deadline", given.undated ? "none" : ""},
                      {"overdue_by", given.overdue_by > 0 ? std::to_string(given.overdue_by) : ""},
                      {"kind", given.kind},
                      {"area", given.area},
                      {"as_of", given.as_of},
                      {"known_at", given.known_at}},
                     nothing, table);
}

void show_who_was_told(Session& session, const JsonValue& alert, const Calendar& calendar) {
    const auto& notices = array_at(alert, "notices");
    if (!notices.empty()) {
        session.print("\n");
        session.print(table_of_notices(notices, calendar, given_up_destinations(session), false));
    }
    const auto& decisions = array_at(alert, "decisions");
    if (decisions.empty()) return;
    session.print("\n");
    print_decisions(session, calendar, decisions);
}

int show_alert(Session& session) {
    if (!session.given.known_at.empty()) {
        session.say(
            "forcewatchctl: an alert with its history takes no --known-at: its revisions tell how "
            "it stood when.");
        return cli_exit::usage;
    }
    const auto alert = session.api.get("/v1/alerts/" + percent_encoded(session.given.id));
    if (!alert) return session.fail(alert.error());
    if (session.given.json) {
        session.print_json(*alert);
        return 0;
    }
    const Calendar calendar = session.calendar();
    const auto severity = text_at(*alert, "severity");
    session.print(session.terminal.painted(one_line(text_at(*alert, "title")), Tone::heading) +
                  "\n");
    session.print_entry("Severity", severity, tone_of_severity(severity));
    session.print_entry(
        "State", text_at(*alert, "state") +
                     (text_at(*alert, "ending").empty() ? "" : ": " + text_at(*alert, "ending")));
    session.print_entry("What", text_at(*alert, "summary"));
    session.print_entry("Rule", text_at(*alert, "rule"));
    session.print_entry("Subject", text_at(*alert, "subject"));
    session.print_entry("Episode", "since " + calendar.day(text_at(*alert, "episode_on")));
    session.print_entry("At this level", "since " + calendar.day(text_at(*alert, "effective_on")));
    session.print_entry("Opened", calendar.moment(text_at(*alert, "opened_at")));
    if (value_at(*alert, "closed_at") != nullptr)
        session.print_entry("Closed", calendar.moment(text_at(*alert, "closed_at")));
    if (const auto damped = number_at(*alert, "damped"); damped > 0)
        session.print_entry("Damped", fmt::format("it came and went {} within the hold-off of its "
                                                  "rule, told to nobody",
                                                  counted(damped, "time")));
    if (value_at(*alert, "acknowledgement") != nullptr)
        session.print_entry("Acknowledged",
                            fmt::format("by {} until {}: {}", text_at(*alert, "acknowledgement.by"),
                                        calendar.moment(text_at(*alert, "acknowledgement.until")),
                                        text_at(*alert, "acknowledgement.reason")));
    session.print("\n");
    session.print(table_of_revisions(array_at(*alert, "revisions"), calendar));
    show_who_was_told(session, *alert, calendar);
    return 0;
}

int show_delivery(Session& session) {
    const auto found = session.api.get("/v1/deliveries/" + percent_encoded(session.given.id));
    if (!found) return session.fail(found.error());
    if (session.given.json) {
        session.print_json(*found);
        return 0;
    }
    const Calendar calendar = session.calendar();
    const auto line = [&](std::string_view label, const std::string& text) {
        if (!text.empty()) session.print_entry(label, text);
    };
    line("State", text_at(*found, "delivery.state"));
    line("Reason", text_at(*found, "delivery.reason"));
    line("Destination", text_at(*found, "delivery.destination"));
    line("Recipient", text_at(*found, "delivery.recipient"));
    line("About", text_at(*found, "delivery.subject"));
    line("Message id", text_at(*found, "delivery.message_id"));
    line("Tries", text_at(*found, "delivery.attempts"));
    line("Created", calendar.moment(text_at(*found, "delivery.created_at")));
    line("Due", calendar.moment(text_at(*found, "delivery.due_at")));
    line("Settled", calendar.moment(text_at(*found, "delivery.settled_at")));
    line("Remark", text_at(*found, "delivery.remark"));
    line("Report", text_at(*found, "delivery.report"));
    if (const auto& tries = array_at(*found, "tries"); !tries.empty()) {
        session.print("\n");
        session.print(table_of_tries(tries, calendar));
    }
    session.print("\n" + many_lines(text_at(*found, "body")) + "\n");
    return 0;
}

}  // namespace

int show_forces(Session& session) {
    return show_list(
        session, "/v1/forces",
        {{"kind", session.given.kind},
         {"as_of", session.given.as_of},
         {"known_at", session.given.known_at}},
        "No forces are known. `forcewatchctl import --reference` loads the shipped data.",
        table_of_forces);
}

int show_areas(Session& session) {
    const auto& given = session.given;
    return show_list(session, "/v1/areas",
                     {{"force", given.force},
                      {"programme", given.programme},
                      {"area", given.area},
                      {"at_or_below", given.at_or_below},
                      {"as_of", given.as_of},
                      {"known_at", given.known_at}},
                     "No area fits.", with_force<table_of_areas>);
}

int show_findings(Session& session) {
    return show_items(session, "/v1/findings", "No findings fit.", with_force<table_of_findings>);
}
int show_actions(Session& session) {
    return show_items(session, "/v1/actions", "No actions fit.", with_force<table_of_actions>);
}
int show_obligations(Session& session) {
    return show_items(session, "/v1/obligations", "No obligations fit.",
                      with_force<table_of_obligations>);
}

int show_meetings(Session& session) {
    return show_items(session, "/v1/meetings", "No meetings fit.", with_force<table_of_meetings>);
}

int show_conditions(Session& session) {
    const auto& given = session.given;
    return show_list(session, "/v1/conditions",
                     {{"force", given.force}, {"as_of", given.as_of}, {"known_at", given.known_at}},
                     "No exit conditions fit.", with_force<table_of_conditions>);
}

int show_people(Session& session) {
    return show_list(session, "/v1/people", {}, "Nobody is known yet.", table_of_people);
}

int show_policies(Session& session) {
    return print_list(session, session.api.get("/v1/policies"),
                      "No policy is set: a finding without a date stays without one.",
                      table_of_policies);
}

int show_holidays(Session& session) {
    return print_list(session, session.api.get("/v1/holidays"), "No holidays are recorded.",
                      table_of_holidays);
}

int show_timeline(Session& session) {
    const auto& given = session.given;
    return show_list(session, "/v1/forces/" + percent_encoded(given.id) + "/timeline",
                     {{"as_of", given.as_of}, {"known_at", given.known_at}}, "Nothing is recorded.",
                     table_of_journal);
}

int show_inspections(Session& session) {
    return show_list(session, "/v1/inspections",
                     {{"force", session.given.force},
                      {"as_of", session.given.as_of},
                      {"known_at", session.given.known_at}},
                     "No inspections fit.", table_of_inspections);
}

int show_stages(Session& session) {
    const auto& given = session.given;
    return show_list(session, "/v1/stages",
                     {{"force", given.force},
                      {"stage", given.stage},
                      {"all", given.all ? "true" : ""},
                      {"as_of", given.as_of},
                      {"known_at", given.known_at}},
                     "No force fits.", with_force<table_of_stages>);
}

int show_alerts(Session& session) {
    if (!session.given.id.empty()) return show_alert(session);
    return show_list(session, "/v1/alerts",
                     {{"force", session.given.force},
                      {"state", state_asked(session.given)},
                      {"baseline", session.given.baseline ? "true" : ""},
                      {"known_at", session.given.known_at}},
                     "No alerts fit.", with_force<table_of_alerts>);
}

int show_deliveries(Session& session) {
    if (!session.given.id.empty()) return show_delivery(session);
    return show_list(session, "/v1/deliveries",
                     {{"state", session.given.state}, {"destination", session.given.destination}},
                     "No messages fit.", table_of_deliveries);
}

int show_journal(Session& session) {
    return show_list(session, "/v1/journal",
                     {{"force", session.given.force},
                      {"subject", session.given.subject},
                      {"known_at", session.given.known_at}},
                     "No events fit.", table_of_journal);
}

}  // namespace forcewatch
