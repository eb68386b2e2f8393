#include "core/withdrawn.hpp"

#include <algorithm>

namespace forcewatch {

void Withdrawn::note(const std::string& item, std::int64_t first, std::int64_t last) {
    ranges_.emplace(item, std::pair{first, last});
}

void Withdrawn::note(JournalSeq seq, const Event& event) {
    if (const auto* range = std::get_if<EventsWithdrawn>(&event))
        note(range->item, range->first, range->last);
    // Whatever day what was said of it counts from: a correction may have moved that.
    if (const auto* retracted = std::get_if<Retracted>(&event))
        note(retracted->item, 1, number_of(seq) - 1);
}

bool Withdrawn::holds(const Recorded& recorded) const {
    if (empty()) return false;
    const auto seq = number_of(recorded.seq);
    const auto [begin, end] = ranges_.equal_range(subject_of(recorded.event));
    return std::any_of(begin, end, [&](const auto& range) {
        return range.second.first <= seq && seq <= range.second.second;
    });
}

}  // namespace forcewatch
