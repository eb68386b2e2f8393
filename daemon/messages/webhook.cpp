#include <fmt/format.h>

#include <algorithm>

#include "core/check.hpp"
#include "daemon/api/json_writer.hpp"
#include "daemon/messages/letter.hpp"
#include "daemon/messages/tidy_text.hpp"
#include "daemon/messages/webhook_shapes.hpp"

namespace forcewatch {

namespace {

constexpr int schema_version = 2;
constexpr std::size_t largest_body = 20'000;
constexpr std::size_t most_in_a_list = 20;  // of steps, remarks, others, happenings

std::string text_in(const std::string& text, const Extent& extent) {
    return shortened(tidy(text), extent.text);
}

void write_list(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts,
                const Extent& extent) {
    json.key(name).begin_array();
    for (std::size_t i = 0; i < std::min(texts.size(), most_in_a_list); ++i)
        json.value(text_in(texts[i], extent));
    json.end_array();
}

void write_happened(JsonWriter& json, const LetterItem& item, const Extent& extent) {
    json.key("happened").begin_array();
    const auto count = item.happened.size();
    for (auto i = count - std::min(count, most_in_a_list); i < count; ++i) {
        const Happening& happening = item.happened[i];
        json.begin_object();
        json.key("at").value(text_of(happening.at));
        json.key("change").value(happening.change);
        json.key("severity").value(text_of(happening.severity));
        json.key("text").value(text_in(happening.text, extent));
        write_list(json, "steps", happening.steps, extent);
        write_list(json, "remarks", happening.remarks, extent);
        json.end_object();
    }
    json.end_array();
}

void write_item(JsonWriter& json, const LetterItem& item, const Extent& extent) {
    const auto optional = [&](std::string_view key, const std::string& text) {
        if (!text.empty()) json.key(key).value(text_in(text, extent));
    };
    json.key("alert").value(item.alert);
    json.key("revision").value(item.revision);
    json.key("change").value(item.change);
    json.key("severity").value(text_of(item.severity));
    if (item.told_severity) json.key("told_severity").value(text_of(*item.told_severity));
    json.key("closed").value(item.closed);
    json.key("rule").value(item.rule);
    json.key("subject").value(item.subject);
    json.key("force").begin_object();
    json.key("id").value(item.force).key("name").value(text_in(item.force_name, extent));
    json.end_object();
    json.key("title").value(text_in(item.title, extent));
    json.key("summary").value(text_in(item.summary, extent));
    const Happening latest = item.happened.empty() ? Happening{} : item.happened.back();
    write_list(json, "steps", latest.steps, extent);
    write_list(json, "remarks", latest.remarks, extent);
    write_happened(json, item, extent);
    optional("held", item.held);
    optional("in_hand", item.in_hand);
    optional("due", item.due);
    optional("owner", item.owner);
    json.key("effective_on").value(text_of(item.effective_on));
    json.key("effective_at").value(text_of(item.effective_at));
    json.key("detected_at").value(text_of(item.detected_at));
    json.key("opened_at").value(text_of(item.opened_at));
    write_list(json, "others", item.others, extent);
    json.key("thread").value(item.thread_id);
}

void write_items(JsonWriter& json, std::string_view name, const std::vector<LetterItem>& items,
                 const Extent& extent) {
    const auto shown = std::min(items.size(), extent.items);
    json.key(name).begin_array();
    for (std::size_t i = 0; i < shown; ++i) {
        json.begin_object();
        write_item(json, items[i], extent);
        json.end_object();
    }
    json.end_array();
    json.key(fmt::format("{}_left_out", name)).value(items.size() - shown);
}

bool is_about_one(const Letter& letter) {
    return letter.kind == LetterKind::alert && letter.items.size() == 1;
}

std::string type_of(const Letter& letter) {
    if (is_about_one(letter)) return fmt::format("alert.{}", letter.items.front().change);
    return fmt::format("alerts.{}", text_of(letter.kind));
}

void write_data(JsonWriter& json, const Letter& letter, const Extent& extent) {
    json.key("data").begin_object();
    json.key("schema").value(schema_version);
    json.key("message").value(letter.id);
    json.key("destination").value(letter.destination);
    if (!letter.why.empty()) json.key("why").value(text_in(letter.why, extent));
    if (letter.kind == LetterKind::test) json.key("test").value(true);
    if (!letter.acknowledge_url.empty()) json.key("acknowledge_url").value(letter.acknowledge_url);
    if (is_about_one(letter)) {
        write_item(json, letter.items.front(), extent);
    } else {
        if (!letter.period.empty()) json.key("period").value(text_in(letter.period, extent));
        json.key("count").value(letter.items.size());
        write_items(json, "alerts", letter.items, extent);
        write_items(json, "still_open", letter.still_open, extent);
    }
    json.end_object();
}

/// Leaves out items from the end, and then shortens texts, until `body` is small enough.
template <typename Body>
std::string fitted(const Letter& letter, const Body& body) {
    Extent extent;
    extent.items = std::max(letter.items.size(), letter.still_open.size());
    std::string bytes = body(extent);
    while (bytes.size() >= largest_body && (extent.items > 1 || extent.text > 32)) {
        if (extent.items > 1)
            extent.items = std::max<std::size_t>(
                1, std::min(extent.items - 1, extent.items * largest_body / bytes.size()));
        else
            extent.text /= 2;
        bytes = body(extent);
    }
    return bytes;
}

}  // namespace

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

std::string webhook_message_id(const Letter& letter) { return "msg_" + letter.id; }

std::string webhook_content_type(const std::string& format) {
    return format == "cloudevents" ? "application/cloudevents+json" : "application/json";
}

std::string standard_body(const Letter& letter, const Extent& extent) {
    JsonWriter json;
    json.begin_object();
    json.key("type").value(type_of(letter));
    json.key("timestamp").value(text_of(letter.created_at));
    write_data(json, letter, extent);
    json.end_object();
    return json.take();
}

std::string cloudevents_body(const Letter& letter, const MailIdentity& identity,
                             const Extent& extent) {
    JsonWriter json;
    json.begin_object();
    json.key("specversion").value("1.0");
    json.key("id").value(webhook_message_id(letter));
    json.key("source").value(fmt::format("//{}/forcewatch", identity.domain));
    json.key("type").value("forcewatch." + type_of(letter));
    json.key("time").value(text_of(letter.created_at));
    if (is_about_one(letter)) json.key("subject").value(letter.items.front().subject);
    json.key("datacontenttype").value("application/json");
    write_data(json, letter, extent);
    json.end_object();
    return json.take();
}

std::string compose_webhook(const Letter& letter, const std::string& format,
                            const MailIdentity& identity) {
    if (format == "alertmanager") return alertmanager_body(letter);
    return fitted(letter, [&](const Extent& extent) {
        if (format == "cloudevents") return cloudevents_body(letter, identity, extent);
        if (format == "slack") return slack_body(letter, extent);
        if (format == "mattermost") return mattermost_body(letter, extent);
        if (format == "teams") return teams_body(letter, extent);
        FW_CHECK(format == "standard");
        return standard_body(letter, extent);
    });
}

}  // namespace forcewatch
