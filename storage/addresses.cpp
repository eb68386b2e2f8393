#include "storage/addresses.hpp"

#include <fmt/format.h>

#include <sstream>

#include "core/mail_address.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

constexpr auto mark_sql = R"sql(
    INSERT INTO address (address, destination, state, since, reason)
    VALUES (:address, :destination, :state, :since, :reason)
    ON CONFLICT (address, destination) DO NOTHING)sql";
constexpr auto clear_sql =
    "DELETE FROM address WHERE address = :address AND destination = :destination";
constexpr auto forget_sql = "DELETE FROM address WHERE address = :address";
constexpr auto is_marked_sql =
    "SELECT 1 FROM address WHERE address = :address AND destination = :destination";
constexpr auto marked_sql =
    "SELECT address, destination, state, since, reason FROM address ORDER BY address, destination";
constexpr auto add_link_sql = R"sql(
    INSERT INTO link (id, alerts, destination, recipient, made_at)
    VALUES (:id, :alerts, :destination, :recipient, :made_at)
    ON CONFLICT DO NOTHING)sql";
constexpr auto link_sql =
    "SELECT id, alerts, destination, recipient, made_at, used_at FROM link WHERE id = :id";
constexpr auto use_sql = "UPDATE link SET used_at = :now WHERE id = :id AND used_at IS NULL";
constexpr auto forget_links_sql = "DELETE FROM link WHERE made_at < :limit";

std::string text_of(const std::vector<AlertId>& alerts) {
    std::vector<std::int64_t> numbers;
    for (const auto id : alerts) numbers.push_back(number_of(id));
    return fmt::format("{}", fmt::join(numbers, " "));
}

std::vector<AlertId> alerts_in(const std::string& text) {
    std::vector<AlertId> alerts;
    std::istringstream in{text};
    for (std::int64_t number = 0; in >> number;) alerts.push_back(AlertId{number});
    return alerts;
}

}  // namespace

std::string_view text_of(AddressState state) {
    return state == AddressState::bounced ? "bounced" : "unsubscribed";
}

void Addresses::mark(const MarkedAddress& address) {
    const auto mailbox = mailbox_of(address.address);
    Query query{connection_, mark_sql};
    query.bind(":address", mailbox)
        .bind(":destination", address.destination)
        .bind_copy(":state", text_of(address.state))
        .bind(":since", address.since)
        .bind(":reason", address.reason)
        .run();
}

bool Addresses::clear(const std::string& address, const std::string& destination) {
    const auto mailbox = mailbox_of(address);
    Query query{connection_, clear_sql};
    return query.bind(":address", mailbox).bind(":destination", destination).run() > 0;
}

void Addresses::forget(const std::string& address) {
    const auto mailbox = mailbox_of(address);
    Query query{connection_, forget_sql};
    query.bind(":address", mailbox).run();
}

bool Addresses::is_marked(const std::string& address, const std::string& destination) const {
    const auto mailbox = mailbox_of(address);
    Query query{connection_, is_marked_sql};
    return query.bind(":address", mailbox).bind(":destination", destination).next();
}

std::vector<MarkedAddress> Addresses::marked() const {
    std::vector<MarkedAddress> found;
    Query query{connection_, marked_sql};
    while (query.next())
        found.push_back(
            {query.text(0), query.text(1),
             query.text(2) == "bounced" ? AddressState::bounced : AddressState::unsubscribed,
             query.instant(3), query.text(4)});
    return found;
}

void Addresses::add(const MessageLink& link) {
    const auto alerts = text_of(link.alerts);
    Query query{connection_, add_link_sql};
    query.bind(":id", link.id)
        .bind(":alerts", alerts)
        .bind(":destination", link.destination)
        .bind(":recipient", link.recipient)
        .bind(":made_at", link.made_at)
        .run();
}

std::optional<MessageLink> Addresses::link(const std::string& id) const {
    Query query{connection_, link_sql};
    if (!query.bind(":id", id).next()) return std::nullopt;
    return MessageLink{query.text(0), alerts_in(query.text(1)), query.text(2),
                       query.text(3), query.instant(4),         query.maybe_instant(5)};
}

bool Addresses::use(const std::string& id, Instant now) {
    Query query{connection_, use_sql};
    return query.bind(":id", id).bind(":now", now).run() > 0;
}

void Addresses::forget_links(Instant limit) {
    Query query{connection_, forget_links_sql};
    query.bind(":limit", limit).run();
}

}  // namespace forcewatch
