#include <fmt/format.h>

#include "core/event_codec.hpp"
#include "storage/fact_tables.hpp"
#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;
using sql::trusted;

namespace {

constexpr auto reference_sql = "SELECT subject, kind, payload FROM reference";
constexpr auto forces_sql =
    "SELECT id, name, kind, region, aliases, slug, successor FROM force WHERE :id = '' OR id = :id "
    "ORDER BY id";
constexpr auto force_sql =
    "SELECT id, name, kind, region, aliases, slug, successor FROM force WHERE id = :id";
constexpr auto inspection_sql =
    "SELECT id, programme, cycle, published, title, url, forces FROM inspection WHERE id = :id";
constexpr auto inspections_sql = R"sql(
    SELECT id, programme, cycle, published, title, url, forces FROM inspection
     WHERE :force = '' OR id IN (SELECT inspection FROM judgement WHERE force = :force)
     ORDER BY published DESC, id LIMIT :limit)sql";
constexpr auto judgements_sql = R"sql(
    SELECT i.cycle, j.inspection, j.force, j.area, j.certainty, j.basis, j.note, j.url, g.since_on, g.grade, g.position
      FROM judgement j JOIN inspection i ON i.subject = 'inspection:' || j.inspection
      JOIN judgement_grade g ON g.judgement = j.subject
     WHERE j.force = :force AND i.programme = :programme
     ORDER BY j.subject, g.position)sql";
constexpr auto programmes_sql = R"sql(
    SELECT DISTINCT i.programme FROM judgement j JOIN inspection i ON i.subject = 'inspection:' || j.inspection
     WHERE j.force = :force ORDER BY 1)sql";
constexpr auto moves_sql =
    "SELECT force, stage, decided, announced, note, url FROM stage_move WHERE force = :force ORDER "
    "BY subject";
constexpr auto moved_forces_sql = "SELECT DISTINCT force FROM stage_move ORDER BY force";
constexpr auto revisions_sql = R"sql(
    SELECT kind, due, words, resolved_by, agreed_on, reason, approval FROM deadline_revision
     WHERE subject = :subject ORDER BY position)sql";

#define FW_FINDING_COLUMNS                                                               \
    "subject, force, reference, inspection, kind, title, area, parent, origin, raised, " \
    "deadline_kind, due, words,"                                                         \
    " resolved_by, moves, force_state, force_state_on, verified, verified_on, "          \
    "inspectorate_state, inspectorate_state_on"
#define FW_ACTION_COLUMNS                                                                  \
    "subject, source, external_id, force, title, owner, contributors, findings, planned, " \
    "deadline_kind, due, words,"                                                           \
    " resolved_by, moves, state, updated_on, note"
#define FW_OBLIGATION_COLUMNS                                                                 \
    "definition, inspection, force, title, deadline_kind, due, words, resolved_by, tracked, " \
    "replied_on, link,"                                                                       \
    " no_action_reason"
#define FW_FINDING_OPEN \
    "(force_state <> 'claimed complete' AND verified = 0 AND inspectorate_state = 'open')"
#define FW_ACTION_OPEN "(state IN ('open', 'in progress'))"
#define FW_OBLIGATION_OPEN "(tracked = 1 AND replied_on IS NULL)"
#define FW_PAGE                                                                         \
    " AND (due_on, subject) > (:after_due_on, :after_subject) AND due_on < :due_before" \
    " ORDER BY due_on, subject LIMIT :limit"
#define FW_OPEN(condition) " AND (:open = -1 OR :open = " condition ")"

constexpr auto finding_sql = "SELECT " FW_FINDING_COLUMNS " FROM finding WHERE subject = :subject";
constexpr auto findings_sql =
    "SELECT " FW_FINDING_COLUMNS " FROM finding WHERE 1" FW_OPEN(FW_FINDING_OPEN) FW_PAGE;
constexpr auto findings_of_force_sql =
    "SELECT " FW_FINDING_COLUMNS " FROM finding WHERE force = :force" FW_OPEN(FW_FINDING_OPEN)
        FW_PAGE;
constexpr auto action_sql = "SELECT " FW_ACTION_COLUMNS " FROM action WHERE subject = :subject";
constexpr auto actions_sql =
    "SELECT " FW_ACTION_COLUMNS " FROM action WHERE 1" FW_OPEN(FW_ACTION_OPEN) FW_PAGE;
constexpr auto actions_of_force_sql =
    "SELECT " FW_ACTION_COLUMNS " FROM action WHERE force = :force" FW_OPEN(FW_ACTION_OPEN) FW_PAGE;
constexpr auto obligation_sql =
    "SELECT " FW_OBLIGATION_COLUMNS " FROM obligation WHERE subject = :subject";
constexpr auto obligations_sql =
    "SELECT " FW_OBLIGATION_COLUMNS " FROM obligation WHERE 1" FW_OPEN(FW_OBLIGATION_OPEN) FW_PAGE;
constexpr auto obligations_of_force_sql =
    "SELECT " FW_OBLIGATION_COLUMNS
    " FROM obligation WHERE force = :force" FW_OPEN(FW_OBLIGATION_OPEN) FW_PAGE;

constexpr auto counts_sql = R"sql(
    SELECT sum(open_items), sum(CASE WHEN due_on < :today THEN open_items END),
           min(CASE WHEN due_on >= :today AND due_on < '9999' AND open_items > 0 THEN due_on END)
      FROM due_count)sql";
constexpr auto overdue_sql = R"sql(
    SELECT (SELECT count(*) FROM finding WHERE force = :force AND due_on < :today AND )sql" FW_FINDING_OPEN
                             R"sql()
         + (SELECT count(*) FROM action WHERE force = :force AND due_on < :today AND )sql" FW_ACTION_OPEN
                             R"sql()
         + (SELECT count(*) FROM obligation WHERE force = :force AND due_on < :today AND )sql" FW_OBLIGATION_OPEN
                             ")";
constexpr auto dated_sql = R"sql(
    SELECT subject FROM (
        SELECT * FROM (SELECT subject FROM finding WHERE subject > :after ORDER BY subject LIMIT :limit)
        UNION ALL SELECT * FROM (SELECT subject FROM action WHERE subject > :after ORDER BY subject LIMIT :limit)
        UNION ALL SELECT * FROM (SELECT subject FROM obligation WHERE subject > :after ORDER BY subject LIMIT :limit))
     ORDER BY subject LIMIT :limit)sql";

PartialDate partial(std::string_view text) { return trusted(PartialDate::parse(text)); }

Force force_at(Query& query) {
    return {query.text(0),
            query.text(1),
            trusted(parse_force_kind(query.text(2))),
            query.text(3),
            split_lines(query.text(4)),
            query.text(5),
            query.text(6)};
}

Inspection inspection_at(Query& query) {
    return {query.text(0),
            query.text(1),
            query.text(2),
            partial(query.text(3)),
            query.text(4),
            query.text(5),
            split_lines(query.text(6))};
}

Deadline deadline_at(Query& query, int column) {
    return {trusted(parse_deadline_kind(query.text(column))), partial(query.text(column + 1)),
            query.text(column + 2), query.text(column + 3)};
}

Certainty certainty_of(const std::string& text) {
    if (text == "exact") return Certainty::exact;
    return text == "partial" ? Certainty::partial : Certainty::undated;
}

/// An unmoved deadline has one revision, agreed when the item was raised or planned.
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
    finding.deadline = history_of(connection, subject, query.number(14), deadline_at(query, 10),
                                  finding.raised.last_day().value_or(Date{}));
    finding.force_state = trusted(parse_force_state(query.text(15)));
    finding.force_state_on = query.maybe_date(16);
    finding.verified = query.number(17) != 0;
    finding.verified_on = query.maybe_date(18);
    finding.inspectorate_state = trusted(parse_inspectorate_state(query.text(19)));
    finding.inspectorate_state_on = query.maybe_date(20);
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
    action.deadline = history_of(connection, subject, query.number(13), deadline_at(query, 9),
                                 action.planned.last_day().value_or(Date{}));
    action.state = trusted(parse_action_state(query.text(14)));
    action.updated_on = query.maybe_date(15);
    action.note = query.text(16);
    return action;
}

Obligation obligation_at(Query& query) {
    return {query.text(0),       query.text(1),         query.text(2),
            query.text(3),       deadline_at(query, 4), query.number(8) != 0,
            query.maybe_date(9), query.text(10),        query.text(11)};
}

/// The page's parameters outlive the query here, since text is bound without a copy.
struct PageBinding {
    std::string due_before;
    PageBinding(Query& query, const ItemFilter& filter)
        : due_before{filter.due_before ? text_of(*filter.due_before) : "9999-12-32"} {
        query.bind(":open", std::int64_t{filter.open ? (*filter.open ? 1 : 0) : -1})
            .bind(":after_due_on", filter.after_due_on)
            .bind(":after_subject", filter.after_subject)
            .bind(":due_before", due_before)
            .bind(":limit", filter.limit);
        if (!filter.force.empty()) query.bind(":force", filter.force);
    }
};

}  // namespace

Facts FactTables::reference() const {
    Facts facts;
    Query query{connection_, reference_sql};
    while (query.next()) {
        Recorded recorded;
        recorded.event = trusted(decode(query.text(1), query.text(2)));
        apply(facts, recorded);
    }
    return facts;
}

std::vector<Force> FactTables::forces() const {
    std::vector<Force> forces;
    const std::string all;
    Query query{connection_, forces_sql};
    query.bind(":id", all);
    while (query.next()) forces.push_back(force_at(query));
    return forces;
}

std::optional<Force> FactTables::force(const std::string& id) const {
    Query query{connection_, force_sql};
    return query.bind(":id", id).next() ? std::optional{force_at(query)} : std::nullopt;
}

std::optional<Inspection> FactTables::inspection(const std::string& id) const {
    Query query{connection_, inspection_sql};
    return query.bind(":id", id).next() ? std::optional{inspection_at(query)} : std::nullopt;
}

std::vector<Inspection> FactTables::inspections(const std::string& force, int limit) const {
    std::vector<Inspection> inspections;
    Query query{connection_, inspections_sql};
    query.bind(":force", force).bind(":limit", limit);
    while (query.next()) inspections.push_back(inspection_at(query));
    return inspections;
}

std::vector<PlacedJudgement> FactTables::judgements(const std::string& force,
                                                    const std::string& programme) const {
    std::vector<PlacedJudgement> judgements;
    Query query{connection_, judgements_sql};
    query.bind(":force", force).bind(":programme", programme);
    while (query.next()) {
        const GradePoint grade{query.date(8), query.text(9)};
        if (query.number(10) > 0) {
            judgements.back().judgement.grades.push_back(grade);
            continue;
        }
        judgements.push_back({query.text(0),
                              {query.text(1),
                               query.text(2),
                               query.text(3),
                               {grade},
                               certainty_of(query.text(4)),
                               query.text(5),
                               query.text(6),
                               query.text(7)}});
    }
    return judgements;
}

std::vector<std::string> FactTables::programmes_of(const std::string& force) const {
    std::vector<std::string> programmes;
    Query query{connection_, programmes_sql};
    query.bind(":force", force);
    while (query.next()) programmes.push_back(query.text(0));
    return programmes;
}

std::vector<StageMove> FactTables::stage_moves(const std::string& force) const {
    std::vector<StageMove> moves;
    Query query{connection_, moves_sql};
    query.bind(":force", force);
    while (query.next())
        moves.push_back({query.text(0), trusted(parse_stage(query.text(1))), partial(query.text(2)),
                         partial(query.text(3)), query.text(4), query.text(5)});
    return moves;
}

std::vector<std::string> FactTables::forces_with_moves() const {
    std::vector<std::string> forces;
    Query query{connection_, moved_forces_sql};
    while (query.next()) forces.push_back(query.text(0));
    return forces;
}

std::optional<Finding> FactTables::finding(const std::string& subject) const {
    Query query{connection_, finding_sql};
    if (!query.bind(":subject", subject).next()) return std::nullopt;
    return finding_at(connection_, query);
}

std::optional<Action> FactTables::action(const std::string& subject) const {
    Query query{connection_, action_sql};
    if (!query.bind(":subject", subject).next()) return std::nullopt;
    return action_at(connection_, query);
}

std::optional<Obligation> FactTables::obligation(const std::string& subject) const {
    Query query{connection_, obligation_sql};
    if (!query.bind(":subject", subject).next()) return std::nullopt;
    return obligation_at(query);
}

std::vector<Finding> FactTables::findings(const ItemFilter& filter) const {
    std::vector<Finding> findings;
    Query query{connection_, filter.force.empty() ? findings_sql : findings_of_force_sql};
    const PageBinding page{query, filter};
    while (query.next()) findings.push_back(finding_at(connection_, query));
    return findings;
}

std::vector<Action> FactTables::actions(const ItemFilter& filter) const {
    std::vector<Action> actions;
    Query query{connection_, filter.force.empty() ? actions_sql : actions_of_force_sql};
    const PageBinding page{query, filter};
    while (query.next()) actions.push_back(action_at(connection_, query));
    return actions;
}

std::vector<Obligation> FactTables::obligations(const ItemFilter& filter) const {
    std::vector<Obligation> obligations;
    Query query{connection_, filter.force.empty() ? obligations_sql : obligations_of_force_sql};
    const PageBinding page{query, filter};
    while (query.next()) obligations.push_back(obligation_at(query));
    return obligations;
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
