// What happened: alerts, deliveries, the journal. It happened when it happened, so these take
// `known_at` and no `as_of`.
#include <fmt/format.h>

#include <algorithm>

#include "core/nearest.hpp"
#include "daemon/api_alerting.hpp"
#include "daemon/engine/alert_past.hpp"

namespace forcewatch {

namespace {

struct HistoryReader {
    const Asker& asker;

    /// Set: the question names a day, which is for facts.
    [[nodiscard]] std::optional<Response> no_as_of() const {
        if (!asker.request.query_value("as_of")) return std::nullopt;
        return bad_request(
            "as_of is for facts; what happened is asked for by known_at, and `backtest` tells what "
            "rules would have said of a day",
            "/as_of");
    }

    [[nodiscard]] Alert as_known(const Alert& alert, Instant at) const {
        return alert_as_known(alert, asker.engine.store().alerts().revisions(alert.id), at);
    }

    Response alerts() {
        if (auto refused = no_as_of()) return *refused;
        ReadQuery query{asker.request, Times::recorded, {"baseline"}};
        AlertFilter filter;
        filter.after = query.cursor();
        filter.baseline = flag_in(asker.request, "baseline", query.fault);
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        filter.known_at = query.known_at;
        filter.force = query.force;
        // What was closed then may be open now: that shows once it is restored.
        if (!query.known_at || query.open == true) filter.open = query.open;
        filter.limit = query.limit;
        const auto alerts = asker.engine.store().alerts().list(filter);
        const auto day = query.known_at ? london_date(*query.known_at) : asker.today;
        ListWriter list;
        for (const auto& each : alerts) {
            const auto alert = query.known_at ? as_known(each, *query.known_at) : each;
            if (query.open && *query.open == (alert.state == AlertState::closed)) continue;
            list.json.begin_object();
            write_alert(list.json, alert, day);
            list.json.end_object();
        }
        const bool full = alerts.size() == static_cast<std::size_t>(filter.limit);
        return list.end(
            full ? std::optional{std::to_string(number_of(alerts.back().id))} : std::nullopt,
            query);
    }

    Response alert(std::string_view id_text) {
        if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
        const auto id = whole_number(id_text);
        const auto alert = id ? asker.engine.store().alerts().find(AlertId{*id}) : std::nullopt;
        if (!alert) return not_found(fmt::format("there is no alert {}", id_text));
        JsonWriter json;
        write_whole_alert(json, asker.engine, *alert, asker.now);
        return json_response(json.take());
    }

    /// A misspelt name is no empty list; one that was configured once is known by its messages.
    [[nodiscard]] std::optional<Response> unknown_destination(const std::string& name) const {
        if (name.empty()) return std::nullopt;
        std::vector<std::string> known;
        for (const auto& destination : asker.engine.settings().destinations)
            known.push_back(destination.name);
        if (std::find(known.begin(), known.end(), name) != known.end() ||
            !asker.engine.store().outbox().recent(name, Instant{}, 1).empty())
            return std::nullopt;
        return bad_request(fmt::format("destination: no destination is called \"{}\"{}", name,
                                       did_you_mean(name, known)),
                           "/destination");
    }

    Response deliveries() {
        if (auto refused = no_as_of()) return *refused;
        ReadQuery query{asker.request, Times::recorded, {"destination", "state"}};
        DeliveryFilter filter;
        filter.after = query.cursor();
        if (query.fault) return *query.fault;
        const auto wanted = asker.request.query_value("state");
        if (wanted && !wanted->empty()) {
            const auto state = parse_delivery_state(*wanted);
            if (!state) return bad_request("state: " + state.error(), "/state");
            filter.state = *state;
        }
        filter.destination = asker.request.query_value("destination").value_or("");
        if (auto unknown = unknown_destination(filter.destination)) return *unknown;
        filter.limit = query.limit;
        filter.known_at = query.known_at;
        const auto deliveries = asker.engine.store().outbox().list(filter);
        ListWriter list;
        for (const auto& delivery : deliveries) write_delivery(list.json, delivery);
        const bool full = deliveries.size() == static_cast<std::size_t>(filter.limit);
        return list.end(
            full ? std::optional{std::to_string(number_of(deliveries.back().id))} : std::nullopt,
            query);
    }

    Response delivery(std::string_view id_text) {
        if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
        const auto id = whole_number(id_text);
        const auto delivery =
            id ? asker.engine.store().outbox().find(DeliveryId{*id}) : std::nullopt;
        if (!delivery) return not_found(fmt::format("there is no delivery {}", id_text));
        JsonWriter json;
        json.begin_object().key("delivery");
        write_delivery(json, *delivery);
        json.key("tries").begin_array();
        for (const auto& each : asker.engine.store().outbox().tries(delivery->id))
            write_try(json, each);
        json.end_array().key("body").value(delivery->parcel.body).end_object();
        return json_response(json.take());
    }

    /// What had been recorded by then: times of recording never decrease.
    Response journal() {
        if (auto refused = no_as_of()) return *refused;
        ReadQuery query{asker.request, Times::recorded, {"subject"}};
        const auto after = query.cursor();
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        const auto rows = asker.engine.store().journal().page(
            JournalSeq{after}, query.limit,
            {query.force, std::string{asker.request.query_value("subject").value_or("")}});
        ListWriter list;
        bool more = rows.size() == static_cast<std::size_t>(query.limit);
        for (const auto& row : rows) {
            if (row.recorded_at > query.known_at.value_or(everything_known)) {
                more = false;
                break;
            }
            write_recorded(list.json, row);
        }
        return list.end(
            more ? std::optional{std::to_string(number_of(rows.back().seq))} : std::nullopt, query);
    }
};

}  // namespace

std::optional<Response> history_answer(const Asker& asker) {
    HistoryReader reader{asker};
    const std::string_view path = asker.request.path;
    if (path == "/v1/alerts") return reader.alerts();
    if (path == "/v1/deliveries") return reader.deliveries();
    if (path == "/v1/journal") return reader.journal();
    if (const auto key = path_under(asker.request, "/v1/alerts/")) return reader.alert(*key);
    if (const auto key = path_under(asker.request, "/v1/deliveries/")) return reader.delivery(*key);
    return std::nullopt;
}

}  // namespace forcewatch
