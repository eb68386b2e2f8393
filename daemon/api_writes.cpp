#include "daemon/api_writes.hpp"

#include <fmt/format.h>

#include "daemon/engine/london.hpp"
#include "daemon/event_json.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/ingest/import_file.hpp"
#include "daemon/read_query.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

namespace {

using Work = Turn::Work;

Response problem(int status, std::string_view name, std::string_view title, std::string detail,
                 std::vector<ProblemFault> errors = {}) {
    return to_response({status, name, title, std::move(detail), {}, std::move(errors)});
}

Response invalid(const JsonFaults& faults) {
    std::vector<ProblemFault> errors;
    for (const auto& fault : faults) errors.push_back({fault.pointer, fault.message});
    return problem(422, "invalid", "The request does not make sense", faults.front().message,
                   std::move(errors));
}

Response refused(const EventFault& fault) {
    const std::string detail =
        fault.field.empty() ? fault.what : fmt::format("{}: {}", fault.field, fault.what);
    if (fault.kind == EventFault::Kind::conflict)
        return problem(409, "conflict", "The change conflicts with what is recorded", detail);
    return problem(422, "invalid", "The request does not make sense", detail,
                   {{"/" + fault.field, fault.what}});
}

Work answer_with(Response response) {
    return [response = std::move(response)](Engine&, Instant) { return response; };
}

Origin origin_of(const Request& request, std::string reason = {}) {
    std::string client{request.header("user-agent").value_or("")};
    client.resize(std::min<std::size_t>(client.size(), 200));
    std::string id{request.header("x-request-id").value_or("")};
    id.resize(std::min<std::size_t>(id.size(), 200));
    return {request.peer ? static_cast<std::int64_t>(request.peer->uid) : -1,
            std::move(client),
            std::move(id),
            std::move(reason),
            {}};
}

/// The document that stands at `subject` now.
Response item_response(Engine& engine, const std::string& subject, Instant now, int status) {
    auto& facts = engine.store().facts();
    const Date today = london_date(now);
    JsonWriter json;
    if (const auto finding = facts.finding(subject))
        write_finding(json, *finding, today);
    else if (const auto action = facts.action(subject))
        write_action(json, *action, today);
    else if (const auto obligation = facts.obligation(subject))
        write_obligation(json, *obligation, today);
    else
        json.begin_object().key("subject").value(subject).end_object();
    Response response;
    response.status = status;
    response.body = json.take();
    return response;
}

/// Reads a whole body with `read`; what is wrong with it becomes the answer.
template <typename Read>
std::optional<Response> with_body(const Request& request, Read&& read) {
    const auto document = parse_json_object(request.body);
    if (!document) return bad_request(document.error());
    JsonFaults faults;
    ObjectReader object{*document, "", faults};
    read(object);
    object.refuse_unknown();
    if (!faults.empty()) return invalid(faults);
    return std::nullopt;
}

/// POST of a new item: 409 where its subject is known already.
template <typename E>
Work create(const Request& request) {
    E event;
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        E::fields(event, reader);
        reason = object.optional_text("comment", 1000).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return [event = Event{std::move(event)}, origin = origin_of(request, reason)](Engine& engine,
                                                                                  Instant now) {
        const std::string subject = subject_of(event);
        if (engine.store().journal().knows(subject))
            return problem(409, "exists", "This is recorded already",
                           fmt::format("{} is recorded already", subject));
        if (auto done = engine.record({event}, origin, now); !done) return refused(done.error());
        return item_response(engine, subject, now, 201);
    };
}

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

Work amend_finding(const Request& request, const std::string& key) {
    const auto slash = key.find('/');
    if (slash == std::string::npos)
        return answer_with(not_found("a finding is named FORCE/REFERENCE"));
    FindingRow row;
    row.raised.force = key.substr(0, slash);
    row.raised.reference = key.substr(slash + 1);
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        reader("title", row.raised.title);
        reader("area", row.raised.area);
        reader("parent", row.raised.parent);
        deadline_fields(row.raised.deadline, reader);
        row.force_state = reader.maybe("force_state", parse_force_state);
        row.force_state_on = reader.maybe("force_state_on", parse_date);
        row.verified_on = reader.maybe("verified_on", parse_date);
        row.inspectorate_state = reader.maybe("inspectorate_state", parse_inspectorate_state);
        row.inspectorate_state_on = reader.maybe("inspectorate_state_on", parse_date);
        reason = object.optional_text("comment", 1000).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return amend(std::move(row), "finding:" + key, origin_of(request, reason),
                 [](const FactTables& facts, const std::string& subject, FindingRow&) {
                     return facts.finding(subject).has_value();
                 });
}

Work amend_action(const Request& request, const std::string& key) {
    const auto slash = key.find('/');
    if (slash == std::string::npos) return answer_with(not_found("an action is named SOURCE/ID"));
    ActionRow row;
    row.planned.source = key.substr(0, slash);
    row.planned.external_id = key.substr(slash + 1);
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        reader("title", row.planned.title);
        reader("owner", row.planned.owner);
        reader("contributors", row.planned.contributors);
        reader("findings", row.planned.findings);
        deadline_fields(row.planned.deadline, reader);
        row.state = reader.maybe("state", parse_action_state);
        row.updated_on = reader.maybe("updated_on", parse_date);
        reader("note", row.note);
        reason = object.optional_text("comment", 1000).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return amend(std::move(row), "action:" + key, origin_of(request, reason),
                 [](const FactTables& facts, const std::string& subject, ActionRow& said) {
                     const auto action = facts.action(subject);
                     if (action) said.planned.force = action->force;
                     return action.has_value();
                 });
}

Work retract(const Request& request, const std::string& subject) {
    std::string reason;
    auto fault = with_body(
        request, [&](ObjectReader& object) { reason = object.required_text("reason", 1000); });
    if (fault) return answer_with(std::move(*fault));
    return [subject, reason, origin = origin_of(request, reason)](Engine& engine, Instant now) {
        if (auto done = engine.record({Retracted{subject, reason}}, origin, now); !done)
            return done.error().kind == EventFault::Kind::unknown ? not_found(done.error().what)
                                                                  : refused(done.error());
        Response response;
        response.status = 204;
        response.content_type = {};
        return response;
    };
}

Work reply(const Request& request, const std::string& key) {
    ObligationReplied replied;
    const auto first = key.find('/');
    const auto last = key.rfind('/');
    if (first == last)
        return answer_with(not_found("an obligation is named DEFINITION/INSPECTION/FORCE"));
    replied.definition = key.substr(0, first);
    replied.inspection = key.substr(first + 1, last - first - 1);
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

Response file_refused(const std::vector<FileFault>& faults) {
    JsonWriter json;
    json.begin_object();
    json.key("type").value("/problems/import").key("title").value("The file was not imported");
    json.key("status").value(422);
    json.key("detail").value(fmt::format("{} fault{}; nothing was changed", faults.size(),
                                         faults.size() == 1 ? "" : "s"));
    json.key("errors").begin_array();
    for (const auto& fault : faults) {
        json.begin_object().key("pointer").value(fmt::format("/{}/{}", fault.line, fault.column));
        json.key("detail")
            .value(fault.reason)
            .key("file")
            .value(fault.file)
            .key("line")
            .value(fault.line);
        json.key("column").value(fault.column).key("value").value(fault.value).end_object();
    }
    json.end_array().end_object();
    Response response;
    response.status = 422;
    response.content_type = "application/problem+json";
    response.body = json.take();
    return response;
}

Response import_response(const ImportFile& file, const ImportSummary& summary, bool dry) {
    JsonWriter json;
    json.begin_object();
    json.key("file")
        .value(file.name)
        .key("layout")
        .value(file.layout)
        .key("rows")
        .value(file.lines);
    json.key("changed").value(summary.added_or_changed).key("events").value(summary.events);
    json.key("alert_revisions")
        .value(summary.alert_revisions)
        .key("dry_run")
        .value(dry)
        .end_object();
    Response response;
    response.body = json.take();
    return response;
}

Work import_file(const Request& request) {
    std::string name{request.query_value("name").value_or("import.csv")};
    if (const auto slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
    const bool dry = request.query_value("dry_run") == "true";
    auto read = read_import(name, request.body);
    if (!read) return answer_with(file_refused(read.error()));
    auto file = std::make_shared<const ImportFile>(std::move(*read));
    auto text = std::make_shared<const std::string>(request.body);
    return [file, text, dry, origin = origin_of(request, "import of " + name)](Engine& engine,
                                                                               Instant now) {
        std::optional<Store::Savepoint> trial;
        if (dry) trial.emplace(engine.store());
        auto summary = engine.import(file->rows, origin, now);
        if (!summary) {
            std::vector<FileFault> faults;
            for (const auto& [row, fault] : summary.error())
                faults.push_back({file->name,
                                  file->rows[row].line,
                                  column_of(file->layout, fault.field),
                                  {},
                                  fault.what});
            fill_values(*text, faults);
            return file_refused(faults);
        }
        if (dry) engine.forget();
        return import_response(*file, *summary, dry);
    };
}

Work replay(const std::string& id_text) {
    std::int64_t id = 0;
    std::from_chars(id_text.data(), id_text.data() + id_text.size(), id);
    return [id, id_text](Engine& engine, Instant now) {
        const auto delivery = engine.store().outbox().find(DeliveryId{id});
        if (!delivery) return not_found(fmt::format("there is no delivery {}", id_text));
        if (!engine.store().outbox().replay(delivery->id, now))
            return problem(409, "conflict", "The change conflicts with what is recorded",
                           fmt::format("delivery {} is {}, and only a dead one can be sent again",
                                       id_text, text_of(delivery->state)));
        JsonWriter json;
        write_delivery(json, *engine.store().outbox().find(delivery->id));
        Response response;
        response.body = json.take();
        return response;
    };
}

}  // namespace

std::optional<Work> write_work(const Request& request) {
    const std::string_view path = request.path;
    const auto under = [&](std::string_view prefix) -> std::optional<std::string> {
        if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
        return std::string{path.substr(prefix.size())};
    };
    if (request.method == Method::post) {
        if (path == "/v1/findings") return create<FindingRaised>(request);
        if (path == "/v1/actions") return create<ActionPlanned>(request);
        if (path == "/v1/inspections") return create<InspectionPublished>(request);
        if (path == "/v1/judgements") return create<JudgementMade>(request);
        if (path == "/v1/stages") return create<StageMoved>(request);
        if (path == "/v1/import") return import_file(request);
        if (const auto rest = under("/v1/obligations/"); rest && rest->ends_with("/reply"))
            return reply(request, rest->substr(0, rest->size() - 6));
        if (const auto rest = under("/v1/deliveries/"); rest && rest->ends_with("/replay"))
            return replay(rest->substr(0, rest->size() - 7));
    }
    if (request.method == Method::patch) {
        if (const auto key = under("/v1/findings/")) return amend_finding(request, *key);
        if (const auto key = under("/v1/actions/")) return amend_action(request, *key);
    }
    if (request.method == Method::delete_) {
        if (const auto key = under("/v1/findings/")) return retract(request, "finding:" + *key);
        if (const auto key = under("/v1/actions/")) return retract(request, "action:" + *key);
        if (const auto key = under("/v1/inspections/"))
            return retract(request, "inspection:" + *key);
        if (const auto key = under("/v1/judgements/")) return retract(request, "judgement:" + *key);
        if (const auto key = under("/v1/stages/")) return retract(request, "stage:" + *key);
    }
    return std::nullopt;
}

}  // namespace forcewatch
