#include "tests/simulation/model.hpp"

#include <algorithm>
#include <utility>

namespace forcewatch::sim {

namespace {

using std::chrono::days;
using std::chrono::hours;

Instant switch_in(std::chrono::year year, std::chrono::month month) {
    const std::chrono::sys_days last{year / month / std::chrono::Sunday[std::chrono::last]};
    return Instant{last.time_since_epoch()} + hours{1};
}

bool is_summer(Instant at) {
    const std::chrono::year_month_day day{
        std::chrono::sys_days{std::chrono::floor<days>(at.time_since_epoch())}};
    return at >= switch_in(day.year(), std::chrono::March) &&
           at < switch_in(day.year(), std::chrono::October);
}

void sooner(std::optional<Date>& next, Date candidate) {
    if (!next || candidate < *next) next = candidate;
}

/// What is known of today alone: by a clock that was set back, what ended later goes on.
void look_back(Watch& watch, Date today) {
    watch.origin.reset();
    watch.spell = 0;
    for (const auto& spell : watch.spells) {
        if (spell.from > today) {
            sooner(watch.next_on, spell.from);
            break;
        }
        ++watch.spell;
        const bool over = spell.until && *spell.until <= today;
        watch.origin = over ? std::nullopt : std::optional{spell.from};
        if (spell.until && !over) sooner(watch.next_on, *spell.until);
    }
    // The alert of a spell that has not begun is held for that of the one before.
    watch.spell_told = std::min(watch.spell, watch.spell_told);
}

}  // namespace

Date london_day(Instant at) {
    const Instant local = is_summer(at) ? at + hours{1} : at;
    return Date{std::chrono::floor<days>(local.time_since_epoch())};
}

Instant midnight(Date day) {
    const Instant winter{day.time_since_epoch()};
    return is_summer(winter) ? winter - hours{1} : winter;
}

Model::Model(std::vector<Rule> rules) : rules_{std::move(rules)} {}

Watch& Model::watch(const std::string& name, const std::string& subject) {
    auto& found = watches_[{name, subject}];
    if (found.rule == nullptr) {
        found.subject = subject;
        for (const auto& rule : rules_)
            if (rule.name == name) found.rule = &rule;
    }
    found.touched = true;
    return found;
}

Watch* Model::find(const std::string& rule, const std::string& subject) {
    const auto found = watches_.find({rule, subject});
    return found == watches_.end() ? nullptr : &found->second;
}

void Model::set_action(const Item& item) {
    auto& deadline = watch("deadlines", item.subject);
    auto& stalled = watch("stalled", item.subject);
    deadline.version = text_of(item.due);
    deadline.origin = item.done ? std::nullopt : std::optional{item.due};
    stalled.origin = item.done ? std::nullopt : std::optional{item.said_on};
}

void Model::set_stage(const std::string& subject, bool engaged, Date on) {
    set_spell(watch("in-engage", subject), engaged, on);
}

void Model::set_grade(const std::string& subject, bool low, Date on) {
    set_spell(watch("remains-low", subject), low, on);
}

void Model::set_spell(Watch& watch, bool runs, Date on) {
    const bool running = !watch.spells.empty() && !watch.spells.back().until;
    if (runs && !running)
        watch.spells.push_back({on, {}});
    else if (!runs && running)
        watch.spells.back().until = on;
}

void Model::touch_everything() {
    for (auto& [key, watch] : watches_) watch.touched = true;
}

void Model::recorded(Instant now) {
    if (held_) return;
    for (auto& [key, watch] : watches_)
        if (watch.touched) judge(watch, now);
}

void Model::evaluate(Instant now) {
    if (held_) return;
    const Date today = london_day(now);
    for (auto& [key, watch] : watches_) {
        const auto* latest = watch.latest();
        const bool review = latest != nullptr && latest->review_at && *latest->review_at <= now;
        if (watch.touched || review || (watch.next_on && *watch.next_on <= today))
            judge(watch, now);
    }
}

void Model::judge(Watch& watch, Instant now) {
    const Date today = london_day(now);
    watch.touched = false;
    watch.next_on.reset();
    if (!watch.spells.empty()) look_back(watch, today);
    std::vector<const LadderStep*> reached;
    std::optional<Date> last;
    if (watch.origin)
        for (const auto& step : watch.rule->ladder) {
            const Date on = *watch.origin + *step.offset;
            if (on > today) {
                sooner(watch.next_on, on);
                continue;
            }
            reached.push_back(&step);
            last = std::max(last.value_or(on), on);
        }
    if (last && watch.rule->remind_every)
        sooner(watch.next_on, *last + *watch.rule->remind_every *
                                          ((today - *last) / *watch.rule->remind_every + 1));
    auto* alert = watch.latest();
    const bool stands = alert != nullptr && (alert->open || alert->review_at);
    if (stands && (reached.empty() || watch.spell != watch.spell_told)) {
        alert->open = false;
        alert->review_at.reset();
    }
    if (reached.empty()) return;
    if (alert == nullptr || (!alert->open && !alert->review_at)) {
        alert = &watch.alerts.emplace_back();
        watch.spell_told = watch.spell;
    }
    if (alert->review_at) {
        if (now < *alert->review_at) return;
        alert->review_at.reset();
        alert->open = true;
    }
    const bool was_overdue = std::exchange(alert->overdue, false);
    alert->severity = Severity::info;
    for (const auto* step : reached) {
        alert->severity = std::max(alert->severity, step->severity);
        alert->overdue =
            alert->overdue || (watch.rule->name == "deadlines" && *step->offset > days{0});
        alert->steps[watch.version].insert(step->name());
    }
    if (alert->overdue && !was_overdue) alert->overdue_times.push_back({now, {}});
    if (!alert->overdue && was_overdue) alert->overdue_times.back().until = now;
}

void Model::close_by_hand(const std::string& rule, const std::string& subject, Date review_on) {
    auto* found = find(rule, subject);
    if (found == nullptr || found->latest() == nullptr) return;
    found->latest()->open = false;
    found->latest()->review_at = midnight(review_on);
}

std::map<std::string, std::int64_t> Model::open_by_rule() const {
    std::map<std::string, std::int64_t> counts;
    for (const auto& [key, watch] : watches_)
        if (!watch.alerts.empty() && watch.alerts.back().open) ++counts[key.first];
    return counts;
}

}  // namespace forcewatch::sim
