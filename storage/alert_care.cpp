#include "storage/alert_care.hpp"

#include <fmt/format.h>

#include <charconv>

#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;
using std::chrono::seconds;

namespace {

constexpr auto acknowledgement_sql = R"sql(
    SELECT alert, by, reason, at, until, sticky, remind_every, reminded, left_over FROM acknowledgement
     WHERE alert = :alert)sql";
constexpr auto acknowledge_sql = R"sql(
    INSERT OR REPLACE INTO acknowledgement (alert, by, reason, at, until, sticky, remind_every, reminded, left_over)
    VALUES (:alert, :by, :reason, :at, :until, :sticky, :remind_every, :reminded, :left_over))sql";
constexpr auto unacknowledge_sql = "DELETE FROM acknowledgement WHERE alert = :alert";
constexpr auto set_clock_sql =
    "INSERT OR REPLACE INTO alert_clock (alert, kind, due_at) VALUES (:alert, :kind, :due_at)";
constexpr auto stop_clock_sql = "DELETE FROM alert_clock WHERE alert = :alert AND kind = :kind";
constexpr auto clock_sql = "SELECT due_at FROM alert_clock WHERE alert = :alert AND kind = :kind";
constexpr auto due_clocks_sql = R"sql(
    SELECT alert, kind, due_at FROM alert_clock WHERE due_at <= :now ORDER BY due_at, alert LIMIT :limit)sql";
constexpr auto next_clock_sql = "SELECT due_at FROM alert_clock ORDER BY due_at LIMIT 1";
constexpr auto forget_clocks_sql = "DELETE FROM alert_clock WHERE alert = :alert";
constexpr auto escalation_sql = R"sql(
    SELECT alert, name, steps, delivered, base_at, taken, unanswered FROM escalation WHERE alert = :alert)sql";
constexpr auto has_waiting_escalation_sql =
    "SELECT 1 FROM escalation WHERE base_at IS NULL LIMIT 1";
constexpr auto waiting_for_sql = R"sql(
    SELECT e.alert FROM notice AS n CROSS JOIN escalation AS e ON e.alert = n.alert
     WHERE n.outbox = :message AND n.outbox IS NOT NULL AND e.base_at IS NULL
     UNION ALL
    SELECT e.alert FROM further_message AS f CROSS JOIN notice AS n ON n.id = f.notice
           CROSS JOIN escalation AS e ON e.alert = n.alert
     WHERE f.outbox = :message AND e.base_at IS NULL)sql";
constexpr auto set_escalation_sql = R"sql(
    INSERT OR REPLACE INTO escalation (alert, name, steps, delivered, base_at, taken, unanswered)
    VALUES (:alert, :name, :steps, :delivered, :base_at, :taken, :unanswered))sql";
constexpr auto forget_escalation_sql = "DELETE FROM escalation WHERE alert = :alert";
constexpr auto unanswered_sql = "SELECT alert FROM escalation WHERE unanswered = 1 ORDER BY alert";
constexpr auto failing_sql = R"sql(
    SELECT destination, failing_since, disabled_at, reason FROM destination_state
     WHERE :destination = '' OR destination = :destination ORDER BY destination)sql";
constexpr auto set_failing_sql = R"sql(
    INSERT OR REPLACE INTO destination_state (destination, failing_since, disabled_at, reason)
    VALUES (:destination, :since, :disabled_at, :reason))sql";
constexpr auto forget_failing_sql =
    "DELETE FROM destination_state WHERE destination = :destination";

AlertClock clock_from(const std::string& text) {
    for (const auto clock : {AlertClock::acknowledgement, AlertClock::remind, AlertClock::escalate,
                             AlertClock::repeat, AlertClock::fallback})
        if (text_of(clock) == text) return clock;
    sql::corrupt("clock of an alert " + text);
}

std::string lines_of(const std::vector<EscalationTurn>& steps) {
    std::string lines;
    for (const auto& step : steps)
        lines += fmt::format("{}{} {}", lines.empty() ? "" : "\n", step.after.count(),
                             fmt::join(step.to, " "));
    return lines;
}

std::vector<EscalationTurn> steps_of(const std::string& lines) {
    std::vector<EscalationTurn> steps;
    for (const auto& line : split_lines(lines)) {
        EscalationTurn step;
        std::int64_t after = 0;
        const auto* end = line.data() + line.size();
        const auto [rest, error] = std::from_chars(line.data(), end, after);
        if (error != std::errc{}) sql::corrupt("step of an escalation " + line);
        step.after = seconds{after};
        for (std::size_t begin = static_cast<std::size_t>(rest - line.data()) + 1;
             begin < line.size();) {
            const auto stop = std::min(line.find(' ', begin), line.size());
            step.to.push_back(line.substr(begin, stop - begin));
            begin = stop + 1;
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

}  // namespace

std::string_view text_of(AlertClock clock) {
    switch (clock) {
        case AlertClock::acknowledgement:
            return "acknowledgement";
        case AlertClock::remind:
            return "remind";
        case AlertClock::escalate:
            return "escalate";
        case AlertClock::repeat:
            return "repeat";
        case AlertClock::fallback:
            return "fallback";
    }
    return "?";
}

std::optional<Acknowledgement> AlertCare::acknowledgement(AlertId alert) const {
    Query query{connection_, acknowledgement_sql};
    if (!query.bind(":alert", number_of(alert)).next()) return std::nullopt;
    Acknowledgement found{AlertId{query.number(0)},
                          query.text(1),
                          query.text(2),
                          query.instant(3),
                          query.instant(4),
                          query.number(5) != 0,
                          seconds{query.number(6)},
                          static_cast<int>(query.number(7)),
                          {}};
    if (query.number(8) >= 0) found.left_over = seconds{query.number(8)};
    return found;
}

void AlertCare::acknowledge(const Acknowledgement& a) {
    Query query{connection_, acknowledge_sql};
    query.bind(":alert", number_of(a.alert))
        .bind(":by", a.by)
        .bind(":reason", a.reason)
        .bind(":at", a.at)
        .bind(":until", a.until)
        .bind(":sticky", std::int64_t{a.sticky})
        .bind(":remind_every", std::int64_t{a.remind_every.count()})
        .bind(":reminded", a.reminded)
        .bind(":left_over", std::int64_t{a.left_over ? a.left_over->count() : -1})
        .run();
}

void AlertCare::unacknowledge(AlertId alert) {
    Query query{connection_, unacknowledge_sql};
    query.bind(":alert", number_of(alert)).run();
    set_clock(alert, AlertClock::acknowledgement, {});
    set_clock(alert, AlertClock::remind, {});
}

void AlertCare::set_clock(AlertId alert, AlertClock clock, std::optional<Instant> due_at) {
    Query query{connection_, due_at ? set_clock_sql : stop_clock_sql};
    query.bind(":alert", number_of(alert)).bind_copy(":kind", text_of(clock));
    if (due_at) query.bind(":due_at", *due_at);
    query.run();
}

std::optional<Instant> AlertCare::clock(AlertId alert, AlertClock clock) const {
    Query query{connection_, clock_sql};
    query.bind(":alert", number_of(alert)).bind_copy(":kind", text_of(clock));
    return query.next() ? std::optional{query.instant(0)} : std::nullopt;
}

std::vector<DueClock> AlertCare::due_clocks(Instant now, int limit) const {
    std::vector<DueClock> due;
    Query query{connection_, due_clocks_sql};
    query.bind(":now", now).bind(":limit", limit);
    while (query.next())
        due.push_back({AlertId{query.number(0)}, clock_from(query.text(1)), query.instant(2)});
    return due;
}

std::optional<Instant> AlertCare::next_clock_at() const {
    Query query{connection_, next_clock_sql};
    return query.next() ? std::optional{query.instant(0)} : std::nullopt;
}

void AlertCare::forget(AlertId alert) {
    for (const auto* sql : {unacknowledge_sql, forget_clocks_sql, forget_escalation_sql}) {
        Query query{connection_, sql};
        query.bind(":alert", number_of(alert)).run();
    }
}

std::optional<EscalationState> AlertCare::escalation(AlertId alert) const {
    Query query{connection_, escalation_sql};
    if (!query.bind(":alert", number_of(alert)).next()) return std::nullopt;
    return EscalationState{AlertId{query.number(0)}, query.text(1),
                           steps_of(query.text(2)),  query.number(3) != 0,
                           query.maybe_instant(4),   static_cast<int>(query.number(5)),
                           query.number(6) != 0};
}

std::vector<AlertId> AlertCare::waiting_for(DeliveryId message) const {
    std::vector<AlertId> alerts;
    Query query{connection_, waiting_for_sql};
    query.bind(":message", number_of(message));
    while (query.next()) alerts.push_back(AlertId{query.number(0)});
    return alerts;
}

bool AlertCare::has_waiting_escalation() const {
    Query query{connection_, has_waiting_escalation_sql};
    return query.next();
}

void AlertCare::set_escalation(const EscalationState& state) {
    Query query{connection_, set_escalation_sql};
    query.bind(":alert", number_of(state.alert))
        .bind(":name", state.name)
        .bind_copy(":steps", lines_of(state.steps))
        .bind(":delivered", std::int64_t{state.from_delivery})
        .bind(":base_at", state.base_at)
        .bind(":taken", state.taken)
        .bind(":unanswered", std::int64_t{state.unanswered})
        .run();
}

std::vector<AlertId> AlertCare::unanswered() const {
    std::vector<AlertId> alerts;
    Query query{connection_, unanswered_sql};
    while (query.next()) alerts.push_back(AlertId{query.number(0)});
    return alerts;
}

namespace {

std::vector<AlertCare::Failing> failing_of(Query& query) {
    std::vector<AlertCare::Failing> found;
    while (query.next())
        found.push_back({query.text(0), query.instant(1), query.maybe_instant(2), query.text(3)});
    return found;
}

}  // namespace

std::vector<AlertCare::Failing> AlertCare::failing() const {
    Query query{connection_, failing_sql};
    query.bind_copy(":destination", "");
    return failing_of(query);
}

std::optional<AlertCare::Failing> AlertCare::failing(const std::string& destination) const {
    Query query{connection_, failing_sql};
    query.bind(":destination", destination);
    auto found = failing_of(query);
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

void AlertCare::set_failing(const Failing& failing) {
    Query query{connection_, set_failing_sql};
    query.bind(":destination", failing.destination)
        .bind(":since", failing.since)
        .bind(":disabled_at", failing.disabled_at)
        .bind(":reason", failing.reason)
        .run();
}

void AlertCare::forget_failing(const std::string& destination) {
    Query query{connection_, forget_failing_sql};
    query.bind(":destination", destination).run();
}

}  // namespace forcewatch
