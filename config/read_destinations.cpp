#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/address_range.hpp"
#include "config/duration.hpp"
#include "config/sections.hpp"
#include "config/web_address.hpp"
#include "core/mail_address.hpp"

namespace forcewatch {

namespace {

std::optional<Digest> parse_digest(std::string_view text) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto at = parse_time_of_day(text.substr(blank + 1));
    if (!at) return std::nullopt;
    const auto days = text.substr(0, blank);
    if (days == "daily") return Digest{Digest::Days::daily, {}, *at};
    if (days == "weekdays") return Digest{Digest::Days::weekdays, {}, *at};
    constexpr std::array<std::string_view, 7> names{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};
    const auto* found = std::find(names.begin(), names.end(), days);
    if (found == names.end()) return std::nullopt;
    return Digest{Digest::Days::weekly,
                  std::chrono::weekday{static_cast<unsigned>(found - names.begin())}, *at};
}

bool is_role(std::string_view text) {
    return text == "owner" || text == "deputy" || text == "contributors" || text == "acknowledger";
}

void read_manners(TableReader& reader, Destination& destination) {
    destination.quiet = reader.boolean("quiet");
    if (const auto urgent = reader.text("urgent")) {
        if (const auto severity = parse_severity(urgent->text))
            destination.urgent = *severity;
        else
            reader.report("urgent", severity.error());
    }
    if (const auto count = reader.integer("storm", 0, 1'000'000))
        destination.storm = static_cast<int>(*count);
    if (const auto language =
            read_choice<std::string>(reader, "language", {{"en", "en"}, {"cy", "cy"}}))
        destination.language = *language;
}

/// A destination may fall back on one that comes later in the file.
void check_fallback(TableReader& file, const Settings& settings, const Destination& destination,
                    const PlacedText& fallback) {
    check_known(file, fallback, "destination.fallback", "destination", destination_names(settings));
    if (destination.fallback == destination.name)
        file.report_at(fallback.place, "destination.fallback", "cannot be the destination itself");
}

EmailTarget read_email(TableReader reader, const Settings& settings) {
    EmailTarget target;
    for (const auto& each : reader.texts("to")) {
        if (!is_mail_address(each.text) && !is_role(each.text))
            reader.report_at(
                each.place, "to",
                "expected an e-mail address, such as \"name@force.example\", or one of "
                "owner, deputy, contributors and acknowledger");
        else if (std::any_of(target.to.begin(), target.to.end(), [&](const std::string& other) {
                     return mailbox_of(other) == mailbox_of(each.text);
                 }))
            reader.report_at(each.place, "to", fmt::format("\"{}\" stands here twice", each.text));
        else
            target.to.push_back(each.text);
    }
    if (!reader.has("to"))
        reader.report("to", "is missing");
    else if (reader.has_empty_list("to"))
        reader.report("to", "names no address");
    if (const auto digest = reader.text("digest")) {
        target.digest = parse_digest(digest->text);
        if (!target.digest)
            reader.report(
                "digest",
                "expected \"daily 08:30\", \"weekdays 08:30\" or a day, \"monday 08:30\"");
    }
    if (settings.mail.host.empty())
        reader.report_at(reader.place(), "to", "e-mail needs a relay: set host in [mail]");
    reader.refuse_unknown();
    return target;
}

bool may_reach(const std::vector<std::string>& allowed, const IpAddress& address) {
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& text) {
        const auto range = parse_address_range(text);
        return range && range->contains(address);
    });
}

WebhookTarget read_webhook(TableReader reader) {
    WebhookTarget target;
    target.allow_addresses = read_allowed(reader);
    if (auto url = reader.required_text("url")) {
        if (names_secret(url->text)) {
            target.secret_url = read_secret(reader, "url");
        } else {
            target.url = url->text;
            check_web_address(reader, "url", target.url, target.allow_addresses);
        }
    }
    target.secret = read_secret(reader, "secret");
    const auto format = read_choice<std::string>(reader, "format",
                                                 {{"standard", "standard"},
                                                  {"cloudevents", "cloudevents"},
                                                  {"slack", "slack"},
                                                  {"mattermost", "mattermost"},
                                                  {"teams", "teams"},
                                                  {"alertmanager", "alertmanager"}});
    target.format = format.value_or("standard");
    target.ca_file = reader.path("ca_file");
    reader.refuse_unknown();
    return target;
}

FolderTarget read_folder(TableReader reader) {
    FolderTarget target;
    if (auto path = reader.path("path"))
        target.path = *path;
    else if (!reader.has("path"))
        reader.report("path", "is missing");
    reader.refuse_unknown();
    return target;
}

void read_target(TableReader& reader, Settings& settings, Destination& destination) {
    const auto inner = [&](const toml::table& table, std::string_view key) {
        return TableReader{table, reader.path_of(key), reader.faults()};
    };
    int targets = 0;
    for (const std::string_view key : {"email", "webhook", "folder"}) {
        const auto* table = reader.table(key);
        if (reader.has(key)) ++targets;
        if (!table) continue;
        if (key == "email") destination.target = read_email(inner(*table, key), settings);
        if (key == "webhook") destination.target = read_webhook(inner(*table, key));
        if (key == "folder") destination.target = read_folder(inner(*table, key));
    }
    if (targets != 1)
        reader.report("", "needs exactly one of email = {…}, webhook = {…} and folder = {…}");
}

}  // namespace

std::vector<std::string> read_allowed(TableReader& reader) {
    std::vector<std::string> allowed;
    for (auto& [text, place] : reader.texts("allow")) {
        if (parse_address_range(text))
            allowed.push_back(text);
        else
            reader.report_at(place, "allow",
                             "expected an address, such as \"10.0.0.7\" or \"10.0.0.0/8\"");
    }
    return allowed;
}

void check_web_address(TableReader& reader, std::string_view key, const std::string& text,
                       const std::vector<std::string>& allowed) {
    const auto address = parse_web_address(text);
    if (!address) return reader.report(key, address.error());
    const bool loopback = is_loopback_host(address->host);
    if (address->scheme == "http" && !loopback)
        return reader.report(key, "must start with https://; http is for loopback hosts alone");
    const auto number = parse_ip_address(address->host);
    if (loopback && !number && allowed.empty())
        reader.report(key, "is on this machine: add allow = [ \"127.0.0.1\", \"::1\" ]");
    if (number && is_inner_address(*number) && !may_reach(allowed, *number))
        reader.report(key,
                      fmt::format("is an inner address: add allow = [ \"{}\" ]", address->host));
}

void read_destinations(TableReader& file, Settings& settings) {
    std::vector<std::optional<PlacedText>> fallbacks;
    for (const auto* table : file.tables("destination")) {
        TableReader reader{*table, "destination", file.faults()};
        Destination destination;
        if (const auto name = reader.name("name")) {
            destination.name = name->text;
            if (std::any_of(settings.destinations.begin(), settings.destinations.end(),
                            [&](const Destination& other) { return other.name == name->text; }))
                reader.report("name", fmt::format("\"{}\" is the name of an earlier destination",
                                                  name->text));
        }
        read_target(reader, settings, destination);
        const auto retry =
            read_choice<bool>(reader, "on_unknown", {{"retry", true}, {"hold", false}});
        destination.retry_unknown = retry.value_or(true);
        read_manners(reader, destination);
        fallbacks.push_back(reader.text("fallback"));
        if (fallbacks.back()) destination.fallback = fallbacks.back()->text;
        reader.refuse_unknown();
        settings.destinations.push_back(std::move(destination));
    }
    for (std::size_t i = 0; i < fallbacks.size(); ++i)
        if (fallbacks[i]) check_fallback(file, settings, settings.destinations[i], *fallbacks[i]);
}

}  // namespace forcewatch
