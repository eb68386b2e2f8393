#include "daemon/api/courier_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/mail_address.hpp"
#include "daemon/api/json_reader.hpp"
#include "daemon/api/json_writer.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_subject_key = 1000;
constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t longest_pause = 86400;

bool is_printable_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
    });
}

template <typename T>
Expected<T> unless_faulty(T value, const JsonFaults& faults) {
    if (faults.empty()) return value;
    const auto& first = faults.front();
    return tl::unexpected(fmt::format("{}: {}", first.pointer, first.message));
}

std::string required_name(ObjectReader& reader, std::string_view name) {
    auto text = reader.required_text(name, longest_name);
    if (text.empty() || has_control(text))
        reader.report(name, "expected text without control characters");
    return text;
}

void check_addresses(ObjectReader& reader, const CourierParcel& parcel) {
    const auto check = [&](std::string_view name, const std::string& address) {
        if (parcel.kind == DestinationKind::email && !is_mail_address(address))
            reader.report(name, "expected a plain e-mail address");
        if (parcel.kind != DestinationKind::email && !address.empty())
            reader.report(name, "only e-mail has an address");
    };
    check("recipient", parcel.recipient);
    check("sender", parcel.sender);
}

CourierParcel read_parcel(const JsonValue& value, std::string pointer, JsonFaults& faults) {
    ObjectReader reader{value, std::move(pointer), faults};
    CourierParcel parcel;
    parcel.id = DeliveryId{reader.required_integer("id", 1, no_limit)};
    parcel.lease = reader.required_integer("lease", 0, no_limit);
    parcel.destination = required_name(reader, "destination");
    const auto kind = parse_destination_kind(reader.required_text("kind", longest_name));
    if (kind)
        parcel.kind = *kind;
    else
        reader.report("kind", kind.error());
    parcel.recipient = reader.required_text("recipient", longest_name * 2);
    parcel.sender = reader.required_text("sender", longest_name * 2);
    if (kind) check_addresses(reader, parcel);
    parcel.message_id = reader.required_text("message_id", longest_name);
    if (!is_message_id(parcel.message_id))
        reader.report("message_id", "expected letters, digits and .-_@+= only");
    parcel.content_type = reader.required_text("content_type", longest_name);
    if (parcel.content_type.empty() || !is_printable_ascii(parcel.content_type))
        reader.report("content_type", "expected printable ASCII");
    parcel.attempt = static_cast<int>(reader.required_integer("attempt", 1, 1'000'000));
    parcel.subject_key = reader.required_text("subject_key", longest_subject_key);
    parcel.body = reader.required_text("body", courier_limits::body);
    reader.refuse_unknown();
    return parcel;
}

CourierResult read_result(const JsonValue& value, std::string pointer, JsonFaults& faults) {
    ObjectReader reader{value, std::move(pointer), faults};
    CourierResult result;
    result.id = DeliveryId{reader.required_integer("id", 1, no_limit)};
    result.lease = reader.required_integer("lease", 0, no_limit);
    const auto verdict = parse_verdict(reader.required_text("verdict", longest_name));
    if (verdict)
        result.outcome.verdict = *verdict;
    else
        reader.report("verdict", verdict.error());
    result.outcome.code = static_cast<int>(reader.required_integer("code", 0, 999));
    result.outcome.reason = reader.required_text("reason", courier_limits::reason);
    if (has_control(result.outcome.reason))
        reader.report("reason", "expected text without control characters");
    result.outcome.retry_in =
        std::chrono::seconds{reader.required_integer("retry_after_seconds", 0, longest_pause)};
    reader.refuse_unknown();
    return result;
}

}  // namespace

bool is_message_id(std::string_view text) {
    constexpr std::string_view marks = ".-_@+=";
    return !text.empty() && text.size() <= 200 && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      marks.find(c) != std::string_view::npos;
           });
}

std::string write_claim(const CourierClaim& claim) {
    JsonWriter json;
    json.begin_object();
    json.key("fingerprint").value(claim.fingerprint);
    json.key("session").value(claim.session);
    json.key("max").value(claim.max);
    json.key("wait_seconds").value(claim.wait.count());
    json.key("busy").begin_array();
    for (const auto& name : claim.busy) json.value(name);
    json.end_array().key("carrying").begin_array();
    for (const auto id : claim.carrying) json.value(number_of(id));
    json.end_array().end_object();
    return json.take();
}

std::string write_parcels(const std::vector<CourierParcel>& parcels) {
    JsonWriter json;
    json.begin_object().key("parcels").begin_array();
    for (const auto& parcel : parcels) {
        json.begin_object();
        json.key("id").value(number_of(parcel.id)).key("lease").value(parcel.lease);
        json.key("destination").value(parcel.destination);
        json.key("kind").value(text_of(parcel.kind));
        json.key("recipient").value(parcel.recipient).key("sender").value(parcel.sender);
        json.key("message_id").value(parcel.message_id);
        json.key("content_type").value(parcel.content_type);
        json.key("attempt").value(parcel.attempt);
        json.key("subject_key").value(parcel.subject_key);
        json.key("body").value(parcel.body);
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

std::string write_results(const std::vector<CourierResult>& results) {
    JsonWriter json;
    json.begin_object().key("results").begin_array();
    for (const auto& result : results) {
        json.begin_object();
        json.key("id").value(number_of(result.id)).key("lease").value(result.lease);
        json.key("verdict").value(text_of(result.outcome.verdict));
        json.key("code").value(result.outcome.code);
        json.key("reason").value(result.outcome.reason);
        json.key("retry_after_seconds").value(result.outcome.retry_in.count());
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

std::string write_settled(int settled) {
    JsonWriter json;
    json.begin_object().key("settled").value(settled).end_object();
    return json.take();
}

Expected<CourierClaim> read_claim(std::string_view json) {
    if (json.size() > courier_limits::request)
        return tl::unexpected(Problem{"the claim is too long"});
    const auto document = parse_json_object(json);
    if (!document) return tl::unexpected(document.error());
    JsonFaults faults;
    ObjectReader reader{*document, "", faults};
    CourierClaim claim;
    claim.fingerprint = required_name(reader, "fingerprint");
    claim.session = required_name(reader, "session");
    claim.max = static_cast<int>(reader.required_integer("max", 1, courier_limits::parcels));
    claim.wait = std::chrono::seconds{
        reader.required_integer("wait_seconds", 0, courier_limits::wait_seconds)};
    if (const auto* names = reader.optional_array("busy", 1000))
        for (std::size_t i = 0; i < names->size(); ++i) {
            const auto* name = names->at(i).as<std::string>();
            if (name && name->size() <= longest_name)
                claim.busy.push_back(*name);
            else
                faults.push_back({reader.pointer_to("busy", i), "expected a short text"});
        }
    if (const auto* ids = reader.required_array("carrying", courier_limits::carrying))
        for (std::size_t i = 0; i < ids->size(); ++i) {
            const auto* id = ids->at(i).as<std::int64_t>();
            if (id && *id > 0)
                claim.carrying.push_back(DeliveryId{*id});
            else
                faults.push_back({reader.pointer_to("carrying", i), "expected a delivery's id"});
        }
    std::sort(claim.carrying.begin(), claim.carrying.end());
    reader.refuse_unknown();
    return unless_faulty(std::move(claim), faults);
}

Expected<std::vector<CourierParcel>> read_parcels(std::string_view json) {
    if (json.size() > courier_limits::answer)
        return tl::unexpected(Problem{"the answer is too long"});
    const auto document = parse_json_object(json);
    if (!document) return tl::unexpected(document.error());
    JsonFaults faults;
    ObjectReader reader{*document, "", faults};
    std::vector<CourierParcel> parcels;
    if (const auto* elements = reader.required_array("parcels", courier_limits::parcels))
        for (std::size_t i = 0; i < elements->size(); ++i)
            parcels.push_back(
                read_parcel(elements->at(i), reader.pointer_to("parcels", i), faults));
    reader.refuse_unknown();
    return unless_faulty(std::move(parcels), faults);
}

Expected<std::vector<CourierResult>> read_results(std::string_view json) {
    if (json.size() > courier_limits::request)
        return tl::unexpected(Problem{"the settlement is too long"});
    const auto document = parse_json_object(json);
    if (!document) return tl::unexpected(document.error());
    JsonFaults faults;
    ObjectReader reader{*document, "", faults};
    std::vector<CourierResult> results;
    if (const auto* elements = reader.required_array("results", courier_limits::parcels))
        for (std::size_t i = 0; i < elements->size(); ++i)
            results.push_back(
                read_result(elements->at(i), reader.pointer_to("results", i), faults));
    reader.refuse_unknown();
    return unless_faulty(std::move(results), faults);
}

Expected<int> read_settled(std::string_view json) {
    const auto document = parse_json_object(json);
    if (!document) return tl::unexpected(document.error());
    JsonFaults faults;
    ObjectReader reader{*document, "", faults};
    const auto settled = reader.required_integer("settled", 0, courier_limits::parcels);
    reader.refuse_unknown();
    return unless_faulty(static_cast<int>(settled), faults);
}

}  // namespace forcewatch
