#include "storage/notices.hpp"

#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;
using sql::trusted;

namespace {

#define FW_NOTICE_COLUMNS                                                            \
    "n.id, n.alert, n.revision, n.destination, n.recipient, n.why, n.remark, n.at, " \
    "n.due_at, n.cause, n.cause_key, n.outcome, n.outbox"

constexpr auto add_sql = R"sql(
    INSERT INTO notice (alert, revision, destination, recipient, why, remark, at, due_at, cause, cause_key, outcome)
    VALUES (:alert, :revision, :destination, :recipient, :why, :remark, :at, :at, '', '', 'waiting')
    ON CONFLICT DO NOTHING)sql";
constexpr auto due_sql = "SELECT " FW_NOTICE_COLUMNS R"sql( FROM notice AS n
     WHERE outcome = 'waiting' AND due_at IS NOT NULL AND due_at <= :now
       AND instr(:known, char(10) || destination || char(10)) > 0
     ORDER BY due_at, id LIMIT :limit)sql";
constexpr auto next_due_sql = R"sql(
    SELECT due_at FROM notice
     WHERE outcome = 'waiting' AND due_at IS NOT NULL
       AND instr(:known, char(10) || destination || char(10)) > 0
     ORDER BY due_at LIMIT 1)sql";
constexpr auto waiting_sql = "SELECT " FW_NOTICE_COLUMNS R"sql( FROM notice AS n
     WHERE alert = :alert AND destination = :destination AND recipient = :recipient AND outcome = 'waiting'
     ORDER BY revision)sql";
constexpr auto held_sql = "SELECT " FW_NOTICE_COLUMNS R"sql( FROM notice AS n
     WHERE outcome = 'waiting' AND cause = :cause AND cause_key = :key AND cause <> ''
       AND destination = :destination AND recipient = :recipient ORDER BY id)sql";
constexpr auto last_told_sql = "SELECT " FW_NOTICE_COLUMNS R"sql( FROM notice AS n
     WHERE n.alert = :alert AND n.destination = :destination AND n.recipient = :recipient AND n.outcome = 'told'
       AND EXISTS (SELECT 1 FROM outbox AS o
                    WHERE (o.id = n.outbox OR o.id IN (SELECT outbox FROM further_message WHERE notice = n.id))
                      AND o.state <> 'dead' AND o.state <> 'dismissed')
     ORDER BY n.revision DESC LIMIT 1)sql";
constexpr auto of_alert_sql =
    "SELECT " FW_NOTICE_COLUMNS " FROM notice AS n WHERE alert = :alert ORDER BY id";
constexpr auto in_message_sql =
    "SELECT " FW_NOTICE_COLUMNS
    " FROM notice AS n WHERE n.outbox = :id AND n.outbox IS NOT NULL UNION ALL "
    "SELECT " FW_NOTICE_COLUMNS
    " FROM further_message AS f JOIN notice AS n ON n.id = f.notice WHERE f.outbox = :id "
    "ORDER BY 1";
constexpr auto further_sql =
    "SELECT outbox FROM further_message WHERE notice = :id ORDER BY outbox";
constexpr auto add_further_sql =
    "INSERT INTO further_message (notice, outbox) VALUES (:id, :outbox) ON CONFLICT DO NOTHING";
constexpr auto open_told_sql = R"sql(
    SELECT DISTINCT n.alert FROM alert AS a JOIN notice AS n ON n.alert = a.id
     WHERE a.closed_at IS NULL AND n.destination = :destination AND n.recipient = :recipient AND n.outcome = 'told'
     ORDER BY n.alert LIMIT :limit)sql";
constexpr auto last_asked_sql = R"sql(
    SELECT a.id, a.severity, o.created_at
      FROM action AS t CROSS JOIN alert AS a ON a.subject = t.subject AND a.rule = :rule
           CROSS JOIN notice AS n ON n.alert = a.id CROSS JOIN outbox AS o ON o.id = n.outbox
     WHERE t.owner = :owner AND t.owner <> '' AND a.closed_at IS NULL AND a.state = 'open'
       AND n.destination = :destination AND n.recipient = :recipient AND n.outcome = 'told'
       AND o.recipient = :address AND o.state <> 'dead' AND o.state <> 'dismissed'
     ORDER BY o.created_at DESC, a.id DESC LIMIT 1)sql";
// The plus keeps SQLite from walking all that waits for the destination, once for each alert.
constexpr auto to_ask_sql = R"sql(
    SELECT DISTINCT a.id
      FROM action AS t CROSS JOIN alert AS a ON a.subject = t.subject AND a.rule = :rule
           CROSS JOIN notice AS n ON n.alert = a.id
     WHERE t.owner = :owner AND t.owner <> '' AND a.closed_at IS NULL
       AND +n.destination = :destination AND n.recipient = :recipient AND n.outcome = 'waiting'
       AND n.cause <> 'digest' AND n.cause <> 'faulty'
     ORDER BY n.id)sql";
constexpr auto unwritten_sql = R"sql(
    SELECT DISTINCT alert FROM notice WHERE outcome = 'waiting' AND cause = 'faulty' AND cause <> ''
     ORDER BY alert LIMIT :limit)sql";
constexpr auto hold_sql =
    "UPDATE notice SET due_at = :until, cause = :cause, cause_key = :key, remark = :remark"
    " WHERE id = :id";
constexpr auto stir_sql = R"sql(
    UPDATE notice SET due_at = :now
     WHERE outcome = 'waiting' AND cause = :cause AND cause <> '' AND (:key = '' OR cause_key = :key))sql";
constexpr auto settle_sql =
    "UPDATE notice SET outcome = :outcome, outbox = :outbox, due_at = NULL WHERE id = :id";
constexpr auto add_decision_sql = R"sql(
    INSERT INTO decision (at, alert, revision, destination, recipient, cause, cause_key, words, until)
    VALUES (:at, :alert, :revision, :destination, :recipient, :cause, :key, :words, :until))sql";
constexpr auto decisions_sql = R"sql(
    SELECT id, at, alert, revision, destination, recipient, cause, cause_key, words, until FROM decision
     WHERE alert = :alert ORDER BY id LIMIT 1000)sql";
constexpr auto by_destination_sql =
    "SELECT destination, count(*) FROM notice WHERE outcome = 'waiting' GROUP BY destination";
constexpr auto by_cause_sql =
    "SELECT cause, count(*) FROM notice WHERE outcome = 'waiting' AND cause <> '' GROUP BY cause";
constexpr auto group_sql = R"sql(
    SELECT open_at, rest_until FROM notice_group
     WHERE destination = :destination AND recipient = :recipient AND labels = :labels)sql";
constexpr auto set_group_sql = R"sql(
    INSERT OR REPLACE INTO notice_group (destination, recipient, labels, open_at, rest_until)
    VALUES (:destination, :recipient, :labels, :open_at, :rest_until))sql";
constexpr auto forget_groups_sql =
    "DELETE FROM notice_group WHERE rest_until > 0 AND rest_until <= :now";
constexpr auto digest_at_sql =
    "SELECT due_at FROM digest_clock WHERE destination = :destination AND recipient = :recipient";
constexpr auto set_digest_sql = R"sql(
    INSERT OR REPLACE INTO digest_clock (destination, recipient, due_at)
    VALUES (:destination, :recipient, :due_at))sql";
constexpr auto digests_due_sql =
    "SELECT destination, recipient FROM digest_clock WHERE due_at <= :now ORDER BY due_at LIMIT "
    "100";
constexpr auto next_digest_sql = "SELECT due_at FROM digest_clock ORDER BY due_at LIMIT 1";
constexpr auto forget_digest_sql =
    "DELETE FROM digest_clock WHERE destination = :destination AND recipient = :recipient";

#undef FW_NOTICE_COLUMNS

NoticeOutcome outcome_from(const std::string& text) {
    for (const auto outcome :
         {NoticeOutcome::waiting, NoticeOutcome::told, NoticeOutcome::nothing_new,
          NoticeOutcome::recorded_only, NoticeOutcome::nobody, NoticeOutcome::bounced,
          NoticeOutcome::unsubscribed})
        if (text_of(outcome) == text) return outcome;
    sql::corrupt("outcome of a notice " + text);
}

std::vector<Notice> all_of(Query& query) {
    std::vector<Notice> notices;
    while (query.next()) {
        Notice notice{query.number(0),
                      AlertId{query.number(1)},
                      static_cast<int>(query.number(2)),
                      query.text(3),
                      query.text(4),
                      query.text(5),
                      query.text(6),
                      query.instant(7),
                      query.maybe_instant(8),
                      {},
                      outcome_from(query.text(11)),
                      {}};
        notice.held = {trusted(parse_restraint(query.text(9))), query.text(10), {}, notice.due_at};
        if (!query.is_null(12)) notice.outbox = DeliveryId{query.number(12)};
        notices.push_back(std::move(notice));
    }
    return notices;
}

std::vector<AlertId> alerts_of(Query& query) {
    std::vector<AlertId> alerts;
    while (query.next()) alerts.push_back(AlertId{query.number(0)});
    return alerts;
}

/// For `instr`: each name stands between two line breaks.
std::string between_lines(const std::set<std::string>& names) {
    return '\n' + join_lines({names.begin(), names.end()}) + '\n';
}

Query& about(Query& query, const Addressee& who) {
    return query.bind(":destination", who.destination).bind(":recipient", who.recipient);
}

}  // namespace

std::string_view text_of(NoticeOutcome outcome) {
    switch (outcome) {
        case NoticeOutcome::waiting:
            return "waiting";
        case NoticeOutcome::told:
            return "told";
        case NoticeOutcome::nothing_new:
            return "nothing new";
        case NoticeOutcome::recorded_only:
            return "recorded only";
        case NoticeOutcome::nobody:
            return "nobody";
        case NoticeOutcome::bounced:
            return "bounced";
        case NoticeOutcome::unsubscribed:
            return "unsubscribed";
    }
    return "?";
}

void Notices::add(const Notice& notice) {
    Query query{connection_, add_sql};
    query.bind(":alert", number_of(notice.alert))
        .bind(":revision", notice.revision)
        .bind(":destination", notice.destination)
        .bind(":recipient", notice.recipient)
        .bind(":why", notice.why)
        .bind(":remark", notice.remark)
        .bind(":at", notice.at)
        .run();
}

std::vector<Notice> Notices::due(const std::set<std::string>& destinations, Instant now,
                                 int limit) const {
    const std::string known = between_lines(destinations);
    Query query{connection_, due_sql};
    query.bind(":now", now).bind(":known", known).bind(":limit", limit);
    return all_of(query);
}

std::optional<Instant> Notices::next_due_at(const std::set<std::string>& destinations) const {
    const std::string known = between_lines(destinations);
    Query query{connection_, next_due_sql};
    return query.bind(":known", known).next() ? std::optional{query.instant(0)} : std::nullopt;
}

std::vector<Notice> Notices::waiting(AlertId alert, const Addressee& who) const {
    Query query{connection_, waiting_sql};
    about(query, who).bind(":alert", number_of(alert));
    return all_of(query);
}

std::vector<Notice> Notices::held(const Addressee& who, Restraint::Cause cause,
                                  const std::string& key) const {
    Query query{connection_, held_sql};
    about(query, who).bind_copy(":cause", text_of(cause)).bind(":key", key);
    return all_of(query);
}

std::optional<Notice> Notices::last_told(AlertId alert, const Addressee& who) const {
    Query query{connection_, last_told_sql};
    about(query, who).bind(":alert", number_of(alert));
    auto found = all_of(query);
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::vector<Notice> Notices::of_alert(AlertId alert) const {
    Query query{connection_, of_alert_sql};
    query.bind(":alert", number_of(alert));
    return all_of(query);
}

std::vector<DeliveryId> Notices::messages_of(const Notice& notice) const {
    if (!notice.outbox) return {};
    std::vector<DeliveryId> messages{*notice.outbox};
    Query query{connection_, further_sql};
    query.bind(":id", notice.id);
    while (query.next()) messages.push_back(DeliveryId{query.number(0)});
    return messages;
}

std::vector<Notice> Notices::in_message(DeliveryId id) const {
    Query query{connection_, in_message_sql};
    query.bind(":id", number_of(id));
    return all_of(query);
}

std::vector<AlertId> Notices::open_alerts_told(const Addressee& who, int limit) const {
    Query query{connection_, open_told_sql};
    about(query, who).bind(":limit", limit);
    return alerts_of(query);
}

std::optional<Notices::Asked> Notices::last_asked(const std::string& rule, const std::string& owner,
                                                  const std::string& address,
                                                  const Addressee& who) const {
    Query query{connection_, last_asked_sql};
    about(query, who).bind(":rule", rule).bind(":owner", owner).bind(":address", address);
    if (!query.next()) return std::nullopt;
    return Asked{AlertId{query.number(0)}, trusted(parse_severity(query.text(1))),
                 query.instant(2)};
}

std::vector<AlertId> Notices::to_ask(const std::string& rule, const std::string& owner,
                                     const Addressee& who) const {
    Query query{connection_, to_ask_sql};
    about(query, who).bind(":rule", rule).bind(":owner", owner);
    return alerts_of(query);
}

std::vector<AlertId> Notices::unwritten(int limit) const {
    Query query{connection_, unwritten_sql};
    query.bind(":limit", limit);
    return alerts_of(query);
}

void Notices::hold(const Notice& notice, const Restraint& restraint, Instant now) {
    {
        Query query{connection_, hold_sql};
        query.bind(":id", notice.id)
            .bind(":until", restraint.until)
            .bind_copy(":cause", text_of(restraint.cause))
            .bind(":key", restraint.key)
            .bind(":remark", notice.remark)
            .run();
    }
    if (notice.held.cause != restraint.cause || notice.held.key != restraint.key)
        add_decision({0,
                      now,
                      notice.alert,
                      notice.revision,
                      {notice.destination, notice.recipient},
                      restraint});
}

int Notices::stir(Restraint::Cause cause, const std::string& key, Instant now) {
    Query query{connection_, stir_sql};
    return query.bind(":now", now).bind_copy(":cause", text_of(cause)).bind(":key", key).run();
}

void Notices::settle(const Notice& notice, NoticeOutcome outcome,
                     const std::vector<DeliveryId>& messages, Instant now) {
    {
        std::optional<std::int64_t> first;
        if (!messages.empty()) first = number_of(messages.front());
        Query query{connection_, settle_sql};
        query.bind(":id", notice.id).bind_copy(":outcome", text_of(outcome));
        query.bind(":outbox", first).run();
    }
    for (std::size_t i = 1; i < messages.size(); ++i) {
        Query query{connection_, add_further_sql};
        query.bind(":id", notice.id).bind(":outbox", number_of(messages[i])).run();
    }
    if (outcome != NoticeOutcome::told)
        add_decision({0,
                      now,
                      notice.alert,
                      notice.revision,
                      {notice.destination, notice.recipient},
                      {Restraint::Cause::dropped, {}, std::string{text_of(outcome)}, {}}});
}

void Notices::add_decision(const Decision& decision) {
    Query query{connection_, add_decision_sql};
    about(query, decision.who)
        .bind(":at", decision.at)
        .bind(":alert", number_of(decision.alert))
        .bind(":revision", decision.revision)
        .bind_copy(":cause", text_of(decision.held.cause))
        .bind(":key", decision.held.key)
        .bind(":words", decision.held.words)
        .bind(":until", decision.held.until)
        .run();
}

std::vector<Decision> Notices::decisions(AlertId alert) const {
    std::vector<Decision> decisions;
    Query query{connection_, decisions_sql};
    query.bind(":alert", number_of(alert));
    while (query.next())
        decisions.push_back({query.number(0),
                             query.instant(1),
                             AlertId{query.number(2)},
                             static_cast<int>(query.number(3)),
                             {query.text(4), query.text(5)},
                             {trusted(parse_restraint(query.text(6))), query.text(7), query.text(8),
                              query.maybe_instant(9)}});
    return decisions;
}

std::map<std::string, std::int64_t> Notices::waiting_by_destination() const {
    std::map<std::string, std::int64_t> counts;
    Query query{connection_, by_destination_sql};
    while (query.next()) counts[query.text(0)] = query.number(1);
    return counts;
}

std::map<std::string, std::int64_t> Notices::waiting_by_cause() const {
    std::map<std::string, std::int64_t> counts;
    Query query{connection_, by_cause_sql};
    while (query.next()) counts[query.text(0)] = query.number(1);
    return counts;
}

std::optional<Notices::Group> Notices::group(const Addressee& who,
                                             const std::string& labels) const {
    Query query{connection_, group_sql};
    if (!about(query, who).bind(":labels", labels).next()) return std::nullopt;
    Group group{query.instant(0), {}};
    if (query.number(1) != 0) group.rest_until = query.instant(1);
    return group;
}

void Notices::set_group(const Addressee& who, const std::string& labels, const Group& group) {
    Query query{connection_, set_group_sql};
    about(query, who)
        .bind(":labels", labels)
        .bind(":open_at", group.open_at)
        .bind(":rest_until", group.rest_until.value_or(Instant{}))
        .run();
}

void Notices::forget_groups(Instant now) {
    Query query{connection_, forget_groups_sql};
    query.bind(":now", now).run();
}

std::optional<Instant> Notices::digest_at(const Addressee& who) const {
    Query query{connection_, digest_at_sql};
    return about(query, who).next() ? std::optional{query.instant(0)} : std::nullopt;
}

void Notices::set_digest(const Addressee& who, Instant due_at) {
    Query query{connection_, set_digest_sql};
    about(query, who).bind(":due_at", due_at).run();
}

std::vector<Addressee> Notices::digests_due(Instant now) const {
    std::vector<Addressee> found;
    Query query{connection_, digests_due_sql};
    query.bind(":now", now);
    while (query.next()) found.push_back({query.text(0), query.text(1)});
    return found;
}

std::optional<Instant> Notices::next_digest_at() const {
    Query query{connection_, next_digest_sql};
    return query.next() ? std::optional{query.instant(0)} : std::nullopt;
}

void Notices::forget_digest(const Addressee& who) {
    Query query{connection_, forget_digest_sql};
    about(query, who).run();
}

}  // namespace forcewatch
