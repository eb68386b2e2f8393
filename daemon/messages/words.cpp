#include <fmt/format.h>

#include "daemon/messages/letter.hpp"
#include "daemon/messages/letter_data.hpp"
#include "daemon/messages/stationery.hpp"
#include "daemon/messages/tidy_text.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_subject = 160;
constexpr std::size_t longest_bare_text = 256U << 10U;

}  // namespace

std::string subject_of(const Letter& letter, const std::string& written) {
    std::string text = header_text(written);
    while (text.ends_with(' ')) text.pop_back();
    if (text.empty()) text = fmt::format("Forcewatch: {} alerts", letter.items.size());
    return shortened(std::move(text), longest_subject);
}

std::string subject_line(const Letter& letter, const Stationery& stationery) {
    return subject_of(letter, stationery.write(Stationery::Part::subject, letter).value_or(""));
}

std::string plain_text(const Letter& letter, const Stationery& stationery) {
    auto text = stationery.write(Stationery::Part::text, letter);
    return text ? std::move(*text) : bare_text(letter, text.error());
}

std::string html_text(const Letter& letter, const Stationery& stationery) {
    return stationery.write(Stationery::Part::html, letter).value_or("");
}

std::string bare_text(const Letter& letter, const std::string& problem) {
    std::string text = fmt::format(
        "This letter could not be laid out as configured: {}\nHere is what it has to say.\n\n",
        tidy_line(problem));
    const auto add = [&](const std::vector<LetterItem>& items) {
        std::size_t told = 0;
        for (const auto& item : items) {
            if (text.size() > longest_bare_text / 2) break;
            text += fmt::format("{} ({}{})\n{}\n", tidy_line(item.title), text_of(item.severity),
                                item.closed ? ", closed" : "", tidy(item.summary));
            if (!item.due.empty()) text += fmt::format("Due: {}\n", tidy_line(item.due));
            if (!item.owner.empty())
                text += fmt::format("Accountable: {}\n", tidy_line(item.owner));
            text += fmt::format("forcewatchctl alerts {}\n\n", item.alert);
            ++told;
        }
        if (told < items.size())
            text +=
                fmt::format("And {} more: {}\n\n", items.size() - told, numbers_from(items, told));
    };
    add(letter.items);
    if (!letter.still_open.empty()) text += "Still open:\n\n";
    add(letter.still_open);
    text += fmt::format("Sent by Forcewatch to the destination \"{}\".\n", letter.destination);
    return shortened(std::move(text), longest_bare_text);
}

}  // namespace forcewatch
