// Private to storage/: what the outbox asks of its tables. Each statement finds its rows by an
// index, whatever the number of messages that were ever sent; a test reads the query plans.
#pragma once

namespace forcewatch::outbox_sql {

/// A delivery as it stands, its lease included; `body` names where its bytes come from.
#define FW_DELIVERY(body)                                                                          \
    "SELECT o.id, message_id, destination, recipient, order_key, kind, sender, "                   \
    "content_type, " body                                                                          \
    ", CASE WHEN l.outbox IS NULL THEN state ELSE 'leased' END, created_at,"                       \
    " coalesce(l.ends_at, due_at), attempts + (l.outbox IS NOT NULL), answered,"                   \
    " coalesce(first_attempt_at, l.began_at), coalesce(l.token, lease), settled_at, code, reason," \
    " remark, report FROM "
#define FW_WITH_LEASE "outbox AS o LEFT JOIN lease AS l ON l.outbox = o.id "
#define FW_WITH_BODY "JOIN parcel_body AS b ON b.outbox = o.id "
#define FW_LEASED "lease AS l CROSS JOIN outbox AS o ON o.id = l.outbox "

inline constexpr auto add_sql = R"sql(
    INSERT INTO outbox (message_id, destination, recipient, order_key, kind, sender, content_type, created_at,
                        state, due_at, attempts, answered, lease, code, reason, remark, report)
    VALUES (:message_id, :destination, :recipient, :order_key, :kind, :sender, :content_type, :now,
            'pending', :now, 0, 0, 0, 0, '', '', '')
    ON CONFLICT (message_id) DO NOTHING)sql";
inline constexpr auto add_body_sql = "INSERT INTO parcel_body (outbox, body) VALUES (:id, :body)";
inline constexpr auto unsettled_sql =
    "SELECT count(*) FROM outbox WHERE destination = :destination AND settled_at IS NULL";
inline constexpr auto of_message_sql = "SELECT id FROM outbox WHERE message_id = :message_id";
#define FW_READY                                                                       \
    " FROM outbox AS o"                                                                \
    " WHERE settled_at IS NULL AND destination = :destination AND due_at <= :now"      \
    "   AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.outbox = o.id)"                \
    "   AND NOT EXISTS (SELECT 1 FROM outbox AS earlier"                               \
    "                    WHERE earlier.settled_at IS NULL"                             \
    "                      AND earlier.destination = o.destination"                    \
    "                      AND earlier.recipient = o.recipient"                        \
    "                      AND earlier.order_key = o.order_key AND earlier.id < o.id)" \
    "   AND NOT EXISTS (SELECT 1 FROM outbox AS earlier"                               \
    "                    WHERE earlier.settled_at IS NULL"                             \
    "                      AND earlier.destination = o.destination"                    \
    "                      AND earlier.recipient = o.recipient"                        \
    "                      AND earlier.order_key = '' AND earlier.id < o.id)"          \
    "   AND (order_key <> '' OR"                                                       \
    "        NOT EXISTS (SELECT 1 FROM outbox AS earlier"                              \
    "                     WHERE earlier.settled_at IS NULL"                            \
    "                       AND earlier.destination = o.destination"                   \
    "                       AND earlier.recipient = o.recipient AND earlier.id < o.id" \
    "                       AND earlier.order_key NOT LIKE 'test:%'))"
/// Where anything waits, one after another.
inline constexpr auto next_destination_sql = R"sql(
    SELECT destination FROM outbox WHERE settled_at IS NULL AND destination > :after
     ORDER BY destination LIMIT 1)sql";
inline constexpr auto ready_sql =
    "SELECT due_at, id, lease + 1, attempts + 1, message_id, destination, recipient, order_key, "
    "kind, sender, content_type" FW_READY " ORDER BY due_at, id LIMIT :limit";
inline constexpr auto has_ready_sql = "SELECT 1" FW_READY " LIMIT 1";
#undef FW_READY
inline constexpr auto lease_sql = R"sql(
    INSERT INTO lease (outbox, token, session, began_at, ends_at)
    VALUES (:id, :token, :session, :now, :ends_at))sql";
inline constexpr auto body_sql = "SELECT body FROM parcel_body WHERE outbox = :id";
inline constexpr auto carried_sql =
    "SELECT l.outbox, l.token, destination, kind, state = 'unknown', attempts + 1, answered,"
    " l.began_at, coalesce(first_attempt_at, l.began_at)"
    " FROM " FW_LEASED "WHERE l.outbox = :id AND l.token = :token";
/// More than a courier may hold.
inline constexpr auto leases_sql = R"sql(
    SELECT outbox, token, session = :session, began_at, ends_at FROM lease ORDER BY outbox LIMIT 10000)sql";
inline constexpr auto renew_sql = "UPDATE lease SET ends_at = :ends_at WHERE outbox = :id";
inline constexpr auto begin_anew_sql = R"sql(
    UPDATE outbox SET due_at = :now, answered = 0, first_attempt_at = NULL
     WHERE settled_at IS NULL AND state = 'pending' AND destination = :destination
       AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.outbox = outbox.id))sql";
inline constexpr auto record_try_sql = R"sql(
    INSERT INTO attempt (outbox, attempt, began_at, ended_at, verdict, code, reason)
    VALUES (:id, :attempt, :began_at, :now, :verdict, :code, :reason))sql";
inline constexpr auto settle_sql = R"sql(
    UPDATE outbox SET state = :state, due_at = :due_at, code = :code, reason = :reason, lease = :token,
           attempts = :attempts, answered = :answered, first_attempt_at = :first_attempt_at,
           settled_at = :settled_at
     WHERE id = :id)sql";
inline constexpr auto give_back_sql =
    "UPDATE outbox SET due_at = :now, lease = :token WHERE id = :id";
inline constexpr auto end_lease_sql = "DELETE FROM lease WHERE outbox = :id";
inline constexpr auto replay_sql = R"sql(
    UPDATE outbox SET state = 'pending', due_at = :now, settled_at = NULL, answered = 0, first_attempt_at = NULL,
           remark = ''
     WHERE id = :id AND state = :from
       AND (SELECT body FROM parcel_body WHERE parcel_body.outbox = :id) <> '')sql";
inline constexpr auto dismiss_sql =
    "UPDATE outbox SET state = 'dismissed', remark = :remark WHERE id = :id AND state = 'dead'";
inline constexpr auto replayable_sql = R"sql(
    SELECT id FROM outbox
     WHERE state = 'dead' AND destination = :destination AND created_at >= :since
       AND (SELECT body FROM parcel_body WHERE parcel_body.outbox = outbox.id) <> ''
       AND substr(order_key, 1, 5) <> 'test:'
     ORDER BY id LIMIT :limit)sql";
inline constexpr auto attempts_sql = R"sql(
    SELECT attempt, began_at, ended_at, verdict, code, reason FROM attempt WHERE outbox = :id
     UNION ALL
    SELECT o.attempts + 1, l.began_at, NULL, '', 0, ''
      FROM lease AS l JOIN outbox AS o ON o.id = l.outbox WHERE l.outbox = :id
     ORDER BY 1)sql";
/// Tries in a row, up to the latest, that ended with their courier.
inline constexpr auto abandoned_tries_sql = R"sql(
    SELECT count(*) + (SELECT count(*) FROM lease WHERE lease.outbox = :id) FROM attempt
     WHERE outbox = :id
       AND attempt > coalesce((SELECT max(attempt) FROM attempt
                                WHERE outbox = :id AND verdict NOT IN ('', 'abandoned')), 0))sql";
/// Messages for somebody as the holder of a role; an address of the configuration stays theirs.
#define FW_FOR_PERSON                                                                   \
    " recipient = :address COLLATE NOCASE AND kind = 'email' AND NOT EXISTS (SELECT 1 " \
    "FROM notice AS n WHERE n.outbox = outbox.id AND n.recipient = outbox.recipient)"
/// That the state is not 'sent' lets SQLite look into `outbox_state`.
inline constexpr auto call_back_sql =
    "UPDATE outbox SET state = 'dismissed', settled_at = :now, remark = 'the person was erased'"
    " WHERE state = :from AND state <> 'sent'"
    " AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.outbox = outbox.id) AND" FW_FOR_PERSON;
inline constexpr auto erase_read_sql =
    "UPDATE parcel_body SET body = '' WHERE outbox IN"
    " (SELECT id FROM outbox WHERE settled_at IS NOT NULL AND" FW_FOR_PERSON ")";
inline constexpr auto erase_reader_sql =
    "UPDATE outbox SET recipient = :token WHERE settled_at IS NOT NULL AND" FW_FOR_PERSON;
inline constexpr auto erase_owner_sql = R"sql(
    UPDATE parcel_body SET body = ''
     WHERE (SELECT settled_at FROM outbox WHERE id = parcel_body.outbox) IS NOT NULL AND outbox IN
           (WITH told (notice) AS (SELECT n.id FROM action AS x JOIN alert AS a ON a.subject = x.subject
                                     JOIN notice AS n ON n.alert = a.id
                                    WHERE x.owner = :token AND x.owner <> '')
            SELECT n.outbox FROM told JOIN notice AS n ON n.id = told.notice WHERE n.outbox IS NOT NULL
            UNION SELECT f.outbox FROM told JOIN further_message AS f ON f.notice = told.notice))sql";
#undef FW_FOR_PERSON
inline constexpr auto report_sql = "UPDATE outbox SET report = :report WHERE id = :id";
inline constexpr auto by_message_sql = "SELECT id FROM outbox WHERE message_id = :message_id";
inline constexpr auto find_sql =
    FW_DELIVERY("b.body") FW_WITH_LEASE FW_WITH_BODY "WHERE o.id = :id";
#define FW_PAGE(id)                                                   \
    " " id                                                            \
    " > :after AND (:destination = '' OR destination = :destination)" \
    " AND created_at <= :known_at ORDER BY " id " LIMIT :limit"
inline constexpr auto list_sql =
    FW_DELIVERY("b.body") FW_WITH_LEASE FW_WITH_BODY "WHERE" FW_PAGE("o.id");
inline constexpr auto list_of_sent_sql =
    FW_DELIVERY("b.body") FW_WITH_LEASE FW_WITH_BODY "WHERE state = 'sent' AND" FW_PAGE("o.id");
inline constexpr auto list_of_leased_sql =
    FW_DELIVERY("b.body") FW_LEASED FW_WITH_BODY "WHERE" FW_PAGE("l.outbox");
inline constexpr auto list_of_state_sql = FW_DELIVERY("b.body") FW_WITH_LEASE FW_WITH_BODY
    "WHERE state = :state AND state <> 'sent' AND l.outbox IS NULL AND" FW_PAGE("o.id");
#undef FW_PAGE
inline constexpr auto next_sql =
    "SELECT due_at FROM outbox AS o WHERE settled_at IS NULL AND destination = :destination"
    " AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.outbox = o.id) ORDER BY due_at LIMIT 1";
inline constexpr auto next_lease_end_sql = "SELECT min(ends_at) FROM lease";
inline constexpr auto recent_sql = R"sql(
    SELECT created_at FROM outbox WHERE destination = :destination AND created_at > :since
     ORDER BY created_at LIMIT :limit)sql";
inline constexpr auto count_more_sql =
    "UPDATE outbox_count SET parcels = parcels + :more WHERE state = :state";
inline constexpr auto count_sql = "SELECT parcels FROM outbox_count WHERE state = :state";
inline constexpr auto leased_unknown_sql =
    "SELECT count(*) FROM lease AS l CROSS JOIN outbox AS o ON o.id = l.outbox"
    " WHERE o.state = 'unknown'";
inline constexpr auto refused_tests_sql =
    "SELECT count(*) FROM outbox WHERE state = 'dead' AND substr(order_key, 1, 5) = 'test:'";
/// Of a state: the lowest number is the oldest.
inline constexpr auto oldest_sql =
    "SELECT created_at FROM outbox WHERE state = :state AND state <> 'sent' ORDER BY id LIMIT 1";

#undef FW_LEASED
#undef FW_WITH_BODY
#undef FW_WITH_LEASE
#undef FW_DELIVERY

}  // namespace forcewatch::outbox_sql
