/// What was done since this process started, for whoever watches rates.
///
/// Owner: Engine.   Thread: the loop thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/delivery_outcome.hpp"

namespace forcewatch {

struct Tally {
    std::int64_t steps{};  ///< that found something to evaluate
    std::map<std::pair<std::string, Verdict>, std::int64_t> sends;  ///< by destination and outcome
};

}  // namespace forcewatch
