// The board of forces, one force, and its story.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/slip.hpp"
#include "daemon/api_lists.hpp"
#include "daemon/engine/no_such.hpp"

namespace forcewatch {

namespace {

constexpr auto low_limit = "requires improvement";

/// One line of the board.
struct Standing {
    Force force;
    std::optional<StageInterval> stage;
    std::int64_t low_areas{};
    std::int64_t inadequate_areas{};
    std::int64_t overdue{};
    std::int64_t open_alerts{};

    [[nodiscard]] auto badness() const {
        const bool engaged = stage && stage->stage == MonitoringStage::engage;
        const bool done = !force.successor.empty() && overdue == 0 && open_alerts == 0;
        return std::tuple{done, -overdue, !engaged, -inadequate_areas, -low_areas, force.id};
    }
};

void count_low(Standing& standing, const AreaMap& map,
               const std::vector<PlacedJudgement>& judgements, Date on) {
    for (const auto& track : tracks_of(map, judgements, on)) {
        const auto spells = low_spells(track, low_limit, Comparability::partly);
        if (spells.empty() || spells.back().until) continue;
        ++standing.low_areas;
        if (track.points.back().grade == "inadequate") ++standing.inadequate_areas;
    }
}

Standing standing_now(Engine& engine, const Force& force, Date today) {
    auto& facts = engine.store().facts();
    Standing standing{force,
                      stage_on(stage_intervals(facts.stage_moves(force.id)), today),
                      0,
                      0,
                      facts.overdue(force.id, today),
                      engine.store().alerts().open_of_force(force.id)};
    for (const auto& programme : facts.programmes_of(force.id))
        count_low(standing, engine.reference().area_map(programme),
                  facts.judgements(force.id, programme), today);
    return standing;
}

template <typename Items, typename Open, typename Due>
void count_overdue(std::map<std::string, std::int64_t>& overdue, const Items& items, Date on,
                   Open&& open, Due&& due) {
    for (const auto& [subject, item] : items) {
        const auto last = due(item);
        if (open(item) && last && *last < on) ++overdue[item.force];
    }
}

bool shares_clock(const Facts& facts, const Obligation& obligation) {
    const auto in = [](const auto& items) {
        return [&items](const std::string& subject) {
            const auto found = items.find(subject);
            return found == items.end() ? std::nullopt : std::optional{found->second};
        };
    };
    return !shared_clock_of(obligation, in(facts.findings), in(facts.obligations)).empty();
}

/// What it becomes later is not said of it yet.
Force as_on(Force force, Date on) {
    if (const auto ended = force.ended.last_day(); ended && *ended > on) {
        force.successor.clear();
        force.ended = {};
    }
    return force;
}

/// The board of a past day, out of a fold of the journal. Alerts have no past: they count as none.
std::vector<Standing> standings_then(Engine& engine, const Facts& facts, Date on) {
    std::map<std::string, std::int64_t> overdue;
    count_overdue(
        overdue, facts.findings, on,
        [](const Finding& f) { return f.same_as.empty() && !clock_stopped_on(f, Axis::force); },
        [](const Finding& f) { return f.deadline.current().last_day(); });
    count_overdue(
        overdue, facts.actions, on, [](const Action& a) { return !clock_stopped_on(a); },
        [](const Action& a) { return a.deadline.current().last_day(); });
    count_overdue(
        overdue, facts.obligations, on,
        [&](const Obligation& o) { return o.tracked && !o.replied_on && !shares_clock(facts, o); },
        [](const Obligation& o) { return o.deadline.current().last_day(); });
    std::map<std::string, std::vector<StageMove>> moves;
    for (const auto& [subject, move] : facts.stage_moves) moves[move.force].push_back(move);
    std::map<std::pair<std::string, std::string>, std::vector<PlacedJudgement>> judgements;
    for (const auto& [subject, judgement] : facts.judgements) {
        const auto inspection = facts.inspections.find("inspection:" + judgement.inspection);
        if (inspection != facts.inspections.end())
            judgements[{judgement.force, inspection->second.programme}].push_back(
                {inspection->second.cycle, judgement, inspection->second.published});
    }
    std::vector<Standing> standings;
    for (const auto& [subject, force] : facts.forces) {
        Standing standing{as_on(force, on),
                          stage_on(stage_intervals(moves[force.id]), on),
                          0,
                          0,
                          overdue[force.id],
                          0};
        for (const auto& [key, own] : judgements)
            if (key.first == force.id)
                count_low(standing, engine.reference().area_map(key.second), own, on);
        standings.push_back(std::move(standing));
    }
    return standings;
}

/// Which forces became which, by id.
std::map<std::string, std::vector<std::string>> predecessors_in(const std::vector<Standing>& all) {
    std::map<std::string, std::vector<std::string>> predecessors;
    for (const auto& standing : all)
        if (!standing.force.successor.empty())
            predecessors[standing.force.successor].push_back(standing.force.id);
    return predecessors;
}

void write_standing(JsonWriter& json, const Standing& standing,
                    const std::vector<std::string>& predecessors) {
    json.begin_object();
    write_force(json, standing.force);
    json.key("stage").value(
        text_of(standing.stage ? standing.stage->stage : MonitoringStage::scan));
    json.key("stage_since");
    if (standing.stage)
        json.value(standing.stage->from_as_given.text());
    else
        json.null();
    json.key("low_areas")
        .value(standing.low_areas)
        .key("inadequate_areas")
        .value(standing.inadequate_areas);
    json.key("overdue").value(standing.overdue).key("open_alerts").value(standing.open_alerts);
    json.key("predecessors").begin_array();
    for (const auto& id : predecessors) json.value(id);
    json.end_array().end_object();
}

struct Slips {
    SlipTotals findings;
    SlipTotals actions;
    SlipTotals obligations;
};

Slips slips_now(const FactTables& tables, const std::string& force, Date today) {
    ItemFilter all;
    all.force = force;
    all.limit = 1'000'000;
    Slips slips;
    for (const auto& finding : tables.findings(all)) slips.findings.count(finding, today);
    for (const auto& action : tables.actions(all)) slips.actions.count(action, today);
    for (const auto& duty : tables.obligations(all)) slips.obligations.count(duty, today);
    return slips;
}

Slips slips_then(const Facts& facts, const std::string& force, Date on) {
    const auto count = [&](SlipTotals& totals, const auto& items) {
        for (const auto& [subject, item] : items)
            if (item.force == force) totals.count(item, on);
    };
    Slips slips;
    count(slips.findings, facts.findings);
    count(slips.actions, facts.actions);
    count(slips.obligations, facts.obligations);
    return slips;
}

void write_totals(JsonWriter& json, std::string_view name, const SlipTotals& totals) {
    json.key(name).begin_object();
    json.key("items").value(totals.items).key("moved").value(totals.moved);
    json.key("moves").value(totals.moves).key("slip_days").value(totals.slip.count());
    json.key("originally_due").value(totals.originally_due);
    json.key("met_originally").value(totals.met_originally).end_object();
}

struct ForceReader {
    const Asker& asker;

    [[nodiscard]] std::vector<Standing> standings(const ReadQuery& query) const {
        if (query.travels())
            return standings_then(
                asker.engine,
                asker.engine.facts_at(asker.day_of(query),
                                      query.known_at.value_or(everything_known), {}),
                asker.day_of(query));
        std::vector<Standing> found;
        for (const auto& force : asker.tables().forces())
            found.push_back(standing_now(asker.engine, force, asker.today));
        return found;
    }

    Response board() const {
        const ReadQuery query{asker.request, Times::both, {"kind"}};
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        const auto kind = asker.request.query_value("kind");
        if (kind && !parse_force_kind(*kind))
            return bad_request("kind: expected police, fire, rocu or other", "/kind");
        auto lines = standings(query);
        std::sort(lines.begin(), lines.end(), [](const Standing& left, const Standing& right) {
            return left.badness() < right.badness();
        });
        auto predecessors = predecessors_in(lines);
        ListWriter list;
        for (const auto& standing : lines)
            if ((!kind || text_of(standing.force.kind) == *kind) &&
                (query.force.empty() || standing.force.id == query.force))
                write_standing(list.json, standing, predecessors[standing.force.id]);
        return list.end(std::nullopt, query);
    }

    Response one(const std::string& id) const {
        const ReadQuery query{asker.request, Times::both, {}};
        if (query.fault) return *query.fault;
        std::optional<Standing> found;
        auto predecessors = asker.tables().predecessors_of(id);
        if (query.travels()) {
            const auto all = standings(query);
            predecessors = predecessors_in(all)[id];
            for (const auto& standing : all)
                if (standing.force.id == id) found = standing;
        } else if (const auto force = asker.tables().force(id)) {
            found = standing_now(asker.engine, *force, asker.today);
        }
        if (!found) return not_found(no_such_force(asker.engine.store(), id));
        JsonWriter json;
        write_standing(json, *found, predecessors);
        return json_response(json.take());
    }

    /// How its deadlines slipped.
    Response slips(const std::string& id) const {
        const ReadQuery query{asker.request, Times::both, {}};
        if (query.fault) return *query.fault;
        if (!asker.tables().force(id)) return not_found(no_such_force(asker.engine.store(), id));
        const Date on = asker.day_of(query);
        const auto slips = query.travels()
                               ? slips_then(asker.engine.facts_at(
                                                on, query.known_at.value_or(everything_known), id),
                                            id, on)
                               : slips_now(asker.tables(), id, on);
        SlipTotals all = slips.findings;
        all.add(slips.actions);
        all.add(slips.obligations);
        JsonWriter json;
        json.begin_object().key("force").value(id);
        write_totals(json, "all", all);
        write_totals(json, "findings", slips.findings);
        write_totals(json, "actions", slips.actions);
        write_totals(json, "obligations", slips.obligations);
        json.end_object();
        return json_response(json.take());
    }

    /// Everything recorded about the force and about those that became it, by the day it took
    /// effect.
    Response timeline(const std::string& id) const {
        ReadQuery query{asker.request, Times::both, {}};
        const JournalSeq after{query.cursor()};
        if (query.fault) return *query.fault;
        if (!asker.tables().force(id)) return not_found(no_such_force(asker.engine.store(), id));
        std::vector<Recorded> events;
        std::vector<std::string> forces{id};
        for (std::size_t i = 0; i < forces.size(); ++i) {
            for (auto& before : asker.tables().predecessors_of(forces[i]))
                if (std::find(forces.begin(), forces.end(), before) == forces.end())
                    forces.push_back(std::move(before));
            asker.engine.store().journal().visit(
                asker.day_of(query), query.known_at.value_or(everything_known), forces[i],
                [&](Recorded&& recorded) {
                    if (recorded.force == forces[i] || covers(recorded.event, forces[i]))
                        events.push_back(std::move(recorded));
                });
        }
        sort_for_folding(events);
        return page_of_story(events, after, query);
    }

    /// From behind the event `after` on, wherever what was recorded meanwhile has moved it.
    static Response page_of_story(const std::vector<Recorded>& events, JournalSeq after,
                                  const ReadQuery& query) {
        auto next = events.begin();
        if (number_of(after) != 0) {
            next = std::find_if(events.begin(), events.end(),
                                [&](const Recorded& recorded) { return recorded.seq == after; });
            if (next == events.end()) return bad_cursor();
            ++next;
        }
        const auto count = std::min<std::ptrdiff_t>(events.end() - next, query.limit);
        ListWriter list;
        std::for_each(next, next + count,
                      [&](const Recorded& recorded) { write_recorded(list.json, recorded); });
        const bool more = next + count != events.end();
        return list.end(
            more ? std::optional{std::to_string(number_of((next + count - 1)->seq))} : std::nullopt,
            query);
    }

    static bool covers(const Event& event, const std::string& force) {
        const auto* published = std::get_if<InspectionPublished>(&event);
        return published != nullptr && std::find(published->forces.begin(), published->forces.end(),
                                                 force) != published->forces.end();
    }
};

}  // namespace

std::optional<StageInterval> stage_on(const std::vector<StageInterval>& intervals, Date on) {
    for (const auto& interval : intervals)
        if (interval.from <= on && (!interval.until || on < *interval.until)) return interval;
    return std::nullopt;
}

std::optional<Response> force_answer(const Asker& asker) {
    const ForceReader reader{asker};
    const std::string_view path = asker.request.path;
    constexpr std::string_view timeline = "/timeline";
    constexpr std::string_view slips = "/slips";
    if (path == "/v1/forces") return reader.board();
    const auto id = path_under(asker.request, "/v1/forces/");
    if (!id) return std::nullopt;
    if (id->ends_with(timeline))
        return reader.timeline(id->substr(0, id->size() - timeline.size()));
    if (id->ends_with(slips)) return reader.slips(id->substr(0, id->size() - slips.size()));
    return reader.one(*id);
}

}  // namespace forcewatch
