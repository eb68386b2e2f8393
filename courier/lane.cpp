#include "courier/lane.hpp"

#include <algorithm>
#include <iterator>

namespace forcewatch {

std::optional<CourierParcel> Lane::take_next() {
    if (under_way_.size() >= most_under_way) return std::nullopt;
    const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& parcel) {
        return under_way_.count(parcel.subject_key) == 0;
    });
    if (next == waiting_.end()) return std::nullopt;
    auto parcel = std::move(*next);
    waiting_.erase(next);
    under_way_.insert(parcel.subject_key);
    return parcel;
}

std::vector<CourierParcel> Lane::take_behind(const std::string& subject) {
    const auto behind = std::stable_partition(
        waiting_.begin(), waiting_.end(),
        [&](const CourierParcel& parcel) { return parcel.subject_key != subject; });
    std::vector<CourierParcel> taken{std::make_move_iterator(behind),
                                     std::make_move_iterator(waiting_.end())};
    waiting_.erase(behind, waiting_.end());
    return taken;
}

std::vector<CourierParcel> Lane::take_waiting() {
    std::vector<CourierParcel> taken{std::make_move_iterator(waiting_.begin()),
                                     std::make_move_iterator(waiting_.end())};
    waiting_.clear();
    return taken;
}

}  // namespace forcewatch
