// Private to daemon/: what the files of the changing side share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/engine/london.hpp"
#include "daemon/event_json.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/read_query.hpp"
#include "daemon/turn.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

using Work = Turn::Work;

/// Of members that people write, in bytes.
inline constexpr std::size_t longest_reason = 500;
inline constexpr std::size_t longest_name = 200;

[[nodiscard]] Response problem(int status, std::string_view name, std::string_view title,
                               std::string detail, std::vector<ProblemFault> errors = {});
/// 422 that lists what is wrong with a body.
[[nodiscard]] Response invalid(const JsonFaults& faults);
/// 403, 409 or 422, as the engine's fault has it.
[[nodiscard]] Response refused(const EventFault& fault);
/// The same of an order about something by its number or name: 404 where that is not there.
[[nodiscard]] Response refused_order(const EventFault& fault);
/// A member that is a moment, or a day, which stands for its beginning in London.
[[nodiscard]] std::optional<Instant> moment_in(ObjectReader& object, std::string_view name);
[[nodiscard]] Work answer_with(Response response);
[[nodiscard]] Origin origin_of(const Request& request, std::string reason = {});
/// The document that stands at `subject` now.
[[nodiscard]] Response item_response(Engine& engine, const std::string& subject, Instant now,
                                     int status);
[[nodiscard]] Response no_content();

/// Reads a whole body with `read`; what is wrong with it becomes the answer.
template <typename Read>
[[nodiscard]] std::optional<Response> with_body(const Request& request, Read&& read) {
    const auto document = parse_json_object(request.body);
    if (!document) return bad_request(document.error());
    JsonFaults faults;
    ObjectReader object{*document, "", faults};
    read(object);
    object.refuse_unknown();
    if (!faults.empty()) return invalid(faults);
    return std::nullopt;
}

/// POST of a new item: 409 where it is held already. `required` members must be there; `check` may
/// report more.
template <typename E>
[[nodiscard]] Work create(const Request& request, std::initializer_list<const char*> required,
                          void (*check)(const E& event, ObjectReader& object) = nullptr) {
    E event;
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        for (const char* name : required) object.require(name);
        EventReader reader{object};
        E::fields(event, reader);
        if (check != nullptr) check(event, object);
        reason = object.optional_text("comment", 1000).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return [event = Event{std::move(event)}, origin = origin_of(request, reason)](Engine& engine,
                                                                                  Instant now) {
        const std::string subject = subject_of(event);
        if (engine.store().journal().knows(subject) && engine.store().facts().holds(subject))
            return problem(409, "exists", "This is recorded already",
                           subject + " is recorded already");
        if (auto done = engine.record({event}, origin, now); !done) return refused(done.error());
        return item_response(engine, subject, now, 201);
    };
}

/// Findings, conditions, actions, meetings, evidence, replies.   Empty: no such path here.
[[nodiscard]] std::optional<Work> item_work(const Request& request);
/// Acknowledge, close, silence, pause, hold, test, drill.
[[nodiscard]] std::optional<Work> order_work(const Request& request);
/// Messages sent again or dismissed, destinations enabled.
[[nodiscard]] std::optional<Work> delivery_order_work(const Request& request);
/// Inspections, judgements, stages, forces, people, policies.
[[nodiscard]] std::optional<Work> regime_work(const Request& request);
/// POST /v1/import.
[[nodiscard]] Work import_work(const Request& request);

/// "a/b" as its two halves; empty: there is no slash.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> halves_of(const std::string& key);

}  // namespace forcewatch
