#include <fmt/format.h>

#include <kainjow/mustache.hpp>

#include "daemon/messages/letter.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_subject = 160;

/// What happened, as the first words of a subject line.
std::string headline(const LetterItem& item) {
    if (item.change == "closed") return "Closed";
    if (item.change == "reminder") return "Reminder";
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

std::string what_happened(const Happening& happening) {
    const auto& change = happening.change;
    if (change == "opened") return "A new alert.";
    if (change == "raised") return fmt::format("The alert is now {}.", text_of(happening.severity));
    if (change == "lowered")
        return fmt::format("The alert has eased to {}.", text_of(happening.severity));
    if (change == "step") return "The alert has reached its next step.";
    if (change == "reminder") return "A reminder: this is still so.";
    if (change == "resumed") return "The alert is active again: this is still so.";
    if (change == "escalated") return "Nobody has answered, so more people are told.";
    if (change == "unanswered") return "Nobody has answered, and there is nobody left to tell.";
    if (change == "reopened") return "The alert is open again.";
    return "The alert is closed.";
}

std::string what_happened(const LetterItem& item) {
    std::string text;
    for (const auto& happening : item.happened)
        text += (text.empty() ? "" : " ") + what_happened(happening);
    return text;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

/// Cuts at a character boundary, so that the rest is still UTF-8.
std::string shortened(std::string text, std::size_t longest) {
    if (text.size() <= longest) return text;
    std::size_t end = longest - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text + "\xE2\x80\xA6";
}

std::string without_breaks(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20U) c = ' ';
    return text;
}

/// Label and value of each fact, in the order in which both texts show them.
std::vector<std::pair<std::string, std::string>> facts_of(const Letter& letter,
                                                          const LetterItem& item) {
    std::vector<std::pair<std::string, std::string>> facts{{"Force", item.force_name}};
    facts.emplace_back(item.closed ? "Was at" : "Severity", std::string{text_of(item.severity)});
    facts.emplace_back("Since", text_of(item.effective_on));
    if (!item.due.empty()) facts.emplace_back("Due", item.due);
    if (!item.owner.empty()) facts.emplace_back("Accountable", item.owner);
    for (const auto& happening : item.happened) {
        if (!happening.steps.empty()) facts.emplace_back("Steps reached", joined(happening.steps));
        for (const auto& remark : happening.remarks) facts.emplace_back("Note", remark);
    }
    if (!item.held.empty()) facts.emplace_back("Held back", item.held);
    facts.emplace_back("Also told", item.others.empty() ? "nobody else" : joined(item.others));
    facts.emplace_back(
        "Why you", fmt::format("rule \"{}\", destination \"{}\"", item.rule, letter.destination));
    facts.emplace_back("See more", fmt::format("forcewatchctl alerts {}", item.alert));
    return facts;
}

/// What a letter shows, the new before the known.
std::vector<LetterItem> items_of(const Letter& letter) {
    auto items = letter.items;
    items.insert(items.end(), letter.still_open.begin(), letter.still_open.end());
    return items;
}

constexpr auto page = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{{subject}}</title></head>
<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.4">
<table role="presentation" cellpadding="0" cellspacing="0" style="max-width:600px;width:100%;border-collapse:collapse">
{{#items}}<tr><td style="border-left:8px solid {{colour}};padding:4px 0 4px 12px">
<p style="margin:0;font-size:14px;font-weight:bold">{{headline}}</p>
<h1 style="margin:4px 0 0;font-size:20px">{{title}}</h1></td></tr>
<tr><td style="padding:12px 0"><p style="margin:0 0 8px">{{happened}}</p><p style="margin:0"><strong>{{summary}}</strong></p></td></tr>
<tr><td><table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse;width:100%">
{{#facts}}<tr><th scope="row" style="text-align:left;vertical-align:top;padding:4px 12px 4px 0;font-size:14px;white-space:nowrap">{{label}}</th><td style="padding:4px 0;font-size:14px">{{value}}</td></tr>
{{/facts}}</table></td></tr>
{{/items}}<tr><td style="padding-top:16px;font-size:12px">Sent by Forcewatch. To receive fewer of these, ask whoever runs it to change the route or the rule named above.</td></tr>
</table></body></html>
)html";

std::string_view colour_of(const LetterItem& item) {
    if (item.closed) return "#00703c";
    switch (item.severity) {
        case Severity::info:
            return "#1d70b8";
        case Severity::warning:
            return "#f47738";
        case Severity::critical:
            return "#d4351c";
    }
    return "#505a5f";
}

kainjow::mustache::data data_of(const Letter& letter, const LetterItem& item) {
    using kainjow::mustache::data;
    data facts{data::type::list};
    for (const auto& [label, value] : facts_of(letter, item)) {
        data fact;
        fact.set("label", label);
        fact.set("value", value);
        facts.push_back(fact);
    }
    data values;
    values.set("headline", headline(item));
    values.set("colour", std::string{colour_of(item)});
    values.set("title", item.title);
    values.set("happened", what_happened(item));
    values.set("summary", item.summary);
    values.set("facts", facts);
    return values;
}

}  // namespace

std::string subject_line(const Letter& letter) {
    std::string text = fmt::format("{} alerts", letter.items.size());
    if (letter.kind == LetterKind::test) text = "A test message";
    if (letter.items.size() == 1) {
        const LetterItem& item = letter.items.front();
        text = fmt::format("{}: {} \xE2\x80\x93 {}", headline(item), item.title, item.summary);
    }
    return shortened(without_breaks(std::move(text)), longest_subject);
}

std::string plain_text(const Letter& letter) {
    std::string text;
    for (const auto& item : items_of(letter)) {
        text += fmt::format("{}: {}\n\n{}\n{}\n\n", headline(item), item.title, what_happened(item),
                            item.summary);
        for (const auto& [label, value] : facts_of(letter, item))
            text += fmt::format("{:<14} {}\n", label + ":", value);
        text += '\n';
    }
    text +=
        "Sent by Forcewatch. To receive fewer of these, ask whoever runs it to change the\n"
        "route or the rule named above.\n";
    return text;
}

std::string html_text(const Letter& letter) {
    using kainjow::mustache::data;
    data items{data::type::list};
    for (const auto& item : items_of(letter)) items.push_back(data_of(letter, item));
    data values;
    values.set("subject", subject_line(letter));
    values.set("items", items);
    return kainjow::mustache::mustache{page}.render(values);
}

}  // namespace forcewatch
