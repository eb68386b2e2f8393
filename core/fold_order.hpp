/// The order in which events are folded, as far as facts depend on it.
///
/// Events about different subjects do not touch each other's facts, so no subject is compared here:
/// `folds_before` also says which of two subjects comes first, for whoever shows events.
#pragma once

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "core/event.hpp"

namespace forcewatch {

/// When an event has its turn: by effective date, kind rank, then arrival.
struct FoldTurn {
    std::int64_t day_and_rank{};
    JournalSeq seq{};
    std::size_t place{};  ///< of the event, wherever its owner keeps it

    FoldTurn(Date on, std::size_t rank, JournalSeq arrived_as, std::size_t kept_at)
        : day_and_rank{static_cast<std::int64_t>(on.time_since_epoch().count()) * ranks +
                       static_cast<std::int64_t>(rank)},
          seq{arrived_as},
          place{kept_at} {}
    friend bool operator<(const FoldTurn& left, const FoldTurn& right) {
        return std::tie(left.day_and_rank, left.seq, left.place) <
               std::tie(right.day_and_rank, right.seq, right.place);
    }

private:
    static constexpr std::int64_t ranks = std::variant_size_v<Event>;
};

/// The first to be folded comes first.
inline void sort_turns(std::vector<FoldTurn>& turns) {
    if (!std::is_sorted(turns.begin(), turns.end())) std::sort(turns.begin(), turns.end());
}

}  // namespace forcewatch
