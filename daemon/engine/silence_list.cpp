#include "daemon/engine/silence_list.hpp"

#include <fmt/format.h>

#include "daemon/engine/alert_orders.hpp"
#include "daemon/engine/london.hpp"

namespace forcewatch {

namespace {

constexpr auto due_setting = "silences-listed-at";  // empty: no silence is in force
constexpr int most_silences = 200;
constexpr std::chrono::hours at_nine{9};

}  // namespace

Instant SilenceList::next_monday() const {
    const Date today = london_date(now_);
    const std::chrono::weekday weekday{today};
    const auto ahead = std::chrono::Monday - weekday;
    const Instant monday = at_local_time(today + ahead, at_nine);
    return monday > now_ ? monday : at_local_time(today + ahead + std::chrono::weeks{1}, at_nine);
}

void SilenceList::expect() {
    if (!next_at(store_)) store_.set_setting(due_setting, text_of(next_monday()));
}

std::optional<Instant> SilenceList::next_at(const Store& store) {
    const auto text = store.setting(due_setting);
    if (!text || text->empty()) return std::nullopt;
    const auto at = parse_instant(*text);
    return at ? std::optional{*at} : std::nullopt;
}

std::string SilenceList::words_for(const Silence& silence) {
    const auto hidden = alerts_picked(store_, reference_, silence.matchers).size();
    return fmt::format("silence {} ({}) until {} hides {}: {}", silence.id,
                       fmt::join(silence.matchers, " and "), text_of(silence.until_at),
                       hidden == 0   ? std::string{"nothing"}
                       : hidden == 1 ? std::string{"1 alert"}
                                     : fmt::format("{} alerts", hidden),
                       silence.reason);
}

bool SilenceList::run(AlertBook& book) {
    const auto due = next_at(store_);
    if (!due || *due > now_) return false;
    const auto silences = store_.care().silences(false, most_silences);
    store_.set_setting(due_setting, silences.empty() ? std::string{} : text_of(next_monday()));
    if (silences.empty()) return true;
    std::string summary;
    for (const auto& silence : silences)
        summary += fmt::format("{}{}", summary.empty() ? "" : "; ", words_for(silence));
    const AlertSubject about{fmt::format("silences:{}", text_of(london_date(now_))),
                             {},
                             ForceKind::other,
                             fmt::format("Silences in force: {}", silences.size())};
    book.open_notice(about, "silences-weekly", Severity::info, summary, london_date(now_));
    book.close_quietly(about.id, "told once");
    return true;
}

}  // namespace forcewatch
