// Private to daemon/ingest/: the areas in a piece of a sentence.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace forcewatch {

/// An area as places in a text.
struct AreaWords {
    std::size_t begin{};
    std::size_t end{};
};

/// Leaves out what only leads to the area or ends it.
void trim_area(std::string_view lower, AreaWords& area);
/// Not an area, or not one that can be told: "several areas", "five areas", "the force".
[[nodiscard]] bool is_no_area(std::string_view words);
/// The areas of "preventing crime, how it responds to the public and managing offenders".
[[nodiscard]] std::vector<AreaWords> areas_of_list(std::string_view lower, std::size_t begin,
                                                   std::size_t end);

}  // namespace forcewatch
