#include "daemon/messages/sample_letters.hpp"

#include <array>

namespace forcewatch {

namespace {

using namespace std::chrono_literals;

constexpr Instant sent_at{std::chrono::sys_days{2026y / 11 / 24} + 9h};

LetterItem rich_item(const std::string& change, Severity severity) {
    LetterItem item;
    item.alert = 7;
    item.revision = 3;
    item.thread_id = "fedcba9876543210fedcba9876543210";
    item.change = change;
    item.severity = severity;
    item.told_severity = Severity::info;
    item.closed = change == "closed";
    item.rule = "remains-requires-improvement";
    item.subject = "track:dyfed-powys/PEEL/responding@2021/22";
    item.force = "dyfed-powys";
    item.force_name = "Dyfed-Powys / Heddlu Dyfed-Powys";
    item.title = "Dyfed-Powys / Heddlu Dyfed-Powys: Responding to the public (PEEL)";
    item.summary = item.closed
                       ? "The area was judged good on 23 November 2026"
                       : "Responding to the public has been at requires improvement or below since "
                         "8 August 2024, two rounds running";
    item.effective_on = std::chrono::local_days{2024y / 8 / 8};
    item.effective_at = sent_at - 48h;
    item.detected_at = sent_at - 5min;
    item.opened_at = sent_at - 48h;
    item.happened = {
        {sent_at - 48h, "opened", Severity::info, "It was found on the first day", {}, {}},
        {sent_at - 5min,
         change,
         severity,
         item.summary,
         {"180d"},
         {"Comparable only in part: the area was renamed"}}};
    item.held = "it was silenced until 24 Nov 2026, 09:00";
    item.due = "2026-11-30";
    item.owner = "Prif Gwnstabl Cynorthwyol, Gŵyr & Llŷn";
    item.others = {"liaison@force.example", "case-system"};
    return item;
}

LetterItem plain_item(std::int64_t alert, Severity severity) {
    LetterItem item;
    item.alert = alert;
    item.revision = 1;
    item.thread_id = "00112233445566778899aabbccddeeff";
    item.change = "opened";
    item.severity = severity;
    item.rule = "deadlines";
    item.subject = "action:kent/custody-7";
    item.force = "kent";
    item.force_name = "Kent Police";
    item.title = "Kent Police: Custody records are reviewed within a day";
    item.summary = "The deadline of 22 November 2026 has passed";
    item.effective_on = std::chrono::local_days{2026y / 11 / 23};
    item.effective_at = item.detected_at = item.opened_at = sent_at - 1h;
    item.happened = {{sent_at - 1h, "opened", severity, item.summary, {}, {}}};
    return item;
}

Letter letter_of(LetterKind kind, const std::string& language, std::vector<LetterItem> items) {
    Letter letter;
    letter.kind = kind;
    letter.id = "0123456789abcdef0123456789abcdef";
    letter.thread_id = "fedcba9876543210fedcba9876543210";
    letter.destination = "liaison";
    letter.recipient = "liaison@force.example";
    letter.language = language;
    letter.created_at = sent_at;
    letter.why = "route \"police\"";
    letter.items = std::move(items);
    return letter;
}

void add_single_letters(std::vector<Letter>& letters, const std::string& language) {
    constexpr std::array<const char*, 11> changes{
        "opened",    "raised",     "lowered",  "step",   "reminder",    "resumed",
        "escalated", "unanswered", "reopened", "closed", "acknowledged"};
    constexpr std::array<const char*, 7> dates{"2026-11-30", "2026-11-26", "2026-11-25",
                                               "2026-11-24", "2026-11-23", "2026-11-02",
                                               "immediately"};
    std::size_t number = 0;
    for (const auto* change : changes) {
        const auto severity = static_cast<Severity>(number % 3);
        auto letter = letter_of(LetterKind::alert, language, {rich_item(change, severity)});
        letter.items[0].due = dates.at(number % dates.size());
        if (number % 2 == 0) letter.acknowledge_url = "https://watch.force.example/a/7?t=abc&x=1";
        letters.push_back(letter);
        ++number;
    }
    letters.push_back(letter_of(LetterKind::alert, language, {plain_item(8, Severity::critical)}));
}

}  // namespace

std::vector<Letter> sample_letters(const std::string& language) {
    std::vector<Letter> letters;
    add_single_letters(letters, language);
    auto group = letter_of(LetterKind::several, language,
                           {rich_item("raised", Severity::critical),
                            plain_item(8, Severity::warning), rich_item("closed", Severity::info)});
    group.acknowledge_url = "https://watch.force.example/a/g?t=abc&x=1";
    letters.push_back(group);

    auto digest =
        letter_of(LetterKind::digest, language,
                  {rich_item("reminder", Severity::warning), plain_item(8, Severity::info)});
    digest.period = "2026-11-24";
    digest.still_open = {plain_item(9, Severity::critical), rich_item("step", Severity::warning)};
    digest.still_open.back().in_hand =
        "acknowledged by Custody lead until 2026-12-01, although it got worse on 2026-11-20";
    digest.may_unsubscribe = true;
    digest.unsubscribe_url = "https://watch.force.example/u/7?t=abc&x=1";
    letters.push_back(digest);

    auto storm = letter_of(LetterKind::storm, language, {});
    for (std::int64_t alert = 1; alert <= 130; ++alert)
        storm.items.push_back(plain_item(alert * (alert < 110 ? 1 : 3), Severity::warning));
    storm.still_open = storm.items;
    letters.push_back(storm);
    letters.push_back(letter_of(LetterKind::test, language, {}));
    letters.push_back(letter_of(LetterKind::test, language, {plain_item(8, Severity::info)}));
    return letters;
}

}  // namespace forcewatch
