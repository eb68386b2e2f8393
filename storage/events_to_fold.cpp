#include "storage/events_to_fold.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/event_codec.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t block_size = 32'768;  // malloc tidies up for whatever frees twice as much

void trust(JournalSeq seq, const Expected<void>& decoded) {
    if (!decoded) sql::corrupt(fmt::format("journal row {}: {}", number_of(seq), decoded.error()));
}

}  // namespace

void EventsToFold::expect(std::size_t rows) {
    rows_.reserve(rows);
    turns_.reserve(rows);
}

void EventsToFold::add(const Row& row) {
    const auto rank = trusted_rank(row.seq, row.kind);
    note_withdrawal(row, rank);
    turns_.emplace_back(row.effective_on, rank, row.seq, rows_.size());
    rows_.push_back({row.effective_on, static_cast<std::uint32_t>(row.force.size()),
                     static_cast<std::uint32_t>(row.payload.size()), keep(row.force, row.payload),
                     static_cast<std::uint8_t>(rank), row.certainty});
}

std::size_t EventsToFold::trusted_rank(JournalSeq seq, std::string_view kind) {
    if (kind == kind_before_) return rank_before_;
    const auto rank = rank_of(kind);
    if (!rank)
        sql::corrupt(
            fmt::format("journal row {}: unknown kind of event \"{}\"", number_of(seq), kind));
    kind_before_ = kind;
    return rank_before_ = *rank;
}

const char* EventsToFold::keep(std::string_view force, std::string_view payload) {
    const auto size = force.size() + payload.size();
    if (size > room_) {
        room_ = std::max(block_size, size);
        free_ = blocks_.emplace_back(new char[room_]).get();
    }
    char* const begin = free_;
    std::copy(payload.begin(), payload.end(), std::copy(force.begin(), force.end(), begin));
    free_ += size;
    room_ -= size;
    return begin;
}

void EventsToFold::note_withdrawal(const Row& row, std::size_t rank) {
    if (row.kind != EventsWithdrawn::kind && row.kind != Retracted::kind) return;
    Event event;
    trust(row.seq, decode_into(event, rank, row.payload));
    withdrawn_.note(row.seq, event);
}

bool EventsToFold::next(Recorded& event) {
    if (handed_over_ == 0) sort_turns(turns_);
    while (handed_over_ < turns_.size()) {
        const auto& turn = turns_[handed_over_++];
        understand(turn.seq, rows_[turn.place], event);
        if (!withdrawn_.holds(event)) return true;
    }
    return false;
}

void EventsToFold::understand(JournalSeq seq, const Kept& kept, Recorded& event) {
    event.seq = seq;
    event.effective_on = kept.effective_on;
    event.certainty = kept.certainty;
    event.force.assign(kept.bytes, kept.force_bytes);
    trust(seq,
          decode_into(event.event, kept.rank, {kept.bytes + kept.force_bytes, kept.payload_bytes}));
}

}  // namespace forcewatch
