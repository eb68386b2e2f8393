#include "daemon/engine/london.hpp"

#include <date/tz.h>

namespace forcewatch {

namespace {

const date::time_zone* london() {
    static const date::time_zone* const zone = date::locate_zone("Europe/London");
    return zone;
}

}  // namespace

bool zone_known() {
    try {
        return london() != nullptr;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string zone_rules() {
    constexpr Date from{std::chrono::year{2000} / 1 / 1};
    constexpr Date until{std::chrono::year{2100} / 1 / 1};
    const date::sys_seconds end{until.time_since_epoch()};
    std::string rules;
    for (date::sys_seconds at{from.time_since_epoch()}; at < end;) {
        const auto info = london()->get_info(at);
        rules += std::to_string(at.time_since_epoch().count()) + ' ' +
                 std::to_string(info.offset.count()) + '\n';
        at = info.end;
    }
    return rules;
}

Date london_date(Instant at) { return std::chrono::floor<std::chrono::days>(london_time(at)); }

std::chrono::local_seconds london_time(Instant at) {
    const auto local = london()->to_local(date::sys_seconds{at.time_since_epoch()});
    return std::chrono::local_seconds{local.time_since_epoch()};
}

Instant starts_at(Date day) { return at_local_time(day, std::chrono::minutes{0}); }

Instant at_local_time(Date day, std::chrono::minutes since_midnight) {
    const date::local_seconds local{day.time_since_epoch() + since_midnight};
    const auto info = london()->get_info(local);
    // In a gap `first` ends where the valid times begin; both a gap and an overlap are read with
    // the offset that held before.
    if (info.result == date::local_info::nonexistent)
        return Instant{info.first.end.time_since_epoch()};
    return Instant{local.time_since_epoch() - info.first.offset};
}

}  // namespace forcewatch
