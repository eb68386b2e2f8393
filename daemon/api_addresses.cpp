#include "daemon/api_addresses.hpp"

#include <fmt/format.h>

#include "core/mail_address.hpp"
#include "daemon/api_write_parts.hpp"
#include "daemon/engine/mail_reports.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_address = 400;

std::string address_in(ObjectReader& object) {
    auto address = object.optional_text("address", longest_address).value_or("");
    if (!address.empty() && !is_mail_address(address))
        object.report("address", "expected a plain e-mail address");
    return address;
}

Work report(const Request& request) {
    MailReport report;
    auto fault = with_body(request, [&](ObjectReader& object) {
        const auto kind = parse_mail_report_kind(object.required_text("kind", 20));
        if (kind)
            report.kind = *kind;
        else
            object.report("kind", kind.error());
        report.message_id = object.optional_text("message_id", longest_address).value_or("");
        report.address = address_in(object);
        report.reason = object.optional_text("reason", longest_reason).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return [report](Engine& engine, Instant now) {
        const auto address = MailReports{engine.store(), engine.settings(), now}.take(report);
        if (!address) return not_found(address.error().what);
        JsonWriter json;
        json.begin_object().key("address").value(*address);
        json.key("bounced").value(engine.store().addresses().is_marked(*address, {})).end_object();
        return json_response(json.take());
    };
}

Work allow(const Request& request) {
    std::string address;
    std::string destination;
    auto fault = with_body(request, [&](ObjectReader& object) {
        object.require("address");
        address = address_in(object);
        destination = object.optional_text("destination", longest_address).value_or("");
    });
    if (fault) return answer_with(std::move(*fault));
    return [address, destination](Engine& engine, Instant now) {
        if (MailReports{engine.store(), engine.settings(), now}.allow(address, destination))
            return no_content();
        return not_found(destination.empty()
                             ? fmt::format("{} has not bounced", address)
                             : fmt::format("{} has not unsubscribed from the digest of {}", address,
                                           destination));
    };
}

}  // namespace

std::optional<Response> address_answer(const Asker& asker) {
    if (asker.request.path != "/v1/addresses") return std::nullopt;
    ReadQuery query{asker.request, Times::none, {}};
    if (query.fault) return *query.fault;
    ListWriter list;
    auto& json = list.json;
    for (const auto& each : asker.engine.store().addresses().marked()) {
        json.begin_object().key("address").value(each.address);
        json.key("state").value(text_of(each.state));
        json.key("destination").value(each.destination);
        json.key("since").value(text_of(each.since));
        json.key("reason").value(each.reason).end_object();
    }
    return list.end({});
}

std::optional<Work> address_work(const Request& request) {
    if (request.method != Method::post) return std::nullopt;
    if (request.path == "/v1/addresses/report") return report(request);
    if (request.path == "/v1/addresses/allow") return allow(request);
    return std::nullopt;
}

}  // namespace forcewatch
