#include "core/track.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace forcewatch {

AreaMap::AreaMap(const Facts& reference, std::string programme) : programme_{std::move(programme)} {
    for (const auto& [subject, cycle] : reference.cycles)
        if (cycle.programme == programme_) cycles_.emplace(cycle.cycle, cycle);
    for (const auto& [subject, scale] : reference.scales) scales_[scale.scale] = scale.grades;
    for (const auto& [subject, area] : reference.areas) {
        const auto cycle = cycles_.find(area.cycle);
        if (area.programme != programme_ || cycle == cycles_.end()) continue;
        const auto scale = scales_.find(area.scale);
        areas_.push_back({.order = cycle->second.order,
                          .cycle = area.cycle,
                          .id = area.area,
                          .name = area.name,
                          .graded = area.graded != "no",
                          .grades = scale == scales_.end() ? nullptr : &scale->second,
                          .root = {}});
    }
    std::sort(areas_.begin(), areas_.end(), [](const Area& left, const Area& right) {
        return std::tie(left.order, left.id) < std::tie(right.order, right.id);
    });
    link_areas(reference);
    name_roots();
}

void AreaMap::link_areas(const Facts& reference) {
    for (const auto& [subject, row] : reference.links) {
        if (row.programme != programme_) continue;
        const auto from = find(row.from_cycle, row.from_area);
        const auto to = find(row.to_cycle, row.to_area);
        if (from && to && areas_[*from].order < areas_[*to].order)
            links_.push_back({*from, *to, row.comparability});
    }
    // The same id in the next cycle that has it continues the track; partly, unless a row says
    // else.
    for (std::size_t from = 0; from < areas_.size(); ++from)
        for (std::size_t to = from + 1; to < areas_.size(); ++to) {
            if (areas_[to].id != areas_[from].id || areas_[to].order == areas_[from].order)
                continue;
            const bool spelled_out =
                std::any_of(links_.begin(), links_.end(),
                            [&](const Link& link) { return link.from == from && link.to == to; });
            if (!spelled_out) links_.push_back({from, to, Comparability::partly});
            break;
        }
    std::sort(links_.begin(), links_.end(), [](const Link& left, const Link& right) {
        return std::tie(left.to, left.comparability, left.from) <
               std::tie(right.to, right.comparability, right.from);
    });
}

/// An area takes the root of its first predecessor, if it is in turn that one's first successor:
/// so a merger continues one of the merged tracks, and a split is continued by one of its parts.
void AreaMap::name_roots() {
    const auto first_predecessor = [&](std::size_t area) -> std::optional<std::size_t> {
        for (const auto& link : links_)
            if (link.to == area && link.comparability != Comparability::not_comparable)
                return link.from;
        return std::nullopt;
    };
    const auto first_successor = [&](std::size_t area) {
        std::optional<std::tuple<int, Comparability, std::size_t>> best;
        for (const auto& link : links_) {
            if (link.from != area || link.comparability == Comparability::not_comparable) continue;
            const std::tuple candidate{areas_[link.to].order, link.comparability, link.to};
            if (!best || candidate < *best) best = candidate;
        }
        return best;
    };
    for (std::size_t area = 0; area < areas_.size(); ++area) {
        const auto before = first_predecessor(area);
        const auto after = before ? first_successor(*before) : std::nullopt;
        areas_[area].root = after && std::get<2>(*after) == area
                                ? areas_[*before].root
                                : fmt::format("{}@{}", areas_[area].id, areas_[area].cycle);
    }
}

std::optional<std::size_t> AreaMap::find(std::string_view cycle, std::string_view area) const {
    for (std::size_t i = 0; i < areas_.size(); ++i)
        if (areas_[i].cycle == cycle && areas_[i].id == area) return i;
    return std::nullopt;
}

std::optional<Date> AreaMap::end_of(std::string_view cycle) const {
    const auto found = cycles_.find(cycle);
    return found == cycles_.end() ? std::nullopt : found->second.ends.last_day();
}

std::optional<int> AreaMap::order_of(std::string_view cycle) const {
    const auto found = cycles_.find(cycle);
    return found == cycles_.end() ? std::nullopt : std::optional{found->second.order};
}

std::optional<std::size_t> rank_of(const std::vector<std::string>& grades, std::string_view grade) {
    const auto found = std::find(grades.begin(), grades.end(), grade);
    if (found == grades.end()) return std::nullopt;
    return static_cast<std::size_t>(found - grades.begin());
}

bool at_or_below(const std::vector<std::string>& grades, std::string_view grade,
                 std::string_view limit) {
    const auto rank = rank_of(grades, grade);
    const auto limit_rank = rank_of(grades, limit);
    return rank && limit_rank && *rank >= *limit_rank;
}

namespace {

/// One grade of one area on one day, before areas are joined into tracks.
struct Mark {
    std::size_t area{};
    Date on{};
    Certainty certainty{};
    std::string grade;
    PartialDate given;
};

std::vector<Mark> marks_of(const AreaMap& map, const std::vector<PlacedJudgement>& judgements,
                           Date today) {
    std::vector<Mark> marks;
    for (const auto& [cycle, judgement, published] : judgements) {
        const auto area = map.find(cycle, judgement.area);
        if (!area) continue;
        for (std::size_t i = 0; i < judgement.grades.size(); ++i) {
            const auto& [on, grade] = judgement.grades[i];
            const auto certainty = i == 0 ? judgement.certainty : Certainty::exact;
            if (on <= today)
                marks.push_back(
                    {*area, on, certainty, grade, i == 0 ? published : PartialDate{on}});
        }
    }
    // Undated history sits at the end of its cycle but never hides a dated judgement of that cycle.
    std::sort(marks.begin(), marks.end(), [&](const Mark& left, const Mark& right) {
        const auto key = [&](const Mark& mark) {
            return std::tuple{map.areas()[mark.area].order, mark.certainty != Certainty::undated,
                              mark.on, mark.area, mark.grade};
        };
        return key(left) < key(right);
    });
    return marks;
}

/// Areas from which `area` descends, itself included, with the weakest comparability on the way.
std::map<std::size_t, Comparability> lineage_of(const AreaMap& map, std::size_t area) {
    std::map<std::size_t, Comparability> lineage{{area, Comparability::same}};
    std::vector<std::size_t> open{area};
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        for (const auto& link : map.links()) {
            if (link.to != at || link.comparability == Comparability::not_comparable) continue;
            const auto weakest = std::max(lineage.at(at), link.comparability);
            const auto [entry, added] = lineage.try_emplace(link.from, weakest);
            if (added || weakest < entry->second) {
                entry->second = weakest;
                open.push_back(link.from);
            }
        }
    }
    return lineage;
}

/// The weakest link on the best way from the areas judged in the round before.
Comparability since_round(const AreaMap& map, std::size_t area,
                          const std::set<std::size_t>& previous) {
    Comparability best = Comparability::not_comparable;
    for (const auto& [ancestor, weakest] : lineage_of(map, area))
        if (previous.contains(ancestor)) best = std::min(best, weakest);
    return best == Comparability::not_comparable ? Comparability::partly : best;
}

/// Joins the marks of a lineage. Where several areas became one, the worst of them counts.
std::vector<TrackPoint> points_of(const AreaMap& map, const std::vector<Mark>& marks,
                                  const std::map<std::size_t, Comparability>& lineage) {
    std::vector<TrackPoint> points;
    std::map<std::size_t, std::string> standing;  // grades of the round at hand, by area
    Comparability link = Comparability::same;
    for (const auto& mark : marks) {
        const auto& area = map.areas()[mark.area];
        if (!lineage.contains(mark.area) || !area.grades || !rank_of(*area.grades, mark.grade))
            continue;
        if (!points.empty() && points.back().order != area.order) {
            std::set<std::size_t> previous;
            for (const auto& [judged, grade] : standing) previous.insert(judged);
            link = since_round(map, mark.area, previous);
            standing.clear();
        }
        standing[mark.area] = mark.grade;
        std::string worst = mark.grade;
        for (const auto& [other, grade] : standing)
            if (at_or_below(*area.grades, grade, worst)) worst = grade;
        TrackPoint point{mark.on, mark.certainty, area.order, area.cycle, area.id,
                         worst,   area.grades,    link,       mark.given};
        const bool replaces =
            !points.empty() && points.back().order == area.order && points.back().on == mark.on;
        if (replaces)
            points.back() = std::move(point);
        else
            points.push_back(std::move(point));
        if (!replaces) link = Comparability::same;
    }
    return points;
}

/// The day on which the force was first inspected in a cycle that no longer holds the area.
std::optional<Date> dropped_on(const AreaMap& map, const std::vector<Mark>& marks,
                               std::size_t area) {
    int last_possible = map.areas()[area].order;
    for (std::size_t later = area + 1; later < map.areas().size(); ++later)
        if (map.areas()[later].graded && lineage_of(map, later).contains(area))
            last_possible = map.areas()[later].order;
    std::optional<Date> dropped;
    for (const auto& mark : marks)
        if (map.areas()[mark.area].order > last_possible && (!dropped || mark.on < *dropped))
            dropped = mark.on;
    return dropped;
}

}  // namespace

std::vector<Track> tracks_of(const AreaMap& map, const std::vector<PlacedJudgement>& judgements,
                             Date today) {
    const auto marks = marks_of(map, judgements, today);
    std::set<std::size_t> judged;
    for (const auto& mark : marks) judged.insert(mark.area);
    std::map<std::size_t, std::map<std::size_t, Comparability>> lineages;
    std::set<std::size_t> continued;
    for (const auto area : judged) {
        const auto& lineage = lineages.emplace(area, lineage_of(map, area)).first->second;
        for (const auto& [ancestor, weakest] : lineage)
            if (ancestor != area) continued.insert(ancestor);
    }
    std::vector<Track> tracks;
    for (const auto& [area, lineage] : lineages) {
        if (continued.contains(area)) continue;
        auto points = points_of(map, marks, lineage);
        if (points.empty()) continue;
        const auto& latest = map.areas()[area];
        tracks.push_back({judgements.front().judgement.force, map.programme(), latest.root,
                          latest.id, latest.name, std::move(points), dropped_on(map, marks, area)});
    }
    return tracks;
}

std::vector<LowSpell> low_spells(const Track& track, std::string_view limit, Comparability counts) {
    std::vector<LowSpell> spells;
    bool low = false;
    for (const auto& point : track.points) {
        const bool low_now = at_or_below(*point.grades, point.grade, limit);
        const bool broken = point.with_previous > counts;
        if (low && (!low_now || broken)) spells.back().until = point.on;
        if (low_now && (!low || broken)) {
            LowSpell spell;
            spell.first_on = point.on;
            spells.push_back(std::move(spell));
        }
        low = low_now;
        if (!low) continue;
        auto& spell = spells.back();
        spell.grade = point.grade;
        if (!spell.since && point.certainty != Certainty::undated) {
            spell.since = point.on;
            spell.since_as_given = point.given.known() ? point.given : PartialDate{point.on};
            spell.since_earlier = !spell.cycles.empty();
        }
        if (spell.cycles.empty() || spell.cycles.back() != point.cycle) {
            if (!spell.cycles.empty() && point.with_previous == Comparability::partly)
                spell.partly_compared.push_back(point.cycle);
            spell.cycles.push_back(point.cycle);
            spell.round_dates.push_back(point.on);
        }
    }
    if (low && track.discontinued_on) {
        spells.back().until = *track.discontinued_on;
        spells.back().discontinued = true;
    }
    return spells;
}

}  // namespace forcewatch
