// What people decide about alerts: acknowledge, close, silence, pause, hold, and what they try:
// a test message, a drill.
#include <fmt/format.h>

#include <span>

#include "config/duration.hpp"
#include "daemon/api_alerting.hpp"
#include "daemon/api_write_parts.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_previewed = 1000;

Date day_in(ObjectReader& object, std::string_view name) {
    const auto day = parse_date(object.required_text(name, 10));
    if (day) return *day;
    object.report(name, "expected a day, such as 2026-03-29");
    return {};
}

std::chrono::seconds period_in(ObjectReader& object, std::string_view name) {
    const auto text = object.optional_text(name, 32);
    if (!text) return {};
    if (const auto period = parse_period(*text); period && *period >= std::chrono::minutes{1})
        return *period;
    object.report(name, "expected a minute or more, such as \"12h\" or \"1d\"");
    return {};
}

std::string reason_in(ObjectReader& object) {
    return object.optional_text("reason", longest_reason).value_or("");
}

/// Runs an order and answers with what `write` makes of its outcome.
template <typename Run, typename Write>
Work ordered(const Request& request, Run run, Write write) {
    return [origin = origin_of(request), run, write](Engine& engine, Instant now) {
        const auto outcome = engine.order(origin, now, run);
        if (!outcome) return refused_order(outcome.error());
        return json_response(write(engine, now, *outcome));
    };
}

std::string alert_document(Engine& engine, Instant now, const Alert& alert) {
    JsonWriter json;
    write_whole_alert(json, engine, alert, now);
    return json.take();
}

Work acknowledge(const Request& request, AlertId id) {
    AcknowledgeOrder order;
    order.alert = id;
    auto fault = with_body(request, [&](ObjectReader& object) {
        order.reason = object.required_text("reason", longest_reason);
        order.by = object.optional_text("by", longest_name).value_or("");
        order.until = moment_in(object, "until");
        order.sticky = object.optional_bool("sticky").value_or(false);
        order.remind_every = period_in(object, "remind_every");
    });
    if (fault) return answer_with(std::move(*fault));
    return ordered(
        request, [order](AlertOrders& orders) { return orders.acknowledge(order); },
        alert_document);
}

/// An order that takes back an earlier one: it needs no reason, and takes one.
template <typename Id, typename Undone>
Work undo(const Request& request, Id id,
          AlertOrders::Outcome<Undone> (AlertOrders::*order)(Id, const std::string&),
          std::string (*document)(Engine&, Instant, const Undone&)) {
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) { reason = reason_in(object); });
    if (fault) return answer_with(std::move(*fault));
    return ordered(
        request, [id, reason, order](AlertOrders& orders) { return (orders.*order)(id, reason); },
        document);
}

Work close(const Request& request, AlertId id) {
    std::string reason;
    Date review_on{};
    auto fault = with_body(request, [&](ObjectReader& object) {
        reason = object.required_text("reason", longest_reason);
        review_on = day_in(object, "review_on");
    });
    if (fault) return answer_with(std::move(*fault));
    return ordered(
        request,
        [id, reason, review_on](AlertOrders& orders) {
            return orders.close(id, reason, review_on);
        },
        alert_document);
}

std::string silence_document(Engine& engine, Instant now, const Silence& silence) {
    JsonWriter json;
    write_silence(json, engine, silence, now);
    return json.take();
}

Work silence(const Request& request) {
    SilenceOrder order;
    bool dry_run = false;
    auto fault = with_body(request, [&](ObjectReader& object) {
        if (const auto* matchers = object.required_array("matchers", 20))
            for (const auto& element : *matchers) {
                if (const auto* text = element.as<std::string>())
                    order.matchers.push_back(*text);
                else
                    object.report("matchers", "expected a list of texts");
            }
        order.from = moment_in(object, "from");
        object.require("until");
        order.until = moment_in(object, "until").value_or(Instant{});
        order.reason = object.required_text("reason", longest_reason);
        dry_run = object.optional_bool("dry_run").value_or(false);
    });
    if (fault) return answer_with(std::move(*fault));
    if (!dry_run)
        return ordered(
            request, [order](AlertOrders& orders) { return orders.silence(order); },
            silence_document);
    return [origin = origin_of(request), order](Engine& engine, Instant now) {
        return engine.order(origin, now, [&](AlertOrders& orders) {
            if (const auto wrong = orders.fault_of(order)) return refused(*wrong);
            const auto picked = alerts_picked(engine.store(), engine.reference(), order.matchers);
            JsonWriter json;
            json.begin_object().key("count").value(picked.size()).key("hides").begin_array();
            for (const auto& alert :
                 std::span{picked}.first(std::min(picked.size(), most_previewed))) {
                json.begin_object();
                write_alert(json, alert, london_date(now));
                json.end_object();
            }
            json.end_array().end_object();
            return json_response(json.take());
        });
    };
}

std::string pause_document(Engine& engine, Instant now, const Pause& pause) {
    JsonWriter json;
    write_pause(json, engine, pause, now);
    return json.take();
}

Work pause(const Request& request) {
    PauseOrder order;
    auto fault = with_body(request, [&](ObjectReader& object) {
        order.force = object.required_text("force", longest_name);
        order.area = object.optional_text("area", longest_name).value_or("");
        order.from = day_in(object, "from");
        order.until = day_in(object, "until");
        order.reason = object.required_text("reason", longest_reason);
    });
    if (fault) return answer_with(std::move(*fault));
    return ordered(
        request, [order](AlertOrders& orders) { return orders.pause(order); }, pause_document);
}

Work hold(const Request& request) {
    bool held = false;
    std::string reason;
    auto fault = with_body(request, [&](ObjectReader& object) {
        object.require("held");
        held = object.optional_bool("held").value_or(false);
        reason = reason_in(object);
    });
    if (fault) return answer_with(std::move(*fault));
    return [origin = origin_of(request), held, reason](Engine& engine, Instant now) {
        const auto done = engine.order(
            origin, now, [&](AlertOrders& orders) { return orders.hold(held, reason); });
        return done ? hold_answer(engine) : refused(done.error());
    };
}

Work test(const std::string& name) {
    return [name](Engine& engine, Instant now) {
        const auto* destination = find_destination(engine.settings(), name);
        if (destination == nullptr)
            return not_found(fmt::format("there is no destination \"{}\"", name));
        JsonWriter json;
        json.begin_object().key("deliveries").begin_array();
        for (const auto id : engine.send_test(*destination, now)) json.value(number_of(id));
        json.end_array().end_object();
        return json_response(json.take(), 202);
    };
}

Work drill(const Request& request, const std::string& step) {
    std::optional<AlertId> id;
    auto fault = with_body(request, [&](ObjectReader& object) {
        if (const auto number = object.optional_integer("alert", 1, INT64_MAX))
            id = AlertId{*number};
    });
    if (fault) return answer_with(std::move(*fault));
    return [origin = origin_of(request), id, step](Engine& engine, Instant now) {
        const auto alert =
            engine.order(origin, now, [&](AlertOrders& orders) { return orders.drill(step, id); });
        if (!alert) return refused_order(alert.error());
        return json_response(alert_document(engine, now, *alert));
    };
}

std::optional<Work> alert_order(const Request& request) {
    const auto rest = path_under(request, "/v1/alerts/");
    const auto halves = rest ? halves_of(*rest) : std::nullopt;
    if (!halves) return std::nullopt;
    const auto& [id_text, deed] = *halves;
    if (deed != "acknowledge" && deed != "unacknowledge" && deed != "close") return std::nullopt;
    const auto id = whole_number(id_text);
    if (!id) return answer_with(not_found(fmt::format("there is no alert {}", id_text)));
    if (deed == "acknowledge") return acknowledge(request, AlertId{*id});
    if (deed == "unacknowledge")
        return undo(request, AlertId{*id}, &AlertOrders::unacknowledge, alert_document);
    return close(request, AlertId{*id});
}

/// "/v1/silences/3/end" and the like.
template <typename Undone>
std::optional<Work> ending(const Request& request, std::string_view prefix,
                           AlertOrders::Outcome<Undone> (AlertOrders::*end)(std::int64_t,
                                                                            const std::string&),
                           std::string (*document)(Engine&, Instant, const Undone&)) {
    const auto rest = path_under(request, prefix);
    const auto halves = rest ? halves_of(*rest) : std::nullopt;
    if (!halves || halves->second != "end") return std::nullopt;
    const auto id = whole_number(halves->first);
    if (!id) return answer_with(not_found(fmt::format("nothing has the number {}", halves->first)));
    return undo(request, *id, end, document);
}

}  // namespace

std::optional<Work> order_work(const Request& request) {
    if (request.method != Method::post) return std::nullopt;
    if (request.path == "/v1/silences") return silence(request);
    if (request.path == "/v1/pauses") return pause(request);
    if (request.path == "/v1/hold") return hold(request);
    if (auto work = alert_order(request)) return work;
    if (auto work = ending(request, "/v1/silences/", &AlertOrders::end_silence, silence_document))
        return work;
    if (auto work = ending(request, "/v1/pauses/", &AlertOrders::end_pause, pause_document))
        return work;
    if (const auto step = path_under(request, "/v1/drill/")) return drill(request, *step);
    const auto rest = path_under(request, "/v1/destinations/");
    const auto halves = rest ? halves_of(*rest) : std::nullopt;
    if (halves && halves->second == "test") return test(halves->first);
    return std::nullopt;
}

}  // namespace forcewatch
