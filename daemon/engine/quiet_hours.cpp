#include "daemon/engine/quiet_hours.hpp"

#include "daemon/engine/london.hpp"

namespace forcewatch {

namespace {

using std::chrono::days;

bool is_weekend(Date day) {
    const std::chrono::weekday weekday{day};
    return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

/// The end of the quiet at `at`, as far as this day alone tells.
std::optional<Instant> quiet_this_day(const QuietHours& quiet, const WorkingCalendar& calendar,
                                      Instant at) {
    const Date today = london_date(at);
    const bool all_day = (quiet.weekends && is_weekend(today)) ||
                         (quiet.bank_holidays && calendar.is_holiday(today));
    if (all_day) return starts_at(today + days{1});
    const Instant from = at_local_time(today, quiet.from);
    const Instant to = at_local_time(today, quiet.to);
    if (quiet.from < quiet.to) return at >= from && at < to ? std::optional{to} : std::nullopt;
    if (at < to) return to;
    return at >= from ? std::optional{starts_at(today + days{1})} : std::nullopt;
}

}  // namespace

std::optional<Instant> quiet_until(const QuietHours& quiet, const WorkingCalendar& calendar,
                                   Instant now) {
    // A window ends where no other begins: no run of holidays is longer than this.
    constexpr int most_windows = 60;
    std::optional<Instant> end;
    Instant at = now;
    for (int i = 0; i < most_windows; ++i) {
        const auto next = quiet_this_day(quiet, calendar, at);
        if (!next) break;
        end = at = *next;
    }
    return end;
}

const Digest* digest_for(const Destination& destination, Severity severity) {
    const auto* email = std::get_if<EmailTarget>(&destination.target);
    const bool gathers = email != nullptr && email->digest && severity < destination.urgent;
    return gathers ? &*email->digest : nullptr;
}

Instant next_digest_at(const Digest& digest, const WorkingCalendar& calendar, Instant now) {
    for (Date day = london_date(now);; day += days{1}) {
        const bool wanted =
            digest.days == Digest::Days::daily ||
            (digest.days == Digest::Days::weekdays && calendar.is_working(day)) ||
            (digest.days == Digest::Days::weekly && std::chrono::weekday{day} == digest.day);
        const Instant at = at_local_time(day, digest.at);
        if (wanted && at > now) return at;
    }
}

}  // namespace forcewatch
