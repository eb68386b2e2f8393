// What people decide about messages, and about the destinations that they go to.
#include <fmt/format.h>

#include "core/text_check.hpp"
#include "daemon/api_alerting.hpp"
#include "daemon/api_write_parts.hpp"
#include "daemon/log.hpp"

namespace forcewatch {

namespace {

Response delivery_answer(const Delivery& delivery) {
    JsonWriter json;
    write_delivery(json, delivery);
    return json_response(json.take());
}

/// The number before a deed; or why there is none.
tl::expected<DeliveryId, Response> number_in(const std::string& text) {
    if (const auto id = whole_number(text)) return DeliveryId{*id};
    return tl::unexpected(not_found(fmt::format("there is no delivery {}", text)));
}

Work replay(const Request& request, const std::string& id_text) {
    auto id = number_in(id_text);
    if (!id) return answer_with(std::move(id.error()));
    return [origin = origin_of(request), id = *id](Engine& engine, Instant now) {
        const auto done = engine.delivery_orders(origin, now).replay(id);
        return done ? delivery_answer(*done) : refused_order(done.error());
    };
}

Work replay_since(const Request& request) {
    std::string destination;
    Instant since{};
    auto fault = with_body(request, [&](ObjectReader& object) {
        destination = object.required_text("destination", longest_name);
        object.require("since");
        since = moment_in(object, "since").value_or(Instant{});
    });
    if (fault) return answer_with(std::move(*fault));
    return [origin = origin_of(request), destination, since](Engine& engine, Instant now) {
        const auto done = engine.delivery_orders(origin, now).replay_since(destination, since);
        if (!done) return refused_order(done.error());
        JsonWriter json;
        json.begin_object().key("replayed").value(done->count);
        json.key("more").value(done->more).end_object();
        return json_response(json.take());
    };
}

Work dismiss(const Request& request, const std::string& id_text) {
    auto id = number_in(id_text);
    if (!id) return answer_with(std::move(id.error()));
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        reason = object.required_text("reason", longest_reason);
        if (is_blank(reason)) object.report("reason", "say why it need not arrive");
    });
    if (fault) return answer_with(std::move(*fault));
    return [origin = origin_of(request), id = *id, reason](Engine& engine, Instant now) {
        const auto done = engine.delivery_orders(origin, now).dismiss(id, reason);
        if (!done) return refused_order(done.error());
        log_event(LogLevel::warning,
                  fmt::format("delivery {} was dismissed by {}", number_of(id), done->remark),
                  {{"delivery", std::to_string(number_of(id))}});
        return delivery_answer(*done);
    };
}

Work enable(const Request& request, const std::string& name) {
    return [origin = origin_of(request), name](Engine& engine, Instant now) {
        const auto done = engine.delivery_orders(origin, now).enable(name);
        return done ? destination_answer(engine, name) : refused_order(done.error());
    };
}

}  // namespace

std::optional<Work> delivery_order_work(const Request& request) {
    if (request.method != Method::post) return std::nullopt;
    if (request.path == "/v1/deliveries/replay") return replay_since(request);
    if (const auto rest = path_under(request, "/v1/deliveries/")) {
        const auto halves = halves_of(*rest);
        if (halves && halves->second == "replay") return replay(request, halves->first);
        if (halves && halves->second == "dismiss") return dismiss(request, halves->first);
    }
    if (const auto rest = path_under(request, "/v1/destinations/")) {
        const auto halves = halves_of(*rest);
        if (halves && halves->second == "enable") return enable(request, halves->first);
    }
    return std::nullopt;
}

}  // namespace forcewatch
