/// Deadlines in words, read against the day of publication.
#pragma once

#include <optional>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// The last day meant by `words` in something published on `published`: "immediately" is that day;
/// "within 56 days" ends on the day before the 57th, the day of publication counted as the first;
/// "within six weeks" and "within 3 months" end on the same weekday or day of the month, or on the
/// last day of a shorter month. Empty: the words give no date this way.
[[nodiscard]] std::optional<Date> resolve_deadline_words(std::string_view words, Date published);

}  // namespace forcewatch
