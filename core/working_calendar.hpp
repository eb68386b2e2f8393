/// Which days are worked on: weekdays that are not among the holidays known.
///
/// Holidays come as data, year by year. A count that leaves the known years still answers, with
/// weekends alone, and says that the calendar ends: it is never a silent guess.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "core/types.hpp"

namespace forcewatch {

class WorkingCalendar {
public:
    /// Takes over the holidays of one year, in place of what was known of it.
    void set_year(int year, std::set<Date> holidays);

    [[nodiscard]] bool is_holiday(Date day) const;
    [[nodiscard]] bool is_working(Date day) const;
    [[nodiscard]] bool knows(Date day) const;
    [[nodiscard]] std::optional<int> last_year() const;

    struct Counted {
        Date day{};
        bool calendar_ends{};  ///< the count passed a day whose year is not known
    };
    /// The working day that lies `count` working days after `from` (before it, where negative).
    /// Zero: `from` itself, whatever it is.
    [[nodiscard]] Counted plus(Date from, int count) const;

private:
    std::map<int, std::set<Date>> years_;
};

}  // namespace forcewatch
