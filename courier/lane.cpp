#include "courier/lane.hpp"

#include <algorithm>
#include <iterator>

namespace forcewatch {

void Lane::add(CourierParcel parcel) {
    waiting_bytes_ += parcel.body.size();
    waiting_.push_back(std::move(parcel));
}

std::vector<CourierParcel> Lane::take_from(std::deque<CourierParcel>::iterator first) {
    std::vector<CourierParcel> taken{std::make_move_iterator(first),
                                     std::make_move_iterator(waiting_.end())};
    waiting_.erase(first, waiting_.end());
    for (const auto& parcel : taken) waiting_bytes_ -= parcel.body.size();
    return taken;
}

std::optional<CourierParcel> Lane::take_next() {
    if (under_way_.size() >= most_under_way) return std::nullopt;
    const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& parcel) {
        return under_way_.count(parcel.subject_key) == 0;
    });
    if (next == waiting_.end()) return std::nullopt;
    auto parcel = std::move(*next);
    waiting_.erase(next);
    waiting_bytes_ -= parcel.body.size();
    under_way_.insert(parcel.subject_key);
    return parcel;
}

std::vector<CourierParcel> Lane::take_behind(const std::string& subject) {
    return take_from(std::stable_partition(
        waiting_.begin(), waiting_.end(),
        [&](const CourierParcel& parcel) { return parcel.subject_key != subject; }));
}

std::vector<CourierParcel> Lane::take_waiting() { return take_from(waiting_.begin()); }

}  // namespace forcewatch
