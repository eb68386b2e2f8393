/// One way to hand a parcel to the outside world.
#pragma once

#include <functional>

#include "core/delivery_outcome.hpp"
#include "daemon/api/courier_protocol.hpp"

namespace forcewatch {

/// Carries parcels of one destination. Lives on the courier's one thread; never blocks for the
/// network. May be destroyed while parcels are on their way: they own all they need.
class Channel {
public:
    using Done = std::function<void(DeliveryOutcome)>;

    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    /// What waits for the same destination.
    enum class Behind { more, nothing };
    /// Begins one try. `done` is called exactly once, perhaps before this returns.
    virtual void carry(const CourierParcel& parcel, Behind behind, Done done) = 0;
    /// Nothing is left for the destination: what stands open for more is closed.
    virtual void rest() {}
};

}  // namespace forcewatch
