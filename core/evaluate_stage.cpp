#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/day_count.hpp"
#include "core/ladder.hpp"
#include "core/source_order.hpp"

namespace forcewatch {

namespace {

struct StageJudge {
    const Rule& rule;
    const StageRule& condition;
    const MonitoringView& view;
    Date today;
    const WorkingCalendar& calendar;
    Ruling ruling{};

    /// The present interval of the stage, if the force is in it; else the last one it left.
    [[nodiscard]] const StageInterval* latest() const {
        const StageInterval* found = nullptr;
        for (const auto& interval : view.intervals)
            if (interval.stage == condition.stage && interval.from <= today) found = &interval;
        return found;
    }
    [[nodiscard]] bool lasts(const StageInterval& interval) const {
        return !interval.until || *interval.until > today;
    }
    /// The days on which the force comes or goes may change the answer.
    void expect_moves() {
        for (const auto& interval : view.intervals) {
            soonest(ruling.next_on, interval.from, today);
            soonest(ruling.next_on, interval.until, today);
        }
    }

    void in_or_left(bool left) {
        for (const auto& interval : view.intervals) {
            if (interval.stage != condition.stage) continue;
            const auto from = left ? interval.until : std::optional{interval.from};
            auto until = left && from ? std::optional{*from + condition.keep} : interval.until;
            if (!from) continue;
            if (*from > today) {
                soonest(ruling.next_on, from, today);
                continue;
            }
            if (until && *until > today) {
                soonest(ruling.next_on, until, today);
                until.reset();
            }
            ruling.episodes.push_back(
                {*from, until,
                 left ? "told long enough" : fmt::format("left {}", text_of(condition.stage))});
            if (until) continue;
            const auto next_end = ruling.next_on;
            climb(ruling, rule, *from, {}, today, calendar);
            soonest(ruling.next_on, next_end, today);
            const auto& given = left ? interval.until_as_given : interval.from_as_given;
            ruling.summary =
                left ? fmt::format("left {} on {}", text_of(condition.stage), given.text())
                     : fmt::format("in {} since {}, {}", text_of(condition.stage), given.text(),
                                   days_since(*from));
            if (given.uncertain())
                ruling.remarks.push_back(fmt::format("{} is known only as such and read as {}",
                                                     given.text(), text_of(*from)));
        }
    }

    void left_with_open_causes() {
        expect_moves();
        const auto* interval = latest();
        if (interval == nullptr || lasts(*interval)) return;
        std::vector<std::string> open;
        std::optional<Date> last_closed;
        for (const auto& finding : view.findings) {
            const bool then = is_cause(finding.kind) && finding.same_as.empty() &&
                              finding.raised_on.value_or(interval->from) <= *interval->until;
            if (!then) continue;
            if (finding.inspectorate_state == InspectorateState::open)
                open.push_back(finding.reference);
            else if (finding.inspectorate_state_on >= *interval->until)
                last_closed = std::max(last_closed, finding.inspectorate_state_on);
        }
        if (open.empty()) {
            if (last_closed) end_on(ruling, *last_closed, "its causes of concern are closed");
            return;
        }
        hold_since(ruling, rule, *interval->until, today, calendar);
        expect_moves();
        ruling.summary = fmt::format("left {} on {} with {} cause{} of concern still open: {}",
                                     text_of(condition.stage), interval->until_as_given.text(),
                                     open.size(), open.size() == 1 ? "" : "s", joined(open));
    }

    void exit_conditions(bool regressed) {
        expect_moves();
        const auto* interval = latest();
        if (interval == nullptr) return;
        if (!lasts(*interval))
            return end_on(ruling, *interval->until,
                          fmt::format("left {}", text_of(condition.stage)));
        std::vector<std::string> names;
        std::optional<Date> since;
        bool all_met = !view.conditions.empty();
        for (const auto& each : view.conditions) {
            const auto standing = standing_of(each, view.findings);
            all_met = all_met && standing.met;
            const auto on = regressed ? standing.regressed_on : standing.since;
            if (!on) continue;
            names.push_back(each.id);
            since = regressed && since ? std::min(since, on) : std::max(since, on);
        }
        if (regressed ? names.empty() : !all_met)
            return end_on(
                ruling, today,
                regressed ? "the conditions are met again" : "a condition is no longer met");
        const Date from = std::max(*since, interval->from);
        hold_since(ruling, rule, from, today, calendar);
        expect_moves();
        ruling.summary =
            regressed ? fmt::format("an exit condition was met and no longer is: {}", joined(names))
                      : fmt::format("{} been met for {}, and it is still in {}",
                                    names.size() == 1
                                        ? "its exit condition has"
                                        : fmt::format("all {} exit conditions have", names.size()),
                                    days_since(from), text_of(condition.stage));
    }
};

}  // namespace

std::vector<StageMove> told_moves(std::vector<StageMove> moves) {
    const auto told_better = [&](const StageMove& move) {
        return std::any_of(moves.begin(), moves.end(), [&](const StageMove& other) {
            return other.stage == move.stage && tells_better(other.decided, move.decided);
        });
    };
    std::vector<StageMove> told;
    std::copy_if(moves.begin(), moves.end(), std::back_inserter(told),
                 [&](const StageMove& move) { return move.decided.known() && !told_better(move); });
    return told;
}

std::vector<StageInterval> stage_intervals(std::vector<StageMove> moves) {
    moves = told_moves(std::move(moves));
    std::sort(moves.begin(), moves.end(), [](const StageMove& left, const StageMove& right) {
        return std::tuple{left.decided.last_day(), left.stage, left.decided.text()} <
               std::tuple{right.decided.last_day(), right.stage, right.decided.text()};
    });
    std::vector<StageInterval> intervals;
    while (!moves.empty()) {
        // Among those that may have come first, by what is known of their days, one that changes
        // the stage did: a force is in Scan before it is ever moved.
        const auto stage = intervals.empty() ? MonitoringStage::scan : intervals.back().stage;
        const auto latest = *moves.front().decided.last_day();
        auto next = std::find_if(moves.begin(), moves.end(), [&](const StageMove& move) {
            return move.stage != stage && *move.decided.first_day() <= latest;
        });
        if (next == moves.end()) next = moves.begin();
        const StageMove move = *next;
        moves.erase(next);
        // Who says of the same day what it was before says no other move.
        if (!move.decided.uncertain() && move.stage != stage)
            std::erase_if(moves, [&](const StageMove& other) {
                return other.stage == stage && other.decided == move.decided;
            });
        if (!intervals.empty() && intervals.back().stage == move.stage) continue;
        // A partial date never reaches past the move that ended it.
        Date from = std::min(*move.decided.last_day(), std::max(latest, *move.decided.first_day()));
        if (!move.decided.uncertain()) from = *move.decided.last_day();
        if (!intervals.empty()) {
            from = std::max(from, intervals.back().from);
            intervals.back().until = from;
            intervals.back().until_as_given = move.decided;
        }
        intervals.push_back(
            {move.stage, from, std::nullopt, move.decided, {}, move.note, move.url});
    }
    return intervals;
}

Ruling judge_stage(const Rule& rule, const MonitoringView& view, Date today,
                   const WorkingCalendar& calendar) {
    const auto* condition = std::get_if<StageRule>(&rule.condition);
    if (condition == nullptr) return {};
    StageJudge judge{rule, *condition, view, today, calendar};
    switch (condition->when) {
        case StageWatch::in:
        case StageWatch::left:
            judge.in_or_left(condition->when == StageWatch::left);
            break;
        case StageWatch::left_open:
            judge.left_with_open_causes();
            break;
        case StageWatch::exit_met:
        case StageWatch::exit_regressed:
            judge.exit_conditions(condition->when == StageWatch::exit_regressed);
            break;
    }
    return std::move(judge.ruling);
}

Ruling judge_silence(const Rule& rule, std::optional<Date> heard_on, Date today,
                     const WorkingCalendar& calendar) {
    Ruling ruling;
    if (!std::holds_alternative<Silent>(rule.condition) || !heard_on) return ruling;
    hold_since(ruling, rule, *heard_on, today, calendar);
    ruling.summary = fmt::format("nothing was recorded about it for {}, since {}",
                                 days_since(*heard_on), text_of(*heard_on));
    if (!ruling.firing) end_on(ruling, *heard_on, "something was recorded");
    return ruling;
}

}  // namespace forcewatch
