// Private to storage/: what the outbox asks of its tables. Each statement finds its rows by an
// index, whatever the number of messages that were ever sent; a test reads the query plans.
#pragma once

namespace forcewatch::outbox_sql {

#define FW_OUTBOX_COLUMNS                                                                          \
    "id, message_id, destination, recipient, order_key, kind, sender, content_type, body, state, " \
    "created_at, due_at,"                                                                          \
    " attempts, answered, first_attempt_at, lease, leased_until, settled_at, code, reason, "       \
    "remark,"                                                                                      \
    " report"

inline constexpr auto add_sql = R"sql(
    INSERT INTO outbox (message_id, destination, recipient, order_key, kind, sender, content_type, body, created_at,
                        state, due_at, attempts, answered, lease, leased_until, session, code, reason, remark,
                        report)
    VALUES (:message_id, :destination, :recipient, :order_key, :kind, :sender, :content_type, :body, :now,
            'pending', :now, 0, 0, 0, 0, '', 0, '', '', '')
    ON CONFLICT (message_id) DO NOTHING)sql";
inline constexpr auto unsettled_sql =
    "SELECT count(*) FROM outbox WHERE destination = :destination AND settled_at IS NULL";
inline constexpr auto of_message_sql = "SELECT id FROM outbox WHERE message_id = :message_id";
#define FW_READY                                                                              \
    " FROM outbox AS o"                                                                       \
    " WHERE settled_at IS NULL AND destination = :destination AND due_at <= :now"             \
    "   AND state <> 'leased'"                                                                \
    "   AND NOT EXISTS (SELECT 1 FROM outbox AS earlier"                                      \
    "                    WHERE earlier.settled_at IS NULL"                                    \
    "                      AND earlier.destination = o.destination"                           \
    "                      AND earlier.recipient = o.recipient"                               \
    "                      AND earlier.order_key IN (o.order_key, '') AND earlier.id < o.id)" \
    "   AND (order_key <> '' OR"                                                              \
    "        NOT EXISTS (SELECT 1 FROM outbox AS earlier"                                     \
    "                     WHERE earlier.settled_at IS NULL"                                   \
    "                       AND earlier.destination = o.destination"                          \
    "                       AND earlier.recipient = o.recipient AND earlier.id < o.id"        \
    "                       AND earlier.order_key NOT LIKE 'test:%'))"
/// Where anything waits, one after another.
inline constexpr auto next_destination_sql = R"sql(
    SELECT destination FROM outbox WHERE settled_at IS NULL AND destination > :after
     ORDER BY destination LIMIT 1)sql";
inline constexpr auto ready_sql = "SELECT due_at, id" FW_READY " ORDER BY due_at, id LIMIT :limit";
inline constexpr auto has_ready_sql = "SELECT 1" FW_READY " LIMIT 1";
#undef FW_READY
inline constexpr auto lease_sql = R"sql(
    UPDATE outbox SET state = 'leased', lease = lease + 1, leased_until = :lease_end, session = :session,
           due_at = :lease_end, attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, :now)
     WHERE id = :id)sql";
inline constexpr auto begin_attempt_sql = R"sql(
    INSERT INTO attempt (outbox, attempt, began_at, verdict, code, reason)
    VALUES (:id, :attempt, :now, '', 0, ''))sql";
inline constexpr auto end_attempt_sql = R"sql(
    UPDATE attempt SET ended_at = :now, verdict = :verdict, code = :code, reason = :reason
     WHERE outbox = :id AND attempt = (SELECT attempts FROM outbox WHERE id = :id))sql";
inline constexpr auto abandoned_sql = "SELECT " FW_OUTBOX_COLUMNS R"sql( FROM outbox
     WHERE settled_at IS NULL AND state = 'leased' AND (leased_until <= :now OR (:session <> '' AND session <> :session))
     ORDER BY id LIMIT 1000)sql";
inline constexpr auto astray_sql = "SELECT " FW_OUTBOX_COLUMNS R"sql( FROM outbox
     WHERE settled_at IS NULL AND state = 'leased' AND session = :session
       AND id NOT IN (SELECT value FROM json_each(:carrying))
     ORDER BY id LIMIT 1000)sql";
inline constexpr auto begin_anew_sql = R"sql(
    UPDATE outbox SET due_at = :now, answered = 0, first_attempt_at = NULL
     WHERE settled_at IS NULL AND state = 'pending' AND destination = :destination)sql";
inline constexpr auto settle_sql = R"sql(
    UPDATE outbox SET state = :state, due_at = :due_at, code = :code, reason = :reason, leased_until = 0,
           answered = answered + :answered,
           settled_at = CASE WHEN :state IN ('sent', 'dead') THEN :now END
     WHERE id = :id AND lease = :lease AND state = 'leased')sql";
inline constexpr auto give_back_sql = R"sql(
    UPDATE outbox SET state = 'pending', due_at = :now, leased_until = 0, attempts = attempts - 1,
           first_attempt_at = nullif(first_attempt_at, (SELECT began_at FROM attempt
                                                         WHERE outbox = :id AND attempt = outbox.attempts))
     WHERE id = :id AND lease = :lease AND state = 'leased')sql";
inline constexpr auto forget_attempt_sql = R"sql(
    DELETE FROM attempt WHERE outbox = :id AND attempt > (SELECT attempts FROM outbox WHERE id = :id))sql";
inline constexpr auto replay_sql = R"sql(
    UPDATE outbox SET state = 'pending', due_at = :now, settled_at = NULL, answered = 0, first_attempt_at = NULL,
           remark = ''
     WHERE id = :id AND state IN ('dead', 'dismissed') AND body <> '')sql";
inline constexpr auto dismiss_sql =
    "UPDATE outbox SET state = 'dismissed', remark = :remark WHERE id = :id AND state = 'dead'";
inline constexpr auto replayable_sql = R"sql(
    SELECT id FROM outbox
     WHERE state = 'dead' AND destination = :destination AND created_at >= :since AND body <> ''
       AND substr(order_key, 1, 5) <> 'test:'
     ORDER BY id LIMIT :limit)sql";
inline constexpr auto attempts_sql = R"sql(
    SELECT attempt, began_at, ended_at, verdict, code, reason FROM attempt WHERE outbox = :id ORDER BY attempt)sql";
/// Tries in a row, up to the latest, that ended with their courier.
inline constexpr auto abandoned_tries_sql = R"sql(
    SELECT count(*) FROM attempt
     WHERE outbox = :id
       AND attempt > coalesce((SELECT max(attempt) FROM attempt
                                WHERE outbox = :id AND verdict NOT IN ('', 'abandoned')), 0))sql";
/// Messages for somebody as the holder of a role; an address of the configuration stays theirs.
#define FW_FOR_PERSON                                                                   \
    " recipient = :address COLLATE NOCASE AND kind = 'email' AND NOT EXISTS (SELECT 1 " \
    "FROM notice AS n WHERE n.outbox = outbox.id AND n.recipient = outbox.recipient)"
inline constexpr auto call_back_sql =
    "UPDATE outbox SET state = 'dismissed', settled_at = :now, remark = 'the person was erased'"
    " WHERE state IN ('pending', 'unknown', 'dead') AND" FW_FOR_PERSON;
inline constexpr auto erase_reader_sql =
    "UPDATE outbox SET recipient = :token, body = ''"
    " WHERE settled_at IS NOT NULL AND" FW_FOR_PERSON;
inline constexpr auto erase_owner_sql = R"sql(
    UPDATE outbox SET body = ''
     WHERE settled_at IS NOT NULL AND id IN
           (WITH told (notice) AS (SELECT n.id FROM action AS x JOIN alert AS a ON a.subject = x.subject
                                     JOIN notice AS n ON n.alert = a.id
                                    WHERE x.owner = :token AND x.owner <> '')
            SELECT n.outbox FROM told JOIN notice AS n ON n.id = told.notice WHERE n.outbox IS NOT NULL
            UNION SELECT f.outbox FROM told JOIN further_message AS f ON f.notice = told.notice))sql";
#undef FW_FOR_PERSON
inline constexpr auto report_sql = "UPDATE outbox SET report = :report WHERE id = :id";
inline constexpr auto by_message_sql = "SELECT id FROM outbox WHERE message_id = :message_id";
inline constexpr auto find_sql = "SELECT " FW_OUTBOX_COLUMNS " FROM outbox WHERE id = :id";
inline constexpr auto list_sql = "SELECT " FW_OUTBOX_COLUMNS R"sql( FROM outbox
     WHERE id > :after AND (:destination = '' OR destination = :destination)
       AND created_at <= :known_at
     ORDER BY id LIMIT :limit)sql";
inline constexpr auto list_of_state_sql = "SELECT " FW_OUTBOX_COLUMNS R"sql( FROM outbox
     WHERE state = :state AND id > :after AND (:destination = '' OR destination = :destination)
       AND created_at <= :known_at
     ORDER BY id LIMIT :limit)sql";
inline constexpr auto next_sql =
    "SELECT due_at FROM outbox WHERE settled_at IS NULL AND destination = :destination"
    " ORDER BY due_at LIMIT 1";
inline constexpr auto recent_sql = R"sql(
    SELECT created_at FROM outbox WHERE destination = :destination AND created_at > :since
     ORDER BY created_at LIMIT :limit)sql";
inline constexpr auto count_sql = "SELECT parcels FROM outbox_count WHERE state = :state";
inline constexpr auto refused_tests_sql =
    "SELECT count(*) FROM outbox WHERE state = 'dead' AND substr(order_key, 1, 5) = 'test:'";
inline constexpr auto oldest_sql =
    "SELECT created_at FROM outbox WHERE settled_at IS NULL ORDER BY created_at LIMIT 1";

#undef FW_OUTBOX_COLUMNS

}  // namespace forcewatch::outbox_sql
