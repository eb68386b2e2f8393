/// What a year showed: counts, and what must not be.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/kill_points.hpp"

namespace forcewatch::sim {

enum class Wrong {
    lost,       ///< told to nobody who was to hear it, or not wholly
    outside,    ///< arrived, and is none of what was to be told
    repeated,   ///< arrived again, and was not under way at a crash
    disorder,   ///< a later message of a subject arrived first
    early,      ///< of a moment that had not come
    gap,        ///< nothing was heard for too long of what is overdue
    forgotten,  ///< a promised write is not there after a crash
    journal,    ///< chain, structure or fold do not hold
    alerts,     ///< the store's alerts are not those that the facts give
    stuck,      ///< work that never ends, or a client who is never answered
    restless    ///< the same seed gave another year
};
inline constexpr std::array wrong_names{"lost",   "outside", "repeated",  "disorder",
                                        "early",  "gap",     "forgotten", "journal",
                                        "alerts", "stuck",   "restless"};

struct Finding {
    Wrong kind{};
    std::string what;
};

struct Findings {
    std::vector<Finding> wrong;
    std::array<std::uint64_t, kill_points> kills{};
    std::uint64_t trace{0xcbf29ce484222325U};
    int moments{};  ///< looked at
    int commits{};
    int crashes{};
    int commands{};
    int alerts{};
    int messages{};
    int arrivals{};
    int repeats{};
    int under_way{};  ///< sends whose outcome nobody learned
    int dead{};
    int store_errors{};  ///< commits that a full or failing disk refused

    void add(Wrong kind, std::string what) {
        constexpr std::size_t most = 20;
        if (wrong.size() < most) wrong.push_back({kind, std::move(what)});
    }
    [[nodiscard]] int count(Wrong kind) const {
        int found = 0;
        for (const auto& each : wrong) found += each.kind == kind ? 1 : 0;
        return found;
    }
    /// Goes into what two runs of one seed must have in common.
    void note(std::string_view what) {
        for (const char letter : what) {
            trace ^= static_cast<unsigned char>(letter);
            trace *= 0x100000001b3U;
        }
    }
};

}  // namespace forcewatch::sim
