#include <fmt/format.h>

#include <algorithm>

#include "daemon/api/json_writer.hpp"
#include "daemon/messages/tidy_text.hpp"
#include "daemon/messages/webhook_shapes.hpp"

namespace forcewatch {

namespace {

// Alertmanager forgets an alert whose end has passed. The next signal may be a year away, and it
// ends with the message that closes the alert; so the end lies beyond any such gap.
constexpr std::chrono::days outlives_any_gap{3650};
constexpr std::chrono::minutes test_lasts{5};
constexpr std::size_t longest_text = 2000;
constexpr std::size_t largest_body = 900'000;  // the courier takes no more than 1 MiB

/// The labels are what an alert is to Alertmanager: of what changes, the severity alone is among
/// them, for routes there are made of it.
void write_labels(JsonWriter& json, const LetterItem& item, Severity severity, bool test) {
    json.key("labels").begin_object();
    json.key("alertname").value(item.rule);
    json.key("subject").value(item.subject);
    json.key("force").value(item.force);
    json.key("severity").value(text_of(severity));
    json.key("source").value("forcewatch");
    if (test) json.key("test").value("true");
    json.end_object();
}

void write_annotations(JsonWriter& json, const LetterItem& item) {
    const auto add = [&](const char* key, const std::string& text) {
        if (!text.empty()) json.key(key).value(shortened(tidy(text), longest_text));
    };
    json.key("annotations").begin_object();
    add("summary", item.title);
    add("description", item.summary);
    add("force_name", item.force_name);
    add("due", item.due);
    add("owner", item.owner);
    add("change", item.change);
    add("alert", std::to_string(item.alert));
    json.end_object();
}

void write_alert(JsonWriter& json, const LetterItem& item, Severity severity, Instant ends_at,
                 bool test) {
    json.begin_object();
    write_labels(json, item, severity, test);
    write_annotations(json, item);
    json.key("startsAt").value(text_of(item.opened_at));
    json.key("endsAt").value(text_of(std::max(ends_at, item.opened_at)));
    json.end_object();
}

}  // namespace

std::string alertmanager_body(const Letter& letter) {
    const bool test = letter.kind == LetterKind::test;
    JsonWriter json;
    json.begin_array();
    for (const auto* items : {&letter.items, &letter.still_open})
        for (const auto& item : *items) {
            if (json.text().size() > largest_body) break;
            const Instant open_until =
                letter.created_at +
                (test ? std::chrono::seconds{test_lasts} : std::chrono::seconds{outlives_any_gap});
            write_alert(json, item, item.severity, item.closed ? letter.created_at : open_until,
                        test);
            // At another severity it was another alert there; that one is over.
            for (const auto other : {Severity::info, Severity::warning, Severity::critical})
                if (other != item.severity && item.change != "opened")
                    write_alert(json, item, other, letter.created_at, test);
        }
    json.end_array();
    return json.take();
}

}  // namespace forcewatch
