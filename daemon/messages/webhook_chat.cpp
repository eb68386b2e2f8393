// Slack, Mattermost and Teams: the same few lines about each alert, marked up in three ways.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/api/json_writer.hpp"
#include "daemon/messages/calendar_words.hpp"
#include "daemon/messages/tidy_text.hpp"
#include "daemon/messages/webhook_shapes.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_blocks = 40;           // Slack takes 50
constexpr std::size_t longest_slack_text = 2900;  // Slack takes 3000 characters
constexpr std::size_t longest_slack_header = 140;

/// Slack: the three characters that can begin a link, a mention or an entity.
std::string for_slack(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

/// Markdown: nothing in a text begins a link, emphasis, a heading or code; "@all" tells nobody.
std::string for_markdown(const std::string& text) {
    constexpr std::string_view special = "\\`*_[]<>#|~!";
    constexpr std::string_view zero_width_space = "\xE2\x80\x8B";
    std::string out;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        out += c;
        if (c == '@') out += zero_width_space;
    }
    return out;
}

std::string headline(const LetterItem& item) {
    if (item.closed) return "Closed";
    if (item.change == "reminder") return "Reminder";
    if (item.change == "escalated" || item.change == "unanswered") return "No answer";
    switch (item.severity) {
        case Severity::info:
            return "Note";
        case Severity::warning:
            return "Warning";
        case Severity::critical:
            return "Critical";
    }
    return {};
}

std::string day_or_words(const std::string& due) {
    const auto day = parse_date(due);
    return day ? day_in_words(*day, "en") : tidy_line(due);
}

struct Fact {
    std::string label;
    std::string value;
};

std::vector<Fact> facts_of(const LetterItem& item, const Extent& extent) {
    std::vector<Fact> facts;
    const auto add = [&](const char* label, const std::string& value) {
        if (!value.empty()) facts.push_back({label, shortened(tidy_line(value), extent.text)});
    };
    if (!item.closed) add("By when", day_or_words(item.due));
    add("Since", day_in_words(item.effective_on, "en"));
    add("Accountable", item.owner);
    add("Why only now", item.held);
    add("Also told", comma_list(item.others));
    add("See more", fmt::format("forcewatchctl alerts {}", item.alert));
    return facts;
}

/// What stands above the alerts; empty above one alone.
std::string introduction(const Letter& letter) {
    const auto count = letter.items.size();
    switch (letter.kind) {
        case LetterKind::alert:
            return {};
        case LetterKind::several:
            return fmt::format("{} alerts, the worst first", count);
        case LetterKind::digest:
            return fmt::format("Digest, {}: {} new, {} still open", day_or_words(letter.period),
                               count, letter.still_open.size());
        case LetterKind::storm:
            return fmt::format("{} more alerts than one hour may bring by single messages", count);
        case LetterKind::test:
            return fmt::format("This is a test of the destination \"{}\"", letter.destination);
    }
    return {};
}

struct Shown {
    const LetterItem& item;
    bool in_full;
};
/// The items that fit, the new ones with all that is known when there are few.
std::vector<Shown> shown(const Letter& letter, const Extent& extent) {
    const auto most = std::min(extent.items, most_blocks);
    const bool in_full = letter.items.size() + letter.still_open.size() <= 5;
    std::vector<Shown> list;
    for (const auto* items : {&letter.items, &letter.still_open})
        for (const auto& item : *items)
            if (list.size() < most) list.push_back({item, in_full});
    return list;
}

std::string left_out(const Letter& letter, std::size_t told) {
    const auto count = letter.items.size() + letter.still_open.size();
    if (told >= count) return {};
    return fmt::format("And {} more: forcewatchctl alerts", count - told);
}

std::string first_line(const Letter& letter) {
    if (auto text = introduction(letter); !text.empty()) return text;
    if (letter.items.empty()) return "Forcewatch";
    const auto& item = letter.items.front();
    return fmt::format("{}: {}", headline(item), tidy_line(item.title));
}

void write_slack_section(JsonWriter& json, const std::string& text) {
    json.begin_object().key("type").value("section").key("text").begin_object();
    json.key("type").value("mrkdwn").key("text").value(shortened(text, longest_slack_text));
    json.end_object().end_object();
}

std::string slack_text(const Shown& shown, const Extent& extent) {
    const auto& [item, in_full] = shown;
    auto text = fmt::format("*{}: {}*\n{}", headline(item),
                            for_slack(shortened(tidy_line(item.title), extent.text)),
                            for_slack(shortened(tidy(item.summary), extent.text)));
    for (const auto& [label, value] : facts_of(item, extent))
        if (in_full || label == "By when" || label == "See more")
            text += fmt::format("\n{}: {}", label, for_slack(value));
    return text;
}

std::string markdown_text(const Shown& shown, const Extent& extent) {
    const auto& [item, in_full] = shown;
    auto text = fmt::format("**{}: {}**\n{}\n", headline(item),
                            for_markdown(shortened(tidy_line(item.title), extent.text)),
                            for_markdown(shortened(tidy_line(item.summary), extent.text)));
    for (const auto& [label, value] : facts_of(item, extent))
        if (in_full || label == "By when" || label == "See more")
            text += fmt::format("- {}: {}\n", label, for_markdown(value));
    return text;
}

void write_text_block(JsonWriter& json, const std::string& text, bool strong,
                      std::string_view colour) {
    json.begin_object().key("type").value("TextBlock").key("text").value(text);
    json.key("wrap").value(true);
    if (strong) json.key("weight").value("Bolder");
    if (!colour.empty()) json.key("color").value(colour);
    json.end_object();
}

std::string_view teams_colour(const LetterItem& item) {
    if (item.closed) return "Good";
    switch (item.severity) {
        case Severity::info:
            return "Accent";
        case Severity::warning:
            return "Warning";
        case Severity::critical:
            return "Attention";
    }
    return "Default";
}

void write_card_item(JsonWriter& json, const Shown& shown, const Extent& extent) {
    const auto& [item, in_full] = shown;
    write_text_block(json,
                     fmt::format("{}: {}", headline(item),
                                 for_markdown(shortened(tidy_line(item.title), extent.text))),
                     true, teams_colour(item));
    write_text_block(json, for_markdown(shortened(tidy_line(item.summary), extent.text)), false,
                     "");
    json.begin_object().key("type").value("FactSet").key("facts").begin_array();
    for (const auto& [label, value] : facts_of(item, extent))
        if (in_full || label == "By when" || label == "See more")
            json.begin_object()
                .key("title")
                .value(label)
                .key("value")
                .value(for_markdown(value))
                .end_object();
    json.end_array().end_object();
}

void write_card(JsonWriter& json, const Letter& letter, const Extent& extent) {
    const auto list = shown(letter, extent);
    json.begin_object();
    json.key("$schema").value("http://adaptivecards.io/schemas/adaptive-card.json");
    json.key("type").value("AdaptiveCard").key("version").value("1.4");
    json.key("msteams").begin_object().key("width").value("Full").end_object();
    json.key("body").begin_array();
    if (const auto text = introduction(letter); !text.empty())
        write_text_block(json, for_markdown(text), true, "");
    for (const auto& each : list) write_card_item(json, each, extent);
    if (const auto text = left_out(letter, list.size()); !text.empty())
        write_text_block(json, text, false, "");
    json.end_array();
    if (!letter.acknowledge_url.empty()) {
        json.key("actions").begin_array().begin_object();
        json.key("type").value("Action.OpenUrl").key("title").value("I have this in hand");
        json.key("url").value(letter.acknowledge_url).end_object().end_array();
    }
    json.end_object();
}

}  // namespace

std::string slack_body(const Letter& letter, const Extent& extent) {
    const auto list = shown(letter, extent);
    JsonWriter json;
    json.begin_object();
    json.key("text").value(for_slack(shortened(first_line(letter), longest_slack_text)));
    json.key("blocks").begin_array();
    if (const auto text = introduction(letter); !text.empty()) {
        json.begin_object().key("type").value("header").key("text").begin_object();
        json.key("type").value("plain_text");
        json.key("text").value(shortened(text, longest_slack_header));
        json.end_object().end_object();
    }
    for (const auto& each : list) write_slack_section(json, slack_text(each, extent));
    if (const auto text = left_out(letter, list.size()); !text.empty())
        write_slack_section(json, text);
    if (!letter.acknowledge_url.empty())
        write_slack_section(json, fmt::format("<{}|I have this in hand>", letter.acknowledge_url));
    json.end_array().end_object();
    return json.take();
}

std::string mattermost_body(const Letter& letter, const Extent& extent) {
    const auto list = shown(letter, extent);
    std::string text;
    if (const auto line = introduction(letter); !line.empty())
        text = fmt::format("#### {}\n\n", for_markdown(line));
    for (const auto& each : list) text += markdown_text(each, extent) + "\n";
    text += left_out(letter, list.size());
    if (!letter.acknowledge_url.empty())
        text += fmt::format("[I have this in hand]({})", letter.acknowledge_url);
    JsonWriter json;
    json.begin_object().key("text").value(shortened(text, 12'000)).end_object();
    return json.take();
}

std::string teams_body(const Letter& letter, const Extent& extent) {
    JsonWriter json;
    json.begin_object().key("type").value("message").key("attachments").begin_array();
    json.begin_object();
    json.key("contentType").value("application/vnd.microsoft.card.adaptive");
    json.key("contentUrl").null();
    json.key("content");
    write_card(json, letter, extent);
    json.end_object().end_array().end_object();
    return json.take();
}

}  // namespace forcewatch
