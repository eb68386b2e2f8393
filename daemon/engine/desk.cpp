#include "daemon/engine/desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.hpp"
#include "core/retry_schedule.hpp"
#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/restraints.hpp"

namespace forcewatch {

namespace {

/// Longer than a courier works on one mail, so that a lease runs out only with its courier.
constexpr std::chrono::seconds lease_for{660};
/// As long as what a courier holds for a receiver at its slowest may wait there. What it still
/// names then it cannot settle.
constexpr std::chrono::hours renewed_for{3};
constexpr int recovered_at_once = 500;  // so that nobody waits long for the loop
/// Held until a person decides.
constexpr Instant never{
    Date{std::chrono::year{9999} / std::chrono::January / 1}.time_since_epoch()};

DestinationKind kind_of(const Carried& parcel) {
    const auto kind = parse_destination_kind(parcel.kind);
    FW_CHECK(kind.has_value());
    return *kind;
}

}  // namespace

bool Desk::repeats_unknown(const std::string& name) const {
    const auto* found = find_destination(settings_, name);
    return found == nullptr || found->retry_unknown;
}

/// What a claim of the courier means for a lease.
Desk::Fate Desk::fate_of(const Outbox::Lease& lease, const Claimant& claimant) const {
    const bool named = lease.own && std::binary_search(claimant.carrying.begin(),
                                                       claimant.carrying.end(), lease.id);
    if (lease.own && !named) return Fate::never_arrived;
    if (named && lease.ends_at <= now_ + lease_for / 2 && now_ - lease.began_at <= renewed_for)
        return Fate::goes_on;
    const bool replaced = !lease.own && !claimant.session.empty();
    return replaced || lease.ends_at <= now_ ? Fate::abandoned : Fate::stays;
}

void Desk::recover(const Claimant& claimant) {
    FW_CHECK(std::is_sorted(claimant.carrying.begin(), claimant.carrying.end()));
    auto& outbox = store_.outbox();
    int recovered = 0;
    for (const auto& lease : outbox.leases(claimant.session)) {
        if (recovered == recovered_at_once) return;  // the next claim goes on
        const auto fate = fate_of(lease, claimant);
        if (fate == Fate::goes_on) outbox.renew(lease.id, now_ + lease_for);
        if (fate != Fate::never_arrived && fate != Fate::abandoned) continue;
        const auto parcel = outbox.carried(lease.id, lease.token);
        if (!parcel) continue;
        ++recovered;
        if (fate == Fate::abandoned)
            abandon(*parcel);
        else
            outbox.give_back(*parcel, now_);
    }
}

void Desk::abandon(const Carried& parcel) {
    auto& outbox = store_.outbox();
    const int abandoned = outbox.abandoned_tries(parcel.id);
    const auto again =
        repeats_unknown(parcel.destination) ? next_try_after_crash_at(abandoned, now_) : never;
    outbox.settle(parcel,
                  {DeliveryState::unknown, again, 0,
                   "the courier stopped before it told the outcome", "abandoned", false},
                  now_);
}

bool Desk::is_held() const { return !held_words(store_).empty(); }

std::vector<std::string> Desk::given_up() const {
    std::vector<std::string> names;
    for (auto& failing : store_.care().failing())
        if (failing.disabled_at) names.push_back(std::move(failing.destination));
    return names;
}

std::vector<std::string> Desk::passed_over(const Claimant& claimant) const {
    auto names = given_up();
    names.insert(names.end(), claimant.busy.begin(), claimant.busy.end());
    return names;
}

std::optional<Instant> Desk::next_due_at() const { return store_.outbox().next_due_at(given_up()); }

bool Desk::has_work(const Claimant& claimant) const {
    if (!is_held() && store_.outbox().has_ready(passed_over(claimant), now_)) return true;
    const auto leases = store_.outbox().leases(claimant.session);
    return std::any_of(leases.begin(), leases.end(), [&](const Outbox::Lease& lease) {
        const auto fate = fate_of(lease, claimant);
        return fate == Fate::never_arrived || fate == Fate::abandoned ||
               (fate == Fate::goes_on && lease.ends_at <= now_);
    });
}

std::vector<Leased> Desk::claim(const Claimant& claimant, Outbox::Quota quota) {
    recover(claimant);
    if (is_held()) return {};
    quota.few = few_in_hand / 2;  // the courier asks while it has no more than the other half
    for (const auto& destination : settings_.destinations)
        if (!repeats_unknown(destination.name)) quota.few_for.push_back(destination.name);
    return store_.outbox().claim(claimant.session, passed_over(claimant), quota, now_,
                                 now_ + lease_for);
}

Settlement Desk::settlement_of(const Carried& parcel, const DeliveryOutcome& outcome) const {
    const std::string verdict{text_of(outcome.verdict)};
    const auto kind = kind_of(parcel);
    const int tries = parcel.answered + 1;
    std::optional<Instant> again;
    auto waits_as = DeliveryState::pending;
    switch (outcome.verdict) {
        case Verdict::delivered:
            return {DeliveryState::sent, now_, outcome.code, outcome.reason, verdict};
        case Verdict::gone:  // the destination is given up, and its queue is kept
            return {DeliveryState::pending, now_, outcome.code, outcome.reason, verdict};
        case Verdict::rejected:
            if (kind == DestinationKind::webhook) again = next_slow_try_at(tries, now_, parcel.id);
            break;
        case Verdict::not_begun:
            FW_CHECK(false);  // `settle` gave the parcel back
            break;
        case Verdict::unknown:
            waits_as = DeliveryState::unknown;
            if (!repeats_unknown(parcel.destination)) {
                again = never;
                break;
            }
            [[fallthrough]];
        case Verdict::retry_later:
            again = next_try_at(kind, tries, parcel.first_attempt_at, now_, parcel.id,
                                outcome.retry_in);
            break;
    }
    if (!again) return {DeliveryState::dead, now_, outcome.code, outcome.reason, verdict};
    return {waits_as, *again, outcome.code, outcome.reason, verdict};
}

bool Desk::settle(DeliveryId id, std::int64_t lease, const DeliveryOutcome& outcome) {
    const auto parcel = store_.outbox().carried(id, lease);
    if (!parcel) return false;
    if (outcome.verdict == Verdict::not_begun) {
        store_.outbox().give_back(*parcel, now_);
        return true;
    }
    const auto settlement = settlement_of(*parcel, outcome);
    store_.outbox().settle(*parcel, settlement, now_);
    ++tally_.sends[{parcel->destination, outcome.verdict}];
    if (settlement.state == DeliveryState::sent)
        arrived(*parcel);
    else
        failed(*parcel, outcome, settlement.state == DeliveryState::dead);
    return true;
}

void Desk::enable(const std::string& destination) {
    store_.outbox().begin_anew(destination, now_);
    works_again(destination);
}

void Desk::works_again(const std::string& destination) {
    store_.care().forget_failing(destination);
    AlertBook{store_, settings_, now_}.close_told("destination:" + destination,
                                                  "it takes messages again");
    store_.outbox().stir();
}

/// The first message of an alert that arrives starts an escalation that waits for that.
void Desk::arrived(const Carried& parcel) {
    const auto failing = store_.care().failing(parcel.destination);
    // While it was given up nothing was tried, which was nobody's fault.
    if (failing && failing->disabled_at)
        enable(parcel.destination);
    else if (failing)
        works_again(parcel.destination);
    if (!somebody_waits_) somebody_waits_ = store_.care().has_waiting_escalation();
    if (!*somebody_waits_) return;
    for (const auto alert : store_.care().waiting_for(parcel.id)) {
        auto state = *store_.care().escalation(alert);
        state.base_at = now_;
        store_.care().set_escalation(state);
        store_.care().set_clock(alert, AlertClock::escalate, now_ + state.steps.front().after);
    }
}

void Desk::failed(const Carried& parcel, const DeliveryOutcome& outcome, bool dead) {
    // Nobody waits for what will not come: the fallback is asked at once.
    if (dead)
        for (const auto& notice : store_.notices().in_message(parcel.id)) {
            store_.notices().stir(Restraint::Cause::asked, key_of(notice.alert), now_);
            if (store_.care().clock(notice.alert, AlertClock::fallback))
                store_.care().set_clock(notice.alert, AlertClock::fallback, now_);
        }
    if (outcome.verdict == Verdict::rejected) return;  // of this message, not of the destination
    const auto& name = parcel.destination;
    auto failing = store_.care().failing(name).value_or(AlertCare::Failing{name, now_, {}, {}});
    failing.reason = outcome.reason;
    const bool gone = outcome.verdict == Verdict::gone;
    const bool given_up = gone || now_ - failing.since >= settings_.alerting.disable_after;
    if (given_up && !failing.disabled_at) {
        failing.disabled_at = now_;
        tell_of_failing(failing);
    }
    store_.care().set_failing(failing);
}

void Desk::tell_of_failing(const AlertCare::Failing& failing) {
    const AlertSubject about{"destination:" + failing.destination,
                             {},
                             ForceKind::other,
                             fmt::format("Destination \"{}\" fails", failing.destination)};
    AlertBook book{store_, settings_, now_};
    book.open_notice_to(about, "destination-failing", Severity::critical,
                        fmt::format("nothing goes to it any more since {}: {}; its messages wait "
                                    "until forcewatchctl destinations enable {}",
                                    text_of(failing.since), failing.reason, failing.destination),
                        fallback_of(settings_, failing.destination));
}

}  // namespace forcewatch
