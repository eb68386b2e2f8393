/// When a feed is fetched again.
///
/// Pure. Jitter is derived from the feed and the moment, adds at most a tenth of the wait and never
/// shortens it, so that many installations do not ask at the same second.
#pragma once

#include <chrono>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// After `failures` failed tries in a row (0: the last one went well). A failing feed is asked half
/// as often each time, once a day at least; never before `now + retry_after`, which counts up to a
/// week.
[[nodiscard]] Instant next_fetch_at(std::string_view feed, std::chrono::seconds every, int failures,
                                    std::chrono::seconds retry_after, Instant now);

/// Also true where the clock was set back and the moment lies further ahead than any wait.
[[nodiscard]] bool fetch_is_due(Instant next_at, Instant now);

}  // namespace forcewatch
