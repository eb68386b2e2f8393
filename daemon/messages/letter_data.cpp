#include "daemon/messages/letter_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "daemon/messages/calendar_words.hpp"
#include "daemon/messages/tidy_text.hpp"

namespace forcewatch {

namespace {

using kainjow::mustache::data;

constexpr std::array<const char*, 11> changes{"opened",   "raised",  "lowered",     "step",
                                              "reminder", "resumed", "escalated",   "unanswered",
                                              "reopened", "closed",  "acknowledged"};

void set_flag(data& values, const char* name, bool yes) {
    values.set(name, data{yes ? data::type::bool_true : data::type::bool_false});
}

void set_severity(data& values, Severity severity) {
    set_flag(values, "is_info", severity == Severity::info);
    set_flag(values, "is_warning", severity == Severity::warning);
    set_flag(values, "is_critical", severity == Severity::critical);
}

struct Colours {
    const char* ground;
    const char* text;  // stands on the ground, at a contrast of 4.5 or more
};
Colours colours_of(const LetterItem& item) {
    if (item.closed) return {"#00703c", "#ffffff"};
    switch (item.severity) {
        case Severity::info:
            return {"#1d70b8", "#ffffff"};
        case Severity::warning:
            return {"#f47738", "#0b0c0c"};
        case Severity::critical:
            return {"#d4351c", "#ffffff"};
    }
    return {"#505a5f", "#ffffff"};
}

void set_headline(data& values, const LetterItem& item) {
    const bool reminder = !item.closed && item.change == "reminder";
    const bool unanswered =
        !item.closed && (item.change == "escalated" || item.change == "unanswered");
    set_flag(values, "says_closed", item.closed);
    set_flag(values, "says_reminder", reminder);
    set_flag(values, "says_unanswered", unanswered);
    set_flag(values, "says_severity", !item.closed && !reminder && !unanswered);
}

void set_due(data& values, const LetterItem& item, Date today, const std::string& language) {
    const std::string due = item.closed ? "" : item.due;
    const auto day = parse_date(due);
    const auto left = day ? (*day - today).count() : 0;
    set_text(values, "due", day ? day_in_words(*day, language) : tidy_line(due));
    set_flag(values, "due_words", !day && !due.empty());
    set_flag(values, "due_today", day && left == 0);
    set_flag(values, "due_tomorrow", day && left == 1);
    set_text(values, "due_in", day && left > 1 ? std::to_string(left) : "");
    set_text(values, "due_late", day && left < 0 ? std::to_string(-left) : "");
    set_flag(values, "one_day_late", day && left == -1);
    set_flag(values, "two_days", day && std::abs(left) == 2);
}

data happening_data(const Happening& happening, const LetterItem& item, const Letter& letter,
                    const Stationery& stationery) {
    data values;
    set_text(values, "when", stationery.moment(happening.at, letter.language));
    for (const auto* change : changes) set_flag(values, change, happening.change == change);
    set_severity(values, happening.severity);
    set_text(values, "text", happening.text == item.summary ? "" : tidy_line(happening.text));
    set_text(values, "steps", comma_list(happening.steps));
    data remarks{data::type::list};
    for (const auto& remark : happening.remarks) remarks.push_back(data{tidy_line(remark)});
    values.set("remarks", remarks);
    return values;
}

data item_data(const LetterItem& item, const Letter& letter, const Stationery& stationery) {
    data values;
    set_text(values, "alert", std::to_string(item.alert));
    set_text(values, "title", tidy_line(item.title));
    set_text(values, "summary", tidy(item.summary));
    set_text(values, "rule", tidy_line(item.rule));
    set_text(values, "subject_key", tidy_line(item.subject));
    set_text(values, "force", tidy_line(item.force));
    set_text(values, "force_name", tidy_line(item.force_name));
    set_text(values, "owner", tidy_line(item.owner));
    set_text(values, "held", tidy_line(item.held));
    set_text(values, "in_hand", tidy_line(item.in_hand));
    set_text(values, "others", comma_list(item.others));
    set_text(values, "since", day_in_words(item.effective_on, letter.language));
    set_text(values, "acknowledge_url",
             letter.items.size() == 1 && !item.closed ? letter.acknowledge_url : "");
    set_flag(values, "is_closed", item.closed);
    set_severity(values, item.severity);
    set_headline(values, item);
    set_due(values, item, stationery.day(letter.created_at), letter.language);
    data told{data::type::bool_false};
    if (item.told_severity && *item.told_severity != item.severity) {
        told = data{};
        set_severity(told, *item.told_severity);
    }
    values.set("told", told);
    const auto [ground, text] = colours_of(item);
    set_text(values, "colour", ground);
    set_text(values, "on_colour", text);
    data happened{data::type::list};
    for (const auto& happening : item.happened)
        happened.push_back(happening_data(happening, item, letter, stationery));
    values.set("happened", happened);
    return values;
}

data rest_data(const std::vector<LetterItem>& items, std::size_t first) {
    if (first >= items.size()) return data{data::type::bool_false};
    data rest;
    set_text(rest, "rest_count", std::to_string(items.size() - first));
    set_text(rest, "rest_numbers", numbers_from(items, first));
    return rest;
}

void set_kind(data& values, const Letter& letter) {
    const bool one = letter.kind == LetterKind::alert ||
                     (letter.kind == LetterKind::several && letter.items.size() == 1);
    set_flag(values, "is_alert", one);
    set_flag(values, "is_several", letter.kind == LetterKind::several && !one);
    set_flag(values, "is_digest", letter.kind == LetterKind::digest);
    set_flag(values, "is_storm", letter.kind == LetterKind::storm);
    set_flag(values, "is_test", letter.kind == LetterKind::test);
}

}  // namespace

void set_text(data& values, const char* name, const std::string& text) {
    if (text.empty())
        values.set(name, data{data::type::bool_false});
    else
        values.set(name, text);
}

std::string numbers_from(const std::vector<LetterItem>& items, std::size_t first) {
    std::vector<std::int64_t> numbers;
    for (std::size_t i = first; i < items.size(); ++i) numbers.push_back(items[i].alert);
    std::sort(numbers.begin(), numbers.end());
    std::string text;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
        if (!text.empty()) text += ", ";
        text += std::to_string(numbers[i]);
        if (last > i)
            text += (last > i + 1 ? "\xE2\x80\x93" : ", ") + std::to_string(numbers[last]);
        i = last + 1;
    }
    return text;
}

data letter_data(const Letter& letter, const Stationery& stationery) {
    const auto& items = letter.items;
    const bool in_full = letter.kind == LetterKind::alert || letter.kind == LetterKind::several ||
                         letter.kind == LetterKind::test;
    const auto detailed_end = std::min(items.size(), in_full ? most_detailed : 0);
    const auto listed_end = std::min(items.size(), detailed_end + most_listed);
    const auto open_end = std::min(letter.still_open.size(), most_open);
    const auto some = [&](const std::vector<LetterItem>& all, std::size_t from, std::size_t to) {
        data list{data::type::list};
        for (std::size_t i = from; i < to; ++i)
            list.push_back(item_data(all[i], letter, stationery));
        return list;
    };
    data values;
    set_kind(values, letter);
    set_text(values, "language", letter.language == "cy" ? "cy" : "en");
    set_text(values, "count", std::to_string(items.size()));
    set_text(values, "open_count", std::to_string(letter.still_open.size()));
    const auto period = parse_date(letter.period);
    set_text(values, "period",
             period ? day_in_words(*period, letter.language) : tidy_line(letter.period));
    set_text(values, "why", tidy_line(letter.why));
    set_text(values, "destination", tidy_line(letter.destination));
    set_text(values, "recipient_name", tidy_line(letter.recipient_name));
    set_text(values, "created", stationery.moment(letter.created_at, letter.language));
    set_text(values, "acknowledge_all_url", items.size() > 1 ? letter.acknowledge_url : "");
    set_flag(values, "may_unsubscribe", letter.may_unsubscribe);
    set_text(values, "unsubscribe_url", letter.unsubscribe_url);
    set_text(values, "preview", items.empty() ? "" : tidy_line(items.front().summary));
    values.set("first", items.empty() ? data{data::type::bool_false}
                                      : item_data(items.front(), letter, stationery));
    values.set("detailed", some(items, 0, detailed_end));
    values.set("listed", some(items, detailed_end, listed_end));
    set_flag(values, "has_listed", listed_end > detailed_end);
    values.set("rest", rest_data(items, listed_end));
    values.set("open", some(letter.still_open, 0, open_end));
    set_flag(values, "has_open", open_end > 0);
    values.set("open_rest", rest_data(letter.still_open, open_end));
    return values;
}

}  // namespace forcewatch
