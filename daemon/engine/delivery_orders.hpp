/// What people decide about messages: send a dead one again, dismiss it, let a destination that
/// failed have its queue.
///
/// Each order is journalled with who and why, and takes effect in the same transaction.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: EventFault for an order that does not fit;
/// throws StoreError.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "daemon/engine/recorder.hpp"
#include "daemon/engine/tally.hpp"

namespace forcewatch {

class DeliveryOrders {
public:
    template <typename T>
    using Outcome = tl::expected<T, EventFault>;

    DeliveryOrders(Store& store, Reference& reference, const Settings& settings, Tally& tally,
                   Origin origin, Instant now);

    [[nodiscard]] Outcome<Delivery> replay(DeliveryId id);
    struct Replayed {
        int count{};
        bool more{};  ///< the same order would find further ones
    };
    static constexpr int most_at_once = 1000;
    /// What is dead at the destination, made at `since` or later and no test; oldest first.
    [[nodiscard]] Outcome<Replayed> replay_since(const std::string& destination, Instant since);
    [[nodiscard]] Outcome<Delivery> dismiss(DeliveryId id, const std::string& reason);
    [[nodiscard]] Outcome<void> enable(const std::string& destination);

private:
    [[nodiscard]] Outcome<Delivery> delivery(DeliveryId id) const;
    [[nodiscard]] Outcome<void> known(const std::string& destination) const;
    void send_again(DeliveryId id, const std::string& destination);
    void record(const Event& event);

    Store& store_;
    const Settings& settings_;
    Tally& tally_;
    std::string author_;
    Recorder recorder_;
    Instant now_;
};

}  // namespace forcewatch
