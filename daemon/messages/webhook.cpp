#include <fmt/format.h>

#include "daemon/api/json_writer.hpp"
#include "daemon/messages/letter.hpp"

namespace forcewatch {

std::string_view text_of(LetterKind kind) {
    switch (kind) {
        case LetterKind::alert:
            return "alert";
        case LetterKind::several:
            return "several";
        case LetterKind::digest:
            return "digest";
        case LetterKind::storm:
            return "storm";
        case LetterKind::test:
            return "test";
    }
    return "";
}

namespace {

constexpr int schema_version = 1;

void write_list(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const auto& text : texts) json.value(text);
    json.end_array();
}

void write_item(JsonWriter& json, const LetterItem& item) {
    json.key("alert").value(item.alert);
    json.key("revision").value(item.revision);
    json.key("change").value(item.change);
    json.key("severity").value(text_of(item.severity));
    json.key("rule").value(item.rule);
    json.key("subject").value(item.subject);
    json.key("force").begin_object();
    json.key("id").value(item.force).key("name").value(item.force_name);
    json.end_object();
    json.key("title").value(item.title);
    json.key("summary").value(item.summary);
    const Happening latest = item.happened.empty() ? Happening{} : item.happened.back();
    write_list(json, "steps", latest.steps);
    write_list(json, "remarks", latest.remarks);
    json.key("effective_on").value(text_of(item.effective_on));
    json.key("effective_at").value(text_of(item.effective_at));
    json.key("detected_at").value(text_of(item.detected_at));
    json.key("opened_at").value(text_of(item.opened_at));
    json.key("thread").value(item.thread_id);
}

void write_items(JsonWriter& json, std::string_view name, const std::vector<LetterItem>& items) {
    json.key(name).begin_array();
    for (const auto& item : items) {
        json.begin_object();
        write_item(json, item);
        json.end_object();
    }
    json.end_array();
}

}  // namespace

std::string compose_webhook(const Letter& letter, const std::string& /*format*/,
                            const MailIdentity& /*identity*/) {
    const bool one = letter.kind == LetterKind::alert && letter.items.size() == 1;
    JsonWriter json;
    json.begin_object();
    json.key("type").value(one ? fmt::format("alert.{}", letter.items.front().change)
                               : fmt::format("alerts.{}", text_of(letter.kind)));
    json.key("timestamp").value(text_of(letter.created_at));
    json.key("data").begin_object();
    json.key("schema").value(schema_version);
    if (one) {
        write_item(json, letter.items.front());
    } else {
        write_items(json, "alerts", letter.items);
        write_items(json, "still_open", letter.still_open);
    }
    json.end_object();
    json.end_object();
    return json.take();
}

}  // namespace forcewatch
