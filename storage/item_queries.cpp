#include <fmt/format.h>

#include <array>
#include <utility>

#include "storage/fact_tables.hpp"
#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;
using sql::trusted;

namespace {

constexpr auto revisions_sql = R"sql(
    SELECT kind, due, words, resolved_by, agreed_on, reason, approval FROM deadline_revision
     WHERE subject = :subject ORDER BY position)sql";

#define FW_FINDING_COLUMNS                                                                \
    "subject, force, reference, inspection, kind, title, area, parent, origin, raised, "  \
    "deadline_kind, due, words,"                                                          \
    " resolved_by, moves, force_state, force_state_on, verified, verified_on, "           \
    "inspectorate_state, inspectorate_state_on, raised_on, claimed_by, force_reason, "    \
    "verified_by, inspectorate_reason, updated_on, evidence_count, same_as, same_as_on, " \
    "same_as_by, same_as_reason, apart_from"
#define FW_ACTION_COLUMNS                                                                  \
    "subject, source, external_id, force, title, owner, contributors, findings, planned, " \
    "deadline_kind, due, words,"                                                           \
    " resolved_by, moves, state, updated_on, note, planned_on, evidence_count"
#define FW_OBLIGATION_COLUMNS                                                            \
    "definition, cause, force, title, deadline_kind, due, words, resolved_by, tracked, " \
    "replied_on, link,"                                                                  \
    " no_action_reason, moves, arose_on, subject"
#define FW_MEETING_COLUMNS                                                               \
    "subject, force, id, kind, title, planned, papers_days, deadline_kind, due, words, " \
    "resolved_by, moves, planned_on, state, state_on, papers_sent_on, note"
#define FW_FINDING_OPEN \
    "(force_state IN ('open', 'in progress') AND verified = 0 AND inspectorate_state = 'open')"
#define FW_ACTION_OPEN "(state IN ('open', 'in progress'))"
#define FW_OBLIGATION_OPEN "(tracked = 1 AND replied_on IS NULL)"
#define FW_MEETING_OPEN "(state = 'planned')"
#define FW_PAGE                                                                         \
    " AND (due_on, subject) > (:after_due_on, :after_subject) AND due_on < :due_before" \
    " ORDER BY due_on, subject LIMIT :limit"
#define FW_PAGE_BY_ID                                                                    \
    " AND subject > :after_subject AND due_on >= :after_due_on AND due_on < :due_before" \
    " ORDER BY subject LIMIT :limit"
#define FW_OPEN(condition) " AND (:open = -1 OR :open = " condition ")"
#define FW_FINDING_NARROW " AND (:kind = '' OR kind = :kind) AND (:area = '' OR area = :area)"
#define FW_PAGES(columns, table, open, narrow)                                                     \
    {                                                                                              \
        "SELECT " columns " FROM " table " WHERE 1" narrow FW_OPEN(open) FW_PAGE,                  \
            "SELECT " columns " FROM " table " WHERE force = :force" narrow FW_OPEN(open) FW_PAGE, \
            "SELECT " columns " FROM " table " WHERE 1" narrow FW_OPEN(open) FW_PAGE_BY_ID,        \
            "SELECT " columns " FROM " table " WHERE force = :force" narrow FW_OPEN(open)          \
                FW_PAGE_BY_ID,                                                                     \
    }

/// The queries for a page of items, of all forces or of one.
struct PageSql {
    const char* all;
    const char* of_force;
    const char* all_by_id;
    const char* of_force_by_id;

    [[nodiscard]] const char* for_page(const ItemFilter& filter) const {
        if (filter.by_id) return filter.force.empty() ? all_by_id : of_force_by_id;
        return filter.force.empty() ? all : of_force;
    }
};

constexpr auto finding_sql = "SELECT " FW_FINDING_COLUMNS " FROM finding WHERE subject = :subject";
constexpr PageSql finding_pages =
    FW_PAGES(FW_FINDING_COLUMNS, "finding", FW_FINDING_OPEN, FW_FINDING_NARROW);
constexpr auto action_sql = "SELECT " FW_ACTION_COLUMNS " FROM action WHERE subject = :subject";
constexpr PageSql action_pages = FW_PAGES(FW_ACTION_COLUMNS, "action", FW_ACTION_OPEN, "");
#define FW_ACTIONS_OF_OWNER                                                          \
    "SELECT " FW_ACTION_COLUMNS                                                      \
    " FROM action WHERE owner = :owner AND (:force = '' OR force = :force)" FW_OPEN( \
        FW_ACTION_OPEN)
constexpr auto actions_of_owner_sql = FW_ACTIONS_OF_OWNER FW_PAGE;
constexpr auto actions_of_owner_by_id_sql = FW_ACTIONS_OF_OWNER FW_PAGE_BY_ID;
constexpr auto obligation_sql =
    "SELECT " FW_OBLIGATION_COLUMNS " FROM obligation WHERE subject = :subject";
constexpr PageSql obligation_pages =
    FW_PAGES(FW_OBLIGATION_COLUMNS, "obligation", FW_OBLIGATION_OPEN, "");

constexpr auto meeting_sql = "SELECT " FW_MEETING_COLUMNS " FROM meeting WHERE subject = :subject";
constexpr PageSql meeting_pages = FW_PAGES(FW_MEETING_COLUMNS, "meeting", FW_MEETING_OPEN, "");
constexpr auto owned_sql =
    "SELECT subject FROM action WHERE owner = :owner AND owner <> '' AND " FW_ACTION_OPEN
    " ORDER BY subject";
// A subject begins with what it is of, and '0' follows '/': the keys of one force or source stand
// together.
constexpr auto open_findings_sql =
    "SELECT subject FROM finding WHERE subject > 'finding:' || :force || '/' "
    "AND subject < 'finding:' || :force || '0' AND inspectorate_state = 'open' ORDER BY subject";
constexpr auto open_actions_sql =
    "SELECT subject, force FROM action WHERE subject > 'action:' || :source || '/' "
    "AND subject < 'action:' || :source || '0' AND source = :source AND " FW_ACTION_OPEN
    " ORDER BY subject";
constexpr auto plan_sql = "SELECT source, force FROM action WHERE subject = :subject";
constexpr std::array<std::pair<std::string_view, const char*>, 8> held_sql{
    {{"inspection", "SELECT 1 FROM inspection WHERE subject = :subject"},
     {"judgement", "SELECT 1 FROM judgement WHERE subject = :subject"},
     {"stage", "SELECT 1 FROM stage_move WHERE subject = :subject"},
     {"finding", "SELECT 1 FROM finding WHERE subject = :subject"},
     {"condition", "SELECT 1 FROM exit_condition WHERE subject = :subject"},
     {"action", "SELECT 1 FROM action WHERE subject = :subject"},
     {"meeting", "SELECT 1 FROM meeting WHERE subject = :subject"},
     {"obligation", "SELECT 1 FROM obligation WHERE subject = :subject"}}};
constexpr auto evidence_sql = R"sql(
    SELECT reference, sha256, filed_by, filed_on, note FROM evidence
     WHERE item = :subject ORDER BY position)sql";

constexpr auto duplicates_sql = R"sql(
    SELECT reference FROM finding WHERE same_as <> '' AND force = :force AND same_as = :reference
     ORDER BY reference)sql";
constexpr auto counts_sql = R"sql(
    SELECT sum(open_items) - (SELECT count(*) FROM shared_obligation),
           sum(CASE WHEN due_on < :today THEN open_items END)
               - (SELECT count(*) FROM shared_obligation WHERE due_on < :today),
           min(CASE WHEN due_on >= :today AND due_on < '9999' AND open_items > 0 THEN due_on END)
      FROM due_count)sql";
constexpr auto overdue_sql = R"sql(
    SELECT (SELECT count(*) FROM finding WHERE force = :force AND due_on < :today AND same_as = '' AND )sql" FW_FINDING_OPEN
                             R"sql()
         - (SELECT count(*) FROM shared_obligation WHERE force = :force AND due_on < :today)
         + (SELECT count(*) FROM action WHERE force = :force AND due_on < :today AND )sql" FW_ACTION_OPEN
                             R"sql()
         + (SELECT count(*) FROM obligation WHERE force = :force AND due_on < :today AND )sql" FW_OBLIGATION_OPEN
                             ")";
constexpr auto dated_sql = R"sql(
    SELECT subject FROM (
        SELECT * FROM (SELECT subject FROM finding WHERE subject > :after ORDER BY subject LIMIT :limit)
        UNION ALL SELECT * FROM (SELECT subject FROM action WHERE subject > :after ORDER BY subject LIMIT :limit)
        UNION ALL SELECT * FROM (SELECT subject FROM meeting WHERE subject > :after ORDER BY subject LIMIT :limit)
        UNION ALL SELECT * FROM (SELECT subject FROM obligation WHERE subject > :after ORDER BY subject LIMIT :limit))
     ORDER BY subject LIMIT :limit)sql";

PartialDate partial(std::string_view text) { return trusted(PartialDate::parse(text)); }

Deadline deadline_at(Query& query, int column) {
    return {trusted(parse_deadline_kind(query.text(column))), partial(query.text(column + 1)),
            query.text(column + 2), query.text(column + 3)};
}

/// An unmoved deadline has one revision, agreed when the item was raised, planned or arose.
DeadlineHistory history_of(sql::Connection& connection, const std::string& subject,
                           std::int64_t moves, const Deadline& deadline, Date first_on) {
    if (moves == 0) return {{{deadline, first_on, {}, {}}}};
    DeadlineHistory history;
    Query query{connection, revisions_sql};
    query.bind(":subject", subject);
    while (query.next())
        history.revisions.push_back({{trusted(parse_deadline_kind(query.text(0))),
                                      partial(query.text(1)), query.text(2), query.text(3)},
                                     query.date(4),
                                     query.text(5),
                                     query.text(6)});
    return history;
}

std::vector<Evidence> evidence_of(sql::Connection& connection, const std::string& subject) {
    std::vector<Evidence> evidence;
    Query query{connection, evidence_sql};
    query.bind(":subject", subject);
    while (query.next())
        evidence.push_back(
            {query.text(0), query.text(1), query.text(2), query.date(3), query.text(4)});
    return evidence;
}

Finding finding_at(sql::Connection& connection, Query& query) {
    Finding finding;
    const std::string subject = query.text(0);
    finding.force = query.text(1);
    finding.reference = query.text(2);
    finding.inspection = query.text(3);
    finding.kind = trusted(parse_finding_kind(query.text(4)));
    finding.title = query.text(5);
    finding.area = query.text(6);
    finding.parent = query.text(7);
    finding.origin = query.text(8);
    finding.raised = partial(query.text(9));
    finding.raised_on = query.maybe_date(21);
    finding.deadline = history_of(connection, subject, query.number(14), deadline_at(query, 10),
                                  finding.raised_on.value_or(Date{}));
    finding.force_state = trusted(parse_force_state(query.text(15)));
    finding.force_state_on = query.maybe_date(16);
    finding.verified = query.number(17) != 0;
    finding.verified_on = query.maybe_date(18);
    finding.inspectorate_state = trusted(parse_inspectorate_state(query.text(19)));
    finding.inspectorate_state_on = query.maybe_date(20);
    finding.claimed_by = query.text(22);
    finding.force_reason = query.text(23);
    finding.verified_by = query.text(24);
    finding.inspectorate_reason = query.text(25);
    finding.updated_on = query.maybe_date(26);
    if (query.number(27) > 0) finding.evidence = evidence_of(connection, subject);
    finding.same_as = query.text(28);
    finding.same_as_on = query.maybe_date(29);
    finding.same_as_by = query.text(30);
    finding.same_as_reason = query.text(31);
    finding.apart_from = split_lines(query.text(32));
    return finding;
}

Action action_at(sql::Connection& connection, Query& query) {
    Action action;
    const std::string subject = query.text(0);
    action.source = query.text(1);
    action.external_id = query.text(2);
    action.force = query.text(3);
    action.title = query.text(4);
    action.owner = query.text(5);
    action.contributors = split_lines(query.text(6));
    action.findings = split_lines(query.text(7));
    action.planned = partial(query.text(8));
    action.planned_on = query.date(17);
    action.deadline =
        history_of(connection, subject, query.number(13), deadline_at(query, 9), action.planned_on);
    action.state = trusted(parse_action_state(query.text(14)));
    action.updated_on = query.maybe_date(15);
    action.note = query.text(16);
    if (query.number(18) > 0) action.evidence = evidence_of(connection, subject);
    return action;
}

Meeting meeting_at(sql::Connection& connection, Query& query) {
    Meeting meeting;
    const std::string subject = query.text(0);
    meeting.force = query.text(1);
    meeting.id = query.text(2);
    meeting.kind = trusted(parse_meeting_kind(query.text(3)));
    meeting.title = query.text(4);
    meeting.planned = partial(query.text(5));
    meeting.papers_days = static_cast<int>(query.number(6));
    meeting.deadline =
        history_of(connection, subject, query.number(11), deadline_at(query, 7), query.date(12));
    meeting.state = trusted(parse_meeting_state(query.text(13)));
    meeting.state_on = query.maybe_date(14);
    meeting.papers_sent_on = query.maybe_date(15);
    meeting.note = query.text(16);
    return meeting;
}

Obligation obligation_at(sql::Connection& connection, Query& query) {
    Obligation obligation;
    obligation.definition = query.text(0);
    obligation.cause = query.text(1);
    obligation.force = query.text(2);
    obligation.title = query.text(3);
    obligation.deadline = history_of(connection, query.text(14), query.number(12),
                                     deadline_at(query, 4), query.date(13));
    obligation.tracked = query.number(8) != 0;
    obligation.replied_on = query.maybe_date(9);
    obligation.link = query.text(10);
    obligation.no_action_reason = query.text(11);
    return obligation;
}

/// The page's parameters outlive the query here, since text is bound without a copy.
struct PageBinding {
    std::string due_before;
    std::string after_due_on;
    PageBinding(Query& query, const ItemFilter& filter)
        : due_before{filter.due_before ? text_of(*filter.due_before) : "9999-12-32"} {
        // What has no date sorts last, so a list of it begins there.
        after_due_on = filter.undated ? std::max(filter.after_due_on, std::string{no_due_on})
                                      : filter.after_due_on;
        query.bind(":open", std::int64_t{filter.open ? (*filter.open ? 1 : 0) : -1})
            .bind(":after_due_on", after_due_on)
            .bind(":after_subject", filter.after_subject)
            .bind(":due_before", due_before)
            .bind(":limit", filter.limit);
        if (!filter.force.empty()) query.bind(":force", filter.force);
    }
};

/// The item that `sql` finds by its subject, as `read` takes it from a row.
template <typename Read>
auto one_item(sql::Connection& connection, const char* sql, const std::string& subject, Read read)
    -> std::optional<decltype(read(connection, std::declval<Query&>()))> {
    Query query{connection, sql};
    if (!query.bind(":subject", subject).next()) return std::nullopt;
    return read(connection, query);
}

template <typename Read>
auto page_of_items(sql::Connection& connection, Query& query, const ItemFilter& filter, Read read) {
    std::vector<decltype(read(connection, query))> items;
    const PageBinding page{query, filter};
    while (query.next()) items.push_back(read(connection, query));
    return items;
}

}  // namespace

bool FactTables::holds(const std::string& subject) const {
    const auto kind = std::string_view{subject}.substr(0, subject.find(':'));
    for (const auto& [name, sql] : held_sql) {
        if (name != kind) continue;
        Query query{connection_, sql};
        return query.bind(":subject", subject).next();
    }
    return true;
}

std::optional<Finding> FactTables::finding(const std::string& subject) const {
    return one_item(connection_, finding_sql, subject, finding_at);
}

std::optional<Action> FactTables::action(const std::string& subject) const {
    return one_item(connection_, action_sql, subject, action_at);
}

std::optional<Obligation> FactTables::obligation(const std::string& subject) const {
    return one_item(connection_, obligation_sql, subject, obligation_at);
}

std::vector<Finding> FactTables::findings(const ItemFilter& filter) const {
    Query query{connection_, finding_pages.for_page(filter)};
    query.bind_copy(":kind", filter.kind ? text_of(*filter.kind) : "").bind(":area", filter.area);
    return page_of_items(connection_, query, filter, finding_at);
}

std::vector<std::string> FactTables::duplicates_of(const std::string& force,
                                                   const std::string& reference) const {
    std::vector<std::string> references;
    Query query{connection_, duplicates_sql};
    query.bind(":force", force).bind(":reference", reference);
    while (query.next()) references.push_back(query.text(0));
    return references;
}

std::vector<Action> FactTables::actions(const ItemFilter& filter) const {
    const auto* of_owner = filter.by_id ? actions_of_owner_by_id_sql : actions_of_owner_sql;
    Query query{connection_, filter.owner ? of_owner : action_pages.for_page(filter)};
    if (filter.owner) {
        query.bind(":owner", *filter.owner);
        if (filter.force.empty()) query.bind(":force", filter.force);
    }
    return page_of_items(connection_, query, filter, action_at);
}

std::vector<Obligation> FactTables::obligations(const ItemFilter& filter) const {
    Query query{connection_, obligation_pages.for_page(filter)};
    return page_of_items(connection_, query, filter, obligation_at);
}

std::optional<Meeting> FactTables::meeting(const std::string& subject) const {
    return one_item(connection_, meeting_sql, subject, meeting_at);
}

std::vector<Meeting> FactTables::meetings(const ItemFilter& filter) const {
    Query query{connection_, meeting_pages.for_page(filter)};
    return page_of_items(connection_, query, filter, meeting_at);
}

std::vector<std::string> FactTables::open_actions_of(const std::string& person) const {
    std::vector<std::string> subjects;
    Query query{connection_, owned_sql};
    query.bind(":owner", person);
    while (query.next()) subjects.push_back(query.text(0));
    return subjects;
}

void FactTables::each_open_finding(const std::string& force,
                                   const std::function<void(const std::string&)>& visit) const {
    Query query{connection_, open_findings_sql};
    query.bind(":force", force);
    while (query.next()) visit(query.text(0));
}

void FactTables::each_open_action(
    const std::string& source,
    const std::function<void(const std::string&, const std::string&)>& visit) const {
    Query query{connection_, open_actions_sql};
    query.bind(":source", source);
    while (query.next()) visit(query.text(0), query.text(1));
}

std::optional<FactTables::Plan> FactTables::plan_of(const std::string& action) const {
    Query query{connection_, plan_sql};
    if (!query.bind(":subject", action).next()) return std::nullopt;
    return Plan{query.text(0), query.text(1)};
}

FactTables::Counts FactTables::counts(Date today) const {
    Query query{connection_, counts_sql};
    query.bind(":today", today);
    query.next();
    const Counts counts{query.number(0), query.number(1), query.maybe_date(2)};
    return counts;
}

std::int64_t FactTables::overdue(const std::string& force, Date today) const {
    Query query{connection_, overdue_sql};
    query.bind(":force", force).bind(":today", today).next();
    return query.number(0);
}

std::vector<std::string> FactTables::dated_subjects(const std::string& after, int limit) const {
    std::vector<std::string> subjects;
    Query query{connection_, dated_sql};
    query.bind(":after", after).bind(":limit", limit);
    while (query.next()) subjects.push_back(query.text(0));
    return subjects;
}

}  // namespace forcewatch
