#include "daemon/api_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "daemon/api_lists.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/version.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

std::string_view state_of(const Health& health, const Outbox::Counts& outbox) {
    if (!health.failing.empty()) return "failing";
    const bool look = !health.clock.empty() || !health.config_rejected.empty() ||
                      !health.courier_matches || outbox.dead > 0 ||
                      (outbox.waiting > 0 && !health.courier_seen_at);
    return look ? "degraded" : "ok";
}

std::optional<Response> ApiBoard::answer(const Request& request, Instant now,
                                         const Health& health) {
    const std::string_view path = request.path;
    if (path == "/v1/status") return status(now, health);
    if (path == "/metrics") {
        Response response = json_response(metrics(health));
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        return response;
    }
    if (path == "/healthz") {
        const auto state = state_of(health, engine_.store().outbox().counts());
        JsonWriter json;
        json.begin_object()
            .key("health")
            .value(state)
            .key("failing")
            .value(health.failing)
            .end_object();
        Response response = json_response(json.take());
        response.status = state == "failing" ? 503 : 200;
        return response;
    }
    return std::nullopt;
}

Response ApiBoard::status(Instant now, const Health& health) {
    if (!status_ || now >= status_good_until_) {
        status_ = std::make_shared<const std::string>(write_status(now, health));
        status_good_until_ = starts_at(london_date(now) + std::chrono::days{1});
    }
    Response response;
    response.body = status_;
    return response;
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
    json.key("health").value(state_of(health, outbox));
    json.key("failing").value(health.failing);
    json.key("clock").value(health.clock);
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
        const auto stage = stage_on(stage_intervals(store.facts().stage_moves(force)), today);
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
    json.key("oldest_waiting_at");
    if (outbox.oldest_waiting_at)
        json.value(text_of(*outbox.oldest_waiting_at));
    else
        json.null();
    json.end_object();
    json.key("courier").begin_object();
    json.key("seen").value(health.courier_seen_at.has_value());
    json.key("same_destinations").value(health.courier_matches);
    json.end_object();
    json.key("journal").value(number_of(store.journal().head()));
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

std::string ApiBoard::metrics(const Health& health) {
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
    gauge("courier_connected", "1 once a courier has asked for work.",
          health.courier_seen_at ? 1 : 0);
    text +=
        "# HELP forcewatch_alerts_open Open alerts by rule.\n# TYPE forcewatch_alerts_open gauge\n";
    for (const auto& [rule, count] : store.alerts().open_by_rule())
        text += fmt::format("forcewatch_alerts_open{{rule=\"{}\"}} {}\n", rule, count);
    return text;
}

}  // namespace forcewatch
