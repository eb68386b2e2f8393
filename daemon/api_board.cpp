#include "daemon/api_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "daemon/api_lists.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/restraints.hpp"
#include "daemon/feed_work.hpp"
#include "daemon/version.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

namespace {

constexpr std::chrono::seconds silence_of_a_courier{90};
constexpr std::chrono::minutes patience_without_courier{5};
constexpr std::chrono::seconds status_good_for{10};

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

bool ApiBoard::more_to_see_to(Instant now) const {
    return !held_words(engine_.store()).empty() || !given_up().empty() ||
           !troubled_feeds(engine_, now).empty();
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
        Response response = json_response(metrics(now, health));
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
    for (const auto& destination : engine_.settings().destinations) waiting.erase(destination.name);
    return waiting;
}

std::string ApiBoard::write_status(Instant now, const Health& health) {
    auto& store = engine_.store();
    const Date today = london_date(now);
    const auto items = store.facts().counts(today);
    const auto alerts = store.alerts().open_counts();
    const auto outbox = store.outbox().counts();
    const auto feeds = troubled_feeds(engine_, now);
    const auto lost = given_up();
    const auto held = held_words(store);
    const bool look = !held.empty() || !lost.empty() || !feeds.empty();
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
    write_optional(json, "oldest_waiting_at", outbox.oldest_waiting_at);
    json.key("without_destination").begin_object();
    for (const auto& [destination, count] : stranded()) json.key(destination).value(count);
    json.end_object();
    json.key("given_up").begin_array();
    for (const auto& destination : lost) json.value(destination);
    json.end_array();
    json.end_object();
    json.key("feeds").begin_object();
    json.key("configured").value(engine_.settings().feeds.size());
    json.key("troubled").begin_array();
    for (const auto& name : feeds) json.value(name);
    json.end_array().end_object();
    json.key("courier").begin_object();
    json.key("seen").value(health.courier_seen_at.has_value());
    json.key("present").value(health.courier_present(now));
    json.key("missed").value(health.courier_missed(outbox, now));
    write_optional(json, "last_seen_at", health.courier_seen_at);
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
    gauge("feeds_troubled", "Feeds that fail for long, or are silent for longer than they may be.",
          static_cast<std::int64_t>(troubled_feeds(engine_, now).size()));
    gauge("journal_events", "Events in the journal.", number_of(store.journal().head()));
    gauge("database_bytes", "Size of the database.", store.size_in_bytes());
    gauge("failing", "1 while nothing can be recorded.", health.failing.empty() ? 0 : 1);
    gauge("sending_held", "1 while an operator holds all sending.",
          held_words(store).empty() ? 0 : 1);
    gauge("courier_connected", "1 while a courier is there: it was heard within 90 seconds.",
          health.courier_present(now) ? 1 : 0);
    gauge("courier_last_seen_timestamp_seconds", "When a courier was last heard; 0: never.",
          health.courier_seen_at ? health.courier_seen_at->time_since_epoch().count() : 0);
    gauge("alerts_unanswered", "Open alerts that nobody took by the end of their escalation.",
          static_cast<std::int64_t>(store.care().unanswered().size()));
    text +=
        "# HELP forcewatch_alerts_open Open alerts by rule.\n# TYPE forcewatch_alerts_open gauge\n";
    for (const auto& [rule, count] : store.alerts().open_by_rule())
        text += fmt::format("forcewatch_alerts_open{{rule=\"{}\"}} {}\n", rule, count);
    return text;
}

}  // namespace forcewatch
