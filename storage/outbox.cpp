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
            query.maybe_instant(16),
            static_cast<int>(query.number(17)),
            query.text(18),
            query.text(19),
            query.text(20)};
}

Leased ready_at(Query& query) {
    return {DeliveryId{query.number(1)},
            query.number(2),
            static_cast<int>(query.number(3)),
            {query.text(4),
             query.text(5),
             query.text(6),
             query.text(7),
             query.text(8),
             query.text(9),
             query.text(10),
             {}}};
}

/// States by which `outbox_state` finds parcels.
bool is_waiting_or_given_up(DeliveryState state) {
    return state != DeliveryState::sent && state != DeliveryState::leased;
}

const char* list_statement(std::optional<DeliveryState> state) {
    if (!state) return list_sql;
    if (*state == DeliveryState::sent) return list_of_sent_sql;
    return *state == DeliveryState::leased ? list_of_leased_sql : list_of_state_sql;
}

std::vector<Delivery> deliveries(Query& query) {
    std::vector<Delivery> found;
    while (query.next()) found.push_back(delivery_at(query));
    return found;
}

Carried carried_at(Query& query) {
    return {DeliveryId{query.number(0)},
            query.number(1),
            query.text(2),
            query.text(3),
            query.number(4) != 0,
            static_cast<int>(query.number(5)),
            static_cast<int>(query.number(6)),
            query.instant(7),
            query.instant(8)};
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

int Outbox::Quota::most_for(const std::string& destination) const {
    const bool spared = std::find(few_for.begin(), few_for.end(), destination) != few_for.end();
    return spared ? std::min(parcels, few) : parcels;
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
                          .bind(":now", now)
                          .run();
    if (added == 0) {
        Query known{connection_, of_message_sql};
        known.bind(":message_id", parcel.message_id).next();
        return DeliveryId{known.number(0)};
    }
    ++stirred_;
    const auto id = connection_.last_id();
    Query body{connection_, add_body_sql};
    body.bind(":id", id).bind(":body", parcel.body).run();
    count(DeliveryState::pending, 1);
    return DeliveryId{id};
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

std::vector<Leased> Outbox::ready(const std::vector<std::string>& passed_over, const Quota& quota,
                                  Instant now) const {
    std::vector<std::pair<Instant, Leased>> found;
    for (const auto& destination : waiting_at(passed_over)) {
        Query query{connection_, ready_sql};
        query.bind(":destination", destination)
            .bind(":now", now)
            .bind(":limit", quota.most_for(destination));
        while (query.next()) found.emplace_back(query.instant(0), ready_at(query));
    }
    std::sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
        return std::pair{left.first, left.second.id} < std::pair{right.first, right.second.id};
    });
    found.resize(std::min(found.size(), static_cast<std::size_t>(quota.parcels)));
    std::vector<Leased> ready;
    ready.reserve(found.size());
    for (auto& [due_at, parcel] : found) ready.push_back(std::move(parcel));
    return ready;
}

std::string Outbox::body_of(DeliveryId id) const {
    Query query{connection_, body_sql};
    if (!query.bind(":id", number_of(id)).next())
        sql::corrupt(fmt::format("message {}, which has no body", number_of(id)));
    return query.text(0);
}

std::vector<Leased> Outbox::claim(const std::string& session,
                                  const std::vector<std::string>& passed_over, const Quota& quota,
                                  Instant now, Instant lease_end) {
    auto claimed = ready(passed_over, quota, now);
    std::size_t bytes = 0;
    for (auto parcel = claimed.begin(); parcel != claimed.end(); ++parcel) {
        if (bytes >= quota.most_bytes) {
            claimed.erase(parcel, claimed.end());
            break;
        }
        Query lease{connection_, lease_sql};
        lease.bind(":id", number_of(parcel->id))
            .bind(":token", parcel->lease)
            .bind(":session", session)
            .bind(":now", now)
            .bind(":ends_at", lease_end)
            .run();
        parcel->parcel.body = body_of(parcel->id);
        bytes += parcel->parcel.body.size();
    }
    return claimed;
}

std::optional<Carried> Outbox::carried(DeliveryId id, std::int64_t lease) const {
    Query query{connection_, carried_sql};
    if (!query.bind(":id", number_of(id)).bind(":token", lease).next()) return std::nullopt;
    return carried_at(query);
}

std::vector<Outbox::Lease> Outbox::leases(const std::string& session) const {
    std::vector<Lease> found;
    Query query{connection_, leases_sql};
    query.bind(":session", session);
    while (query.next())
        found.push_back({DeliveryId{query.number(0)}, query.number(1), query.number(2) != 0,
                         query.instant(3), query.instant(4)});
    return found;
}

void Outbox::renew(DeliveryId id, Instant lease_end) {
    Query query{connection_, renew_sql};
    query.bind(":id", number_of(id)).bind(":ends_at", lease_end).run();
}

bool Outbox::has_ready(const std::vector<std::string>& passed_over, Instant now) const {
    for (const auto& destination : waiting_at(passed_over)) {
        Query query{connection_, has_ready_sql};
        if (query.bind(":destination", destination).bind(":now", now).next()) return true;
    }
    return false;
}

void Outbox::begin_anew(const std::string& destination, Instant now) {
    Query query{connection_, begin_anew_sql};
    query.bind(":destination", destination).bind(":now", now).run();
    ++stirred_;
}

void Outbox::settle(const Carried& parcel, const Settlement& settlement, Instant now) {
    Query record{connection_, record_try_sql};
    record.bind(":id", number_of(parcel.id))
        .bind(":attempt", parcel.attempts)
        .bind(":began_at", parcel.began_at)
        .bind(":now", now)
        .bind(":verdict", settlement.verdict)
        .bind(":code", settlement.code)
        .bind(":reason", settlement.reason)
        .run();
    Query query{connection_, settle_sql};
    query.bind(":id", number_of(parcel.id))
        .bind(":token", parcel.lease)
        .bind_copy(":state", text_of(settlement.state))
        .bind(":due_at", settlement.due_at)
        .bind(":code", settlement.code)
        .bind(":reason", settlement.reason)
        .bind(":attempts", parcel.attempts)
        .bind(":answered", parcel.answered + (settlement.answered ? 1 : 0))
        .bind(":first_attempt_at", parcel.first_attempt_at)
        .bind(":settled_at", settlement.is_last() ? std::optional{now} : std::nullopt)
        .run();
    count_move(parcel.unknown ? DeliveryState::unknown : DeliveryState::pending, settlement.state,
               1);
    end_lease(parcel.id);
}

void Outbox::give_back(const Carried& parcel, Instant now) {
    Query query{connection_, give_back_sql};
    query.bind(":id", number_of(parcel.id)).bind(":token", parcel.lease).bind(":now", now).run();
    end_lease(parcel.id);
}

void Outbox::end_lease(DeliveryId id) {
    Query query{connection_, end_lease_sql};
    query.bind(":id", number_of(id)).run();
    ++stirred_;
}

void Outbox::count(DeliveryState state, std::int64_t more) {
    if (state == DeliveryState::sent || more == 0) return;  // of those nobody asks how many
    Query query{connection_, count_more_sql};
    if (query.bind_copy(":state", text_of(state)).bind(":more", more).run() != 1)
        sql::corrupt(fmt::format("table outbox_count, which lacks {}", text_of(state)));
}

void Outbox::count_move(DeliveryState from, DeliveryState to, std::int64_t parcels) {
    if (from == to) return;
    count(from, -parcels);
    count(to, parcels);
}

bool Outbox::dismiss(DeliveryId id, const std::string& remark) {
    Query query{connection_, dismiss_sql};
    const bool dismissed = query.bind(":id", number_of(id)).bind(":remark", remark).run() > 0;
    if (dismissed) count_move(DeliveryState::dead, DeliveryState::dismissed, 1);
    return dismissed;
}

void Outbox::forget_person(const std::string& token, const std::string& address, Instant now) {
    if (!address.empty()) {
        for (const auto from :
             {DeliveryState::pending, DeliveryState::unknown, DeliveryState::dead}) {
            Query call_back{connection_, call_back_sql};
            call_back.bind_copy(":from", text_of(from)).bind(":address", address).bind(":now", now);
            count_move(from, DeliveryState::dismissed, call_back.run());
        }
        Query read{connection_, erase_read_sql};
        read.bind(":address", address).run();
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
    for (const auto from : {DeliveryState::dead, DeliveryState::dismissed}) {
        Query query{connection_, replay_sql};
        query.bind(":id", number_of(id)).bind_copy(":from", text_of(from)).bind(":now", now);
        if (query.run() == 0) continue;
        count_move(from, DeliveryState::pending, 1);
        ++stirred_;
        return true;
    }
    return false;
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
    Query query{connection_, list_statement(filter.state)};
    if (filter.state && is_waiting_or_given_up(*filter.state))
        query.bind_copy(":state", text_of(*filter.state));
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
    Query lease{connection_, next_lease_end_sql};
    lease.next();
    if (const auto end = lease.maybe_instant(0); end && (!next || *end < *next)) next = end;
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

std::optional<Instant> Outbox::oldest_of(DeliveryState state) const {
    Query query{connection_, oldest_sql};
    return query.bind_copy(":state", text_of(state)).next() ? std::optional{query.instant(0)}
                                                            : std::nullopt;
}

Outbox::Counts Outbox::counts() const {
    Counts counts;
    counts.unknown = count_of(DeliveryState::unknown);
    counts.waiting = count_of(DeliveryState::pending) + counts.unknown;
    if (counts.unknown > 0) {
        Query leased{connection_, leased_unknown_sql};
        leased.next();
        counts.unknown -= leased.number(0);
    }
    Query tests{connection_, refused_tests_sql};
    counts.dead = count_of(DeliveryState::dead) - (tests.next() ? tests.number(0) : 0);
    for (const auto state : {DeliveryState::pending, DeliveryState::unknown})
        if (const auto oldest = oldest_of(state);
            oldest && (!counts.oldest_waiting_at || *oldest < *counts.oldest_waiting_at))
            counts.oldest_waiting_at = oldest;
    return counts;
}

}  // namespace forcewatch
