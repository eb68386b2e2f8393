#include <fmt/format.h>

#include "daemon/api/json_writer.hpp"
#include "daemon/messages/alert_message.hpp"

namespace forcewatch {

namespace {

constexpr int schema_version = 1;

void write_list(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const auto& text : texts) json.value(text);
    json.end_array();
}

}  // namespace

std::string compose_webhook(const AlertMessage& message) {
    JsonWriter json;
    json.begin_object();
    json.key("type").value(fmt::format("alert.{}", message.change));
    json.key("timestamp").value(text_of(message.created_at));
    json.key("data").begin_object();
    json.key("schema").value(schema_version);
    json.key("alert").value(message.alert);
    json.key("revision").value(message.revision);
    json.key("change").value(message.change);
    json.key("severity").value(text_of(message.severity));
    json.key("rule").value(message.rule);
    json.key("subject").value(message.subject);
    json.key("force").begin_object();
    json.key("id").value(message.force).key("name").value(message.force_name);
    json.end_object();
    json.key("title").value(message.title);
    json.key("summary").value(message.summary);
    write_list(json, "steps", message.steps);
    write_list(json, "remarks", message.remarks);
    json.key("effective_on").value(text_of(message.effective_on));
    json.key("effective_at").value(text_of(message.effective_at));
    json.key("detected_at").value(text_of(message.detected_at));
    json.key("opened_at").value(text_of(message.opened_at));
    json.key("thread").value(message.thread_id);
    json.end_object();
    json.end_object();
    return json.take();
}

}  // namespace forcewatch
