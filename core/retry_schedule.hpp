/// When a delivery that did not succeed is tried again.
///
/// Pure and persisted nowhere: the caller keeps the answer. Jitter is derived from the delivery
/// and the attempt, adds at most a tenth of the wait and never shortens it.
#pragma once

#include <chrono>
#include <optional>

#include "core/delivery_outcome.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// The next try after `attempts_made` (at least one) whose outcome was told: retry_later, or
/// unknown and to be repeated. Webhooks: ten tries over 75.6 hours, as Standard Webhooks has it.
/// Mail and folders: until five days after `first_attempt_at`. Never before `now + retry_after`.
/// Empty: give up.
[[nodiscard]] std::optional<Instant> next_try_at(DestinationKind kind, int attempts_made,
                                                 Instant first_attempt_at, Instant now,
                                                 DeliveryId delivery,
                                                 std::chrono::seconds retry_after);

/// The next try of a webhook that answered 3xx or 4xx: three tries in all, half an hour and two
/// hours apart. Empty: give up.
[[nodiscard]] std::optional<Instant> next_slow_try_at(int attempts_made, Instant now,
                                                      DeliveryId delivery);

/// The next try after `abandoned` (at least one) that ended with their courier. These use up
/// nothing of the schedule: at once three times, then ever more minutes later, an hour at most, so
/// that a parcel which brings couriers down does not do so without a pause.
[[nodiscard]] Instant next_try_after_crash_at(int abandoned, Instant now);

}  // namespace forcewatch
