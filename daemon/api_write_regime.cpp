// Changes to forces, publications, stages, people and policies.
#include <fmt/format.h>

#include "core/mail_address.hpp"
#include "daemon/api_write_parts.hpp"
#include "daemon/engine/no_such.hpp"
#include "daemon/preconditions.hpp"

namespace forcewatch {

namespace {

/// A force that is new, renamed, or became another.
Work put_force(const Request& request) {
    ForceRecorded force;
    auto fault = with_body(request, [&](ObjectReader& object) {
        for (const char* name : {"force", "name", "kind"}) object.require(name);
        EventReader reader{object};
        ForceRecorded::fields(force, reader);
    });
    if (fault) return answer_with(std::move(*fault));
    return [force, origin = origin_of(request)](Engine& engine, Instant now) {
        if (!force.successor.empty() && !engine.store().facts().force(force.successor))
            return refused({EventFault::Kind::unknown, "successor",
                            no_such_force(engine.store(), force.successor)});
        if (auto done = engine.record({force}, origin, now); !done) return refused(done.error());
        return item_response(engine, "force:" + force.force, now, 200);
    };
}

/// Clocks run from it. Of history that is imported the month may be all that is known.
void require_a_day(const PartialDate& published, ObjectReader& object) {
    if (published.uncertain())
        object.report("published", "expected the day of publication, such as 2026-11-30");
}

/// Another date for a publication: every clock that counts from it moves with it.
Work redate(const Request& request, const std::string& id) {
    PartialDate published;
    std::string comment;
    auto fault = with_body(request, [&](ObjectReader& object) {
        object.require("published");
        EventReader reader{object};
        reader("published", published);
        require_a_day(published, object);
        comment = object.optional_text("comment", 1000).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return [=, origin = origin_of(request, comment)](Engine& engine, Instant now) {
        const auto known = engine.store().facts().inspection(id);
        if (!known) return not_found(fmt::format("there is no inspection:{}", id));
        const auto before = engine.store().journal().head();
        const InspectionPublished event{known->id,    known->programme, known->cycle, published,
                                        known->title, known->url,       known->forces};
        if (auto done = engine.record({event}, origin, now); !done) return refused(done.error());
        JsonWriter json;
        json.begin_object().key("inspection").value(id).key("published").value(published.text());
        json.key("entries").value(number_of(engine.store().journal().head()) - number_of(before));
        json.end_object();
        return json_response(json.take());
    };
}

/// A move that was recorded with the wrong day or stage: withdrawn and recorded right, at once.
Work correct_stage(const Request& request, const std::string& key) {
    PartialDate decided;
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        object.require("decided");
        EventReader reader{object};
        reader("decided", decided);
        reason = object.required_text("reason", 1000);
    });
    if (fault) return answer_with(std::move(*fault));
    return [=, origin = origin_of(request, reason)](Engine& engine, Instant now) {
        const std::string subject = "stage:" + key;
        const std::string force = key.substr(0, key.find('/'));
        for (const auto& move : engine.store().facts().stage_moves(force)) {
            StageMoved moved{force, move.stage, move.decided, move.announced, move.note, move.url};
            if (subject_of(Event{moved}) != subject) continue;
            moved.decided = decided;
            if (auto done = engine.record({Retracted{subject, reason}, moved}, origin, now); !done)
                return refused(done.error());
            return item_response(engine, subject_of(Event{moved}), now, 200);
        }
        return not_found(fmt::format("there is no {}", subject));
    };
}

Response person_response(Engine& engine, const std::string& token, int status) {
    auto& people = engine.store().people();
    const auto name = people.find(token);
    if (!name) return not_found(fmt::format("nobody has the id \"{}\"", token));
    JsonWriter json;
    write_person(json, *name, engine.store().facts().person(token), people);
    auto response = json_response(json.take(), status);
    if (auto version = version_of(engine, "person:" + token))
        response.headers.emplace_back("ETag", std::move(*version));
    return response;
}

struct PersonBody {
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> deputy;
};

std::optional<Response> read_person(const Request& request, PersonBody& body, bool needs_name) {
    return with_body(request, [&](ObjectReader& object) {
        if (needs_name) object.require("name");
        body.name = object.optional_text("name", 200);
        body.email = object.optional_text("email", 254);
        body.deputy = object.optional_text("deputy", 200);
        if (body.name && body.name->empty()) object.report("name", "is empty");
        if (body.email && !body.email->empty() && !is_mail_address(*body.email))
            object.report("email", "is not a mail address");
    });
}

/// Who is not known yet gets a token; the name stands in one table, the journal knows the token.
Work put_person(const Request& request, const std::string& key) {
    PersonBody body;
    if (auto fault = read_person(request, body, key.empty())) return answer_with(std::move(*fault));
    return [=, origin = origin_of(request)](Engine& engine, Instant now) {
        auto& people = engine.store().people();
        const std::string token = key.empty() ? people.token_of(*body.name) : key;
        auto name = people.find(token);
        if (!name) return not_found(fmt::format("nobody has the id \"{}\"", token));
        if (body.name) name->name = *body.name;
        if (body.email) name->email = *body.email;
        if (!people.set(*name))
            return problem(409, "conflict", "The change conflicts with what is recorded",
                           fmt::format("another person is called {} already", name->name));
        const auto known = engine.store().facts().person(token);
        const std::string deputy = known ? known->deputy : std::string{};
        if (!known || (body.deputy && people.token_of(*body.deputy) != deputy)) {
            const PersonRecorded recorded{token, body.deputy.value_or(deputy)};
            if (auto done = engine.record({recorded}, origin, now); !done)
                return refused(done.error());
        }
        return person_response(engine, token, key.empty() ? 201 : 200);
    };
}

Work move_person(const Request& request, const std::string& token, bool active) {
    std::optional<Date> on;
    auto fault = with_body(request, [&](ObjectReader& object) {
        EventReader reader{object};
        on = reader.maybe("on", parse_date);
    });
    if (fault) return answer_with(std::move(*fault));
    return [=, origin = origin_of(request)](Engine& engine, Instant now) {
        if (!engine.store().people().find(token))
            return not_found(fmt::format("nobody has the id \"{}\"", token));
        const auto left_behind = engine.store().facts().open_actions_of(token);
        const PersonMoved moved{token, active, on.value_or(london_date(now))};
        if (auto done = engine.record({moved}, origin, now); !done) return refused(done.error());
        JsonWriter json;
        json.begin_object().key("id").value(token).key("active").value(active);
        json.key("open_actions").begin_array();
        for (const auto& action : left_behind) json.value(action.substr(action.find(':') + 1));
        json.end_array().end_object();
        return json_response(json.take());
    };
}

/// The journal, which names nobody, says who erased whom.
Work erase_person(const Request& request, const std::string& token) {
    return [token, origin = origin_of(request, "name and address were erased")](Engine& engine,
                                                                                Instant now) {
        auto& store = engine.store();
        const auto person = store.people().find(token);
        if (!person || !store.people().erase(token))
            return not_found(fmt::format("nobody has the id \"{}\"", token));
        store.outbox().forget_person(token, person->email, now);
        if (!person->email.empty()) store.addresses().forget(person->email);
        const auto known = store.facts().person(token);
        // Nobody is left who could answer for an action.
        std::vector<Event> events{PersonRecorded{token, known ? known->deputy : std::string{}}};
        if (!known || known->active)
            events.emplace_back(PersonMoved{token, false, london_date(now)});
        if (auto done = engine.record(events, origin, now); !done) return refused(done.error());
        return no_content();
    };
}

/// A policy shows what it would change, and changes it only when that is confirmed.
Work set_policy(const Request& request) {
    DeadlinePolicySet policy;
    bool confirmed = false;
    auto fault = with_body(request, [&](ObjectReader& object) {
        for (const char* name : {"finding_kind", "force_kind", "days"}) object.require(name);
        EventReader reader{object};
        DeadlinePolicySet::fields(policy, reader);
        confirmed = object.optional_bool("confirm").value_or(false);
    });
    if (fault) return answer_with(std::move(*fault));
    return [=, origin = origin_of(request)](Engine& engine, Instant now) -> Turn::Result {
        const auto before = engine.store().journal().head();
        if (auto done = engine.record({policy}, origin, now); !done) return refused(done.error());
        JsonWriter json;
        json.begin_object().key("applied").value(confirmed).key("affected").begin_array();
        const auto& journal = engine.store().journal();
        journal.each_after(before, journal.head(), [&](const Recorded& row) {
            const auto* revised = std::get_if<DeadlineRevised>(&row.event);
            if (revised == nullptr) return;
            json.begin_object().key("item").value(revised->item);
            json.key("due").value(revised->deadline.due.text()).end_object();
        });
        json.end_array();
        if (!confirmed) json.key("hint").value("send it again with \"confirm\": true to apply it");
        json.end_object();
        return {json_response(json.take()), !confirmed};
    };
}

}  // namespace

std::optional<Work> regime_work(const Request& request) {
    const std::string_view path = request.path;
    constexpr std::string_view leave = "/leave";
    constexpr std::string_view back = "/return";
    if (request.method == Method::post) {
        if (path == "/v1/inspections")
            return create<InspectionPublished>(
                request, {"inspection", "programme", "cycle", "published", "forces"},
                [](const InspectionPublished& event, ObjectReader& object) {
                    require_a_day(event.published, object);
                });
        if (path == "/v1/judgements")
            return create<JudgementMade>(request, {"inspection", "force", "area", "grade"});
        if (path == "/v1/stages") return create<StageMoved>(request, {"force", "stage", "decided"});
        if (path == "/v1/forces") return put_force(request);
        if (path == "/v1/people") return put_person(request, {});
        if (path == "/v1/policies") return set_policy(request);
        if (const auto rest = path_under(request, "/v1/people/")) {
            if (rest->ends_with(leave))
                return move_person(request, rest->substr(0, rest->size() - leave.size()), false);
            if (rest->ends_with(back))
                return move_person(request, rest->substr(0, rest->size() - back.size()), true);
        }
    }
    if (request.method == Method::patch) {
        if (const auto id = path_under(request, "/v1/inspections/")) return redate(request, *id);
        if (const auto key = path_under(request, "/v1/stages/"))
            return correct_stage(request, *key);
        if (const auto token = path_under(request, "/v1/people/"))
            return put_person(request, *token);
    }
    if (request.method == Method::delete_)
        if (const auto token = path_under(request, "/v1/people/"))
            return erase_person(request, *token);
    return std::nullopt;
}

}  // namespace forcewatch
