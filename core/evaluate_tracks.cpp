#include <fmt/format.h>

#include <algorithm>

#include "core/ladder.hpp"

namespace forcewatch {

namespace {

struct TrackJudge {
    const Rule& rule;
    const Track& track;
    const std::vector<TrackFinding>& findings;
    Date today;
    const WorkingCalendar& calendar;
    Ruling ruling{};

    void operator()(const GradePersists& condition) {
        const auto spells = low_spells(track, condition.grade, condition.counts);
        for (const auto& spell : spells)
            ruling.episodes.push_back(
                {spell.first_on, spell.until,
                 spell.discontinued ? "the area is no longer inspected" : "a better grade"});
        if (spells.empty() || spells.back().until) return;

        const auto& spell = spells.back();
        climb(ruling, rule, spell.since, spell.round_dates, today, calendar);
        const auto rounds = spell.cycles.size();
        ruling.summary = fmt::format(
            "{} has been at {} or below {}, {} round{} ({})", track.name, condition.grade,
            spell.since ? fmt::format("since {}{}", spell.since_earlier ? "at least " : "",
                                      spell.since_as_given.text())
                        : std::string{"since a date not known"},
            rounds, rounds == 1 ? "" : "s", joined(spell.cycles));
        if (!spell.partly_compared.empty())
            ruling.remarks.push_back("only partly comparable with the round before: " +
                                     joined(spell.partly_compared));
        if (track.points.back().certainty == Certainty::partial)
            ruling.remarks.push_back("the day of the latest judgement is not known exactly");
    }

    /// Only grades on one scale, over a link that is fully comparable, say that something got
    /// worse.
    static bool declined(const TrackPoint& before, const TrackPoint& after) {
        if (after.with_previous != Comparability::same || *before.grades != *after.grades)
            return false;
        return rank_of(*after.grades, after.grade) > rank_of(*before.grades, before.grade);
    }

    void operator()(const GradeDeclined&) {
        const auto& points = track.points;
        for (std::size_t i = 1; i < points.size(); ++i) {
            if (!declined(points[i - 1], points[i]) || points[i].certainty == Certainty::undated)
                continue;
            const bool last = i + 1 == points.size();
            ruling.episodes.push_back(
                {points[i].on, last ? track.discontinued_on : std::optional{points[i + 1].on},
                 last ? "the area is no longer inspected" : "a later judgement"});
            if (!last || track.discontinued_on) continue;
            climb(ruling, rule, points[i].on, {}, today, calendar);
            ruling.summary =
                fmt::format("{} fell from {} ({}) to {} ({})", track.name, points[i - 1].grade,
                            points[i - 1].cycle, points[i].grade, points[i].cycle);
        }
    }

    /// The rounds of this track in which the force was judged, in order.
    [[nodiscard]] std::vector<int> rounds() const {
        std::vector<int> orders;
        for (const auto& point : track.points)
            if (orders.empty() || orders.back() != point.order) orders.push_back(point.order);
        return orders;
    }

    /// A finding in each of two rounds that follow each other: from the first of the later round
    /// until all of those are closed.
    [[nodiscard]] std::vector<Episode> repeated_findings() const {
        std::vector<Episode> episodes;
        const auto orders = rounds();
        for (std::size_t i = 1; i < orders.size(); ++i) {
            const auto in_round = [&](int order) {
                std::vector<TrackFinding> own;
                for (const auto& finding : findings)
                    if (finding.order == order && finding.raised_on <= today)
                        own.push_back(finding);
                return own;
            };
            const auto again = in_round(orders[i]);
            if (again.empty() || in_round(orders[i - 1]).empty()) continue;
            Episode episode{again.front().raised_on, again.front().closed_on,
                            "the findings of the later round are closed"};
            for (const auto& finding : again) {
                episode.from = std::min(episode.from, finding.raised_on);
                episode.until = finding.closed_on && episode.until
                                    ? std::optional{std::max(*episode.until, *finding.closed_on)}
                                    : std::nullopt;
            }
            episodes.push_back(std::move(episode));
        }
        return episodes;
    }

    void operator()(const Recurring& condition) {
        auto found = repeated_findings();
        const bool by_findings = !found.empty() && !found.back().until;
        const auto spells = low_spells(track, condition.grade, Comparability::partly);
        for (std::size_t i = 1; i < spells.size(); ++i)
            found.push_back(
                {spells[i].since.value_or(spells[i].first_on), spells[i].until,
                 spells[i].discontinued ? "the area is no longer inspected" : "a better grade"});
        std::stable_sort(found.begin(), found.end(), [](const Episode& left, const Episode& right) {
            return std::pair{!left.until, left.from} < std::pair{!right.until, right.from};
        });
        const auto open = std::find_if(found.begin(), found.end(),
                                       [](const Episode& each) { return !each.until; });
        if (open != found.end()) found.erase(open + 1, found.end());
        ruling.episodes = found;
        if (found.empty() || found.back().until) return;
        climb(ruling, rule, found.back().from, {}, today, calendar);
        ruling.summary =
            by_findings
                ? fmt::format("{} has findings again, a round after those before", track.name)
                : fmt::format("{} is back at {} or below after it had left it", track.name,
                              condition.grade);
    }

    template <typename Other>
    void operator()(const Other&) {}
};

}  // namespace

Ruling judge_track(const Rule& rule, const Track& track, const std::vector<TrackFinding>& findings,
                   Date today, const WorkingCalendar& calendar) {
    TrackJudge judge{rule, track, findings, today, calendar};
    std::visit(judge, rule.condition);
    return std::move(judge.ruling);
}

}  // namespace forcewatch
