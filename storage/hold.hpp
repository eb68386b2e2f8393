/// How it is kept that all sending is held: words in a setting. Values only.
#pragma once

#include <string>

#include "core/types.hpp"

namespace forcewatch {

/// The setting; empty or absent: messages go out.
inline constexpr auto hold_setting = "hold";

/// What it then holds: who said so, such as "uid:0", since when, and why.
[[nodiscard]] inline std::string hold_words(const std::string& author, Instant since,
                                            const std::string& reason) {
    return "by " + author + " since " + text_of(since) + ": " + reason;
}

}  // namespace forcewatch
