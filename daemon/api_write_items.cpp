// Changes to what has a clock.
#include <fmt/format.h>

#include "daemon/api_write_parts.hpp"

namespace forcewatch {

namespace {

/// PATCH of an item: `complete` fills in what the row takes from the item itself; false: there is
/// no such item.
template <typename Row, typename Complete>
Work amend(Row row, std::string subject, Origin origin, Complete complete) {
    return [row = std::move(row), subject = std::move(subject), origin = std::move(origin),
            complete](Engine& engine, Instant now) mutable {
        if (!complete(engine.store().facts(), subject, row))
            return not_found(fmt::format("there is no {}", subject));
        auto done = engine.import({{row, {}, 0}}, origin, now);
        if (!done) return refused(done.error().front().fault);
        return item_response(engine, subject, now, 200);
    };
}

/// A member that says nothing without another one is a slip, and not to be passed over.
void refuse_alone(ObjectReader& object,
                  std::initializer_list<std::pair<const char*, const char*>> needs) {
    for (const auto& [member, other] : needs)
        if (object.has(member) && !object.has(other))
            object.report(member, fmt::format("says nothing without {} beside it", other));
}

/// What a PATCH says of a deadline, and which members it empties.
template <typename Row>
void read_changes(ObjectReader& object, EventReader& reader, Deadline& deadline, Row& row,
                  std::initializer_list<const char*> clearable) {
    deadline_fields(deadline, reader);
    row.deadline_kind_said = object.has("deadline");
    reader("reason", row.deadline_reason);
    reader("approval", row.approval);
    if (row.deadline_reason.empty()) row.deadline_reason = "no reason was given";
    const char* const moves = object.has("words")      ? "words"
                              : object.has("deadline") ? "deadline"
                                                       : "due";
    refuse_alone(object, {{"reason", moves}, {"approval", moves}});
    for (const char* name : clearable)
        if (object.has(name)) row.cleared.insert(name);
}

Work amend_finding(const Request& request, const std::string& key) {
    const auto parts = halves_of(key);
    if (!parts) return answer_with(not_found("a finding is named FORCE/REFERENCE"));
    FindingRow row;
    row.raised.force = parts->first;
    row.raised.reference = parts->second;
    std::string comment;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        reader("title", row.raised.title);
        reader("area", row.raised.area);
        reader("parent", row.raised.parent);
        read_changes(object, reader, row.raised.deadline, row, {"area", "parent"});
        row.force_state = reader.maybe("force_state", parse_force_state);
        row.force_state_on = reader.maybe("force_state_on", parse_date);
        reader("claimed_by", row.claimed_by);
        reader("force_reason", row.force_reason);
        row.verified_on = reader.maybe("verified_on", parse_date);
        reader("verified_by", row.verified_by);
        row.inspectorate_state = reader.maybe("inspectorate_state", parse_inspectorate_state);
        row.inspectorate_state_on = reader.maybe("inspectorate_state_on", parse_date);
        reader("inspectorate_reason", row.inspectorate_reason);
        refuse_alone(object, {{"force_state_on", "force_state"},
                              {"claimed_by", "force_state"},
                              {"force_reason", "force_state"},
                              {"verified_by", "verified_on"},
                              {"inspectorate_state_on", "inspectorate_state"},
                              {"inspectorate_reason", "inspectorate_state"}});
        comment = object.optional_text("comment", 1000).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return amend(std::move(row), "finding:" + key, origin_of(request, comment),
                 [](const FactTables& facts, const std::string& subject, FindingRow& said) {
                     const auto finding = facts.finding(subject);
                     if (!finding) return false;
                     said.raised.inspection = finding->inspection;
                     said.raised.raised = finding->raised;
                     return true;
                 });
}

Work amend_action(const Request& request, const std::string& key) {
    const auto parts = halves_of(key);
    if (!parts) return answer_with(not_found("an action is named SOURCE/ID"));
    ActionRow row;
    row.planned.source = parts->first;
    row.planned.external_id = parts->second;
    std::string comment;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        reader("title", row.planned.title);
        reader("owner", row.planned.owner);
        reader("contributors", row.planned.contributors);
        reader("findings", row.planned.findings);
        read_changes(object, reader, row.planned.deadline, row,
                     {"owner", "contributors", "findings"});
        row.state = reader.maybe("state", parse_action_state);
        row.updated_on = reader.maybe("updated_on", parse_date);
        reader("note", row.note);
        comment = object.optional_text("comment", 1000).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return amend(std::move(row), "action:" + key, origin_of(request, comment),
                 [](const FactTables& facts, const std::string& subject, ActionRow& said) {
                     const auto action = facts.action(subject);
                     if (action) said.planned.force = action->force;
                     return action.has_value();
                 });
}

Work amend_meeting(const Request& request, const std::string& key) {
    const auto parts = halves_of(key);
    if (!parts) return answer_with(not_found("a meeting is named FORCE/ID"));
    std::optional<MeetingState> state;
    std::optional<bool> papers_sent;
    std::optional<Date> on;
    std::optional<PartialDate> due;
    DeadlineRevised moved;
    std::string note;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        state = reader.maybe("state", parse_meeting_state);
        papers_sent = object.optional_bool("papers_sent");
        on = reader.maybe("on", parse_date);
        due = reader.maybe("due", PartialDate::parse);
        reader("reason", moved.reason);
        reader("approval", moved.approval);
        reader("note", note);
    });
    if (fault) return answer_with(std::move(*fault));
    return [=, force = parts->first, id = parts->second, origin = origin_of(request)](
               Engine& engine, Instant now) mutable {
        const auto subject = meeting_subject(force, id);
        const auto meeting = engine.store().facts().meeting(subject);
        if (!meeting) return not_found(fmt::format("there is no {}", subject));
        std::vector<Event> events;
        const Date day = on.value_or(london_date(now));
        if (due) {
            moved.item = subject;
            moved.deadline = meeting->deadline.current();
            moved.deadline.due = *due;
            moved.agreed_on = day;
            events.emplace_back(moved);
        }
        if (state || papers_sent || !note.empty())
            events.emplace_back(MeetingUpdated{
                force, id, state.value_or(meeting->state),
                papers_sent.value_or(meeting->papers_sent_on.has_value()), day, note});
        if (auto done = engine.record(events, origin, now); !done) return refused(done.error());
        return item_response(engine, subject, now, 200);
    };
}

Work judge_condition(const Request& request, const std::string& key) {
    const auto parts = halves_of(key);
    if (!parts) return answer_with(not_found("an exit condition is named FORCE/ID"));
    ConditionJudged judged{parts->first, parts->second, false, {}, {}};
    std::optional<Date> on;
    auto fault = with_body(request, [&](ObjectReader& object) {
        object.require("met");
        EventReader reader{object};
        reader("met", judged.met);
        on = reader.maybe("on", parse_date);
        reader("note", judged.note);
    });
    if (fault) return answer_with(std::move(*fault));
    return [judged, on, origin = origin_of(request)](Engine& engine, Instant now) mutable {
        judged.on = on.value_or(london_date(now));
        if (auto done = engine.record({judged}, origin, now); !done)
            return done.error().kind == EventFault::Kind::unknown ? not_found(done.error().what)
                                                                  : refused(done.error());
        return item_response(engine, subject_of(Event{judged}), now, 200);
    };
}

Work file_evidence(const Request& request) {
    EvidenceFiled filed;
    std::optional<Date> on;
    auto fault = with_body(request, [&](ObjectReader& object) {
        for (const char* name : {"item", "reference", "sha256"}) object.require(name);
        EventReader reader{object};
        reader("item", filed.item);
        reader("reference", filed.reference);
        reader("sha256", filed.sha256);
        reader("by", filed.by);
        on = reader.maybe("on", parse_date);
        reader("note", filed.note);
    });
    if (fault) return answer_with(std::move(*fault));
    return [filed, on, origin = origin_of(request)](Engine& engine, Instant now) mutable {
        filed.on = on.value_or(london_date(now));
        if (auto done = engine.record({filed}, origin, now); !done) return refused(done.error());
        return item_response(engine, filed.item, now, 201);
    };
}

/// The id of the publication that the subject is; empty: it is none.
std::string publication_in(const std::string& subject) {
    constexpr std::string_view kind = "inspection:";
    return subject.starts_with(kind) ? subject.substr(kind.size()) : std::string{};
}

/// A publication takes its judgements along, but not what people work on.
std::optional<Response> still_used(Engine& engine, const std::string& publication) {
    auto& facts = engine.store().facts();
    const auto inspection = facts.inspection(publication);
    if (!inspection) return std::nullopt;
    int findings = 0;
    for (const auto& force : inspection->forces) {
        ItemFilter filter;
        filter.force = force;
        filter.limit = 1'000'000;
        for (const auto& finding : facts.findings(filter))
            findings += finding.inspection == publication ? 1 : 0;
    }
    if (findings == 0) return std::nullopt;
    return problem(409, "conflict", "The change conflicts with what is recorded",
                   fmt::format("{} finding{} of this publication; withdraw {} first", findings,
                               findings == 1 ? " is" : "s are", findings == 1 ? "it" : "them"));
}

std::vector<Event> retractions(Engine& engine, const std::string& subject,
                               const std::string& reason) {
    std::vector<Event> events;
    for (const auto& judgement : engine.store().facts().judgements_in(publication_in(subject)))
        events.emplace_back(Retracted{judgement, reason});
    events.emplace_back(Retracted{subject, reason});
    return events;
}

Work retract(const Request& request, const std::string& subject) {
    std::string reason;
    auto fault = with_body(
        request, [&](ObjectReader& object) { reason = object.required_text("reason", 1000); });
    if (fault) return answer_with(std::move(*fault));
    return [subject, reason, origin = origin_of(request, reason)](Engine& engine, Instant now) {
        if (auto used = still_used(engine, publication_in(subject))) return std::move(*used);
        if (auto done = engine.record(retractions(engine, subject, reason), origin, now); !done)
            return done.error().kind == EventFault::Kind::unknown ? not_found(done.error().what)
                                                                  : refused(done.error());
        return no_content();
    };
}

Work reply(const Request& request, const std::string& key) {
    ObligationReplied replied;
    const auto first = key.find('/');
    const auto last = key.rfind('/');
    if (first == last)
        return answer_with(not_found("an obligation is named DEFINITION/CAUSE/FORCE"));
    replied.definition = key.substr(0, first);
    replied.cause = key.substr(first + 1, last - first - 1);
    replied.force = key.substr(last + 1);
    bool dated = false;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        if (const auto on = reader.maybe("on", parse_date)) {
            replied.on = *on;
            dated = true;
        }
        reader("link", replied.link);
        reader("no_action_reason", replied.no_action_reason);
    });
    if (fault) return answer_with(std::move(*fault));
    return [replied, dated, origin = origin_of(request)](Engine& engine, Instant now) mutable {
        if (!dated) replied.on = london_date(now);
        if (auto done = engine.record({replied}, origin, now); !done)
            return done.error().kind == EventFault::Kind::unknown ? not_found(done.error().what)
                                                                  : refused(done.error());
        return item_response(engine, subject_of(Event{replied}), now, 200);
    };
}

/// A date for a duty that came without one, or another one.
Work amend_obligation(const Request& request, const std::string& key) {
    DeadlineRevised revised;
    std::optional<Date> agreed_on;
    auto fault = with_body(request, [&](ObjectReader& object) {
        object.require("due");
        EventReader reader{object};
        deadline_fields(revised.deadline, reader);
        agreed_on = reader.maybe("agreed_on", parse_date);
        reader("reason", revised.reason);
        reader("approval", revised.approval);
    });
    if (fault) return answer_with(std::move(*fault));
    return [=, origin = origin_of(request)](Engine& engine, Instant now) mutable {
        revised.item = "obligation:" + key;
        const auto obligation = engine.store().facts().obligation(revised.item);
        if (!obligation) return not_found(fmt::format("there is no {}", revised.item));
        const Deadline known = obligation->deadline.current();
        if (revised.deadline.kind == DeadlineKind::none)
            revised.deadline.kind =
                known.kind == DeadlineKind::none ? DeadlineKind::inspectorate : known.kind;
        if (revised.deadline.words.empty()) revised.deadline.words = known.words;
        revised.agreed_on = agreed_on.value_or(london_date(now));
        if (auto done = engine.record({revised}, origin, now); !done) return refused(done.error());
        return item_response(engine, revised.item, now, 200);
    };
}

std::optional<Work> post_work(const Request& request) {
    const std::string_view path = request.path;
    if (path == "/v1/findings")
        return create<FindingRaised>(request, {"force", "reference", "kind", "title"});
    if (path == "/v1/actions")
        return create<ActionPlanned>(request, {"source", "external_id", "force", "title"});
    if (path == "/v1/meetings")
        return create<MeetingPlanned>(request,
                                      {"force", "meeting", "kind", "title", "deadline", "due"});
    if (path == "/v1/conditions")
        return create<ConditionSet>(request, {"force", "condition", "text"});
    if (path == "/v1/evidence") return file_evidence(request);
    constexpr std::string_view judge_end = "/judge";
    constexpr std::string_view reply_end = "/reply";
    if (const auto rest = path_under(request, "/v1/conditions/");
        rest && rest->ends_with(judge_end))
        return judge_condition(request, rest->substr(0, rest->size() - judge_end.size()));
    if (const auto rest = path_under(request, "/v1/obligations/");
        rest && rest->ends_with(reply_end))
        return reply(request, rest->substr(0, rest->size() - reply_end.size()));
    return std::nullopt;
}

}  // namespace

std::optional<Work> item_work(const Request& request) {
    if (request.method == Method::post) return post_work(request);
    if (request.method == Method::patch) {
        if (const auto key = path_under(request, "/v1/findings/"))
            return amend_finding(request, *key);
        if (const auto key = path_under(request, "/v1/actions/"))
            return amend_action(request, *key);
        if (const auto key = path_under(request, "/v1/meetings/"))
            return amend_meeting(request, *key);
        if (const auto key = path_under(request, "/v1/obligations/"))
            return amend_obligation(request, *key);
    }
    if (request.method == Method::delete_)
        for (const auto& [prefix, kind] :
             {std::pair{"/v1/findings/", "finding:"}, std::pair{"/v1/actions/", "action:"},
              std::pair{"/v1/meetings/", "meeting:"}, std::pair{"/v1/conditions/", "condition:"},
              std::pair{"/v1/inspections/", "inspection:"},
              std::pair{"/v1/judgements/", "judgement:"}, std::pair{"/v1/stages/", "stage:"}})
            if (const auto key = path_under(request, prefix)) return retract(request, kind + *key);
    return std::nullopt;
}

}  // namespace forcewatch
