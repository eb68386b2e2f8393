/// The parcels of one destination: at most eight on their way, one per subject, in order.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/api/courier_protocol.hpp"

namespace forcewatch {

/// Bookkeeping only; carries nothing itself.
class Lane {
public:
    static constexpr std::size_t most_under_way = 8;
    /// While so many are sent the daemon can be asked for more.
    static constexpr std::size_t enough = 60 * most_under_way;
    static constexpr std::size_t enough_bytes = 16U << 20U;  ///< of bodies that wait

    void add(CourierParcel parcel);

    /// The first waiting parcel that may leave now; it counts as under way from here on.
    [[nodiscard]] std::optional<CourierParcel> take_next();

    /// A parcel of `subject` is no longer under way.
    void ended(const std::string& subject) { under_way_.erase(subject); }

    /// Takes out what waits behind a parcel of `subject` that did not get through.
    [[nodiscard]] std::vector<CourierParcel> take_behind(const std::string& subject);
    [[nodiscard]] std::vector<CourierParcel> take_waiting();

    /// So much waits that each connection in use will be wanted again.
    [[nodiscard]] bool much_behind() const { return waiting_.size() >= under_way_.size(); }

    /// Nothing more should be claimed for this destination now.
    [[nodiscard]] bool full() const { return held() >= enough || waiting_bytes_ >= enough_bytes; }
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }
    [[nodiscard]] std::size_t held() const { return waiting_.size() + under_way_.size(); }

private:
    [[nodiscard]] std::vector<CourierParcel> take_from(std::deque<CourierParcel>::iterator first);

    std::deque<CourierParcel> waiting_;
    std::size_t waiting_bytes_{0};
    std::set<std::string> under_way_;  // their subjects
};

}  // namespace forcewatch
