#include <fmt/format.h>

#include "core/event_codec.hpp"
#include "storage/fact_tables.hpp"
#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

namespace {

constexpr auto put_reference_sql =
    "INSERT OR REPLACE INTO reference (subject, kind, payload) VALUES (:subject, :kind, :payload)";
constexpr auto put_force_sql = R"sql(
    INSERT OR REPLACE INTO force (subject, id, name, kind, region, aliases, slug, successor, ended)
    VALUES (:subject, :id, :name, :kind, :region, :aliases, :slug, :successor, :ended))sql";
constexpr auto put_person_sql = R"sql(
    INSERT OR REPLACE INTO person (subject, id, deputy, active, since)
    VALUES (:subject, :id, :deputy, :active, :since))sql";
constexpr auto put_inspection_sql = R"sql(
    INSERT OR REPLACE INTO inspection (subject, id, programme, cycle, published, title, url, forces)
    VALUES (:subject, :id, :programme, :cycle, :published, :title, :url, :forces))sql";
constexpr auto put_judgement_sql = R"sql(
    INSERT OR REPLACE INTO judgement (subject, inspection, force, area, certainty, basis, note, url)
    VALUES (:subject, :inspection, :force, :area, :certainty, :basis, :note, :url))sql";
constexpr auto put_grade_sql = R"sql(
    INSERT INTO judgement_grade (judgement, position, since_on, grade)
    VALUES (:judgement, :position, :since_on, :grade))sql";
constexpr auto put_move_sql = R"sql(
    INSERT OR REPLACE INTO stage_move (subject, force, stage, decided, announced, note, url)
    VALUES (:subject, :force, :stage, :decided, :announced, :note, :url))sql";
constexpr auto put_finding_sql = R"sql(
    INSERT OR REPLACE INTO finding (subject, force, reference, inspection, kind, title, area, parent, origin, raised,
                         raised_on, deadline_kind, due, due_on, words, resolved_by, moves, force_state, force_state_on,
                         claimed_by, force_reason, verified, verified_on, verified_by, inspectorate_state,
                         inspectorate_state_on, inspectorate_reason, updated_on, evidence_count,
                         same_as, same_as_on, same_as_by, same_as_reason, apart_from)
    VALUES (:subject, :force, :reference, :inspection, :kind, :title, :area, :parent, :origin, :raised,
            :raised_on, :deadline_kind, :due, :due_on, :words, :resolved_by, :moves, :force_state, :force_state_on,
            :claimed_by, :force_reason, :verified, :verified_on, :verified_by, :inspectorate_state,
            :inspectorate_state_on, :inspectorate_reason, :updated_on, :evidence_count,
            :same_as, :same_as_on, :same_as_by, :same_as_reason, :apart_from))sql";
constexpr auto put_condition_sql = R"sql(
    INSERT OR REPLACE INTO exit_condition (subject, force, id, finding, text, findings)
    VALUES (:subject, :force, :id, :finding, :text, :findings))sql";
constexpr auto put_mark_sql = R"sql(
    INSERT INTO condition_mark (condition, position, marked_on, met, note)
    VALUES (:condition, :position, :marked_on, :met, :note))sql";
constexpr auto put_evidence_sql = R"sql(
    INSERT INTO evidence (item, position, reference, sha256, filed_by, filed_on, note)
    VALUES (:item, :position, :reference, :sha256, :filed_by, :filed_on, :note))sql";
constexpr auto put_action_sql = R"sql(
    INSERT OR REPLACE INTO action (subject, source, external_id, force, title, owner, contributors, findings, planned,
                        planned_on, deadline_kind, due, due_on, words, resolved_by, moves, state, updated_on, note,
                        evidence_count)
    VALUES (:subject, :source, :external_id, :force, :title, :owner, :contributors, :findings, :planned,
            :planned_on, :deadline_kind, :due, :due_on, :words, :resolved_by, :moves, :state, :updated_on, :note,
            :evidence_count))sql";
constexpr auto put_meeting_sql = R"sql(
    INSERT OR REPLACE INTO meeting (subject, force, id, kind, title, planned, planned_on, papers_days, deadline_kind, due,
                         due_on, words, resolved_by, moves, state, state_on, papers_sent_on, note)
    VALUES (:subject, :force, :id, :kind, :title, :planned, :planned_on, :papers_days, :deadline_kind, :due,
            :due_on, :words, :resolved_by, :moves, :state, :state_on, :papers_sent_on, :note))sql";
constexpr auto put_obligation_sql = R"sql(
    INSERT OR REPLACE INTO obligation (subject, definition, cause, force, title, arose_on, deadline_kind, due, due_on,
                            words, resolved_by, moves, tracked, replied_on, link, no_action_reason)
    VALUES (:subject, :definition, :cause, :force, :title, :arose_on, :deadline_kind, :due, :due_on,
            :words, :resolved_by, :moves, :tracked, :replied_on, :link, :no_action_reason))sql";
constexpr auto put_revision_sql = R"sql(
    INSERT INTO deadline_revision (subject, position, kind, due, words, resolved_by, agreed_on, reason, approval)
    VALUES (:subject, :position, :kind, :due, :words, :resolved_by, :agreed_on, :reason, :approval))sql";

std::string_view spelled(Certainty certainty) {
    return certainty == Certainty::exact     ? "exact"
           : certainty == Certainty::partial ? "partial"
                                             : "undated";
}

/// Writes the rows of one subject.
struct Writer {
    sql::Connection& connection;
    const std::string& subject;

    template <typename E>
    void reference(const E& event) {
        const std::string payload = encode(Event{event});
        sql::Query query{connection, put_reference_sql};
        query.bind(":subject", subject).bind_copy(":kind", E::kind).bind(":payload", payload).run();
    }

    void write(const ScaleDefined& e) { reference(e); }
    void write(const CycleDefined& e) { reference(e); }
    void write(const AreaDefined& e) { reference(e); }
    void write(const AreasLinked& e) { reference(e); }
    void write(const HolidaysDefined& e) { reference(e); }
    void write(const ObligationDefined& e) { reference(e); }
    void write(const DeadlinePolicySet& e) { reference(e); }

    void write(const Force& force) {
        sql::Query query{connection, put_force_sql};
        query.bind(":subject", subject)
            .bind(":id", force.id)
            .bind(":name", force.name)
            .bind_copy(":kind", text_of(force.kind))
            .bind(":region", force.region)
            .bind_copy(":aliases", join_lines(force.aliases))
            .bind(":slug", force.slug)
            .bind(":successor", force.successor)
            .bind_copy(":ended", force.ended.text())
            .run();
    }

    void write(const Person& person) {
        sql::Query query{connection, put_person_sql};
        query.bind(":subject", subject)
            .bind(":id", person.id)
            .bind(":deputy", person.deputy)
            .bind(":active", std::int64_t{person.active})
            .bind(":since", person.since)
            .run();
    }

    void write(const Inspection& inspection) {
        sql::Query query{connection, put_inspection_sql};
        query.bind(":subject", subject)
            .bind(":id", inspection.id)
            .bind(":programme", inspection.programme)
            .bind(":cycle", inspection.cycle)
            .bind_copy(":published", inspection.published.text())
            .bind(":title", inspection.title)
            .bind(":url", inspection.url)
            .bind_copy(":forces", join_lines(inspection.forces))
            .run();
    }

    void write(const Judgement& judgement) {
        sql::Query query{connection, put_judgement_sql};
        query.bind(":subject", subject)
            .bind(":inspection", judgement.inspection)
            .bind(":force", judgement.force)
            .bind(":area", judgement.area)
            .bind_copy(":certainty", spelled(judgement.certainty))
            .bind(":basis", judgement.basis)
            .bind(":note", judgement.note)
            .bind(":url", judgement.url)
            .run();
        for (std::size_t i = 0; i < judgement.grades.size(); ++i) {
            sql::Query grade{connection, put_grade_sql};
            grade.bind(":judgement", subject)
                .bind(":position", static_cast<std::int64_t>(i))
                .bind(":since_on", judgement.grades[i].on)
                .bind(":grade", judgement.grades[i].grade)
                .run();
        }
    }

    void write(const StageMove& move) {
        sql::Query query{connection, put_move_sql};
        query.bind(":subject", subject)
            .bind(":force", move.force)
            .bind_copy(":stage", text_of(move.stage))
            .bind_copy(":decided", move.decided.text())
            .bind_copy(":announced", move.announced.text())
            .bind(":note", move.note)
            .bind(":url", move.url)
            .run();
    }

    void bind_deadline(sql::Query& query, const DeadlineHistory& history) {
        const Deadline deadline = history.current();
        query.bind(":moves", static_cast<std::int64_t>(history.revisions.size()) - 1)
            .bind_copy(":deadline_kind", text_of(deadline.kind))
            .bind_copy(":due", deadline.due.text())
            .bind_copy(":due_on", due_key(deadline))
            .bind_copy(":words", deadline.words)
            .bind_copy(":resolved_by", deadline.resolved_by);
    }

    void write_evidence(const std::vector<Evidence>& evidence) {
        for (std::size_t i = 0; i < evidence.size(); ++i) {
            sql::Query query{connection, put_evidence_sql};
            query.bind(":item", subject)
                .bind(":position", static_cast<std::int64_t>(i))
                .bind(":reference", evidence[i].reference)
                .bind(":sha256", evidence[i].sha256)
                .bind(":filed_by", evidence[i].by)
                .bind(":filed_on", evidence[i].on)
                .bind(":note", evidence[i].note)
                .run();
        }
    }

    /// An unmoved deadline stands in the item's own row alone.
    void write_revisions(const DeadlineHistory& history) {
        if (history.revisions.size() < 2) return;
        for (std::size_t i = 0; i < history.revisions.size(); ++i) {
            const auto& revision = history.revisions[i];
            sql::Query query{connection, put_revision_sql};
            query.bind(":subject", subject)
                .bind(":position", static_cast<std::int64_t>(i))
                .bind_copy(":kind", text_of(revision.deadline.kind))
                .bind_copy(":due", revision.deadline.due.text())
                .bind(":words", revision.deadline.words)
                .bind(":resolved_by", revision.deadline.resolved_by)
                .bind(":agreed_on", revision.agreed_on)
                .bind(":reason", revision.reason)
                .bind(":approval", revision.approval)
                .run();
        }
    }

    void write(const Finding& finding) {
        sql::Query query{connection, put_finding_sql};
        bind_deadline(query, finding.deadline);
        query.bind(":subject", subject)
            .bind(":force", finding.force)
            .bind(":reference", finding.reference)
            .bind(":inspection", finding.inspection)
            .bind_copy(":kind", text_of(finding.kind))
            .bind(":title", finding.title)
            .bind(":area", finding.area)
            .bind(":parent", finding.parent)
            .bind(":origin", finding.origin)
            .bind_copy(":raised", finding.raised.text())
            .bind(":raised_on", finding.raised_on)
            .bind_copy(":force_state", text_of(finding.force_state))
            .bind(":force_state_on", finding.force_state_on)
            .bind(":claimed_by", finding.claimed_by)
            .bind(":force_reason", finding.force_reason)
            .bind(":verified", std::int64_t{finding.verified})
            .bind(":verified_on", finding.verified_on)
            .bind(":verified_by", finding.verified_by)
            .bind_copy(":inspectorate_state", text_of(finding.inspectorate_state))
            .bind(":inspectorate_state_on", finding.inspectorate_state_on)
            .bind(":inspectorate_reason", finding.inspectorate_reason)
            .bind(":updated_on", finding.updated_on)
            .bind(":evidence_count", static_cast<std::int64_t>(finding.evidence.size()))
            .bind(":same_as", finding.same_as)
            .bind(":same_as_on", finding.same_as_on)
            .bind(":same_as_by", finding.same_as_by)
            .bind(":same_as_reason", finding.same_as_reason)
            .bind_copy(":apart_from", join_lines(finding.apart_from))
            .run();
        write_revisions(finding.deadline);
        write_evidence(finding.evidence);
    }

    void write(const ExitCondition& condition) {
        sql::Query query{connection, put_condition_sql};
        query.bind(":subject", subject)
            .bind(":force", condition.force)
            .bind(":id", condition.id)
            .bind(":finding", condition.finding)
            .bind(":text", condition.text)
            .bind_copy(":findings", join_lines(condition.findings))
            .run();
        for (std::size_t i = 0; i < condition.marks.size(); ++i) {
            sql::Query mark{connection, put_mark_sql};
            mark.bind(":condition", subject)
                .bind(":position", static_cast<std::int64_t>(i))
                .bind(":marked_on", condition.marks[i].on)
                .bind(":met", std::int64_t{condition.marks[i].met})
                .bind(":note", condition.marks[i].note)
                .run();
        }
    }

    void write(const Action& action) {
        sql::Query query{connection, put_action_sql};
        bind_deadline(query, action.deadline);
        query.bind(":subject", subject)
            .bind(":source", action.source)
            .bind(":external_id", action.external_id)
            .bind(":force", action.force)
            .bind(":title", action.title)
            .bind(":owner", action.owner)
            .bind_copy(":contributors", join_lines(action.contributors))
            .bind_copy(":findings", join_lines(action.findings))
            .bind_copy(":planned", action.planned.text())
            .bind(":planned_on", action.planned_on)
            .bind_copy(":state", text_of(action.state))
            .bind(":updated_on", action.updated_on)
            .bind(":note", action.note)
            .bind(":evidence_count", static_cast<std::int64_t>(action.evidence.size()))
            .run();
        write_revisions(action.deadline);
        write_evidence(action.evidence);
    }

    void write(const Meeting& meeting) {
        sql::Query query{connection, put_meeting_sql};
        bind_deadline(query, meeting.deadline);
        query.bind(":subject", subject)
            .bind(":force", meeting.force)
            .bind(":id", meeting.id)
            .bind_copy(":kind", text_of(meeting.kind))
            .bind(":title", meeting.title)
            .bind_copy(":planned", meeting.planned.text())
            .bind(":planned_on", meeting.deadline.revisions.front().agreed_on)
            .bind(":papers_days", meeting.papers_days)
            .bind_copy(":state", text_of(meeting.state))
            .bind(":state_on", meeting.state_on)
            .bind(":papers_sent_on", meeting.papers_sent_on)
            .bind(":note", meeting.note)
            .run();
        write_revisions(meeting.deadline);
    }

    void write(const Obligation& obligation) {
        sql::Query query{connection, put_obligation_sql};
        bind_deadline(query, obligation.deadline);
        query.bind(":subject", subject)
            .bind(":definition", obligation.definition)
            .bind(":cause", obligation.cause)
            .bind(":force", obligation.force)
            .bind(":title", obligation.title)
            .bind(":arose_on", obligation.deadline.revisions.front().agreed_on)
            .bind(":tracked", std::int64_t{obligation.tracked})
            .bind(":replied_on", obligation.replied_on)
            .bind(":link", obligation.link)
            .bind(":no_action_reason", obligation.no_action_reason)
            .run();
        write_revisions(obligation.deadline);
    }
};

void remove(sql::Connection& connection, const char* sql, const std::string& subject) {
    sql::Query query{connection, sql};
    query.bind(":subject", subject).run();
}

template <typename Item>
void put(sql::Connection& connection, const std::map<std::string, Item>& items,
         const std::string& subject, const char* remove_sql) {
    const auto found = items.find(subject);
    if (found == items.end())
        remove(connection, remove_sql, subject);
    else
        Writer{connection, subject}.write(found->second);
}

constexpr auto drop_revisions_sql = "DELETE FROM deadline_revision WHERE subject = :subject";
constexpr auto drop_evidence_sql = "DELETE FROM evidence WHERE item = :subject";
constexpr auto drop_marks_sql = "DELETE FROM condition_mark WHERE condition = :subject";
constexpr auto drop_grades_sql = "DELETE FROM judgement_grade WHERE judgement = :subject";
constexpr auto drop_reference_sql = "DELETE FROM reference WHERE subject = :subject";

}  // namespace

std::string due_key(const Deadline& deadline) {
    const auto last = deadline.last_day();
    return last ? text_of(*last) : std::string{no_due_on};
}

void FactTables::replace(const std::string& subject, const Facts& slice, bool existed) {
    const std::string_view kind = std::string_view{subject}.substr(0, subject.find(':'));
    const auto drop = [&](std::initializer_list<const char*> statements) {
        if (!existed) return;
        for (const char* statement : statements) remove(connection_, statement, subject);
    };
    if (kind == "action") {
        drop({drop_revisions_sql, drop_evidence_sql});
        put(connection_, slice.actions, subject, "DELETE FROM action WHERE subject = :subject");
    } else if (kind == "finding") {
        drop({drop_revisions_sql, drop_evidence_sql});
        put(connection_, slice.findings, subject, "DELETE FROM finding WHERE subject = :subject");
    } else if (kind == "condition") {
        drop({drop_marks_sql});
        put(connection_, slice.conditions, subject,
            "DELETE FROM exit_condition WHERE subject = :subject");
    } else if (kind == "meeting") {
        drop({drop_revisions_sql});
        put(connection_, slice.meetings, subject, "DELETE FROM meeting WHERE subject = :subject");
    } else if (kind == "judgement") {
        drop({drop_grades_sql});
        put(connection_, slice.judgements, subject,
            "DELETE FROM judgement WHERE subject = :subject");
    } else if (kind == "obligation") {
        drop({drop_revisions_sql});
        put(connection_, slice.obligations, subject,
            "DELETE FROM obligation WHERE subject = :subject");
    } else if (kind == "stage") {
        put(connection_, slice.stage_moves, subject,
            "DELETE FROM stage_move WHERE subject = :subject");
    } else if (kind == "inspection") {
        put(connection_, slice.inspections, subject,
            "DELETE FROM inspection WHERE subject = :subject");
    } else if (kind == "force") {
        put(connection_, slice.forces, subject, "DELETE FROM force WHERE subject = :subject");
    } else if (kind == "person") {
        put(connection_, slice.people, subject, "DELETE FROM person WHERE subject = :subject");
    } else if (kind == "scale") {
        put(connection_, slice.scales, subject, drop_reference_sql);
    } else if (kind == "cycle") {
        put(connection_, slice.cycles, subject, drop_reference_sql);
    } else if (kind == "area") {
        put(connection_, slice.areas, subject, drop_reference_sql);
    } else if (kind == "link") {
        put(connection_, slice.links, subject, drop_reference_sql);
    } else if (kind == "holidays") {
        put(connection_, slice.holidays, subject, drop_reference_sql);
    } else if (kind == "obligation-definition") {
        put(connection_, slice.obligation_definitions, subject, drop_reference_sql);
    } else if (kind == "policy") {
        put(connection_, slice.policies, subject, drop_reference_sql);
    }
}

}  // namespace forcewatch
