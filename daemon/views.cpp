#include "daemon/views.hpp"

#include <optional>

#include "core/day_count.hpp"
#include "core/event_codec.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

/// Null when empty.
JsonWriter& value_or_null(JsonWriter& json, const std::string& text) {
    return text.empty() ? json.null() : json.value(text);
}

void write_deadline(JsonWriter& json, const Deadline& deadline, bool running, Date today) {
    const auto last = deadline.last_day();
    json.key("deadline").begin_object();
    json.key("kind").value(text_of(deadline.kind));
    value_or_null(json.key("due"), deadline.due.text());
    write_optional(json, "last_day", last);
    value_or_null(json.key("words"), deadline.words);
    value_or_null(json.key("resolved_by"), deadline.resolved_by);
    json.end_object();
    json.key("overdue_days").value(running && last && today > *last ? (today - *last).count() : 0);
}

/// "red", the line of the table that says so, and what it looked at.
void write_rag(JsonWriter& json, const ItemView& view, const ViewContext& context) {
    const auto& table =
        context.rag == nullptr || context.rag->empty() ? shipped_rag() : *context.rag;
    const auto answer = rag_of(table, view, context.today);
    json.key("rag").begin_object();
    json.key("colour").value(text_of(answer.colour)).key("line").value(answer.line);
    json.key("reason").value(answer.reason);
    write_texts(json, "facts", answer.facts);
    json.end_object();
}

const std::string& shown(const ViewContext& context, const std::string& token) {
    return context.people == nullptr || token.empty() ? token : context.people->shown(token);
}

void write_evidence(JsonWriter& json, const std::vector<Evidence>& evidence,
                    const ViewContext& context) {
    json.key("evidence").begin_array();
    for (const auto& each : evidence) {
        json.begin_object();
        json.key("reference").value(each.reference).key("sha256").value(each.sha256);
        json.key("by").value(shown(context, each.by)).key("on").value(text_of(each.on));
        value_or_null(json.key("note"), each.note);
        json.end_object();
    }
    json.end_array();
}

void write_history(JsonWriter& json, const DeadlineHistory& history) {
    json.key("deadline_moves").value(history.moves().size());
    json.key("slip_days").value(history.slip().count());
    if (history.revisions.size() < 2) return;
    value_or_null(json.key("original_due"), history.original().due.text());
    json.key("revisions").begin_array();
    for (const auto& revision : history.revisions) {
        json.begin_object();
        json.key("kind").value(text_of(revision.deadline.kind));
        value_or_null(json.key("due"), revision.deadline.due.text());
        value_or_null(json.key("words"), revision.deadline.words);
        json.key("agreed_on").value(text_of(revision.agreed_on));
        value_or_null(json.key("reason"), revision.reason);
        value_or_null(json.key("approval"), revision.approval);
        json.end_object();
    }
    json.end_array();
}

/// Which finding stands for this one, since when and by whose word, and for which it stands.
void write_same_as(JsonWriter& json, const Finding& finding, const ViewContext& context) {
    value_or_null(json.key("same_as"),
                  finding.same_as.empty() ? std::string{} : finding.force + "/" + finding.same_as);
    write_optional(json, "same_as_on", finding.same_as_on);
    value_or_null(json.key("same_as_by"), shown(context, finding.same_as_by));
    value_or_null(json.key("same_as_reason"), finding.same_as_reason);
    json.key("duplicates").begin_array();
    if (context.facts != nullptr)
        for (const auto& reference : context.facts->duplicates_of(finding.force, finding.reference))
            json.value(finding.force + "/" + reference);
    json.end_array();
}

/// The event's own fields, by the names the API uses everywhere.
struct FieldWriter {
    JsonWriter& json;

    void operator()(std::string_view name, const std::vector<std::string>& list) {
        if (!list.empty()) write_texts(json, name, list);
    }
    template <typename T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value) (*this)(name, *value);
    }
    void operator()(std::string_view name, int value) { json.key(name).value(value); }
    void operator()(std::string_view name, bool value) { json.key(name).value(value); }
    template <typename T>
    void operator()(std::string_view name, const T& value) {
        const std::string text = field_text(value);
        if (!text.empty()) json.key(name).value(text);
    }
};

}  // namespace

void write_force(JsonWriter& json, const Force& force) {
    json.key("id")
        .value(force.id)
        .key("name")
        .value(force.name)
        .key("kind")
        .value(text_of(force.kind));
    value_or_null(json.key("region"), force.region);
    value_or_null(json.key("successor"), force.successor);
    value_or_null(json.key("ended"), force.ended.text());
}

void write_inspection(JsonWriter& json, const Inspection& inspection) {
    json.begin_object();
    json.key("id").value(inspection.id);
    json.key("programme").value(inspection.programme).key("cycle").value(inspection.cycle);
    value_or_null(json.key("published"), inspection.published.text());
    json.key("dated").value(inspection.published.known());
    value_or_null(json.key("title"), inspection.title);
    value_or_null(json.key("url"), inspection.url);
    write_texts(json, "forces", inspection.forces);
    json.end_object();
}

void write_finding(JsonWriter& json, const Finding& finding, const ViewContext& context) {
    const auto principal =
        context.facts != nullptr ? principal_of(*context.facts, finding) : std::nullopt;
    const bool open = !principal && !clock_stopped_on(finding, Axis::force);
    json.begin_object();
    json.key("id").value(finding.force + "/" + finding.reference);
    json.key("subject").value(finding_subject(finding.force, finding.reference));
    json.key("force").value(finding.force).key("reference").value(finding.reference);
    json.key("kind").value(text_of(finding.kind)).key("title").value(finding.title);
    value_or_null(json.key("inspection"), finding.inspection);
    value_or_null(json.key("area"), finding.area);
    value_or_null(json.key("parent"), finding.parent);
    value_or_null(json.key("origin"), finding.origin);
    value_or_null(json.key("raised"), finding.raised.text());
    write_optional(json, "raised_on", finding.raised_on);
    write_deadline(json, finding.deadline.current(), open, context.today);
    write_history(json, finding.deadline);
    json.key("force_state").value(text_of(finding.force_state));
    write_optional(json, "force_state_on", finding.force_state_on);
    value_or_null(json.key("claimed_by"), shown(context, finding.claimed_by));
    value_or_null(json.key("force_reason"), finding.force_reason);
    json.key("verified").value(finding.verified);
    write_optional(json, "verified_on", finding.verified_on);
    value_or_null(json.key("verified_by"), shown(context, finding.verified_by));
    json.key("inspectorate_state").value(text_of(finding.inspectorate_state));
    write_optional(json, "inspectorate_state_on", finding.inspectorate_state_on);
    value_or_null(json.key("inspectorate_reason"), finding.inspectorate_reason);
    write_same_as(json, finding, context);
    write_optional(json, "updated_on", finding.updated_on);
    write_evidence(json, finding.evidence, context);
    write_rag(json, view_of(principal ? *principal : finding), context);
    json.end_object();
}

void write_action(JsonWriter& json, const Action& action, const ViewContext& context) {
    const bool open = !clock_stopped_on(action);
    json.begin_object();
    json.key("id").value(action.source + "/" + action.external_id);
    json.key("subject").value(action_subject(action.source, action.external_id));
    json.key("source").value(action.source).key("external_id").value(action.external_id);
    json.key("force").value(action.force).key("title").value(action.title);
    value_or_null(json.key("owner"), shown(context, action.owner));
    value_or_null(json.key("owner_id"), action.owner);
    json.key("contributors").begin_array();
    for (const auto& token : action.contributors) json.value(shown(context, token));
    json.end_array();
    write_texts(json, "findings", action.findings);
    value_or_null(json.key("planned"), action.planned.text());
    write_deadline(json, action.deadline.current(), open, context.today);
    write_history(json, action.deadline);
    json.key("state").value(text_of(action.state));
    write_optional(json, "updated_on", action.updated_on);
    value_or_null(json.key("note"), action.note);
    write_evidence(json, action.evidence, context);
    std::optional<Person> owner;
    if (context.facts != nullptr && !action.owner.empty())
        owner = context.facts->person(action.owner);
    write_rag(json, view_of(action, owner), context);
    json.end_object();
}

void write_meeting(JsonWriter& json, const Meeting& meeting, const ViewContext& context) {
    const bool planned = meeting.state == MeetingState::planned;
    json.begin_object();
    json.key("id").value(meeting.force + "/" + meeting.id);
    json.key("subject").value(meeting_subject(meeting.force, meeting.id));
    json.key("force").value(meeting.force).key("meeting").value(meeting.id);
    json.key("kind").value(text_of(meeting.kind)).key("title").value(meeting.title);
    value_or_null(json.key("planned"), meeting.planned.text());
    write_deadline(json, meeting.deadline.current(), planned, context.today);
    write_history(json, meeting.deadline);
    json.key("papers_days").value(meeting.papers_days);
    write_optional(json, "papers_due", papers_due_on(meeting));
    write_optional(json, "papers_sent_on", meeting.papers_sent_on);
    json.key("state").value(text_of(meeting.state));
    write_optional(json, "state_on", meeting.state_on);
    value_or_null(json.key("note"), meeting.note);
    json.end_object();
}

void write_obligation(JsonWriter& json, const Obligation& obligation, const ViewContext& context) {
    const auto shared =
        context.facts != nullptr ? shared_clock_of(*context.facts, obligation) : std::string{};
    const bool running = obligation.tracked && !obligation.replied_on && shared.empty();
    const Deadline deadline = obligation.deadline.current();
    json.begin_object();
    json.key("id").value(obligation.definition + "/" + obligation.cause + "/" + obligation.force);
    json.key("subject").value(
        obligation_subject(obligation.definition, obligation.cause, obligation.force));
    json.key("definition").value(obligation.definition).key("cause").value(obligation.cause);
    json.key("force").value(obligation.force).key("title").value(obligation.title);
    write_deadline(json, deadline, running, context.today);
    write_history(json, obligation.deadline);
    json.key("tracked").value(obligation.tracked);
    value_or_null(json.key("shares_clock_of"), std::string{subject_key(shared)});
    write_optional(json, "replied_on", obligation.replied_on);
    const auto last = deadline.last_day();
    json.key("late").value(obligation.replied_on && last && *obligation.replied_on > *last);
    value_or_null(json.key("link"), obligation.link);
    value_or_null(json.key("no_action_reason"), obligation.no_action_reason);
    json.end_object();
}

void write_condition(JsonWriter& json, const ExitCondition& condition,
                     const std::vector<Finding>& findings) {
    const auto standing = standing_of(condition, findings);
    json.begin_object();
    json.key("id").value(condition.force + "/" + condition.id);
    json.key("force").value(condition.force).key("condition").value(condition.id);
    value_or_null(json.key("finding"), condition.finding);
    json.key("text").value(condition.text);
    write_texts(json, "findings", condition.findings);
    json.key("met").value(standing.met);
    write_optional(json, "met_since", standing.since);
    write_optional(json, "regressed_on", standing.regressed_on);
    json.key("marks").begin_array();
    for (const auto& mark : condition.marks) {
        json.begin_object().key("on").value(text_of(mark.on)).key("met").value(mark.met);
        value_or_null(json.key("note"), mark.note);
        json.end_object();
    }
    json.end_array().end_object();
}

void write_person(JsonWriter& json, const Name& name, const std::optional<Person>& person,
                  People& people) {
    json.begin_object();
    json.key("id").value(name.token);
    value_or_null(json.key("name"), name.name);
    value_or_null(json.key("email"), name.email);
    json.key("active").value(!person || person->active);
    write_optional(json, "since", person ? person->since : std::nullopt);
    const std::string deputy = person ? person->deputy : std::string{};
    value_or_null(json.key("deputy"), deputy);
    value_or_null(json.key("deputy_name"), deputy.empty() ? deputy : people.shown(deputy));
    json.end_object();
}

void write_stage(JsonWriter& json, const std::string& force, const StageInterval& interval,
                 Date today) {
    const Date end = interval.until && *interval.until < today ? *interval.until : today;
    json.begin_object();
    json.key("force").value(force).key("stage").value(text_of(interval.stage));
    json.key("from").value(interval.from_as_given.text());
    value_or_null(json.key("until"), interval.until_as_given.text());
    json.key("from_read_as").value(text_of(interval.from));
    write_optional(json, "until_read_as", interval.until);
    json.key("days").value(std::max(end - interval.from, std::chrono::days{0}).count());
    value_or_null(json.key("note"), interval.note);
    value_or_null(json.key("url"), interval.url);
    json.end_object();
}

void write_track(JsonWriter& json, const Track& track, const std::string& limit, Date today) {
    const auto spells = low_spells(track, limit, Comparability::partly);
    const LowSpell* low = spells.empty() || spells.back().until ? nullptr : &spells.back();
    const auto& latest = track.points.back();
    json.begin_object();
    json.key("force").value(track.force).key("programme").value(track.programme);
    json.key("area").value(track.area).key("name").value(track.name);
    json.key("grade").value(latest.grade).key("cycle").value(latest.cycle);
    value_or_null(json.key("judged_on"),
                  latest.certainty == Certainty::undated ? std::string{} : latest.given.text());
    json.key("at_or_below").value(low != nullptr);
    value_or_null(json.key("since"),
                  low != nullptr && low->since ? low->since_as_given.text() : std::string{});
    // Read as the last day it can mean; an undated round may lie before it.
    write_optional(json, "since_read_as", low != nullptr ? low->since : std::nullopt);
    json.key("since_at_least").value(low != nullptr && low->since_earlier);
    json.key("rounds").value(low != nullptr ? low->cycles.size() : 0);
    json.key("days");
    if (low != nullptr && low->since)
        json.value((today - *low->since).count());
    else
        json.null();
    write_texts(json, "cycles", low != nullptr ? low->cycles : std::vector<std::string>{});
    write_texts(json, "partly_comparable",
                low != nullptr ? low->partly_compared : std::vector<std::string>{});
    write_optional(json, "discontinued_on", track.discontinued_on);
    json.end_object();
}

void write_alert(JsonWriter& json, const Alert& alert, Date day) {
    if (alert.closed_at) day = london_date(*alert.closed_at);
    json.key("id")
        .value(number_of(alert.id))
        .key("rule")
        .value(alert.rule)
        .key("subject")
        .value(alert.subject);
    json.key("force").value(alert.force).key("title").value(alert.title);
    json.key("state").value(text_of(alert.state)).key("severity").value(text_of(alert.severity));
    json.key("summary").value(as_read_on(alert.summary, day)).key("revision").value(alert.revision);
    json.key("episode_on").value(text_of(alert.episode_on));
    json.key("effective_on").value(text_of(alert.effective_on));
    json.key("effective_at").value(text_of(alert.effective_at));
    json.key("detected_at").value(text_of(alert.detected_at));
    json.key("opened_at").value(text_of(alert.opened_at));
    json.key("told").value(alert.told).key("baseline").value(alert.baseline);
    json.key("damped").value(alert.damped);
    write_optional(json, "held_until", alert.held_until);
    write_optional(json, "closed_at", alert.closed_at);
    value_or_null(json.key("ending"), alert.ending);
}

void write_alert_revision(JsonWriter& json, const AlertRevision& revision, People& people) {
    json.begin_object();
    json.key("revision").value(revision.revision).key("at").value(text_of(revision.at));
    json.key("change")
        .value(text_of(revision.change))
        .key("severity")
        .value(text_of(revision.severity));
    write_texts(json, "steps", revision.steps);
    json.key("summary").value(people.named(as_read_on(revision.summary, london_date(revision.at))));
    write_texts(json, "remarks", revision.remarks);
    json.end_object();
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
    json.key(key).begin_array();
    for (const auto& text : texts) json.value(text);
    json.end_array();
}

void write_delivery(JsonWriter& json, const Delivery& delivery) {
    json.begin_object();
    json.key("id")
        .value(number_of(delivery.id))
        .key("message_id")
        .value(delivery.parcel.message_id);
    json.key("destination").value(delivery.parcel.destination);
    value_or_null(json.key("recipient"), delivery.parcel.recipient);
    json.key("kind").value(delivery.parcel.kind).key("subject").value(delivery.parcel.order_key);
    json.key("state").value(text_of(delivery.state)).key("attempts").value(delivery.attempts);
    json.key("created_at").value(text_of(delivery.created_at));
    json.key("due_at").value(text_of(delivery.due_at));
    write_optional(json, "settled_at", delivery.settled_at);
    json.key("code").value(delivery.code);
    value_or_null(json.key("reason"), delivery.reason);
    value_or_null(json.key("remark"), delivery.remark);
    value_or_null(json.key("report"), delivery.report);
    json.end_object();
}

void write_try(JsonWriter& json, const Try& each) {
    json.begin_object().key("number").value(each.number);
    json.key("began_at").value(text_of(each.began_at));
    write_optional(json, "ended_at", each.ended_at);
    value_or_null(json.key("verdict"), each.verdict);
    json.key("code").value(each.code);
    value_or_null(json.key("reason"), each.reason);
    json.end_object();
}

void write_recorded(JsonWriter& json, const Recorded& recorded) {
    json.begin_object();
    json.key("seq")
        .value(number_of(recorded.seq))
        .key("recorded_at")
        .value(text_of(recorded.recorded_at));
    json.key("effective_on").value(text_of(recorded.effective_on));
    json.key("certainty")
        .value(recorded.certainty == Certainty::exact     ? "exact"
               : recorded.certainty == Certainty::partial ? "partial"
                                                          : "undated");
    json.key("kind")
        .value(kind_of(recorded.event))
        .key("subject")
        .value(subject_of(recorded.event));
    json.key("uid").value(recorded.origin.uid);
    value_or_null(json.key("client"), recorded.origin.client);
    value_or_null(json.key("request"), recorded.origin.request);
    value_or_null(json.key("reason"), recorded.origin.reason);
    value_or_null(json.key("source"), recorded.origin.source);
    json.key("fields").begin_object();
    std::visit([&](const auto& e) { std::decay_t<decltype(e)>::fields(e, FieldWriter{json}); },
               recorded.event);
    json.end_object();
    json.end_object();
}

}  // namespace forcewatch
