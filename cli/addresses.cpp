// Mail addresses that get nothing more, or no digest; what the mail system sent back.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/lists.hpp"
#include "cli/text.hpp"
#include "daemon/messages/delivery_report.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t largest_mail = 8UL << 20UL;

JsonValue report_body(const DeliveryReport& report) {
    JsonValue::Object body{{"kind", JsonValue{report.kind}}};
    for (const auto& [name, value] :
         {std::pair{"address", &report.address}, std::pair{"message_id", &report.message_id},
          std::pair{"reason", &report.reason}})
        if (!value->empty()) body.push_back({name, JsonValue{*value}});
    return JsonValue{std::move(body)};
}

std::string sentence_of(const DeliveryReport& report, const JsonValue& answer) {
    const auto address = one_line(text_at(answer, "address"));
    return fmt::format("{}: {}{}\n", address, report.kind,
                       flag_at(answer, "bounced") ? "; nothing more goes to it" : "");
}

/// One report to the daemon; what it made of it.
Outcome<JsonValue> tell(Session& session, const DeliveryReport& report) {
    return session.api.post("/v1/addresses/report", {}, json_text(report_body(report)));
}

}  // namespace

int show_addresses(Session& session) {
    const auto answer = session.api.get("/v1/addresses");
    if (!answer) return session.fail(answer.error());
    if (session.given.json) {
        session.print_json(*answer);
        return cli_exit::done;
    }
    const auto& items = array_at(*answer, "items");
    if (items.empty()) {
        session.say("Every address gets its mail.");
        return cli_exit::done;
    }
    const Calendar calendar = session.calendar();
    session.print(table_of({{{"ADDRESS"}, plain("address")},
                            {{"STATE"},
                             [](const JsonValue& item) {
                                 const auto state = text_at(item, "state");
                                 return Cell{state, state == "bounced" ? Tone::bad : Tone::plain};
                             }},
                            {{"DIGEST OF"}, plain("destination")},
                            {{"SINCE"},
                             [calendar](const JsonValue& item) {
                                 return Cell{calendar.moment(text_at(item, "since"))};
                             }},
                            {{"REASON", false, 16, 0}, plain("reason")}},
                           items));
    return cli_exit::done;
}

int report_address(Session& session) {
    const DeliveryReport report{session.given.kind, session.given.id, session.given.item,
                                session.given.reason};
    const auto answer = tell(session, report);
    if (!answer) return session.fail(answer.error());
    if (session.given.json)
        session.print_json(*answer);
    else
        session.print(sentence_of(report, *answer));
    return cli_exit::done;
}

int read_returned(Session& session) {
    JsonValue::Array answers;
    int code = cli_exit::done;
    for (const auto& path : session.given.files) {
        const auto mail = read_whole_input(path, largest_mail, "is larger than 8 MiB");
        if (!mail) return session.fail(mail.error());
        const auto reports = read_delivery_reports(*mail);
        if (!reports) {
            code = session.fail(
                {cli_exit::failed, fmt::format("{}: {}", one_line(path), reports.error()), {}});
            continue;
        }
        for (const auto& report : *reports) {
            const auto answer = tell(session, report);
            if (!answer) return session.fail(answer.error());
            if (session.given.json)
                answers.push_back(*answer);
            else
                session.print(sentence_of(report, *answer));
        }
    }
    if (session.given.json)
        session.print_json(JsonValue{JsonValue::Object{{"items", JsonValue{answers}}}});
    return code;
}

int allow_address(Session& session) {
    JsonValue::Object body{{"address", JsonValue{session.given.id}}};
    if (!session.given.destination.empty())
        body.push_back({"destination", JsonValue{session.given.destination}});
    const auto done = session.api.post("/v1/addresses/allow", {}, json_text(JsonValue{body}));
    if (!done) return session.fail(done.error());
    if (!session.given.json)
        session.print(session.given.destination.empty()
                          ? fmt::format("Mail goes to {} again.\n", one_line(session.given.id))
                          : fmt::format("The digest of {} goes to {} again.\n",
                                        one_line(session.given.destination),
                                        one_line(session.given.id)));
    return cli_exit::done;
}

}  // namespace forcewatch
