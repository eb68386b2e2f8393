/// "Did you mean …?": the known word that is fewest edits away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forcewatch {

/// The nearest of `known` by insertions, deletions, replacements and swaps of neighbours; empty
/// when none is near enough to be meant.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& known);
/// `; did you mean "kent"?` to end a sentence with; empty when none is near enough.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& known);

}  // namespace forcewatch
