/// When something must be done, in whose words, and how that moved.
#pragma once

#include <string>
#include <vector>

#include "core/partial_date.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// Who set the date. `none` is a value: the source asks for no date, and the item is never overdue.
enum class DeadlineKind { statutory, inspectorate, local, none };

struct Deadline {
    DeadlineKind kind{DeadlineKind::none};
    PartialDate due;          ///< unknown for kind `none`
    std::string words;        ///< as the source put it, such as "immediately"
    std::string resolved_by;  ///< who read the words as this date

    /// The last day on which it is met; empty: no date binds.
    [[nodiscard]] std::optional<Date> last_day() const {
        return kind == DeadlineKind::none ? std::nullopt : due.last_day();
    }
    friend bool operator==(const Deadline&, const Deadline&) = default;
};

/// Stands as `resolved_by` where the daemon itself read the words, or reckoned the date.
inline constexpr auto resolved_by_daemon = "forcewatchd";
/// Begins the subject of a policy, which stands as `resolved_by` where that policy set the date.
inline constexpr std::string_view policy_prefix = "policy:";

struct DeadlineRevision {
    Deadline deadline;
    Date agreed_on{};
    std::string reason;
    std::string approval;  ///< reference of who allowed the move; may be empty
    friend bool operator==(const DeadlineRevision&, const DeadlineRevision&) = default;
};

/// The first and every later version, oldest first.
struct DeadlineHistory {
    std::vector<DeadlineRevision> revisions;

    [[nodiscard]] Deadline current() const {
        return revisions.empty() ? Deadline{} : revisions.back().deadline;
    }
    /// Where in `revisions` a person moved a date that was there, or took it away. The first date
    /// is no move, nor is one that was counted anew from a corrected day, or that a policy set.
    [[nodiscard]] std::vector<std::size_t> moves() const;
    /// As it was before the first move; the present one where nobody moved it.
    [[nodiscard]] Deadline original() const;
    /// Days between the original date and the present one; zero when either is missing.
    [[nodiscard]] std::chrono::days slip() const;
    friend bool operator==(const DeadlineHistory&, const DeadlineHistory&) = default;
};

/// Last day of a period of `length` days that begins with `first`: the 56-day rule counts the day
/// of publication.
[[nodiscard]] constexpr Date last_day_of_period(Date first, std::chrono::days length) {
    return first + length - std::chrono::days{1};
}

[[nodiscard]] std::string_view text_of(DeadlineKind kind);
[[nodiscard]] Expected<DeadlineKind> parse_deadline_kind(std::string_view text);

}  // namespace forcewatch
