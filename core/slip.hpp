/// How the dates of several items slipped, taken together.
#pragma once

#include <cstdint>
#include <optional>

#include "core/facts.hpp"

namespace forcewatch {

struct SlipTotals {
    std::int64_t items{};           ///< that have a date
    std::int64_t moved{};           ///< whose date a person moved
    std::int64_t moves{};           ///< of all of them
    std::chrono::days slip{};       ///< of all of them; a date brought forward counts less than 0
    std::int64_t originally_due{};  ///< whose original date has passed, or that were done before
    std::int64_t met_originally{};  ///< of these, done by their original date

    /// What came to nothing (cancelled, not ours) had no date to meet, and is not counted.
    void count(const Finding& finding, Date today);
    void count(const Action& action, Date today);
    void count(const Obligation& obligation, Date today);
    void add(const SlipTotals& other);

private:
    void count(const DeadlineHistory& deadline, std::optional<Date> done_on, Date today);
};

}  // namespace forcewatch
