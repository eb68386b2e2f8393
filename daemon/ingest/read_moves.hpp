// Private to daemon/ingest/: what a text says about Engage.
#pragma once

#include <string_view>
#include <vector>

#include "daemon/ingest/body_names.hpp"
#include "daemon/ingest/news_item.hpp"
#include "daemon/ingest/news_text.hpp"

namespace forcewatch {

enum class MoveKind { entered, left, remains };

struct MoveStatement {
    MoveKind kind{};
    std::vector<std::size_t> forces;  ///< as named there; empty: "the force"
    PartialDate date;                 ///< as the sentence fixes it
    bool today{};                     ///< the day of publication, in so many words
    bool background{};                ///< told as a thing of the past
    bool title{};
    bool heading{};  ///< of a list of moves, with its date below
    std::size_t begin{};
    std::size_t end{};
    std::size_t sentence{};
};

/// In the order of the text. What may happen, to whom it may happen, and the verb "to engage with"
/// are no moves.
[[nodiscard]] std::vector<MoveStatement> read_moves(const NewsText& text,
                                                    const std::vector<Mention>& mentions,
                                                    const PartialDate& published);

}  // namespace forcewatch
