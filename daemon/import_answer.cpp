#include "daemon/import_answer.hpp"

#include "daemon/views.hpp"

namespace forcewatch {

void write_items(JsonWriter& json, const ImportEffect& effect) {
    json.key("items").begin_array();
    for (const auto& item : effect.items) {
        json.begin_object().key("subject").value(item.subject);
        json.key("change").value(text_of(item.kind)).key("named").value(item.named);
        json.key("fields").begin_array();
        for (const auto& field : item.fields) {
            json.begin_object().key("field").value(field.field);
            json.key("old").value(field.before).key("new").value(field.after).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array().key("items_left_out").value(effect.left_out);
}

void write_alerts(JsonWriter& json, const std::vector<AlertNews>& alerts) {
    json.key("alerts").begin_array();
    for (const auto& alert : alerts) {
        json.begin_object().key("change").value(text_of(alert.change));
        json.key("severity").value(text_of(alert.severity)).key("rule").value(alert.rule);
        json.key("force").value(alert.force).key("title").value(alert.title);
        json.key("summary").value(alert.summary).end_object();
    }
    json.end_array();
}

}  // namespace forcewatch
