/// Where a process can die: before, within and after every durable step, and around every step on
/// the network.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace forcewatch::sim {

/// Of a durable step, `before` is with all the work done and nothing committed, `torn` within the
/// commit, after some of its writes or all of them, and `after` is committed with nobody told.
enum class KillPoint {
    record_before,  ///< facts of a client
    record_torn,
    record_after,
    order_before,  ///< what a person decides about alerts
    order_torn,
    order_after,
    step_judging,  ///< some subjects are judged, others are not
    step_before,
    step_torn,
    step_after,
    release_rendering,  ///< some messages are made, others are not
    release_before,
    release_torn,
    release_after,
    adopt_before,  ///< a configuration
    adopt_torn,
    adopt_after,
    claim_before,
    claim_torn,
    claim_after,
    settle_before,
    settle_torn,
    settle_after,
    enable_before,  ///< an operator gives a destination its queue again
    enable_torn,
    enable_after,
    replay_before,  ///< an operator sends a dead message again
    replay_torn,
    replay_after,
    send_before,    ///< claimed, and nothing sent
    send_after,     ///< sent, and no receipt seen
    receipt_after,  ///< the receipt is there, and not settled
    started         ///< again, and nothing done yet
};

inline constexpr std::array kill_point_names{
    "record before", "record torn",    "record after", "order before",  "order torn",
    "order after",   "judging",        "step before",  "step torn",     "step after",
    "rendering",     "release before", "release torn", "release after", "adopt before",
    "adopt torn",    "adopt after",    "claim before", "claim torn",    "claim after",
    "settle before", "settle torn",    "settle after", "enable before", "enable torn",
    "enable after",  "replay before",  "replay torn",  "replay after",  "send before",
    "send after",    "receipt after",  "started"};
inline constexpr std::size_t kill_points = kill_point_names.size();
static_assert(kill_points == static_cast<std::size_t>(KillPoint::started) + 1);

constexpr std::size_t place_of(KillPoint point) { return static_cast<std::size_t>(point); }
inline std::string_view name_of(KillPoint point) { return kill_point_names.at(place_of(point)); }
/// The next one: `torn` after `before`, `after` after `torn`.
constexpr KillPoint next_of(KillPoint point, int steps = 1) {
    return static_cast<KillPoint>(static_cast<int>(point) + steps);
}

}  // namespace forcewatch::sim
