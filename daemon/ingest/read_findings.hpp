// Private to daemon/ingest/: how many causes of concern a text says are open.
#pragma once

#include <optional>
#include <string>

#include "daemon/ingest/news_text.hpp"

namespace forcewatch {

struct CausesOfConcern {
    int open{};  ///< 0: all that are spoken of are closed
    bool accelerated{};
    std::size_t begin{};
    std::size_t end{};
};

/// Empty: the text gives no number. What a cause of concern is, in general, is none.
[[nodiscard]] std::optional<CausesOfConcern> read_causes_of_concern(const NewsText& text);

}  // namespace forcewatch
