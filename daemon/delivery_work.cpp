#include "daemon/delivery_work.hpp"

#include <fmt/format.h>

#include <charconv>

#include "daemon/api/json_reader.hpp"
#include "daemon/log.hpp"
#include "daemon/read_query.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_reason = 500;

constexpr std::string_view prefix = "/v1/deliveries/";
constexpr std::string_view ending = "/dismiss";

std::optional<DeliveryId> id_in(std::string_view path) {
    if (path.size() <= prefix.size() + ending.size()) return std::nullopt;
    path.remove_prefix(prefix.size());
    path.remove_suffix(ending.size());
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), id);
    if (error != std::errc{} || end != path.data() + path.size()) return std::nullopt;
    return DeliveryId{id};
}

Response problem(int status, std::string_view name, std::string_view title, std::string detail) {
    ProblemDocument document;
    document.status = status;
    document.name = name;
    document.title = title;
    document.detail = std::move(detail);
    return to_response(document);
}

/// The reason in the body; or what is wrong with it.
tl::expected<std::string, Response> reason_in(const std::string& body) {
    const auto document = parse_json_object(body);
    if (!document) return tl::unexpected(bad_request(document.error()));
    JsonFaults faults;
    ObjectReader reader{*document, "", faults};
    auto reason = reader.required_text("reason", longest_reason);
    if (faults.empty() && reason.find_first_not_of(" \t\r\n") == std::string::npos)
        reader.report("reason", "say why it need not arrive");
    reader.refuse_unknown();
    if (faults.empty()) return reason;
    return tl::unexpected(problem(422, "invalid", "The request does not make sense",
                                  faults.front().pointer + ": " + faults.front().message));
}

Response dismiss(Engine& engine, DeliveryId id, const std::string& remark) {
    auto& outbox = engine.store().outbox();
    const auto delivery = outbox.find(id);
    if (!delivery) return not_found(fmt::format("there is no delivery {}", number_of(id)));
    if (!outbox.dismiss(id, remark))
        return problem(409, "conflict", "The change conflicts with what is recorded",
                       fmt::format("delivery {} is {}, and only a dead one can be dismissed",
                                   number_of(id), text_of(delivery->state)));
    log_event(LogLevel::warning,
              fmt::format("delivery {} was dismissed by {}", number_of(id), remark),
              {{"delivery", std::to_string(number_of(id))}});
    JsonWriter json;
    write_delivery(json, *outbox.find(id));
    Response response;
    response.body = json.take();
    return response;
}

}  // namespace

std::optional<Turn::Work> delivery_work(const Request& request) {
    if (request.method != Method::post || !request.path.starts_with(prefix) ||
        !request.path.ends_with(ending))
        return std::nullopt;
    const auto id = id_in(request.path);
    if (!id)
        return [path = request.path](Engine&, Instant) {
            return not_found(fmt::format("there is no delivery at {}", path));
        };
    const auto reason = reason_in(request.body);
    if (!reason) return [fault = reason.error()](Engine&, Instant) { return fault; };
    return [id = *id, remark = fmt::format("uid {}: {}", request.peer->uid, *reason)](
               Engine& engine, Instant) { return dismiss(engine, id, remark); };
}

}  // namespace forcewatch
