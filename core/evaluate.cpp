#include "core/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace forcewatch {

using std::chrono::days;

namespace {

void soonest(std::optional<Date>& next, std::optional<Date> candidate, Date today) {
    if (candidate && *candidate > today && (!next || *candidate < *next)) next = candidate;
}

/// Walks the ladder: which steps are reached by `today`, and when the next one is.
void climb(Ruling& ruling, const Rule& rule, std::optional<Date> origin,
           const std::vector<Date>& round_dates, Date today) {
    for (const auto& step : rule.ladder) {
        std::optional<Date> on;
        if (step.offset && origin) on = *origin + *step.offset;
        if (step.rounds && *step.rounds > 0 &&
            round_dates.size() >= static_cast<std::size_t>(*step.rounds))
            on = round_dates[static_cast<std::size_t>(*step.rounds) - 1];
        if (!on) continue;
        if (*on <= today)
            ruling.reached.push_back({step.name(), *on, step.severity});
        else
            soonest(ruling.next_on, on, today);
    }
    std::stable_sort(ruling.reached.begin(), ruling.reached.end(),
                     [](const auto& left, const auto& right) { return left.on < right.on; });
    if (ruling.reached.empty()) return;
    ruling.firing = true;
    ruling.severity = ruling.reached.front().severity;
    ruling.effective_on = ruling.reached.front().on;
    for (const auto& step : ruling.reached)
        if (step.severity > ruling.severity) {
            ruling.severity = step.severity;
            ruling.effective_on = step.on;
        }
    if (rule.remind_every && *rule.remind_every > days{0}) {
        const Date last = ruling.reached.back().on;
        ruling.reminders = static_cast<int>((today - last) / *rule.remind_every);
        soonest(ruling.next_on, last + *rule.remind_every * (ruling.reminders + 1), today);
    }
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

std::string days_text(days count) {
    return fmt::format("{} day{}", count.count(), count == days{1} ? "" : "s");
}

std::string deadline_sentence(const DeadlineClock& clock, Date due, Date today) {
    const std::string when =
        fmt::format("{} deadline {}{}", text_of(clock.deadline.kind), clock.deadline.due.text(),
                    clock.deadline.due.uncertain() ? fmt::format(" (read as {})", text_of(due))
                                                   : std::string{});
    if (today > due) return fmt::format("overdue by {}: {}", days_text(today - due), when);
    if (today == due) return fmt::format("due today: {}", when);
    return fmt::format("due in {}: {}", days_text(due - today), when);
}

}  // namespace

bool selects(const Rule& rule, ForceKind kind, std::string_view force, std::string_view programme) {
    return (rule.kinds.empty() || rule.kinds.contains(kind)) &&
           (rule.forces.empty() || rule.forces.contains(std::string{force})) &&
           (rule.programmes.empty() || programme.empty() ||
            rule.programmes.contains(std::string{programme}));
}

Ruling judge_track(const Rule& rule, const Track& track, Date today) {
    const auto& condition = std::get<GradePersists>(rule.condition);
    Ruling ruling;
    const auto spells = low_spells(track, condition.grade, condition.counts);
    for (const auto& spell : spells)
        ruling.episodes.push_back(
            {spell.first_on, spell.until,
             spell.discontinued ? "the area is no longer inspected" : "a better grade"});
    if (spells.empty() || spells.back().until) return ruling;

    const auto& spell = spells.back();
    climb(ruling, rule, spell.since, spell.round_dates, today);
    const auto rounds = spell.cycles.size();
    ruling.summary = fmt::format(
        "{} has been at {} or below {}, {} round{} ({})", track.name, condition.grade,
        spell.since ? "since " + text_of(*spell.since) : std::string{"since a date not known"},
        rounds, rounds == 1 ? "" : "s", joined(spell.cycles));
    if (!spell.partly_compared.empty())
        ruling.remarks.push_back("only partly comparable with the round before: " +
                                 joined(spell.partly_compared));
    if (track.points.back().certainty == Certainty::partial)
        ruling.remarks.push_back("the day of the latest judgement is not known exactly");
    return ruling;
}

Ruling judge_deadline(const Rule& rule, const DeadlineClock& clock, Date today) {
    const auto& condition = std::get<DeadlineRule>(rule.condition);
    Ruling ruling;
    const auto due = clock.deadline.last_day();
    if (!due || (!condition.subjects.empty() && !condition.subjects.contains(clock.subject)))
        return ruling;
    ruling.version = clock.deadline.due.text();
    days earliest{0};
    for (const auto& step : rule.ladder)
        if (step.offset) earliest = std::min(earliest, *step.offset);
    const Date from = *due + earliest;
    if (clock.met_on) {
        if (*clock.met_on >= from)
            ruling.episodes.push_back(
                {from, *clock.met_on, *clock.met_on > *due ? "met late" : "met in time"});
        return ruling;
    }
    climb(ruling, rule, *due, {}, today);
    if (ruling.firing) ruling.episodes.push_back({from, std::nullopt, {}});
    ruling.summary = deadline_sentence(clock, *due, today);
    if (clock.deadline.due.uncertain())
        ruling.remarks.push_back("the deadline is known only as " + clock.deadline.due.text());
    return ruling;
}

std::vector<StageInterval> stage_intervals(std::vector<StageMove> moves) {
    std::erase_if(moves, [](const StageMove& move) { return !move.decided.known(); });
    std::sort(moves.begin(), moves.end(), [](const StageMove& left, const StageMove& right) {
        return std::tuple{left.decided.last_day(), left.stage, left.decided.text()} <
               std::tuple{right.decided.last_day(), right.stage, right.decided.text()};
    });
    std::vector<StageInterval> intervals;
    for (const auto& move : moves) {
        if (!intervals.empty() && intervals.back().stage == move.stage) continue;
        if (!intervals.empty()) {
            intervals.back().until = move.decided.last_day();
            intervals.back().until_as_given = move.decided;
        }
        intervals.push_back(
            {move.stage, *move.decided.last_day(), std::nullopt, move.decided, {}, move.note});
    }
    return intervals;
}

Ruling judge_stage(const Rule& rule, const std::vector<StageInterval>& intervals, Date today) {
    const auto& condition = std::get<StageRule>(rule.condition);
    Ruling ruling;
    for (const auto& interval : intervals) {
        if (interval.stage != condition.stage) continue;
        const auto from = condition.left ? interval.until : std::optional{interval.from};
        auto until =
            condition.left && from ? std::optional{*from + condition.keep} : interval.until;
        if (!from) continue;
        if (*from > today) {
            soonest(ruling.next_on, from, today);
            continue;
        }
        if (until && *until > today) {
            soonest(ruling.next_on, until, today);
            until.reset();
        }
        ruling.episodes.push_back({*from, until,
                                   condition.left
                                       ? "told long enough"
                                       : fmt::format("left {}", text_of(condition.stage))});
        if (until) continue;
        const auto next_end = ruling.next_on;
        climb(ruling, rule, *from, {}, today);
        soonest(ruling.next_on, next_end, today);
        const auto& given = condition.left ? interval.until_as_given : interval.from_as_given;
        ruling.summary = condition.left
                             ? fmt::format("left {} on {}", text_of(condition.stage), given.text())
                             : fmt::format("in {} since {}, {}", text_of(condition.stage),
                                           given.text(), days_text(today - *from));
        if (given.uncertain())
            ruling.remarks.push_back(fmt::format("{} is known only as such and read as {}",
                                                 given.text(), text_of(*from)));
    }
    return ruling;
}

}  // namespace forcewatch
