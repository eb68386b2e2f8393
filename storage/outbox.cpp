#include "storage/outbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "storage/outbox_sql.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

using namespace outbox_sql;

Delivery delivery_at(Query& query) {
    return {DeliveryId{query.number(0)},
            {query.text(1), query.text(2), query.text(3), query.text(4), query.text(5),
             query.text(6), query.text(7), query.text(8)},
            sql::trusted(parse_delivery_state(query.text(9))),
            query.instant(10),
            query.instant(11),
            static_cast<int>(query.number(12)),
            static_cast<int>(query.number(13)),
            query.maybe_instant(14),
            query.number(15),
            query.instant(16),
            query.maybe_instant(17),
            static_cast<int>(query.number(18)),
            query.text(19),
            query.text(20),
            query.text(21)};
}

std::vector<Delivery> deliveries(Query& query) {
    std::vector<Delivery> found;
    while (query.next()) found.push_back(delivery_at(query));
    return found;
}

}  // namespace

std::string_view text_of(DeliveryState state) {
    switch (state) {
        case DeliveryState::pending:
            return "pending";
        case DeliveryState::leased:
            return "leased";
        case DeliveryState::unknown:
            return "unknown";
        case DeliveryState::sent:
            return "sent";
        case DeliveryState::dead:
            return "dead";
        case DeliveryState::dismissed:
            return "dismissed";
    }
    return "?";
}

Expected<DeliveryState> parse_delivery_state(std::string_view text) {
    for (const auto state : {DeliveryState::pending, DeliveryState::leased, DeliveryState::unknown,
                             DeliveryState::sent, DeliveryState::dead, DeliveryState::dismissed})
        if (text_of(state) == text) return state;
    return tl::unexpected(
        fmt::format("\"{}\" is not one of pending, leased, unknown, sent, dead, dismissed", text));
}

DeliveryId Outbox::add(const NewParcel& parcel, Instant now) {
    Query query{connection_, add_sql};
    const int added = query.bind(":message_id", parcel.message_id)
                          .bind(":destination", parcel.destination)
                          .bind(":recipient", parcel.recipient)
                          .bind(":order_key", parcel.order_key)
                          .bind(":kind", parcel.kind)
                          .bind(":sender", parcel.sender)
                          .bind(":content_type", parcel.content_type)
                          .bind(":body", parcel.body)
                          .bind(":now", now)
                          .run();
    if (added == 0) {
        Query known{connection_, of_message_sql};
        known.bind(":message_id", parcel.message_id).next();
        return DeliveryId{known.number(0)};
    }
    ++stirred_;
    return DeliveryId{connection_.last_id()};
}

std::vector<std::string> Outbox::waiting_at(const std::vector<std::string>& passed_over) const {
    std::vector<std::string> names;
    std::string after;
    for (;;) {
        Query query{connection_, next_destination_sql};
        if (!query.bind(":after", after).next()) return names;
        after = query.text(0);
        if (std::find(passed_over.begin(), passed_over.end(), after) == passed_over.end())
            names.push_back(after);
    }
}

std::vector<DeliveryId> Outbox::ready(const std::vector<std::string>& passed_over, int limit,
                                      Instant now) const {
    std::vector<std::pair<Instant, DeliveryId>> found;
    for (const auto& destination : waiting_at(passed_over)) {
        Query query{connection_, ready_sql};
        query.bind(":destination", destination).bind(":now", now).bind(":limit", limit);
        while (query.next()) found.emplace_back(query.instant(0), DeliveryId{query.number(1)});
    }
    std::sort(found.begin(), found.end());
    found.resize(std::min(found.size(), static_cast<std::size_t>(limit)));
    std::vector<DeliveryId> ids;
    ids.reserve(found.size());
    for (const auto& [due_at, id] : found) ids.push_back(id);
    return ids;
}

std::vector<Delivery> Outbox::claim(const std::string& session,
                                    const std::vector<std::string>& passed_over, int limit,
                                    Instant now, Instant lease_end) {
    std::vector<Delivery> claimed;
    for (const auto id : ready(passed_over, limit, now)) {
        Query lease{connection_, lease_sql};
        lease.bind(":id", number_of(id))
            .bind(":lease_end", lease_end)
            .bind(":session", session)
            .bind(":now", now)
            .run();
        claimed.push_back(*find(id));
        Query attempt{connection_, begin_attempt_sql};
        attempt.bind(":id", number_of(id))
            .bind(":attempt", claimed.back().attempts)
            .bind(":now", now)
            .run();
    }
    return claimed;
}

bool Outbox::has_ready(const std::vector<std::string>& passed_over, Instant now) const {
    for (const auto& destination : waiting_at(passed_over)) {
        Query query{connection_, has_ready_sql};
        if (query.bind(":destination", destination).bind(":now", now).next()) return true;
    }
    return false;
}

std::vector<Delivery> Outbox::abandoned(const std::string& session, Instant now) const {
    Query query{connection_, abandoned_sql};
    query.bind(":session", session).bind(":now", now);
    return deliveries(query);
}

std::vector<Delivery> Outbox::astray(const std::string& session,
                                     const std::vector<DeliveryId>& carrying) const {
    std::vector<std::int64_t> numbers;
    numbers.reserve(carrying.size());
    for (const auto id : carrying) numbers.push_back(number_of(id));
    const auto list = fmt::format("[{}]", fmt::join(numbers, ","));
    Query query{connection_, astray_sql};
    query.bind(":session", session).bind(":carrying", list);
    return deliveries(query);
}

void Outbox::begin_anew(const std::string& destination, Instant now) {
    Query query{connection_, begin_anew_sql};
    query.bind(":destination", destination).bind(":now", now).run();
    ++stirred_;
}

bool Outbox::settle(DeliveryId id, std::int64_t lease, const Settlement& settlement, Instant now) {
    Query query{connection_, settle_sql};
    const int changed = query.bind(":id", number_of(id))
                            .bind(":lease", lease)
                            .bind_copy(":state", text_of(settlement.state))
                            .bind(":due_at", settlement.due_at)
                            .bind(":code", settlement.code)
                            .bind(":reason", settlement.reason)
                            .bind(":answered", settlement.answered ? 1 : 0)
                            .bind(":now", now)
                            .run();
    if (changed == 0) return false;
    ++stirred_;
    Query attempt{connection_, end_attempt_sql};
    attempt.bind(":id", number_of(id))
        .bind(":now", now)
        .bind(":verdict", settlement.verdict)
        .bind(":code", settlement.code)
        .bind(":reason", settlement.reason)
        .run();
    return true;
}

bool Outbox::give_back(DeliveryId id, std::int64_t lease, Instant now) {
    Query query{connection_, give_back_sql};
    query.bind(":id", number_of(id)).bind(":lease", lease).bind(":now", now);
    if (query.run() == 0) return false;
    ++stirred_;
    Query forget{connection_, forget_attempt_sql};
    forget.bind(":id", number_of(id)).run();
    return true;
}

bool Outbox::dismiss(DeliveryId id, const std::string& remark) {
    Query query{connection_, dismiss_sql};
    return query.bind(":id", number_of(id)).bind(":remark", remark).run() > 0;
}

void Outbox::forget_person(const std::string& token, const std::string& address, Instant now) {
    if (!address.empty()) {
        Query call_back{connection_, call_back_sql};
        call_back.bind(":address", address).bind(":now", now).run();
        Query reader{connection_, erase_reader_sql};
        reader.bind(":address", address).bind(":token", token).run();
    }
    Query owner{connection_, erase_owner_sql};
    owner.bind(":token", token).run();
}

void Outbox::report(DeliveryId id, std::string_view report) {
    Query query{connection_, report_sql};
    query.bind(":id", number_of(id)).bind_copy(":report", report).run();
}

std::optional<DeliveryId> Outbox::find_message(const std::string& message_id) const {
    Query query{connection_, by_message_sql};
    return query.bind(":message_id", message_id).next() ? std::optional{DeliveryId{query.number(0)}}
                                                        : std::nullopt;
}

bool Outbox::replay(DeliveryId id, Instant now) {
    Query query{connection_, replay_sql};
    if (query.bind(":id", number_of(id)).bind(":now", now).run() == 0) return false;
    ++stirred_;
    return true;
}

std::vector<DeliveryId> Outbox::replayable(const std::string& destination, Instant since,
                                           int limit) const {
    std::vector<DeliveryId> found;
    Query query{connection_, replayable_sql};
    query.bind(":destination", destination).bind(":since", since).bind(":limit", limit);
    while (query.next()) found.push_back(DeliveryId{query.number(0)});
    return found;
}

std::vector<Try> Outbox::tries(DeliveryId id) const {
    std::vector<Try> found;
    Query query{connection_, attempts_sql};
    query.bind(":id", number_of(id));
    while (query.next())
        found.push_back({static_cast<int>(query.number(0)), query.instant(1),
                         query.maybe_instant(2), query.text(3), static_cast<int>(query.number(4)),
                         query.text(5)});
    return found;
}

int Outbox::abandoned_tries(DeliveryId id) const {
    Query query{connection_, abandoned_tries_sql};
    return query.bind(":id", number_of(id)).next() ? static_cast<int>(query.number(0)) : 0;
}

std::vector<Instant> Outbox::recent(const std::string& destination, Instant since,
                                    int limit) const {
    std::vector<Instant> made;
    Query query{connection_, recent_sql};
    query.bind(":destination", destination).bind(":since", since).bind(":limit", limit);
    while (query.next()) made.push_back(query.instant(0));
    return made;
}

std::optional<Delivery> Outbox::find(DeliveryId id) const {
    Query query{connection_, find_sql};
    if (!query.bind(":id", number_of(id)).next()) return std::nullopt;
    return delivery_at(query);
}

std::vector<Delivery> Outbox::list(const DeliveryFilter& filter) const {
    Query query{connection_, filter.state ? list_of_state_sql : list_sql};
    if (filter.state) query.bind_copy(":state", text_of(*filter.state));
    query.bind(":after", filter.after)
        .bind(":destination", filter.destination)
        .bind(":known_at", filter.known_at.value_or(Instant::max()))
        .bind(":limit", filter.limit);
    auto found = deliveries(query);
    if (filter.known_at)
        for (auto& delivery : found)
            if (delivery.settled_at && *delivery.settled_at > *filter.known_at) {
                delivery.state = DeliveryState::pending;
                delivery.settled_at.reset();
            }
    return found;
}

std::optional<Instant> Outbox::next_due_at(const std::vector<std::string>& passed_over) const {
    std::optional<Instant> next;
    for (const auto& destination : waiting_at(passed_over)) {
        Query query{connection_, next_sql};
        if (query.bind(":destination", destination).next() && (!next || query.instant(0) < *next))
            next = query.instant(0);
    }
    return next;
}

std::int64_t Outbox::count_of(DeliveryState state) const {
    Query query{connection_, count_sql};
    return query.bind_copy(":state", text_of(state)).next() ? query.number(0) : 0;
}

std::int64_t Outbox::unsettled(const std::string& destination) const {
    Query query{connection_, unsettled_sql};
    query.bind(":destination", destination);
    return query.next() ? query.number(0) : 0;
}

std::map<std::string, std::int64_t> Outbox::unsettled_but_for(
    const std::vector<std::string>& passed_over) const {
    std::map<std::string, std::int64_t> counts;
    for (auto& name : waiting_at(passed_over)) {
        const auto count = unsettled(name);
        if (count > 0) counts.emplace(std::move(name), count);
    }
    return counts;
}

Outbox::Counts Outbox::counts() const {
    Counts counts;
    counts.unknown = count_of(DeliveryState::unknown);
    counts.waiting =
        count_of(DeliveryState::pending) + count_of(DeliveryState::leased) + counts.unknown;
    Query tests{connection_, refused_tests_sql};
    counts.dead = count_of(DeliveryState::dead) - (tests.next() ? tests.number(0) : 0);
    Query oldest{connection_, oldest_sql};
    if (oldest.next()) counts.oldest_waiting_at = oldest.instant(0);
    return counts;
}

}  // namespace forcewatch
