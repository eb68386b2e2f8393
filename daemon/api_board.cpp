#include "daemon/api_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "daemon/engine/london.hpp"
#include "daemon/read_query.hpp"
#include "daemon/version.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

namespace {

constexpr auto low_limit = "requires improvement";
constexpr Instant everything_known{
    Date{std::chrono::year{9999} / std::chrono::January / 1}.time_since_epoch()};

constexpr std::chrono::seconds silence_of_a_courier{90};
constexpr std::chrono::minutes patience_without_courier{5};
constexpr std::chrono::seconds status_good_for{10};

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
        return std::tuple{-overdue, !engaged, -inadequate_areas, -low_areas, force.id};
    }
};

std::optional<StageInterval> stage_on(const std::vector<StageMove>& moves, Date on) {
    for (const auto& interval : stage_intervals(moves))
        if (interval.from <= on && (!interval.until || on < *interval.until)) return interval;
    return std::nullopt;
}

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
                      stage_on(facts.stage_moves(force.id), today),
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

/// The board of a past day, out of a fold of the journal. Alerts have no past: they count as none.
std::vector<Standing> standings_then(Engine& engine, Date on) {
    const Facts facts = engine.facts_at(on, everything_known, {});
    std::map<std::string, std::int64_t> overdue;
    count_overdue(
        overdue, facts.findings, on,
        [](const Finding& f) { return !clock_stopped_on(f, Axis::force); },
        [](const Finding& f) { return f.deadline.current().last_day(); });
    count_overdue(
        overdue, facts.actions, on, [](const Action& a) { return !clock_stopped_on(a); },
        [](const Action& a) { return a.deadline.current().last_day(); });
    count_overdue(
        overdue, facts.obligations, on,
        [](const Obligation& o) { return o.tracked && !o.replied_on; },
        [](const Obligation& o) { return o.deadline.last_day(); });
    std::map<std::string, std::vector<StageMove>> moves;
    for (const auto& [subject, move] : facts.stage_moves) moves[move.force].push_back(move);
    std::map<std::pair<std::string, std::string>, std::vector<PlacedJudgement>> judgements;
    for (const auto& [subject, judgement] : facts.judgements) {
        const auto inspection = facts.inspections.find("inspection:" + judgement.inspection);
        if (inspection != facts.inspections.end())
            judgements[{judgement.force, inspection->second.programme}].push_back(
                {inspection->second.cycle, judgement});
    }
    std::vector<Standing> standings;
    for (const auto& [subject, force] : facts.forces) {
        Standing standing{force, stage_on(moves[force.id], on), 0, 0, overdue[force.id], 0};
        for (const auto& [key, own] : judgements)
            if (key.first == force.id)
                count_low(standing, engine.reference().area_map(key.second), own, on);
        standings.push_back(std::move(standing));
    }
    return standings;
}

void write_standing(JsonWriter& json, const Standing& standing) {
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
    json.end_object();
}

void write_moment(JsonWriter& json, std::string_view key, const std::optional<Instant>& at) {
    json.key(key);
    if (at)
        json.value(text_of(*at));
    else
        json.null();
}

Response json_response(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

}  // namespace

bool Health::courier_present(Instant now) const {
    return courier_seen_at && now - *courier_seen_at < silence_of_a_courier;
}

bool Health::courier_missed(const Outbox::Counts& outbox, Instant now) const {
    if (!outbox.oldest_waiting_at || courier_present(now)) return false;
    const Instant alone_since = courier_seen_at.value_or(started_at);
    return now - std::max(*outbox.oldest_waiting_at, alone_since) > patience_without_courier;
}

std::string_view state_of(const Health& health, const Outbox::Counts& outbox, Instant now) {
    if (!health.failing.empty()) return "failing";
    const bool look = !health.config_rejected.empty() || !health.courier_matches ||
                      outbox.dead > 0 || health.courier_missed(outbox, now);
    return look ? "degraded" : "ok";
}

std::optional<Response> ApiBoard::answer(const Request& request, Instant now,
                                         const Health& health) {
    const std::string_view path = request.path;
    if (path == "/v1/status") return status(now, health);
    if (path == "/v1/forces") return forces(request, now);
    constexpr std::string_view one = "/v1/forces/";
    if (path.starts_with(one)) return force(request, std::string{path.substr(one.size())}, now);
    if (path == "/metrics") {
        Response response = json_response(metrics(now, health));
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        return response;
    }
    if (path == "/healthz") return healthz(now, health);
    return std::nullopt;
}

Response ApiBoard::healthz(Instant now, const Health& health) {
    const auto outbox = engine_.store().outbox().counts();
    const auto state = state_of(health, outbox, now);
    JsonWriter json;
    json.begin_object().key("health").value(state).key("failing").value(health.failing);
    write_moment(json, "oldest_waiting_at", outbox.oldest_waiting_at);
    json.key("courier_present").value(health.courier_present(now));
    write_moment(json, "courier_last_seen_at", health.courier_seen_at);
    json.end_object();
    Response response = json_response(json.take());
    response.status = state == "failing" ? 503 : 200;
    return response;
}

Response ApiBoard::status(Instant now, const Health& health) {
    if (!status_ || now >= status_good_until_) {
        status_ = std::make_shared<const std::string>(write_status(now, health));
        status_good_until_ =
            std::min(starts_at(london_date(now) + std::chrono::days{1}), now + status_good_for);
    }
    Response response;
    response.body = status_;
    return response;
}

std::map<std::string, std::int64_t> ApiBoard::stranded() const {
    auto waiting = engine_.store().alerts().waiting_by_destination();
    for (const auto& destination : engine_.settings().destinations) waiting.erase(destination.name);
    return waiting;
}

std::string ApiBoard::write_status(Instant now, const Health& health) {
    auto& store = engine_.store();
    const Date today = london_date(now);
    const auto items = store.facts().counts(today);
    const auto alerts = store.alerts().open_counts();
    const auto outbox = store.outbox().counts();
    JsonWriter json;
    json.begin_object();
    json.key("version").value(version);
    json.key("health").value(state_of(health, outbox, now));
    json.key("failing").value(health.failing);
    json.key("config_rejected").value(health.config_rejected);
    json.key("today").value(text_of(today));
    json.key("overdue").value(items.overdue);
    json.key("open").value(items.open);
    json.key("next_deadline");
    if (items.next_due_on)
        json.value(text_of(*items.next_due_on));
    else
        json.null();
    json.key("alerts").begin_object();
    json.key("critical")
        .value(alerts.critical)
        .key("warning")
        .value(alerts.warning)
        .key("info")
        .value(alerts.info);
    json.end_object();
    json.key("engage").begin_array();
    for (const auto& force : store.facts().forces_with_moves()) {
        const auto stage = stage_on(store.facts().stage_moves(force), today);
        if (stage && stage->stage == MonitoringStage::engage) json.value(force);
    }
    json.end_array();
    json.key("deliveries").begin_object();
    json.key("waiting")
        .value(outbox.waiting)
        .key("unknown")
        .value(outbox.unknown)
        .key("dead")
        .value(outbox.dead);
    write_moment(json, "oldest_waiting_at", outbox.oldest_waiting_at);
    json.key("without_destination").begin_object();
    for (const auto& [destination, count] : stranded()) json.key(destination).value(count);
    json.end_object();
    json.end_object();
    json.key("courier").begin_object();
    json.key("seen").value(health.courier_seen_at.has_value());
    json.key("present").value(health.courier_present(now));
    json.key("missed").value(health.courier_missed(outbox, now));
    write_moment(json, "last_seen_at", health.courier_seen_at);
    json.key("same_destinations").value(health.courier_matches);
    json.end_object();
    json.key("journal").value(number_of(store.journal().head()));
    json.key("journal_head").value(text_of(store.journal().where()));
    json.end_object();
    return json.take();
}

std::string ApiBoard::status_line(Instant now) {
    auto& store = engine_.store();
    const auto items = store.facts().counts(london_date(now));
    const auto alerts = store.alerts().open_counts();
    const auto outbox = store.outbox().counts();
    return fmt::format(
        "{} open items, {} overdue, {} open alerts, {} messages waiting, next deadline {}",
        items.open, items.overdue, alerts.critical + alerts.warning + alerts.info, outbox.waiting,
        items.next_due_on ? text_of(*items.next_due_on) : std::string{"none"});
}

Response ApiBoard::forces(const Request& request, Instant now) {
    const ReadQuery query{request, {"kind"}};
    if (query.fault) return *query.fault;
    const auto kind = request.query_value("kind");
    if (kind && !parse_force_kind(*kind))
        return bad_request("kind: expected police, fire, rocu or other", "/kind");
    std::vector<Standing> standings;
    if (query.as_of)
        standings = standings_then(engine_, *query.as_of);
    else
        for (const auto& force : engine_.store().facts().forces())
            standings.push_back(standing_now(engine_, force, london_date(now)));
    std::sort(standings.begin(), standings.end(), [](const Standing& left, const Standing& right) {
        return left.badness() < right.badness();
    });
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& standing : standings)
        if ((!kind || text_of(standing.force.kind) == *kind) &&
            (query.force.empty() || standing.force.id == query.force))
            write_standing(json, standing);
    json.end_array().key("next").null();
    if (query.as_of) json.key("as_of").value(text_of(*query.as_of));
    json.end_object();
    return json_response(json.take());
}

Response ApiBoard::force(const Request& request, const std::string& id, Instant now) {
    const ReadQuery query{request, {}};
    if (query.fault) return *query.fault;
    const Date on = query.as_of.value_or(london_date(now));
    std::optional<Standing> found;
    if (query.as_of) {
        for (auto& standing : standings_then(engine_, on))
            if (standing.force.id == id) found = std::move(standing);
    } else if (const auto force = engine_.store().facts().force(id)) {
        found = standing_now(engine_, *force, on);
    }
    if (!found) return not_found(fmt::format("no force has the id \"{}\"", id));
    JsonWriter json;
    write_standing(json, *found);
    return json_response(json.take());
}

std::string ApiBoard::metrics(Instant now, const Health& health) {
    auto& store = engine_.store();
    const auto outbox = store.outbox().counts();
    std::string text;
    const auto gauge = [&](std::string_view name, std::string_view help, std::int64_t value) {
        text += fmt::format(
            "# HELP forcewatch_{0} {1}\n# TYPE forcewatch_{0} gauge\nforcewatch_{0} {2}\n", name,
            help, value);
    };
    gauge("outbox_waiting", "Messages not yet delivered.", outbox.waiting);
    gauge("outbox_dead", "Messages given up.", outbox.dead);
    gauge("outbox_unknown", "Messages whose outcome is not known.", outbox.unknown);
    gauge("outbox_oldest_timestamp_seconds",
          "When the oldest waiting message was made; 0: none waits.",
          outbox.oldest_waiting_at ? outbox.oldest_waiting_at->time_since_epoch().count() : 0);
    gauge("journal_events", "Events in the journal.", number_of(store.journal().head()));
    gauge("database_bytes", "Size of the database.", store.size_in_bytes());
    gauge("failing", "1 while nothing can be recorded.", health.failing.empty() ? 0 : 1);
    gauge("courier_connected", "1 while a courier is there: it was heard within 90 seconds.",
          health.courier_present(now) ? 1 : 0);
    gauge("courier_last_seen_timestamp_seconds", "When a courier was last heard; 0: never.",
          health.courier_seen_at ? health.courier_seen_at->time_since_epoch().count() : 0);
    text +=
        "# HELP forcewatch_alerts_open Open alerts by rule.\n# TYPE forcewatch_alerts_open gauge\n";
    for (const auto& [rule, count] : store.alerts().open_by_rule())
        text += fmt::format("forcewatch_alerts_open{{rule=\"{}\"}} {}\n", rule, count);
    return text;
}

}  // namespace forcewatch
