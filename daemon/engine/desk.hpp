/// Hands parcels to the courier and takes back what became of them.
///
/// A claim is committed by the caller before the first byte leaves, and renews the leases of what
/// the courier says it carries. What a courier held when it was replaced, or when its lease ran
/// out, has an unknown outcome and goes again under the same id, unless its destination would
/// rather hold it. What was claimed for a courier that did not get it, since the daemon died before
/// it could answer, is taken back as if never claimed.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "core/delivery_outcome.hpp"
#include "daemon/engine/tally.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// One courier process as the desk knows it.
struct Claimant {
    std::string session;               ///< differs for every start of a courier
    std::vector<std::string> busy;     ///< destinations to pass over
    std::vector<DeliveryId> carrying;  ///< what it holds, in rising order
};

class Desk {
public:
    Desk(Store& store, const Settings& settings, Tally& tally, Instant now)
        : store_{store}, settings_{settings}, tally_{tally}, now_{now} {}

    /// Whether a claim would change anything; false: it need not cost a transaction.
    [[nodiscard]] bool has_work(const Claimant& claimant) const;
    /// What the courier carries is seen to first. A destination that holds what is unknown gets so
    /// few parcels that its courier has `few_in_hand` at most; the caller's `few` counts for
    /// nothing.
    [[nodiscard]] std::vector<Leased> claim(const Claimant& claimant, Outbox::Quota quota);
    /// When a parcel next falls due, or a lease; what waits for a destination that was given up
    /// does not.
    [[nodiscard]] std::optional<Instant> next_due_at() const;
    /// Takes back what was left behind.
    void recover(const Claimant& claimant);
    /// False: the lease is not the parcel's any more.
    bool settle(DeliveryId id, std::int64_t lease, const DeliveryOutcome& outcome);

    /// All that waits for a destination is due now and has all its tries again, whether it was
    /// given up or fails.
    void enable(const std::string& destination);
    /// Whether an operator holds all sending.
    [[nodiscard]] bool is_held() const;

private:
    enum class Fate { stays, goes_on, never_arrived, abandoned };
    [[nodiscard]] Fate fate_of(const Outbox::Lease& lease, const Claimant& claimant) const;
    void abandon(const Carried& parcel);
    [[nodiscard]] std::vector<std::string> given_up() const;
    /// Destinations that are full, and those that were given up.
    [[nodiscard]] std::vector<std::string> passed_over(const Claimant& claimant) const;
    void works_again(const std::string& destination);
    void arrived(const Carried& parcel);
    void failed(const Carried& parcel, const DeliveryOutcome& outcome, bool dead);
    void tell_of_failing(const AlertCare::Failing& failing);
    [[nodiscard]] bool repeats_unknown(const std::string& destination) const;
    [[nodiscard]] Settlement settlement_of(const Carried& parcel,
                                           const DeliveryOutcome& outcome) const;

    Store& store_;
    const Settings& settings_;
    Tally& tally_;
    Instant now_;
    std::optional<bool> somebody_waits_;  ///< for a message to arrive; empty: not asked yet
};

}  // namespace forcewatch
