/// The text of an HTML page: no markup, no scripts, one block on a line.
///
/// libxml2 reads it as a stream, so no tree is built; nothing is fetched. Bounded: a page nested
/// deeper than 200 is read up to there.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

struct HtmlPage {
    std::string title;      ///< of the page's head; the first heading where there is one
    std::string text;       ///< list entries begin with "- "
    std::string published;  ///< from the page's metadata: "2025-08-25", or empty
    std::string url;        ///< the canonical address, or empty
};

inline constexpr std::size_t largest_page = 8UL << 20UL;

[[nodiscard]] Expected<HtmlPage> read_html(std::string_view page);

}  // namespace forcewatch
