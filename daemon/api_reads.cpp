#include "daemon/api_reads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/engine/london.hpp"
#include "daemon/read_query.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

namespace {

constexpr Instant everything_known{
    Date{std::chrono::year{9999} / std::chrono::January / 1}.time_since_epoch()};

Response json_response(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

/// A list in its envelope: the items, and the cursor of the next page.
struct ListWriter {
    JsonWriter json;

    ListWriter() { json.begin_object().key("items").begin_array(); }
    Response end(const std::optional<std::string>& next,
                 const std::optional<Date>& as_of = std::nullopt) {
        json.end_array();
        json.key("next").value(next);
        if (as_of) json.key("as_of").value(text_of(*as_of));
        json.end_object();
        return json_response(json.take());
    }
};

std::string cursor_of(const std::string& due_on, const std::string& subject) {
    return due_on + "~" + subject;
}

ItemFilter filter_of(const ReadQuery& query) {
    ItemFilter filter;
    filter.force = query.force;
    filter.open = query.open;
    filter.limit = query.limit;
    const auto split = query.after.find('~');
    filter.after_due_on = query.after.substr(0, split);
    if (split != std::string::npos) filter.after_subject = query.after.substr(split + 1);
    return filter;
}

bool is_open(const Finding& item) { return !clock_stopped_on(item, Axis::force); }
bool is_open(const Action& item) { return !clock_stopped_on(item); }
bool is_open(const Obligation& item) { return item.tracked && !item.replied_on; }
Deadline deadline_of(const Finding& item) { return item.deadline.current(); }
Deadline deadline_of(const Action& item) { return item.deadline.current(); }
Deadline deadline_of(const Obligation& item) { return item.deadline; }
std::string subject_of_item(const Finding& item) {
    return finding_subject(item.force, item.reference);
}
std::string subject_of_item(const Action& item) {
    return action_subject(item.source, item.external_id);
}
std::string subject_of_item(const Obligation& item) {
    return obligation_subject(item.definition, item.inspection, item.force);
}

/// The same page out of folded facts.
template <typename Item>
std::vector<Item> page_of(const std::map<std::string, Item>& items, const ItemFilter& filter) {
    std::vector<std::pair<std::pair<std::string, std::string>, const Item*>> sorted;
    for (const auto& [subject, item] : items)
        if ((filter.force.empty() || item.force == filter.force) &&
            (!filter.open || *filter.open == is_open(item)))
            sorted.push_back({{due_key(deadline_of(item)), subject}, &item});
    std::sort(sorted.begin(), sorted.end());
    std::vector<Item> page;
    for (const auto& [key, item] : sorted)
        if (key > std::pair{filter.after_due_on, filter.after_subject} &&
            page.size() < static_cast<std::size_t>(filter.limit))
            page.push_back(*item);
    return page;
}

struct Reader {
    Engine& engine;
    const Request& request;
    Instant now;
    Date today;

    [[nodiscard]] FactTables& tables() const { return engine.store().facts(); }
    [[nodiscard]] Facts facts(const ReadQuery& query) const {
        return engine.facts_at(*query.as_of, everything_known, query.force);
    }
    /// The day a question is about.
    [[nodiscard]] Date day_of(const ReadQuery& query) const { return query.as_of.value_or(today); }

    template <typename Item, typename Stored, typename Folded, typename Write>
    Response dated_items(Stored&& stored, Folded&& folded, Write&& write) {
        const ReadQuery query{request, {}};
        if (query.fault) return *query.fault;
        const ItemFilter filter = filter_of(query);
        const std::vector<Item> items =
            query.as_of ? page_of<Item>(folded(facts(query)), filter) : stored(filter);
        ListWriter list;
        for (const auto& item : items) write(list.json, item, day_of(query));
        std::optional<std::string> next;
        if (items.size() == static_cast<std::size_t>(filter.limit))
            next = cursor_of(due_key(deadline_of(items.back())), subject_of_item(items.back()));
        return list.end(next, query.as_of);
    }

    Response findings() {
        return dated_items<Finding>([&](const ItemFilter& f) { return tables().findings(f); },
                                    [](Facts facts) { return std::move(facts.findings); },
                                    write_finding);
    }
    Response actions() {
        return dated_items<Action>([&](const ItemFilter& f) { return tables().actions(f); },
                                   [](Facts facts) { return std::move(facts.actions); },
                                   write_action);
    }
    Response obligations() {
        return dated_items<Obligation>([&](const ItemFilter& f) { return tables().obligations(f); },
                                       [](Facts facts) { return std::move(facts.obligations); },
                                       write_obligation);
    }

    template <typename Item, typename Write>
    Response one(const std::string& subject, const std::optional<Item>& stored,
                 std::map<std::string, Item> Facts::*folded, Write&& write) {
        const ReadQuery query{request, {}};
        if (query.fault) return *query.fault;
        std::optional<Item> item = stored;
        if (query.as_of) {
            item.reset();
            const Facts then = facts(query);
            const auto found = (then.*folded).find(subject);
            if (found != (then.*folded).end()) item = found->second;
        }
        if (!item) return not_found(fmt::format("there is no {}", subject));
        JsonWriter json;
        write(json, *item, day_of(query));
        return json_response(json.take());
    }

    Response inspections() {
        const ReadQuery query{request, {}};
        if (query.fault) return *query.fault;
        std::vector<Inspection> items;
        if (query.as_of) {
            for (const auto& [subject, inspection] : facts(query).inspections)
                items.push_back(inspection);
        } else {
            items = tables().inspections(query.force, 1'000'000);
        }
        if (query.as_of && !query.force.empty())
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
            if (at != items.end()) ++at;
        }
        int written = 0;
        for (; at != items.end() && written < query.limit; ++at, ++written)
            write_inspection(list.json, *at);
        return list.end(
            at != items.end() && written > 0 ? std::optional{std::prev(at)->id} : std::nullopt,
            query.as_of);
    }

    [[nodiscard]] std::map<std::string, std::vector<StageMove>> moves(
        const ReadQuery& query) const {
        std::map<std::string, std::vector<StageMove>> moves;
        if (query.as_of) {
            for (const auto& [subject, move] : facts(query).stage_moves)
                moves[move.force].push_back(move);
        } else {
            for (const auto& force : tables().forces_with_moves())
                moves[force] = tables().stage_moves(force);
        }
        return moves;
    }

    /// `stage=engage` lists who is in Engage on the day; `all=true` every interval.
    Response stages() {
        const ReadQuery query{request, {"stage", "all"}};
        if (query.fault) return *query.fault;
        const auto wanted = request.query_value("stage");
        if (wanted && !parse_stage(*wanted))
            return bad_request("stage: expected scan or engage", "/stage");
        const bool all = request.query_value("all") == "true";
        const Date on = day_of(query);
        ListWriter list;
        for (const auto& [force, own] : moves(query)) {
            if (!query.force.empty() && force != query.force) continue;
            for (const auto& interval : stage_intervals(own)) {
                const bool holds = interval.from <= on && (!interval.until || on < *interval.until);
                if ((all || holds) && (!wanted || text_of(interval.stage) == *wanted))
                    write_stage(list.json, force, interval, on);
            }
        }
        return list.end(std::nullopt, query.as_of);
    }

    /// Judgements by force and programme.
    using Grouped = std::map<std::pair<std::string, std::string>, std::vector<PlacedJudgement>>;
    [[nodiscard]] Grouped judgements(const ReadQuery& query) const {
        Grouped grouped;
        if (query.as_of) {
            const Facts then = facts(query);
            for (const auto& [subject, judgement] : then.judgements) {
                const auto inspection = then.inspections.find("inspection:" + judgement.inspection);
                if (inspection != then.inspections.end() &&
                    (query.force.empty() || judgement.force == query.force))
                    grouped[{judgement.force, inspection->second.programme}].push_back(
                        {inspection->second.cycle, judgement});
            }
            return grouped;
        }
        for (const auto& force : tables().forces()) {
            if (!query.force.empty() && force.id != query.force) continue;
            for (const auto& programme : tables().programmes_of(force.id))
                grouped[{force.id, programme}] = tables().judgements(force.id, programme);
        }
        return grouped;
    }

    Response areas() {
        const ReadQuery query{request, {"at_or_below", "programme", "area"}};
        if (query.fault) return *query.fault;
        std::string limit{request.query_value("at_or_below").value_or("")};
        std::replace(limit.begin(), limit.end(), '-', ' ');
        const bool only_low = !limit.empty();
        if (!only_low) limit = "requires improvement";
        const auto programme = request.query_value("programme");
        const auto area = request.query_value("area");
        const Date on = day_of(query);
        ListWriter list;
        for (const auto& [key, own] : judgements(query)) {
            if (programme && key.second != *programme) continue;
            for (const auto& track : tracks_of(engine.reference().area_map(key.second), own, on)) {
                if (area && track.area != *area) continue;
                const auto spells = low_spells(track, limit, Comparability::partly);
                const bool low = !spells.empty() && !spells.back().until;
                if (low || !only_low) write_track(list.json, track, limit, on);
            }
        }
        return list.end(std::nullopt, query.as_of);
    }

    Response alerts() {
        const ReadQuery query{request, {}};
        if (query.fault) return *query.fault;
        if (query.as_of)
            return bad_request(
                "alerts happened when they happened: as_of is for facts; `backtest` asks what "
                "rules would have said",
                "/as_of");
        AlertFilter filter;
        filter.force = query.force;
        filter.open = query.open;
        filter.limit = query.limit;
        std::from_chars(query.after.data(), query.after.data() + query.after.size(), filter.after);
        const auto alerts = engine.store().alerts().list(filter);
        ListWriter list;
        for (const auto& alert : alerts) {
            list.json.begin_object();
            write_alert(list.json, alert);
            list.json.end_object();
        }
        const bool full = alerts.size() == static_cast<std::size_t>(filter.limit);
        return list.end(full ? std::optional{std::to_string(number_of(alerts.back().id))}
                             : std::nullopt);
    }

    Response alert(std::string_view id_text) {
        std::int64_t id = 0;
        std::from_chars(id_text.data(), id_text.data() + id_text.size(), id);
        const auto alert = engine.store().alerts().find(AlertId{id});
        if (!alert) return not_found(fmt::format("there is no alert {}", id_text));
        JsonWriter json;
        json.begin_object();
        write_alert(json, *alert);
        json.key("revisions").begin_array();
        for (const auto& revision : engine.store().alerts().revisions(alert->id))
            write_alert_revision(json, revision);
        json.end_array().end_object();
        return json_response(json.take());
    }

    Response deliveries() {
        const ReadQuery query{request, {"destination", "state"}};
        if (query.fault) return *query.fault;
        const auto wanted = request.query_value("state");
        DeliveryFilter filter;
        if (wanted && !wanted->empty()) {
            const auto state = parse_delivery_state(*wanted);
            if (!state) return bad_request("state: " + state.error(), "/state");
            filter.state = *state;
        }
        filter.destination = request.query_value("destination").value_or("");
        filter.limit = query.limit;
        std::from_chars(query.after.data(), query.after.data() + query.after.size(), filter.after);
        const auto deliveries = engine.store().outbox().list(filter);
        ListWriter list;
        for (const auto& delivery : deliveries) write_delivery(list.json, delivery);
        const bool full = deliveries.size() == static_cast<std::size_t>(filter.limit);
        return list.end(full ? std::optional{std::to_string(number_of(deliveries.back().id))}
                             : std::nullopt);
    }

    Response delivery(std::string_view id_text) {
        std::int64_t id = 0;
        std::from_chars(id_text.data(), id_text.data() + id_text.size(), id);
        const auto delivery = engine.store().outbox().find(DeliveryId{id});
        if (!delivery) return not_found(fmt::format("there is no delivery {}", id_text));
        JsonWriter json;
        json.begin_object().key("delivery");
        write_delivery(json, *delivery);
        json.key("body").value(delivery->parcel.body).end_object();
        return json_response(json.take());
    }

    Response journal() {
        const ReadQuery query{request, {"subject"}};
        if (query.fault) return *query.fault;
        std::int64_t after = 0;
        std::from_chars(query.after.data(), query.after.data() + query.after.size(), after);
        const auto rows = engine.store().journal().page(
            JournalSeq{after}, query.limit,
            {query.force, std::string{request.query_value("subject").value_or("")}});
        ListWriter list;
        for (const auto& row : rows) write_recorded(list.json, row);
        const bool full = rows.size() == static_cast<std::size_t>(query.limit);
        return list.end(full ? std::optional{std::to_string(number_of(rows.back().seq))}
                             : std::nullopt);
    }

    template <typename Item>
    Response item(std::string_view key, std::string_view kind, std::optional<Item> stored,
                  std::map<std::string, Item> Facts::*folded,
                  void (*write)(JsonWriter&, const Item&, Date)) {
        return one(fmt::format("{}:{}", kind, key), stored, folded, write);
    }

    std::optional<Response> route() {
        const std::string_view path = request.path;
        const auto under = [&](std::string_view prefix) -> std::optional<std::string> {
            if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
            return std::string{path.substr(prefix.size())};
        };
        if (path == "/v1/findings") return findings();
        if (path == "/v1/actions") return actions();
        if (path == "/v1/obligations") return obligations();
        if (path == "/v1/inspections") return inspections();
        if (path == "/v1/stages") return stages();
        if (path == "/v1/areas") return areas();
        if (path == "/v1/alerts") return alerts();
        if (path == "/v1/deliveries") return deliveries();
        if (path == "/v1/journal") return journal();
        if (const auto key = under("/v1/findings/"))
            return item<Finding>(*key, "finding", tables().finding("finding:" + *key),
                                 &Facts::findings, write_finding);
        if (const auto key = under("/v1/actions/"))
            return item<Action>(*key, "action", tables().action("action:" + *key), &Facts::actions,
                                write_action);
        if (const auto key = under("/v1/obligations/"))
            return item<Obligation>(*key, "obligation", tables().obligation("obligation:" + *key),
                                    &Facts::obligations, write_obligation);
        if (const auto key = under("/v1/inspections/"))
            return item<Inspection>(*key, "inspection", tables().inspection(*key),
                                    &Facts::inspections,
                                    [](JsonWriter& json, const Inspection& each, Date) {
                                        write_inspection(json, each);
                                    });
        if (const auto key = under("/v1/alerts/")) return alert(*key);
        if (const auto key = under("/v1/deliveries/")) return delivery(*key);
        return std::nullopt;
    }
};

}  // namespace

std::optional<Response> ApiReads::answer(const Request& request, Instant now) {
    return Reader{engine_, request, now, london_date(now)}.route();
}

}  // namespace forcewatch
