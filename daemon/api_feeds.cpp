#include "daemon/api_feeds.hpp"

#include <fmt/format.h>

#include "daemon/api_write_parts.hpp"
#include "daemon/feed_work.hpp"

namespace forcewatch {

namespace {

std::string_view state_word(const Feed& feed, const FeedState& state, Instant now) {
    if (!state.error.empty()) return "failing";
    if (!state.fetched_at) return "new";
    return is_silent(feed, state, now) ? "silent" : "ok";
}

void write_feed(JsonWriter& json, const Feed& feed, const FeedState& state, Instant now) {
    json.begin_object().key("name").value(feed.name).key("url").value(feed.url);
    json.key("state").value(state_word(feed, state, now));
    json.key("every_seconds").value(feed.every.count());
    write_optional(json, "last_fetched_at", state.fetched_at);
    write_optional(json, "last_tried_at", state.tried_at);
    write_optional(json, "last_new_item_at", state.heard_at);
    write_text_or_null(json, "last_new_item", state.heard_title);
    json.key("next_at").value(text_of(std::max(state.next_at, now)));
    json.key("failures").value(state.failures);
    write_text_or_null(json, "error", state.error);
    json.key("auto_accept").begin_array();
    for (const auto& kind : feed.auto_accept) json.value(kind);
    json.end_array().end_object();
}

}  // namespace

std::optional<Response> feeds_answer(const Asker& asker) {
    if (asker.request.path != "/v1/feeds") return std::nullopt;
    if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
    ListWriter list;
    for (const auto& feed : asker.engine.settings().feeds)
        write_feed(list.json, feed, asker.engine.store().feeds().find(feed.name, feed.url),
                   asker.now);
    return list.end(std::nullopt);
}

std::optional<Turn::Work> feed_work(const Request& request) {
    constexpr std::string_view ending = "/fetch";
    const auto rest = path_under(request, "/v1/feeds/");
    if (request.method != Method::post || !rest || !rest->ends_with(ending)) return std::nullopt;
    return [name = rest->substr(0, rest->size() - ending.size())](Engine& engine, Instant) {
        if (!fetch_feed_now(engine, name))
            return not_found(fmt::format("the configuration has no feed \"{}\"", name));
        JsonWriter json;
        json.begin_object().key("name").value(name).key("due").value(true).end_object();
        return json_response(json.take());
    };
}

}  // namespace forcewatch
