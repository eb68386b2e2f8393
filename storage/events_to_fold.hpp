/// Events of the journal that wait to be folded, as the journal keeps them.
///
/// Each is decoded when its turn comes, so that however many there are take the room of their bytes
/// and not that of events.
///
/// Thread: any.   Blocks: never.   Fails: throws StoreError where a row cannot be understood.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.hpp"
#include "core/fold_order.hpp"
#include "core/withdrawn.hpp"

namespace forcewatch {

class EventsToFold {
public:
    /// A row as it is stored; the texts are copied.
    struct Row {
        JournalSeq seq{};
        Date effective_on{};
        Certainty certainty{};
        std::string_view kind;
        std::string_view force;
        std::string_view payload;
    };

    void expect(std::size_t rows);
    void add(const Row& row);
    /// Gives the next event in fold order, without those withdrawn and without what no fact follows
    /// from: who said it, and when. False: there is none. It may be taken apart.
    bool next(Recorded& event);

private:
    struct Kept {
        Date effective_on{};
        std::uint32_t force_bytes{};
        std::uint32_t payload_bytes{};
        const char* bytes{};
        std::uint8_t rank{};
        Certainty certainty{};
    };
    /// Mostly it is that of the row before.
    std::size_t trusted_rank(JournalSeq seq, std::string_view kind);
    const char* keep(std::string_view force, std::string_view payload);
    void note_withdrawal(const Row& row, std::size_t rank);
    static void understand(JournalSeq seq, const Kept& kept, Recorded& event);

    std::vector<std::unique_ptr<char[]>> blocks_;
    char* free_{};
    std::size_t room_{};
    std::string kind_before_;
    std::size_t rank_before_{};
    std::vector<Kept> rows_;
    std::vector<FoldTurn> turns_;
    std::size_t handed_over_{};
    Withdrawn withdrawn_;
};

}  // namespace forcewatch
