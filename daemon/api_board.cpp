#include "daemon/api_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "daemon/api_lists.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/restraints.hpp"
#include "daemon/feed_work.hpp"
#include "daemon/metrics.hpp"
#include "daemon/version.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

namespace {

constexpr std::chrono::seconds silence_of_a_courier{90};
constexpr std::chrono::minutes patience_without_courier{5};
constexpr std::chrono::seconds status_good_for{10};

void write_alert_counts(JsonWriter& json, const AlertTables::Counts& alerts) {
    json.key("alerts").begin_object();
    json.key("critical").value(alerts.critical).key("warning").value(alerts.warning);
    json.key("info").value(alerts.info).end_object();
}

std::vector<std::string> engaged_forces(const FactTables& facts, Date today) {
    std::vector<std::string> engaged;
    for (auto& force : facts.forces_with_moves()) {
        const auto stage = stage_on(stage_intervals(facts.stage_moves(force)), today);
        if (stage && stage->stage == MonitoringStage::engage) engaged.push_back(std::move(force));
    }
    return engaged;
}

void write_deliveries(JsonWriter& json, const Outbox::Counts& outbox,
                      const std::map<std::string, std::int64_t>& stranded,
                      const std::vector<std::string>& given_up,
                      const std::vector<AlertId>& unwritten) {
    json.key("deliveries").begin_object();
    json.key("waiting").value(outbox.waiting).key("unknown").value(outbox.unknown);
    json.key("dead").value(outbox.dead);
    write_optional(json, "oldest_waiting_at", outbox.oldest_waiting_at);
    json.key("without_destination").begin_object();
    for (const auto& [destination, count] : stranded) json.key(destination).value(count);
    json.end_object();
    write_texts(json, "given_up", given_up);
    json.key("unwritten").begin_array();
    for (const auto alert : unwritten) json.value(number_of(alert));
    json.end_array();
    json.end_object();
}

void write_courier(JsonWriter& json, const Health& health, const Outbox::Counts& outbox,
                   Instant now) {
    json.key("courier").begin_object();
    json.key("seen").value(health.courier_seen_at.has_value());
    json.key("present").value(health.courier_present(now));
    json.key("missed").value(health.courier_missed(outbox, now));
    write_optional(json, "last_seen_at", health.courier_seen_at);
    json.key("same_destinations").value(health.courier_matches);
    json.end_object();
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

std::vector<std::string> ApiBoard::given_up() const {
    std::vector<std::string> names;
    for (const auto& failing : engine_.store().care().failing())
        if (failing.disabled_at) names.push_back(failing.destination);
    return names;
}

std::vector<AlertId> ApiBoard::unwritten() const {
    constexpr int most = 100;
    return engine_.store().notices().unwritten(most);
}

bool ApiBoard::more_to_see_to(Instant now) const {
    return !held_words(engine_.store()).empty() || !given_up().empty() ||
           !troubled_feeds(engine_, now).empty() || !unwritten().empty();
}

std::string_view state_of(const Health& health, const Outbox::Counts& outbox, Instant now,
                          bool more_to_see_to) {
    if (!health.failing.empty()) return "failing";
    const bool look = !health.clock.empty() || !health.config_rejected.empty() ||
                      !health.courier_matches || outbox.dead > 0 ||
                      health.courier_missed(outbox, now) || more_to_see_to;
    return look ? "degraded" : "ok";
}

std::optional<Response> ApiBoard::answer(const Request& request, Instant now,
                                         const Health& health) {
    const std::string_view path = request.path;
    if (path == "/v1/status") {
        if (!request.query.empty()) return no_such_parameter(request.query.begin()->first, {});
        return status(now, health);
    }
    if (path == "/metrics") {
        Response response = json_response(metrics_text(engine_, now, health));
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        return response;
    }
    if (path == "/healthz") return healthz(now, health);
    return std::nullopt;
}

Response ApiBoard::healthz(Instant now, const Health& health) {
    const auto outbox = engine_.store().outbox().counts();
    const auto state = state_of(health, outbox, now, more_to_see_to(now));
    JsonWriter json;
    json.begin_object().key("health").value(state).key("failing").value(health.failing);
    json.key("held").value(held_words(engine_.store()));
    write_optional(json, "oldest_waiting_at", outbox.oldest_waiting_at);
    json.key("courier_present").value(health.courier_present(now));
    write_optional(json, "courier_last_seen_at", health.courier_seen_at);
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
    auto waiting = engine_.store().notices().waiting_by_destination();
    std::vector<std::string> known;
    for (const auto& destination : engine_.settings().destinations) {
        waiting.erase(destination.name);
        known.push_back(destination.name);
    }
    for (const auto& [name, count] : engine_.store().outbox().unsettled_but_for(known))
        waiting[name] += count;
    return waiting;
}

std::string ApiBoard::write_status(Instant now, const Health& health) {
    auto& store = engine_.store();
    const Date today = london_date(now);
    const auto items = store.facts().counts(today);
    const auto outbox = store.outbox().counts();
    const auto feeds = troubled_feeds(engine_, now);
    const auto lost = given_up();
    const auto held = held_words(store);
    const auto unwritten = this->unwritten();
    const bool look = !held.empty() || !lost.empty() || !feeds.empty() || !unwritten.empty();
    JsonWriter json;
    json.begin_object();
    json.key("version").value(version);
    json.key("health").value(state_of(health, outbox, now, look));
    json.key("failing").value(health.failing);
    json.key("clock").value(health.clock);
    json.key("config_rejected").value(health.config_rejected);
    json.key("held").value(held);
    json.key("today").value(text_of(today));
    json.key("overdue").value(items.overdue);
    json.key("open").value(items.open);
    json.key("next_deadline");
    if (items.next_due_on)
        json.value(text_of(*items.next_due_on));
    else
        json.null();
    write_alert_counts(json, store.alerts().open_counts());
    write_texts(json, "engage", engaged_forces(store.facts(), today));
    write_deliveries(json, outbox, stranded(), lost, unwritten);
    json.key("feeds").begin_object();
    json.key("configured").value(engine_.settings().feeds.size());
    write_texts(json, "troubled", feeds);
    json.end_object();
    write_courier(json, health, outbox, now);
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

}  // namespace forcewatch
