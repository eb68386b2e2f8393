#include "storage/outbox.hpp"

#include <fmt/format.h>

#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

#define FW_OUTBOX_COLUMNS                                                                          \
    "id, message_id, destination, recipient, order_key, kind, sender, content_type, body, state, " \
    "created_at, due_at,"                                                                          \
    " attempts, answered, first_attempt_at, lease, leased_until, settled_at, code, reason"

constexpr auto add_sql = R"sql(
    INSERT INTO outbox (message_id, destination, recipient, order_key, kind, sender, content_type, body, created_at,
                        state, due_at, attempts, answered, lease, leased_until, session, code, reason)
    VALUES (:message_id, :destination, :recipient, :order_key, :kind, :sender, :content_type, :body, :now,
            'pending', :now, 0, 0, 0, 0, '', 0, ''))sql";
constexpr auto ready_sql = "SELECT " FW_OUTBOX_COLUMNS R"sql( FROM outbox AS o
     WHERE settled_at IS NULL AND due_at <= :now AND state <> 'leased'
       AND instr(:busy, char(10) || destination || char(10)) = 0
       AND NOT EXISTS (SELECT 1 FROM outbox AS earlier
                        WHERE earlier.settled_at IS NULL AND earlier.destination = o.destination
                          AND earlier.recipient = o.recipient AND earlier.order_key = o.order_key
                          AND earlier.id < o.id)
     ORDER BY due_at, id LIMIT :limit)sql";
constexpr auto has_ready_sql = R"sql(
    SELECT 1 FROM outbox AS o
     WHERE settled_at IS NULL AND due_at <= :now AND state <> 'leased'
       AND instr(:busy, char(10) || destination || char(10)) = 0
       AND NOT EXISTS (SELECT 1 FROM outbox AS earlier
                        WHERE earlier.settled_at IS NULL AND earlier.destination = o.destination
                          AND earlier.recipient = o.recipient AND earlier.order_key = o.order_key
                          AND earlier.id < o.id)
     LIMIT 1)sql";
constexpr auto lease_sql = R"sql(
    UPDATE outbox SET state = 'leased', lease = lease + 1, leased_until = :lease_end, session = :session,
           due_at = :lease_end, attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, :now)
     WHERE id = :id)sql";
constexpr auto begin_attempt_sql = R"sql(
    INSERT INTO attempt (outbox, attempt, began_at, verdict, code, reason)
    VALUES (:id, :attempt, :now, '', 0, ''))sql";
constexpr auto end_attempt_sql = R"sql(
    UPDATE attempt SET ended_at = :now, verdict = :verdict, code = :code, reason = :reason
     WHERE outbox = :id AND attempt = (SELECT attempts FROM outbox WHERE id = :id))sql";
constexpr auto abandoned_sql = "SELECT " FW_OUTBOX_COLUMNS R"sql( FROM outbox
     WHERE settled_at IS NULL AND state = 'leased' AND (leased_until <= :now OR (:session <> '' AND session <> :session))
     ORDER BY id LIMIT 1000)sql";
constexpr auto settle_sql = R"sql(
    UPDATE outbox SET state = :state, due_at = :due_at, code = :code, reason = :reason, leased_until = 0,
           answered = answered + :answered,
           settled_at = CASE WHEN :state IN ('sent', 'dead') THEN :now END
     WHERE id = :id AND lease = :lease AND state = 'leased')sql";
constexpr auto give_back_sql = R"sql(
    UPDATE outbox SET state = 'pending', due_at = :now, leased_until = 0, attempts = attempts - 1,
           first_attempt_at = CASE WHEN attempts > 1 THEN first_attempt_at END
     WHERE id = :id AND lease = :lease AND state = 'leased')sql";
constexpr auto forget_attempt_sql = R"sql(
    DELETE FROM attempt WHERE outbox = :id AND attempt > (SELECT attempts FROM outbox WHERE id = :id))sql";
constexpr auto replay_sql = R"sql(
    UPDATE outbox SET state = 'pending', due_at = :now, settled_at = NULL, attempts = 0, answered = 0,
           first_attempt_at = NULL
     WHERE id = :id AND state = 'dead')sql";
constexpr auto forget_attempts_sql = "DELETE FROM attempt WHERE outbox = :id";
constexpr auto find_sql = "SELECT " FW_OUTBOX_COLUMNS " FROM outbox WHERE id = :id";
constexpr auto list_sql = "SELECT " FW_OUTBOX_COLUMNS R"sql( FROM outbox
     WHERE id > :after AND (:state = '' OR state = :state) AND (:destination = '' OR destination = :destination)
     ORDER BY id LIMIT :limit)sql";
constexpr auto next_sql =
    "SELECT due_at FROM outbox WHERE settled_at IS NULL ORDER BY due_at LIMIT 1";
constexpr auto counts_sql = R"sql(
    SELECT (SELECT count(*) FROM outbox WHERE settled_at IS NULL),
           (SELECT count(*) FROM outbox WHERE state = 'dead'),
           (SELECT count(*) FROM outbox WHERE settled_at IS NULL AND state = 'unknown'),
           (SELECT min(created_at) FROM outbox WHERE settled_at IS NULL))sql";

Delivery delivery_at(Query& query) {
    return {DeliveryId{query.number(0)},
            {query.text(1), query.text(2), query.text(3), query.text(4), query.text(5),
             query.text(6), query.text(7), query.text(8)},
            sql::trusted(parse_delivery_state(query.text(9))),
            query.instant(10),
            query.instant(11),
            static_cast<int>(query.number(12)),
            static_cast<int>(query.number(13)),
            query.maybe_instant(14),
            query.number(15),
            query.instant(16),
            query.maybe_instant(17),
            static_cast<int>(query.number(18)),
            query.text(19)};
}

std::vector<Delivery> deliveries(Query& query) {
    std::vector<Delivery> found;
    while (query.next()) found.push_back(delivery_at(query));
    return found;
}

}  // namespace

std::string_view text_of(DeliveryState state) {
    switch (state) {
        case DeliveryState::pending:
            return "pending";
        case DeliveryState::leased:
            return "leased";
        case DeliveryState::unknown:
            return "unknown";
        case DeliveryState::sent:
            return "sent";
        case DeliveryState::dead:
            return "dead";
    }
    return "?";
}

Expected<DeliveryState> parse_delivery_state(std::string_view text) {
    for (const auto state : {DeliveryState::pending, DeliveryState::leased, DeliveryState::unknown,
                             DeliveryState::sent, DeliveryState::dead})
        if (text_of(state) == text) return state;
    return tl::unexpected(
        fmt::format("\"{}\" is not one of pending, leased, unknown, sent, dead", text));
}

DeliveryId Outbox::add(const NewParcel& parcel, Instant now) {
    Query query{connection_, add_sql};
    query.bind(":message_id", parcel.message_id)
        .bind(":destination", parcel.destination)
        .bind(":recipient", parcel.recipient)
        .bind(":order_key", parcel.order_key)
        .bind(":kind", parcel.kind)
        .bind(":sender", parcel.sender)
        .bind(":content_type", parcel.content_type)
        .bind(":body", parcel.body)
        .bind(":now", now)
        .run();
    ++stirred_;
    return DeliveryId{connection_.last_id()};
}

std::vector<Delivery> Outbox::claim(const std::string& session,
                                    const std::vector<std::string>& busy, int limit, Instant now,
                                    Instant lease_end) {
    std::vector<Delivery> ready;
    {
        const std::string passed_over = '\n' + join_lines(busy) + '\n';
        Query query{connection_, ready_sql};
        query.bind(":now", now).bind(":limit", limit).bind(":busy", passed_over);
        ready = deliveries(query);
    }
    for (auto& delivery : ready) {
        Query lease{connection_, lease_sql};
        lease.bind(":id", number_of(delivery.id))
            .bind(":lease_end", lease_end)
            .bind(":session", session)
            .bind(":now", now)
            .run();
        ++delivery.lease;
        ++delivery.attempts;
        delivery.state = DeliveryState::leased;
        delivery.leased_until = lease_end;
        Query attempt{connection_, begin_attempt_sql};
        attempt.bind(":id", number_of(delivery.id))
            .bind(":attempt", delivery.attempts)
            .bind(":now", now)
            .run();
    }
    return ready;
}

bool Outbox::has_ready(const std::vector<std::string>& busy, Instant now) const {
    const std::string passed_over = '\n' + join_lines(busy) + '\n';
    Query query{connection_, has_ready_sql};
    return query.bind(":now", now).bind(":busy", passed_over).next();
}

std::vector<Delivery> Outbox::abandoned(const std::string& session, Instant now) const {
    Query query{connection_, abandoned_sql};
    query.bind(":session", session).bind(":now", now);
    return deliveries(query);
}

bool Outbox::settle(DeliveryId id, std::int64_t lease, const Settlement& settlement, Instant now) {
    Query query{connection_, settle_sql};
    const int changed = query.bind(":id", number_of(id))
                            .bind(":lease", lease)
                            .bind_copy(":state", text_of(settlement.state))
                            .bind(":due_at", settlement.due_at)
                            .bind(":code", settlement.code)
                            .bind(":reason", settlement.reason)
                            .bind(":answered", settlement.answered ? 1 : 0)
                            .bind(":now", now)
                            .run();
    if (changed == 0) return false;
    ++stirred_;
    Query attempt{connection_, end_attempt_sql};
    attempt.bind(":id", number_of(id))
        .bind(":now", now)
        .bind(":verdict", settlement.verdict)
        .bind(":code", settlement.code)
        .bind(":reason", settlement.reason)
        .run();
    return true;
}

bool Outbox::give_back(DeliveryId id, std::int64_t lease, Instant now) {
    Query query{connection_, give_back_sql};
    query.bind(":id", number_of(id)).bind(":lease", lease).bind(":now", now);
    if (query.run() == 0) return false;
    ++stirred_;
    Query forget{connection_, forget_attempt_sql};
    forget.bind(":id", number_of(id)).run();
    return true;
}

bool Outbox::replay(DeliveryId id, Instant now) {
    Query query{connection_, replay_sql};
    if (query.bind(":id", number_of(id)).bind(":now", now).run() == 0) return false;
    ++stirred_;
    Query forget{connection_, forget_attempts_sql};
    forget.bind(":id", number_of(id)).run();
    return true;
}

std::optional<Delivery> Outbox::find(DeliveryId id) const {
    Query query{connection_, find_sql};
    if (!query.bind(":id", number_of(id)).next()) return std::nullopt;
    return delivery_at(query);
}

std::vector<Delivery> Outbox::list(const DeliveryFilter& filter) const {
    const std::string state{filter.state ? text_of(*filter.state) : std::string_view{}};
    Query query{connection_, list_sql};
    query.bind(":after", filter.after)
        .bind(":state", state)
        .bind(":destination", filter.destination)
        .bind(":limit", filter.limit);
    return deliveries(query);
}

std::optional<Instant> Outbox::next_due_at() const {
    Query query{connection_, next_sql};
    return query.next() ? std::optional{query.instant(0)} : std::nullopt;
}

Outbox::Counts Outbox::counts() const {
    Query query{connection_, counts_sql};
    query.next();
    return {query.number(0), query.number(1), query.number(2), query.maybe_instant(3)};
}

}  // namespace forcewatch
