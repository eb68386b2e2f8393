#include "daemon/engine/desk.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/retry_schedule.hpp"

namespace forcewatch {

namespace {

/// Longer than a courier works on one mail, so that a lease runs out only with its courier.
constexpr std::chrono::seconds lease_for{660};
/// Held until a person decides.
constexpr Instant never{
    Date{std::chrono::year{9999} / std::chrono::January / 1}.time_since_epoch()};

DestinationKind kind_of(const Delivery& delivery) {
    const auto kind = parse_destination_kind(delivery.parcel.kind);
    FW_CHECK(kind.has_value());
    return *kind;
}

}  // namespace

bool Desk::repeats_unknown(const std::string& name) const {
    const auto found = std::find_if(settings_.destinations.begin(), settings_.destinations.end(),
                                    [&](const Destination& each) { return each.name == name; });
    return found == settings_.destinations.end() || found->retry_unknown;
}

int Desk::recover(const std::string& session) {
    const auto left = store_.outbox().abandoned(session, now_);
    for (const auto& delivery : left) {
        const bool again = repeats_unknown(delivery.parcel.destination);
        const int abandoned = delivery.attempts - delivery.answered;
        const Settlement unknown{DeliveryState::unknown,
                                 again ? next_try_after_crash_at(abandoned, now_) : never,
                                 0,
                                 "the courier stopped before it told the outcome",
                                 "unknown",
                                 false};
        store_.outbox().settle(delivery.id, delivery.lease, unknown, now_);
    }
    return static_cast<int>(left.size());
}

bool Desk::has_work(const Claimant& claimant) const {
    return store_.outbox().has_ready(claimant.busy, now_) ||
           !store_.outbox().abandoned(claimant.session, now_).empty();
}

std::vector<Delivery> Desk::claim(const Claimant& claimant, int limit) {
    recover(claimant.session);
    return store_.outbox().claim(claimant.session, claimant.busy, limit, now_, now_ + lease_for);
}

Settlement Desk::settlement_of(const Delivery& delivery, const DeliveryOutcome& outcome) const {
    const std::string verdict{text_of(outcome.verdict)};
    const auto kind = kind_of(delivery);
    const int tries = delivery.answered + 1;
    std::optional<Instant> again;
    auto waits_as = DeliveryState::pending;
    switch (outcome.verdict) {
        case Verdict::delivered:
            return {DeliveryState::sent, now_, outcome.code, outcome.reason, verdict};
        case Verdict::gone:
            return {DeliveryState::dead, now_, outcome.code, outcome.reason, verdict};
        case Verdict::rejected:
            if (kind == DestinationKind::webhook)
                again = next_slow_try_at(tries, now_, delivery.id);
            break;
        case Verdict::not_begun:
            FW_CHECK(false);  // `settle` gave the parcel back
            break;
        case Verdict::unknown:
            waits_as = DeliveryState::unknown;
            if (!repeats_unknown(delivery.parcel.destination)) {
                again = never;
                break;
            }
            [[fallthrough]];
        case Verdict::retry_later:
            again = next_try_at(kind, tries, delivery.first_attempt_at.value_or(now_), now_,
                                delivery.id, outcome.retry_in);
            break;
    }
    if (!again) return {DeliveryState::dead, now_, outcome.code, outcome.reason, verdict};
    return {waits_as, *again, outcome.code, outcome.reason, verdict};
}

bool Desk::settle(DeliveryId id, std::int64_t lease, const DeliveryOutcome& outcome) {
    const auto delivery = store_.outbox().find(id);
    if (!delivery || delivery->state != DeliveryState::leased) return false;
    if (outcome.verdict == Verdict::not_begun) return store_.outbox().give_back(id, lease, now_);
    return store_.outbox().settle(id, lease, settlement_of(*delivery, outcome), now_);
}

}  // namespace forcewatch
