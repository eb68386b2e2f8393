#include "daemon/messages/delivery_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/mail_address.hpp"
#include "core/utf8.hpp"
#include "daemon/messages/mime/mime_parts.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_recipients = 1000;
constexpr std::size_t longest_reason = 400;

std::string lower(std::string_view text) {
    std::string low{text};
    std::transform(low.begin(), low.end(), low.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return low;
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return std::string{text.substr(first, text.find_last_not_of(" \t") - first + 1)};
}

using Fields = std::map<std::string, std::string>;

/// The blocks of fields, one for the mail and one for each recipient; names in lower case.
std::vector<Fields> blocks_of(const std::string& text) {
    std::vector<Fields> blocks(1);
    std::string last;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        std::string_view line{text.data() + at, end - at};
        at = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto colon = line.find(':');
        if (line.empty()) {
            if (!blocks.back().empty()) blocks.emplace_back();
        } else if ((line.front() == ' ' || line.front() == '\t') && !last.empty()) {
            blocks.back()[last] += ' ' + trimmed(line);
        } else if (colon != std::string_view::npos) {
            last = lower(trimmed(line.substr(0, colon)));
            blocks.back()[last] = trimmed(line.substr(colon + 1));
        }
    }
    return blocks;
}

/// "rfc822; someone@example.org" without its type.
std::string behind_type(const std::string& value) {
    const auto semicolon = value.find(';');
    return trimmed(semicolon == std::string::npos ? std::string_view{value}
                                                  : std::string_view{value}.substr(semicolon + 1));
}

/// The address as it was written to, where a server on the way has changed it.
std::string address_in(Fields& fields) {
    for (const char* name : {"original-recipient", "final-recipient"}) {
        auto address = behind_type(fields[name]);
        if (is_mail_address(address)) return address;
    }
    return {};
}

}  // namespace

std::string_view kind_of_report(std::string_view action, std::string_view status) {
    if (action == "delivered" || action == "relayed" || action == "expanded") return "delivered";
    if (action == "delayed" || status.starts_with("4.") || status.starts_with("5.2.2"))
        return "temporary";
    const bool of_the_address =
        status.starts_with("5.0.") || status.starts_with("5.1.") || status.starts_with("5.2.");
    return of_the_address ? "permanent" : "technical";
}

Expected<std::vector<DeliveryReport>> read_delivery_reports(const std::string& mail) {
    const auto& module = mime_module();
    if (!module) return tl::unexpected(module.error());
    ReportParts parts;
    module->read(mail, parts);
    std::vector<DeliveryReport> reports;
    for (auto& fields : blocks_of(parts.status)) {
        const auto address = address_in(fields);
        if (address.empty() || reports.size() == most_recipients) continue;
        const auto& status = fields["status"];
        const auto reason = fmt::format("{}: {}", status, fields["diagnostic-code"]);
        reports.push_back({std::string{kind_of_report(lower(fields["action"]), status)}, address,
                           parts.message_id, std::string{utf8_beginning(reason, longest_reason)}});
    }
    if (reports.empty())
        return tl::unexpected(
            Problem{"this is no delivery report: a mail with a part "
                    "message/delivery-status (RFC 3464) is expected"});
    return reports;
}

}  // namespace forcewatch
