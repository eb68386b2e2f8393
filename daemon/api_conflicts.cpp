#include "daemon/api_conflicts.hpp"

#include <fmt/format.h>

#include "daemon/api_write_parts.hpp"
#include "daemon/proposal_events.hpp"

namespace forcewatch {

namespace {

void write_conflict(JsonWriter& json, const StoredConflict& conflict) {
    json.begin_object().key("id").value(number_of(conflict.id));
    json.key("state").value(conflict.settled_at ? "settled" : "open");
    json.key("kind").value(conflict.kind).key("forces").begin_array();
    for (const auto& force : ids_in(conflict.forces)) json.value(force);
    json.end_array().key("what").value(conflict.what);
    write_text_or_null(json, "words", conflict.words);
    write_text_or_null(json, "source", conflict.source);
    write_text_or_null(json, "url", conflict.url);
    json.key("proposal");
    if (conflict.proposal)
        json.value(number_of(*conflict.proposal));
    else
        json.null();
    json.key("found_at").value(text_of(conflict.found_at));
    write_optional(json, "settled_at", conflict.settled_at);
    json.key("settled_by");
    if (conflict.settled_at)
        json.value(conflict.settled_by);
    else
        json.null();
    write_text_or_null(json, "reason", conflict.reason);
    json.end_object();
}

Response settle(Engine& engine, ConflictId id, std::int64_t uid, const std::string& reason,
                Instant now) {
    auto& conflicts = engine.store().conflicts();
    if (!conflicts.find(id))
        return not_found(fmt::format("there is no conflict {}", number_of(id)));
    if (!conflicts.settle(id, now, uid, reason))
        return problem(409, "conflict", "The change conflicts with what is recorded",
                       fmt::format("conflict {} is settled already", number_of(id)));
    JsonWriter json;
    write_conflict(json, *conflicts.find(id));
    return json_response(json.take());
}

}  // namespace

std::optional<Response> conflicts_answer(const Asker& asker) {
    if (asker.request.path != "/v1/conflicts") return std::nullopt;
    ReadQuery query{asker.request, Times::none, {"state"}};
    ConflictFilter filter;
    filter.after = query.cursor();
    if (query.fault) return *query.fault;
    const auto state = asker.request.query_value("state").value_or("open");
    if (state != "open" && state != "settled" && state != "all")
        return bad_request("state: expected open, settled or all", "/state");
    if (state != "all") filter.open = state == "open";
    filter.limit = query.limit;
    const auto conflicts = asker.engine.store().conflicts().list(filter);
    ListWriter list;
    for (const auto& conflict : conflicts) write_conflict(list.json, conflict);
    const bool full = conflicts.size() == static_cast<std::size_t>(filter.limit);
    return list.end(full ? std::optional{std::to_string(number_of(conflicts.back().id))}
                         : std::nullopt);
}

std::optional<Turn::Work> conflict_work(const Request& request) {
    constexpr std::string_view ending = "/settle";
    constexpr std::size_t longest = 500;
    const auto rest = path_under(request, "/v1/conflicts/");
    if (request.method != Method::post || !rest || !rest->ends_with(ending)) return std::nullopt;
    const auto id = whole_number(rest->substr(0, rest->size() - ending.size()));
    if (!id) return answer_with(not_found("conflicts have numbers"));
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        reason = object.required_text("reason", longest);
        if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
            object.report("reason", "say what holds, and how you know");
    });
    if (fault) return answer_with(std::move(*fault));
    return [id = ConflictId{*id}, uid = origin_of(request).uid, reason](
               Engine& engine, Instant now) { return settle(engine, id, uid, reason, now); };
}

}  // namespace forcewatch
