#include "daemon/api_writes.hpp"

#include <fmt/format.h>

#include "daemon/api_addresses.hpp"
#include "daemon/api_conflicts.hpp"
#include "daemon/api_feeds.hpp"
#include "daemon/api_files.hpp"
#include "daemon/api_proposals.hpp"
#include "daemon/api_same_as.hpp"
#include "daemon/api_write_parts.hpp"
#include "daemon/preconditions.hpp"

namespace forcewatch {

Response problem(int status, std::string_view name, std::string_view title, std::string detail,
                 std::vector<ProblemFault> errors) {
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
    if (fault.kind == EventFault::Kind::forbidden)
        return problem(403, "forbidden", "You may not do this", detail);
    if (fault.kind == EventFault::Kind::conflict)
        return problem(409, "conflict", "The change conflicts with what is recorded", detail);
    return problem(422, "invalid", "The request does not make sense", detail,
                   {{"/" + fault.field, fault.what}});
}

Response refused_order(const EventFault& fault) {
    return fault.kind == EventFault::Kind::unknown ? not_found(fault.what) : refused(fault);
}

Work answer_with(Response response) {
    return [response = std::move(response)](Engine&, Instant) { return response; };
}

Origin origin_of(const Request& request, std::string reason) {
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

Response item_response(Engine& engine, const std::string& subject, Instant now, int status) {
    auto& facts = engine.store().facts();
    StoreFacts present{engine.store(), engine.reference()};
    const ViewContext context{london_date(now), &engine.store().people(), &engine.settings().rag,
                              &present};
    JsonWriter json;
    if (const auto finding = facts.finding(subject))
        write_finding(json, *finding, context);
    else if (const auto action = facts.action(subject))
        write_action(json, *action, context);
    else if (const auto obligation = facts.obligation(subject))
        write_obligation(json, *obligation, context);
    else if (const auto meeting = facts.meeting(subject))
        write_meeting(json, *meeting, context);
    else
        json.begin_object().key("subject").value(subject).end_object();
    auto response = json_response(json.take(), status);
    constexpr int created = 201;
    if (status == created)
        if (auto version = version_of(engine, subject))
            response.headers.emplace_back("ETag", std::move(*version));
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    response.content_type = {};
    return response;
}

std::optional<std::pair<std::string, std::string>> halves_of(const std::string& key) {
    const auto slash = key.find('/');
    if (slash == std::string::npos) return std::nullopt;
    return std::pair{key.substr(0, slash), key.substr(slash + 1)};
}

std::optional<Instant> moment_in(ObjectReader& object, std::string_view name) {
    const auto text = object.optional_text(name, 64);
    if (!text) return std::nullopt;
    if (const auto at = parse_instant(*text)) return *at;
    if (const auto day = parse_date(*text)) return starts_at(*day);
    object.report(name, "expected a moment, such as 2026-03-29T09:00:00Z, or a day");
    return std::nullopt;
}

std::optional<Turn::Work> write_work(const Request& request) {
    if (request.method == Method::post && request.path == "/v1/import") return import_work(request);
    if (auto work = order_work(request)) return work;
    if (auto work = delivery_order_work(request)) return work;
    if (auto work = address_work(request)) return work;
    if (auto work = link_work(request)) return work;
    if (auto work = proposal_work(request)) return work;
    if (auto work = feed_work(request)) return work;
    if (auto work = conflict_work(request)) return work;
    if (auto work = files_work(request)) return work;
    if (auto work = same_as_work(request)) return work;
    if (auto work = item_work(request)) return work;
    return regime_work(request);
}

}  // namespace forcewatch
