#include "storage/alert_tables.hpp"

#include <array>

#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;
using sql::trusted;

namespace {

#define FW_ALERT_COLUMNS                                                                           \
    "id, rule, subject, force, title, episode_on, state, severity, revision, version, reminders, " \
    "effective_on,"                                                                                \
    " effective_at, detected_at, opened_at, closed_at, ending, summary, told, closing, "           \
    "held_until, damped, baseline, overdue, review_at"

constexpr auto open_sql = "SELECT " FW_ALERT_COLUMNS
                          " FROM alert WHERE rule = :rule AND subject = :subject AND (closed_at IS "
                          "NULL OR review_at IS NOT NULL)";
constexpr auto any_sql = "SELECT 1 FROM alert WHERE subject = :subject LIMIT 1";
constexpr auto open_rules_sql =
    "SELECT rule FROM alert WHERE subject = :subject AND closed_at IS NULL ORDER BY rule";
constexpr auto open_subjects_sql =
    "SELECT DISTINCT subject FROM alert WHERE subject >= :prefix AND subject < :after AND "
    "closed_at IS NULL"
    " ORDER BY subject";
constexpr auto find_sql = "SELECT " FW_ALERT_COLUMNS " FROM alert WHERE id = :id";
constexpr auto list_sql =
    "SELECT " FW_ALERT_COLUMNS
    " FROM alert WHERE id > :after AND (:force = '' OR force = :force)"
    " AND opened_at <= :known_at AND (:baseline = 0 OR baseline = 1)"
    " AND (:open = -1 OR :open = (closed_at IS NULL OR closed_at > :known_at))"
    " ORDER BY id LIMIT :limit";
// What is open now is found by its index; everything that ever was would be read otherwise.
constexpr auto open_list_sql =
    "SELECT " FW_ALERT_COLUMNS
    " FROM alert INDEXED BY alert_number WHERE closed_at IS NULL AND id > :after"
    " AND (:baseline = 0 OR baseline = 1) ORDER BY id LIMIT :limit";
constexpr auto open_of_force_sql =
    "SELECT " FW_ALERT_COLUMNS
    " FROM alert INDEXED BY alert_force WHERE closed_at IS NULL AND force = :force AND id > :after"
    " AND (:baseline = 0 OR baseline = 1) ORDER BY id LIMIT :limit";
constexpr auto forget_reviews_sql =
    "UPDATE alert SET review_at = NULL"
    " WHERE subject = :subject AND closed_at IS NOT NULL AND review_at IS NOT NULL";
constexpr auto of_subject_sql =
    "SELECT " FW_ALERT_COLUMNS " FROM alert WHERE subject = :subject ORDER BY id";
constexpr auto insert_sql = R"sql(
    INSERT INTO alert (rule, subject, force, title, episode_on, state, severity, revision, version, reminders,
                       effective_on, effective_at, detected_at, opened_at, closed_at, ending, summary, told, closing,
                       held_until, damped, baseline, overdue, review_at)
    VALUES (:rule, :subject, :force, :title, :episode_on, :state, :severity, :revision, :version, :reminders,
            :effective_on, :effective_at, :detected_at, :opened_at, :closed_at, :ending, :summary, :told, :closing,
            :held_until, :damped, :baseline, :overdue, :review_at))sql";
constexpr auto update_sql = R"sql(
    UPDATE alert SET subject = :subject, title = :title, episode_on = :episode_on, state = :state,
           severity = :severity, revision = :revision, version = :version, reminders = :reminders,
           effective_on = :effective_on, effective_at = :effective_at, detected_at = :detected_at,
           closed_at = :closed_at, ending = :ending, summary = :summary, told = :told, closing = :closing,
           held_until = :held_until, damped = :damped, baseline = :baseline, overdue = :overdue,
           review_at = :review_at
     WHERE id = :id)sql";
constexpr auto add_revision_sql = R"sql(
    INSERT INTO alert_revision (alert, revision, at, change, severity, steps, summary, remarks)
    VALUES (:alert, :revision, :at, :change, :severity, :steps, :summary, :remarks))sql";
constexpr auto revisions_sql = R"sql(
    SELECT alert, revision, at, change, severity, steps, summary, remarks FROM alert_revision
     WHERE alert = :alert AND (:revision = 0 OR revision = :revision) ORDER BY revision)sql";
constexpr auto steps_sql =
    "SELECT step FROM alert_step WHERE alert = :alert AND version = :version";
// A deadline that was moved away and back has its steps in the ledger already.
constexpr auto add_step_sql = R"sql(
    INSERT INTO alert_step (alert, version, step, reached_on, revision)
    VALUES (:alert, :version, :step, :reached_on, :revision)
    ON CONFLICT DO NOTHING)sql";
constexpr auto counts_sql = "SELECT severity, alerts FROM alert_count";
constexpr auto by_rule_sql =
    "SELECT rule, count(*) FROM alert WHERE closed_at IS NULL GROUP BY rule ORDER BY rule";
constexpr auto of_force_sql =
    "SELECT count(*) FROM alert WHERE closed_at IS NULL AND force = :force";

AlertState state_from(const std::string& text) {
    for (const auto state : {AlertState::open, AlertState::acknowledged, AlertState::closed})
        if (text_of(state) == text) return state;
    sql::corrupt("alert state " + text);
}

Alert alert_at(Query& query) {
    return {AlertId{query.number(0)},
            query.text(1),
            query.text(2),
            query.text(3),
            query.text(4),
            query.date(5),
            state_from(query.text(6)),
            trusted(parse_severity(query.text(7))),
            static_cast<int>(query.number(8)),
            query.text(9),
            static_cast<int>(query.number(10)),
            query.date(11),
            query.instant(12),
            query.instant(13),
            query.instant(14),
            query.maybe_instant(15),
            query.text(16),
            query.text(17),
            query.number(18) != 0,
            query.number(19) != 0,
            query.maybe_instant(20),
            static_cast<int>(query.number(21)),
            query.number(22) != 0,
            query.number(23) != 0,
            query.maybe_instant(24)};
}

void bind_changing(Query& query, const Alert& alert) {
    query.bind(":subject", alert.subject)
        .bind(":title", alert.title)
        .bind(":episode_on", alert.episode_on)
        .bind_copy(":state", text_of(alert.state))
        .bind_copy(":severity", text_of(alert.severity))
        .bind(":revision", alert.revision)
        .bind(":version", alert.version)
        .bind(":reminders", alert.reminders)
        .bind(":effective_on", alert.effective_on)
        .bind(":effective_at", alert.effective_at)
        .bind(":detected_at", alert.detected_at)
        .bind(":closed_at", alert.closed_at)
        .bind(":ending", alert.ending)
        .bind(":summary", alert.summary)
        .bind(":told", std::int64_t{alert.told})
        .bind(":closing", std::int64_t{alert.closing})
        .bind(":held_until", alert.held_until)
        .bind(":damped", alert.damped)
        .bind(":baseline", std::int64_t{alert.baseline})
        .bind(":overdue", std::int64_t{alert.overdue})
        .bind(":review_at", alert.review_at);
}

}  // namespace

std::string_view text_of(AlertState state) {
    switch (state) {
        case AlertState::open:
            return "open";
        case AlertState::acknowledged:
            return "acknowledged";
        case AlertState::closed:
            return "closed";
    }
    return "?";
}

std::optional<Alert> AlertTables::open_alert(const std::string& rule,
                                             const std::string& subject) const {
    Query query{connection_, open_sql};
    if (!query.bind(":rule", rule).bind(":subject", subject).next()) return std::nullopt;
    return alert_at(query);
}

bool AlertTables::any_of(const std::string& subject) const {
    Query query{connection_, any_sql};
    return query.bind(":subject", subject).next();
}

std::vector<std::string> AlertTables::open_rules(const std::string& subject) const {
    std::vector<std::string> rules;
    Query query{connection_, open_rules_sql};
    query.bind(":subject", subject);
    while (query.next()) rules.push_back(query.text(0));
    return rules;
}

std::vector<std::string> AlertTables::open_subjects(const std::string& prefix) const {
    std::vector<std::string> subjects;
    const std::string after = prefix + '\x7f';
    Query query{connection_, open_subjects_sql};
    query.bind(":prefix", prefix).bind(":after", after);
    while (query.next()) subjects.push_back(query.text(0));
    return subjects;
}

std::optional<Alert> AlertTables::find(AlertId id) const {
    Query query{connection_, find_sql};
    if (!query.bind(":id", number_of(id)).next()) return std::nullopt;
    return alert_at(query);
}

std::vector<Alert> AlertTables::list(const AlertFilter& filter) const {
    std::vector<Alert> alerts;
    if (filter.open == true && !filter.known_at) {
        Query query{connection_, filter.force.empty() ? open_list_sql : open_of_force_sql};
        query.bind(":after", filter.after)
            .bind(":baseline", std::int64_t{filter.baseline})
            .bind(":limit", filter.limit);
        if (!filter.force.empty()) query.bind(":force", filter.force);
        while (query.next()) alerts.push_back(alert_at(query));
        return alerts;
    }
    Query query{connection_, list_sql};
    query.bind(":after", filter.after)
        .bind(":force", filter.force)
        .bind(":open", std::int64_t{filter.open ? (*filter.open ? 1 : 0) : -1})
        .bind(":known_at", filter.known_at.value_or(Instant::max()))
        .bind(":baseline", std::int64_t{filter.baseline})
        .bind(":limit", filter.limit);
    while (query.next()) alerts.push_back(alert_at(query));
    return alerts;
}

std::vector<Alert> AlertTables::of_subject(const std::string& subject) const {
    std::vector<Alert> alerts;
    Query query{connection_, of_subject_sql};
    query.bind(":subject", subject);
    while (query.next()) alerts.push_back(alert_at(query));
    return alerts;
}

std::vector<AlertRevision> AlertTables::revisions(AlertId id, int number) const {
    std::vector<AlertRevision> revisions;
    Query query{connection_, revisions_sql};
    query.bind(":alert", number_of(id)).bind(":revision", number);
    while (query.next())
        revisions.push_back({AlertId{query.number(0)}, static_cast<int>(query.number(1)),
                             query.instant(2), trusted(parse_change(query.text(3))),
                             trusted(parse_severity(query.text(4))), split_lines(query.text(5)),
                             query.text(6), split_lines(query.text(7))});
    return revisions;
}

AlertRevision AlertTables::revision(AlertId id, int number) const {
    auto found = revisions(id, number);
    if (found.empty()) sql::corrupt("an alert without its revision");
    return std::move(found.front());
}

AlertId AlertTables::insert(const Alert& alert) {
    Query query{connection_, insert_sql};
    bind_changing(query, alert);
    query.bind(":rule", alert.rule)
        .bind(":force", alert.force)
        .bind(":opened_at", alert.opened_at)
        .run();
    return AlertId{connection_.last_id()};
}

void AlertTables::update(const Alert& alert) {
    Query query{connection_, update_sql};
    bind_changing(query, alert);
    query.bind(":id", number_of(alert.id)).run();
}

void AlertTables::forget_reviews(const std::string& subject) {
    Query query{connection_, forget_reviews_sql};
    query.bind(":subject", subject).run();
}

void AlertTables::add_revision(const AlertRevision& revision) {
    Query query{connection_, add_revision_sql};
    query.bind(":alert", number_of(revision.alert))
        .bind(":revision", revision.revision)
        .bind(":at", revision.at)
        .bind_copy(":change", text_of(revision.change))
        .bind_copy(":severity", text_of(revision.severity))
        .bind_copy(":steps", join_lines(revision.steps))
        .bind(":summary", revision.summary)
        .bind_copy(":remarks", join_lines(revision.remarks))
        .run();
}

std::set<std::string> AlertTables::told_steps(AlertId id, const std::string& version) const {
    std::set<std::string> steps;
    Query query{connection_, steps_sql};
    query.bind(":alert", number_of(id)).bind(":version", version);
    while (query.next()) steps.insert(query.text(0));
    return steps;
}

void AlertTables::add_step(AlertId id, const std::string& version, const std::string& step,
                           Date reached_on, int revision) {
    Query query{connection_, add_step_sql};
    query.bind(":alert", number_of(id))
        .bind(":version", version)
        .bind(":step", step)
        .bind(":reached_on", reached_on)
        .bind(":revision", revision)
        .run();
}

AlertTables::Counts AlertTables::open_counts() const {
    Counts counts;
    Query query{connection_, counts_sql};
    while (query.next()) {
        const auto severity = trusted(parse_severity(query.text(0)));
        (severity == Severity::critical  ? counts.critical
         : severity == Severity::warning ? counts.warning
                                         : counts.info) = query.number(1);
    }
    return counts;
}

std::vector<std::pair<std::string, std::int64_t>> AlertTables::open_by_rule() const {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    Query query{connection_, by_rule_sql};
    while (query.next()) counts.emplace_back(query.text(0), query.number(1));
    return counts;
}

std::int64_t AlertTables::open_of_force(const std::string& force) const {
    Query query{connection_, of_force_sql};
    query.bind(":force", force).next();
    return query.number(0);
}

}  // namespace forcewatch
