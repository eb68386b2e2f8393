/// A day, a month, a year or nothing at all: dates as the sources give them.
///
/// Kept as given and shown as given. A rule reads a partial date so that it never cries too early:
/// as its last possible day.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

class PartialDate {
public:
    enum class Precision { none, year, month, day };

    PartialDate() = default;  ///< no date known
    explicit PartialDate(Date day);

    /// "2021-12-03", "2021-12", "2019" or "" (no date).
    [[nodiscard]] static Expected<PartialDate> parse(std::string_view text);

    [[nodiscard]] Precision precision() const { return precision_; }
    [[nodiscard]] bool known() const { return precision_ != Precision::none; }
    /// True for a month or a year: the day is uncertain.
    [[nodiscard]] bool uncertain() const {
        return precision_ == Precision::month || precision_ == Precision::year;
    }
    /// First and last day it can mean; empty when nothing is known.
    [[nodiscard]] std::optional<Date> first_day() const;
    [[nodiscard]] std::optional<Date> last_day() const;
    /// As parsed.
    [[nodiscard]] std::string text() const;

    friend auto operator<=>(const PartialDate&, const PartialDate&) = default;

private:
    Precision precision_{Precision::none};
    Date first_{};
};

/// Whether one is the other, told less exactly, or no date at all.
[[nodiscard]] bool agree(const PartialDate& left, const PartialDate& right);

}  // namespace forcewatch
