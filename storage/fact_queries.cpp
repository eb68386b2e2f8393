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
    "SELECT id, name, kind, region, aliases, slug, successor, ended FROM force WHERE :id = '' OR "
    "id = :id "
    "ORDER BY id";
constexpr auto force_sql =
    "SELECT id, name, kind, region, aliases, slug, successor, ended FROM force WHERE id = :id";
constexpr auto predecessors_sql =
    "SELECT id FROM force WHERE successor = :id AND successor <> '' ORDER BY id";
constexpr auto person_sql = "SELECT id, deputy, active, since FROM person WHERE id = :id";
constexpr auto persons_sql = "SELECT id, deputy, active, since FROM person ORDER BY id";
constexpr auto conditions_sql =
    "SELECT subject, force, id, finding, text, findings FROM exit_condition"
    " WHERE :force = '' OR force = :force ORDER BY subject";
constexpr auto marks_sql =
    "SELECT marked_on, met, note FROM condition_mark WHERE condition = :subject ORDER BY position";
constexpr auto inspection_sql =
    "SELECT id, programme, cycle, published, title, url, forces FROM inspection WHERE id = :id";
constexpr auto inspections_sql = R"sql(
    SELECT id, programme, cycle, published, title, url, forces FROM inspection
     WHERE :force = '' OR instr(char(10) || forces || char(10), char(10) || :force || char(10)) > 0
     ORDER BY published DESC, id LIMIT :limit)sql";
constexpr auto judgements_sql = R"sql(
    SELECT i.cycle, j.inspection, j.force, j.area, j.certainty, j.basis, j.note, j.url, g.since_on, g.grade, g.position,
           i.published
      FROM judgement j JOIN inspection i ON i.subject = 'inspection:' || j.inspection
      JOIN judgement_grade g ON g.judgement = j.subject
     WHERE j.force = :force AND i.programme = :programme
     ORDER BY j.subject, g.position)sql";
constexpr auto judgements_in_sql =
    "SELECT subject FROM judgement WHERE inspection = :inspection ORDER BY subject";
constexpr auto programmes_sql = R"sql(
    SELECT DISTINCT i.programme FROM judgement j JOIN inspection i ON i.subject = 'inspection:' || j.inspection
     WHERE j.force = :force ORDER BY 1)sql";
constexpr auto moves_sql =
    "SELECT force, stage, decided, announced, note, url FROM stage_move WHERE force = :force ORDER "
    "BY subject";
constexpr auto moved_forces_sql = "SELECT DISTINCT force FROM stage_move ORDER BY force";
PartialDate partial(std::string_view text) { return trusted(PartialDate::parse(text)); }

Force force_at(Query& query) {
    return {query.text(0),
            query.text(1),
            trusted(parse_force_kind(query.text(2))),
            query.text(3),
            split_lines(query.text(4)),
            query.text(5),
            query.text(6),
            partial(query.text(7))};
}

Person person_at(Query& query) {
    return {query.text(0), query.text(1), query.number(2) != 0, query.maybe_date(3)};
}

Inspection inspection_at(Query& query) {
    return {query.text(0),
            query.text(1),
            query.text(2),
            partial(query.text(3)),
            query.text(4),
            query.text(5),
            split_lines(query.text(6)),
            {}};
}

Certainty certainty_of(const std::string& text) {
    if (text == "exact") return Certainty::exact;
    return text == "partial" ? Certainty::partial : Certainty::undated;
}

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
                               query.text(7),
                               {}},
                              partial(query.text(11))});
    }
    return judgements;
}

std::vector<std::string> FactTables::judgements_in(const std::string& inspection) const {
    std::vector<std::string> subjects;
    Query query{connection_, judgements_in_sql};
    query.bind(":inspection", inspection);
    while (query.next()) subjects.push_back(query.text(0));
    return subjects;
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
        moves.push_back({query.text(0),
                         trusted(parse_stage(query.text(1))),
                         partial(query.text(2)),
                         partial(query.text(3)),
                         query.text(4),
                         query.text(5),
                         {}});
    return moves;
}

std::vector<std::string> FactTables::forces_with_moves() const {
    std::vector<std::string> forces;
    Query query{connection_, moved_forces_sql};
    while (query.next()) forces.push_back(query.text(0));
    return forces;
}

std::vector<std::string> FactTables::predecessors_of(const std::string& id) const {
    std::vector<std::string> forces;
    Query query{connection_, predecessors_sql};
    query.bind(":id", id);
    while (query.next()) forces.push_back(query.text(0));
    return forces;
}

std::optional<Person> FactTables::person(const std::string& id) const {
    Query query{connection_, person_sql};
    return query.bind(":id", id).next() ? std::optional{person_at(query)} : std::nullopt;
}

std::vector<Person> FactTables::persons() const {
    std::vector<Person> people;
    Query query{connection_, persons_sql};
    while (query.next()) people.push_back(person_at(query));
    return people;
}

std::vector<ExitCondition> FactTables::conditions(const std::string& force) const {
    std::vector<ExitCondition> conditions;
    Query query{connection_, conditions_sql};
    query.bind(":force", force);
    while (query.next()) {
        const std::string subject = query.text(0);
        conditions.push_back({query.text(1),
                              query.text(2),
                              query.text(3),
                              query.text(4),
                              split_lines(query.text(5)),
                              {},
                              {}});
        Query marks{connection_, marks_sql};
        marks.bind(":subject", subject);
        while (marks.next())
            conditions.back().marks.push_back({marks.date(0), marks.number(1) != 0, marks.text(2)});
    }
    return conditions;
}

}  // namespace forcewatch
