/// Sentences that count days and are read later than they were written.
///
/// What an alert says is kept until something about it changes, and a digest shows it days later.
/// Such a sentence holds a mark in place of the count, and whoever shows it counts to that day.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// Read as "12 days": from `from` to the day of reading.
[[nodiscard]] std::string days_since(Date from);
/// Read as "due in 12 days", "due today" or "overdue by 12 days".
[[nodiscard]] std::string due_or_overdue(Date due);
/// `sentence` with each mark replaced by what it counts to on `day`.
[[nodiscard]] std::string as_read_on(std::string_view sentence, Date day);

}  // namespace forcewatch
