#include "daemon/api/fetch_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "daemon/api/courier_protocol.hpp"
#include "daemon/api/json_reader.hpp"
#include "daemon/api/json_writer.hpp"

namespace forcewatch {

namespace {

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t longest_name = 200;
constexpr std::int64_t longest_pause = std::int64_t{7} * 86400;

std::string header_text(ObjectReader& reader, std::string_view name, std::size_t longest) {
    auto text = reader.required_text(name, longest);
    if (!is_header_text(text)) reader.report(name, "expected printable ASCII");
    return text;
}

template <typename T, typename Read>
Expected<T> read_object(std::string_view json, Read&& read) {
    const auto document = parse_json_object(json);
    if (!document) return tl::unexpected(document.error());
    JsonFaults faults;
    ObjectReader reader{*document, "", faults};
    T value = read(reader, faults);
    reader.refuse_unknown();
    if (faults.empty()) return value;
    return tl::unexpected(fmt::format("{}: {}", faults.front().pointer, faults.front().message));
}

FetchOrder order_in(const JsonValue& value, JsonFaults& faults) {
    ObjectReader reader{value, "/order", faults};
    FetchOrder order;
    order.id = reader.required_integer("id", 1, no_limit);
    order.feed = header_text(reader, "feed", longest_name);
    order.url = header_text(reader, "url", fetch_limits::address);
    order.etag = header_text(reader, "etag", fetch_limits::stamp);
    order.last_modified = header_text(reader, "last_modified", fetch_limits::stamp);
    reader.refuse_unknown();
    return order;
}

}  // namespace

bool is_header_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string write_fetch_wish(std::chrono::seconds wait) {
    JsonWriter json;
    json.begin_object().key("wait_seconds").value(wait.count()).end_object();
    return json.take();
}

std::string write_fetch_order(const std::optional<FetchOrder>& order) {
    JsonWriter json;
    json.begin_object().key("order");
    if (order) {
        json.begin_object().key("id").value(order->id).key("feed").value(order->feed);
        json.key("url").value(order->url).key("etag").value(order->etag);
        json.key("last_modified").value(order->last_modified).end_object();
    } else {
        json.null();
    }
    json.end_object();
    return json.take();
}

std::string write_fetched(const Fetched& fetched) {
    JsonWriter json;
    json.begin_object().key("id").value(fetched.id).key("status").value(fetched.status);
    json.key("failure").value(fetched.failure).key("url").value(fetched.url);
    json.key("type").value(fetched.type).key("etag").value(fetched.etag);
    json.key("last_modified").value(fetched.last_modified);
    json.key("retry_after_seconds").value(fetched.retry_in.count()).end_object();
    return json.take() + "\n" + fetched.body;
}

Expected<std::chrono::seconds> read_fetch_wish(std::string_view json) {
    return read_object<std::chrono::seconds>(json, [](ObjectReader& reader, JsonFaults&) {
        return std::chrono::seconds{
            reader.required_integer("wait_seconds", 0, courier_limits::wait_seconds)};
    });
}

Expected<std::optional<FetchOrder>> read_fetch_order(std::string_view json) {
    return read_object<std::optional<FetchOrder>>(
        json, [](ObjectReader& reader, JsonFaults& faults) -> std::optional<FetchOrder> {
            const auto* value = reader.optional_object("order");
            if (value == nullptr) return std::nullopt;
            return order_in(*value, faults);
        });
}

Expected<Fetched> read_fetched(std::string_view message) {
    const auto end = message.find('\n');
    if (end == std::string_view::npos)
        return tl::unexpected(Problem{"expected a line of JSON, and what was fetched below"});
    const auto body = message.substr(end + 1);
    if (body.size() > fetch_limits::body)
        return tl::unexpected(Problem{"what was fetched is too long"});
    auto fetched =
        read_object<Fetched>(message.substr(0, end), [](ObjectReader& reader, JsonFaults&) {
            Fetched read;
            read.id = reader.required_integer("id", 1, no_limit);
            read.status = static_cast<int>(reader.required_integer("status", 0, 999));
            read.failure = header_text(reader, "failure", courier_limits::reason);
            read.url = header_text(reader, "url", fetch_limits::address);
            read.type = header_text(reader, "type", longest_name);
            read.etag = header_text(reader, "etag", fetch_limits::stamp);
            read.last_modified = header_text(reader, "last_modified", fetch_limits::stamp);
            read.retry_in = std::chrono::seconds{
                reader.required_integer("retry_after_seconds", 0, longest_pause)};
            return read;
        });
    if (fetched) fetched->body = body;
    return fetched;
}

}  // namespace forcewatch
