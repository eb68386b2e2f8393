#include <fmt/format.h>

#include <kainjow/mustache.hpp>

#include "daemon/messages/alert_message.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_subject = 160;

/// What happened, as the first words of a subject line.
std::string headline(const AlertMessage& message) {
    if (message.change == "closed") return "Closed";
    if (message.change == "reminder") return "Reminder";
    switch (message.severity) {
        case Severity::info:
            return "Note";
        case Severity::warning:
            return "Warning";
        case Severity::critical:
            return "Critical";
    }
    return {};
}

std::string what_happened(const AlertMessage& message) {
    if (message.change == "opened") return "A new alert.";
    if (message.change == "raised")
        return fmt::format("The alert is now {}.", text_of(message.severity));
    if (message.change == "lowered")
        return fmt::format("The alert has eased to {}.", text_of(message.severity));
    if (message.change == "step") return "The alert has reached its next step.";
    if (message.change == "reminder") return "A reminder: this is still so.";
    return "The alert is closed.";
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
std::vector<std::pair<std::string, std::string>> facts_of(const AlertMessage& message) {
    std::vector<std::pair<std::string, std::string>> facts{{"Force", message.force_name}};
    facts.emplace_back(message.change == "closed" ? "Was at" : "Severity",
                       std::string{text_of(message.severity)});
    facts.emplace_back("Since", text_of(message.effective_on));
    if (!message.steps.empty()) facts.emplace_back("Steps reached", joined(message.steps));
    for (const auto& remark : message.remarks) facts.emplace_back("Note", remark);
    facts.emplace_back("Also told",
                       message.others.empty() ? "nobody else" : joined(message.others));
    facts.emplace_back("Why you", fmt::format("rule \"{}\", destination \"{}\"", message.rule,
                                              message.destination));
    facts.emplace_back("See more", fmt::format("forcewatchctl alerts {}", message.alert));
    return facts;
}

constexpr auto page = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{{headline}}</title></head>
<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.4">
<table role="presentation" cellpadding="0" cellspacing="0" style="max-width:600px;width:100%;border-collapse:collapse">
<tr><td style="border-left:8px solid {{colour}};padding:4px 0 4px 12px">
<p style="margin:0;font-size:14px;font-weight:bold">{{headline}}</p>
<h1 style="margin:4px 0 0;font-size:20px">{{title}}</h1></td></tr>
<tr><td style="padding:12px 0"><p style="margin:0 0 8px">{{happened}}</p><p style="margin:0"><strong>{{summary}}</strong></p></td></tr>
<tr><td><table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse;width:100%">
{{#facts}}<tr><th scope="row" style="text-align:left;vertical-align:top;padding:4px 12px 4px 0;font-size:14px;white-space:nowrap">{{label}}</th><td style="padding:4px 0;font-size:14px">{{value}}</td></tr>
{{/facts}}</table></td></tr>
<tr><td style="padding-top:16px;font-size:12px">Sent by Forcewatch. To receive fewer of these, ask whoever runs it to change the route or the rule named above.</td></tr>
</table></body></html>
)html";

std::string_view colour_of(const AlertMessage& message) {
    if (message.change == "closed") return "#00703c";
    switch (message.severity) {
        case Severity::info:
            return "#1d70b8";
        case Severity::warning:
            return "#f47738";
        case Severity::critical:
            return "#d4351c";
    }
    return "#505a5f";
}

}  // namespace

std::string subject_line(const AlertMessage& message) {
    return shortened(without_breaks(fmt::format("{}: {} \xE2\x80\x93 {}", headline(message),
                                                message.title, message.summary)),
                     longest_subject);
}

std::string plain_text(const AlertMessage& message) {
    std::string text = fmt::format("{}: {}\n\n{}\n{}\n\n", headline(message), message.title,
                                   what_happened(message), message.summary);
    for (const auto& [label, value] : facts_of(message))
        text += fmt::format("{:<14} {}\n", label + ":", value);
    text +=
        "\nSent by Forcewatch. To receive fewer of these, ask whoever runs it to change the\n"
        "route or the rule named above.\n";
    return text;
}

std::string html_text(const AlertMessage& message) {
    using kainjow::mustache::data;
    data facts{data::type::list};
    for (const auto& [label, value] : facts_of(message)) {
        data fact;
        fact.set("label", label);
        fact.set("value", value);
        facts.push_back(fact);
    }
    data values;
    values.set("headline", headline(message));
    values.set("colour", std::string{colour_of(message)});
    values.set("title", message.title);
    values.set("happened", what_happened(message));
    values.set("summary", message.summary);
    values.set("facts", facts);
    return kainjow::mustache::mustache{page}.render(values);
}

}  // namespace forcewatch
