#include "tests/simulation/courier.hpp"

#include <algorithm>

namespace forcewatch::sim {

using std::chrono::seconds;

namespace {
constexpr int most_rounds = 2000;
}  // namespace

const Outage* Courier::outage_of(const std::string& destination) const {
    if (context_.calm) return nullptr;
    const auto& all = context_.plan.outages;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Outage& outage) {
        return outage.destination == destination && outage.from <= context_.now &&
               context_.now < outage.until;
    });
    return found == all.end() ? nullptr : &*found;
}

DeliveryOutcome Courier::answer(const Leased& delivery) {
    const auto& odds = context_.plan.odds;
    if (const auto* outage = outage_of(delivery.parcel.destination)) {
        switch (outage->kind) {
            case Outage::Kind::refuses:
                return {Verdict::retry_later, 503, "down", {}};
            case Outage::Kind::silent:
                return {Verdict::unknown, 0, "no answer", {}};
            case Outage::Kind::gone:
                return {Verdict::gone, 410, "gone", {}};
        }
    }
    if (context_.chance(odds.busy))
        return {Verdict::retry_later, 451, "busy", seconds{context_.dice.below(2) * 600}};
    if (context_.chance(odds.no_answer)) return {Verdict::unknown, 0, "no answer", {}};
    if (delivery.parcel.kind == "email" && context_.chance(odds.refused))
        return {Verdict::rejected, 550, "no such user", {}};
    return {Verdict::delivered, 250, {}, {}};
}

void Courier::die() {
    for (const auto& carried : hands_)
        if (carried.sent) context_.receivers.under_way(carried.delivery.parcel.message_id);
    hands_.clear();
    ++session_;
}

/// The courier alone dies here, or the daemon alone, or both with the machine.
void Courier::die_at(KillPoint point) {
    const bool dies =
        context_.is_killed_at(point) || context_.chance(context_.plan.odds.courier_dies / 3);
    if (!dies) return;
    const int who = context_.dice.below(4);
    if (who == 0)
        daemon_.attempt([&] { throw Killed{point}; });
    else
        context_.kill_at(point);
    if (who == 1) daemon_.die_until(context_.now + seconds{context_.dice.between(1, 40)});
    if (who == 0) return;
    die();
    throw Killed{point};
}

void Courier::send(InHand& carried) {
    auto outcome = answer(carried.delivery);
    const bool arrives = outcome.verdict == Verdict::delivered ||
                         (outcome.verdict == Verdict::unknown && context_.dice.below(2) == 0);
    carried.sent = true;
    const auto& parcel = carried.delivery.parcel;
    if (arrives)
        context_.receivers.arrives(carried.delivery, context_.now, blocked(parcel.destination));
    if (outcome.verdict == Verdict::unknown) context_.receivers.under_way(parcel.message_id);
    die_at(KillPoint::send_after);
    carried.outcome = std::move(outcome);
}

void Courier::carry(InHand& carried) {
    if (context_.seams.settles_before_sending) {
        carried.outcome = DeliveryOutcome{Verdict::delivered, 250, {}, {}};
        settle();
        die_at(KillPoint::send_before);
        return;
    }
    die_at(KillPoint::send_before);
    send(carried);
    die_at(KillPoint::receipt_after);
}

bool Courier::claim() {
    const int limit = context_.dice.between(1, 20);
    Claimant claimant{std::to_string(session_), {}, {}};
    for (const auto& carried : hands_) claimant.carrying.push_back(carried.delivery.id);
    std::sort(claimant.carrying.begin(), claimant.carrying.end());
    const Instant now = daemon_.clock();
    auto& engine = daemon_.engine();
    if (!engine.desk(now).has_work(claimant)) return false;
    std::vector<Leased> claimed;
    const bool done = daemon_.attempt([&] {
        daemon_.durable(KillPoint::claim_before, [&] {
            claimed = context_.seams.claim ? context_.seams.claim(engine, claimant, limit, now)
                                           : engine.desk(now).claim(claimant, {limit});
            if (context_.seams.sends_before_commit)
                for (const auto& delivery : claimed)
                    context_.receivers.arrives(delivery, context_.now,
                                               blocked(delivery.parcel.destination));
            return true;
        });
    });
    if (!done) return false;
    for (auto& delivery : claimed) {
        hands_.push_back({std::move(delivery), false, false, {}});
        if (context_.seams.sends_before_commit)
            hands_.back().outcome = DeliveryOutcome{Verdict::delivered, 250, {}, {}};
    }
    return !claimed.empty();
}

void Courier::note_outcome(const Leased& delivery, const DeliveryOutcome& outcome) {
    auto& again = trying_again_[delivery.parcel.destination];
    if (outcome.verdict == Verdict::delivered)
        again.erase(delivery.id);
    else
        again.insert(delivery.id);
}

/// False: it could not be recorded, and stays in hand.
bool Courier::settle() {
    std::vector<std::pair<Leased, DeliveryOutcome>> results;
    for (const auto& carried : hands_)
        if (carried.outcome) results.emplace_back(carried.delivery, *carried.outcome);
    if (results.empty()) return true;
    if (!daemon_.runs()) return false;
    if (context_.seams.results) context_.seams.results(results);
    bool settled = false;
    daemon_.attempt([&] {
        daemon_.durable(KillPoint::settle_before, [&] {
            const Desk desk = daemon_.engine().desk(daemon_.clock());
            for (const auto& [delivery, outcome] : results)
                (void)Desk{desk}.settle(delivery.id, delivery.lease, outcome);
            return true;
        });
        settled = true;
    });
    if (!settled && !context_.seams.ignores_failed_commit) return false;
    for (const auto& [delivery, outcome] : results) note_outcome(delivery, outcome);
    std::erase_if(hands_, [](const InHand& carried) { return carried.outcome.has_value(); });
    return true;
}

void Courier::run() {
    idle_ = false;
    try {
        for (int round = 0; daemon_.runs() && round < most_rounds; ++round) {
            if (!settle()) return;
            if (!daemon_.runs()) return;
            bool work = false;
            if (!daemon_.attempt([&] { work = claim(); })) return;
            if (!work) {
                idle_ = daemon_.runs();
                break;
            }
            for (std::size_t i = 0; i < hands_.size(); ++i)
                if (!hands_[i].outcome) carry(hands_[i]);
        }
    } catch (const Killed&) {
    }
    note_given_up();
}

void Courier::note_given_up() {
    if (!daemon_.runs()) return;
    given_up_now_.clear();
    for (const auto& failing : daemon_.store().care().failing())
        if (failing.disabled_at) given_up_now_.insert(failing.destination);
    given_up_.insert(given_up_now_.begin(), given_up_now_.end());
}

void Courier::pass(seconds time, bool nothing_works) {
    for (const auto& destination : context_.plan.settings.destinations) {
        const auto& name = destination.name;
        if (nothing_works || outage_of(name) != nullptr || given_up_now_.contains(name) ||
            !trying_again_[name].empty())
            blocked_[name] += time;
    }
}

seconds Courier::blocked(const std::string& destination) const {
    const auto found = blocked_.find(destination);
    return found == blocked_.end() ? seconds{0} : found->second;
}

}  // namespace forcewatch::sim
