#include "daemon/engine/delivery_orders.hpp"

#include <fmt/format.h>

#include "core/check.hpp"
#include "daemon/engine/desk.hpp"
#include "daemon/engine/routing.hpp"

namespace forcewatch {

namespace {

using Kind = EventFault::Kind;

tl::unexpected<EventFault> refuse(Kind kind, std::string what) {
    return tl::unexpected(EventFault{kind, {}, std::move(what)});
}

std::string number_text(DeliveryId id) { return std::to_string(number_of(id)); }

}  // namespace

DeliveryOrders::DeliveryOrders(Store& store, Reference& reference, const Settings& settings,
                               Tally& tally, Origin origin, Instant now)
    : store_{store},
      settings_{settings},
      tally_{tally},
      author_{fmt::format("uid {}", origin.uid)},
      recorder_{store, reference, now, std::move(origin)},
      now_{now} {}

void DeliveryOrders::record(const Event& event) {
    const auto done = recorder_.record(event);
    FW_CHECK(done.has_value());
}

DeliveryOrders::Outcome<Delivery> DeliveryOrders::delivery(DeliveryId id) const {
    auto found = store_.outbox().find(id);
    if (!found) return refuse(Kind::unknown, "there is no delivery " + number_text(id));
    return std::move(*found);
}

DeliveryOrders::Outcome<void> DeliveryOrders::known(const std::string& destination) const {
    if (find_destination(settings_, destination) == nullptr)
        return refuse(Kind::unknown, fmt::format("there is no destination \"{}\"", destination));
    return {};
}

void DeliveryOrders::send_again(DeliveryId id, const std::string& destination) {
    record(DeliveryReplayed{number_text(id), destination});
    FW_CHECK(store_.outbox().replay(id, now_));
}

DeliveryOrders::Outcome<Delivery> DeliveryOrders::replay(DeliveryId id) {
    auto found = delivery(id);
    if (!found) return found;
    if (found->parcel.body.empty())
        return refuse(
            Kind::conflict,
            fmt::format("the text of delivery {} was erased with a person", number_text(id)));
    if (found->state != DeliveryState::dead && found->state != DeliveryState::dismissed)
        return refuse(Kind::conflict,
                      fmt::format("delivery {} is {}, and only a dead one can be sent again",
                                  number_text(id), text_of(found->state)));
    send_again(id, found->parcel.destination);
    return delivery(id);
}

DeliveryOrders::Outcome<DeliveryOrders::Replayed> DeliveryOrders::replay_since(
    const std::string& destination, Instant since) {
    if (auto done = known(destination); !done) return tl::unexpected(std::move(done.error()));
    auto dead = store_.outbox().replayable(destination, since, most_at_once + 1);
    const bool more = dead.size() > most_at_once;
    if (more) dead.pop_back();
    for (const auto id : dead) send_again(id, destination);
    return Replayed{static_cast<int>(dead.size()), more};
}

DeliveryOrders::Outcome<Delivery> DeliveryOrders::dismiss(DeliveryId id,
                                                          const std::string& reason) {
    auto found = delivery(id);
    if (!found) return found;
    if (!store_.outbox().dismiss(id, fmt::format("{}: {}", author_, reason)))
        return refuse(Kind::conflict,
                      fmt::format("delivery {} is {}, and only a dead one can be dismissed",
                                  number_text(id), text_of(found->state)));
    record(DeliveryDismissed{number_text(id), found->parcel.destination, reason});
    return delivery(id);
}

DeliveryOrders::Outcome<void> DeliveryOrders::enable(const std::string& destination) {
    if (auto done = known(destination); !done) return done;
    if (!store_.care().failing(destination))
        return refuse(Kind::conflict, fmt::format("\"{}\" has not failed", destination));
    record(DestinationEnabled{destination});
    Desk{store_, settings_, tally_, now_}.enable(destination);
    return {};
}

}  // namespace forcewatch
