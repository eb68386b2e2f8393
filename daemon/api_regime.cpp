// What the regime says of forces: inspections, areas, stages; and who the people are.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/nearest.hpp"
#include "daemon/api_lists.hpp"

namespace forcewatch {

namespace {

struct RegimeReader {
    const Asker& asker;

    Response inspections() {
        const ReadQuery query{asker.request, Times::both, {}};
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        std::vector<Inspection> items;
        if (query.travels()) {
            for (const auto& [subject, inspection] : asker.facts(query).inspections)
                items.push_back(inspection);
        } else {
            items = asker.tables().inspections(query.force, 1'000'000);
        }
        if (query.travels() && !query.force.empty())
            std::erase_if(items, [&](const Inspection& each) {
                return std::find(each.forces.begin(), each.forces.end(), query.force) ==
                       each.forces.end();
            });
        std::sort(items.begin(), items.end(), [](const Inspection& left, const Inspection& right) {
            return std::pair{right.published.text(), left.id} <
                   std::pair{left.published.text(), right.id};
        });
        ListWriter list;
        auto at = items.begin();
        if (!query.after.empty()) {
            at = std::find_if(at, items.end(),
                              [&](const Inspection& each) { return each.id == query.after; });
            if (at == items.end()) return bad_cursor();
            ++at;
        }
        int written = 0;
        for (; at != items.end() && written < query.limit; ++at, ++written)
            write_inspection(list.json, *at);
        return list.end(
            at != items.end() && written > 0 ? std::optional{std::prev(at)->id} : std::nullopt,
            query);
    }

    [[nodiscard]] std::map<std::string, std::vector<StageMove>> moves(
        const ReadQuery& query) const {
        std::map<std::string, std::vector<StageMove>> moves;
        if (query.travels()) {
            for (const auto& [subject, move] : asker.facts(query).stage_moves)
                moves[move.force].push_back(move);
        } else {
            for (const auto& force : asker.tables().forces_with_moves())
                moves[force] = asker.tables().stage_moves(force);
        }
        return moves;
    }

    /// `stage=engage` lists who is in Engage on the day; `all=true` every interval.
    Response stages() {
        ReadQuery query{asker.request, Times::both, {"stage", "all"}};
        const bool all = flag_in(asker.request, "all", query.fault);
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        const auto wanted = asker.request.query_value("stage");
        if (wanted && !parse_stage(*wanted))
            return bad_request("stage: expected scan or engage", "/stage");
        const Date on = asker.day_of(query);
        ListWriter list;
        for (const auto& [force, own] : moves(query)) {
            if (!query.force.empty() && force != query.force) continue;
            for (const auto& interval : stage_intervals(own)) {
                const bool holds = interval.from <= on && (!interval.until || on < *interval.until);
                if ((all || holds) && (!wanted || text_of(interval.stage) == *wanted))
                    write_stage(list.json, force, interval, on);
            }
        }
        return list.end(std::nullopt, query);
    }

    /// Judgements by force and programme.
    using Grouped = std::map<std::pair<std::string, std::string>, std::vector<PlacedJudgement>>;
    [[nodiscard]] Grouped judgements(const ReadQuery& query) const {
        Grouped grouped;
        if (query.travels()) {
            const Facts then = asker.facts(query);
            for (const auto& [subject, judgement] : then.judgements) {
                const auto inspection = then.inspections.find("inspection:" + judgement.inspection);
                if (inspection != then.inspections.end() &&
                    (query.force.empty() || judgement.force == query.force))
                    grouped[{judgement.force, inspection->second.programme}].push_back(
                        {inspection->second.cycle, judgement, inspection->second.published});
            }
            return grouped;
        }
        for (const auto& force : asker.tables().forces()) {
            if (!query.force.empty() && force.id != query.force) continue;
            for (const auto& programme : asker.tables().programmes_of(force.id))
                grouped[{force.id, programme}] = asker.tables().judgements(force.id, programme);
        }
        return grouped;
    }

    /// A grade or a programme that the reference data does not know is a slip of the pen, not an
    /// empty list.
    std::optional<Response> unknown_words(const std::string& grade) {
        std::vector<std::string> grades;
        for (const auto& [subject, scale] : asker.engine.reference().facts().scales)
            grades.insert(grades.end(), scale.grades.begin(), scale.grades.end());
        if (!grades.empty() && std::find(grades.begin(), grades.end(), grade) == grades.end())
            return bad_request(said("at_or_below", "no scale has the grade", grade, grades),
                               "/at_or_below");
        const auto programme = asker.request.query_value("programme");
        std::vector<std::string> programmes;
        for (const auto& [subject, cycle] : asker.engine.reference().facts().cycles)
            programmes.push_back(cycle.programme);
        if (programme &&
            std::find(programmes.begin(), programmes.end(), *programme) == programmes.end())
            return bad_request(
                said("programme", "no programme is called", std::string{*programme}, programmes),
                "/programme");
        return std::nullopt;
    }
    static std::string said(std::string_view key, std::string_view what, const std::string& word,
                            const std::vector<std::string>& known) {
        return fmt::format("{}: {} \"{}\"{}", key, what, word, did_you_mean(word, known));
    }

    Response areas() {
        const ReadQuery query{asker.request, Times::both, {"at_or_below", "programme", "area"}};
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        std::string limit{asker.request.query_value("at_or_below").value_or("")};
        std::replace(limit.begin(), limit.end(), '-', ' ');
        const bool only_low = !limit.empty();
        if (!only_low) limit = "requires improvement";
        if (auto fault = unknown_words(limit)) return *fault;
        const auto programme = asker.request.query_value("programme");
        const auto area = asker.request.query_value("area");
        const Date on = asker.day_of(query);
        ListWriter list;
        for (const auto& [key, own] : judgements(query)) {
            if (programme && key.second != *programme) continue;
            for (const auto& track :
                 tracks_of(asker.engine.reference().area_map(key.second), own, on)) {
                if (area && track.area != *area) continue;
                const auto spells = low_spells(track, limit, Comparability::partly);
                const bool low = !spells.empty() && !spells.back().until;
                if (low || !only_low) write_track(list.json, track, limit, on);
            }
        }
        return list.end(std::nullopt, query);
    }

    Response inspection(const std::string& id) {
        const ReadQuery query{asker.request, Times::both, {}};
        if (query.fault) return *query.fault;
        auto found = asker.tables().inspection(id);
        if (query.travels()) {
            const Facts then = asker.facts_about(query, "inspection:" + id);
            const auto at = then.inspections.find("inspection:" + id);
            found = at == then.inspections.end() ? std::nullopt : std::optional{at->second};
        }
        if (!found) return not_found(fmt::format("there is no inspection:{}", id));
        JsonWriter json;
        write_inspection(json, *found);
        return json_response(json.take());
    }

    Response people() {
        if (auto unwanted = asker.unwanted_parameters({"limit", "after"})) return *unwanted;
        const ReadQuery query{asker.request, Times::none, {}};
        if (query.fault) return *query.fault;
        auto& people = asker.engine.store().people();
        const auto all = people.all();
        const auto from =
            std::clamp<std::int64_t>(whole_number(query.after).value_or(0), 0, std::ssize(all));
        const auto to = std::min<std::int64_t>(from + query.limit, std::ssize(all));
        ListWriter list;
        for (auto i = static_cast<std::size_t>(from); i < static_cast<std::size_t>(to); ++i)
            write_person(list.json, all[i], asker.tables().person(all[i].token), people);
        return list.end(to < std::ssize(all) ? std::optional{std::to_string(to)} : std::nullopt,
                        query);
    }

    Response person(const std::string& token) {
        if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
        auto& people = asker.engine.store().people();
        const auto name = people.find(token);
        if (!name) return not_found(fmt::format("nobody has the id \"{}\"", token));
        JsonWriter json;
        write_person(json, *name, asker.tables().person(token), people);
        return json_response(json.take());
    }

    Response policies() {
        if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
        ListWriter list;
        for (const auto& [subject, policy] : asker.engine.reference().facts().policies) {
            list.json.begin_object();
            list.json.key("force_kind").value(text_of(policy.force_kind));
            list.json.key("finding_kind").value(text_of(policy.finding_kind));
            list.json.key("days").value(policy.days).end_object();
        }
        return list.end(std::nullopt);
    }

    Response holidays() {
        if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
        ListWriter list;
        for (const auto& [subject, year] : asker.engine.reference().facts().holidays) {
            list.json.begin_object().key("division").value(year.division);
            list.json.key("year").value(year.year).key("days").begin_array();
            for (const auto& day : year.days) list.json.value(day);
            list.json.end_array().end_object();
        }
        return list.end(std::nullopt);
    }
};

}  // namespace

std::optional<Response> regime_answer(const Asker& asker) {
    RegimeReader reader{asker};
    const std::string_view path = asker.request.path;
    if (path == "/v1/inspections") return reader.inspections();
    if (path == "/v1/stages") return reader.stages();
    if (path == "/v1/areas") return reader.areas();
    if (path == "/v1/people") return reader.people();
    if (path == "/v1/policies") return reader.policies();
    if (path == "/v1/holidays") return reader.holidays();
    if (const auto id = path_under(asker.request, "/v1/inspections/"))
        return reader.inspection(*id);
    if (const auto token = path_under(asker.request, "/v1/people/")) return reader.person(*token);
    return std::nullopt;
}

}  // namespace forcewatch
