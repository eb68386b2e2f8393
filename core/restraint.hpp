/// Why something is not said now.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// What holds a notice back, and until when.
struct Restraint {
    enum class Cause {
        none,
        hold,          ///< an operator holds all sending
        inhibited,     ///< another alert says it already
        silenced,      ///< a silence matches
        paused,        ///< a planned pause of the force or the area
        acknowledged,  ///< somebody has taken it on
        asked,         ///< the owner still owes the answer to another request
        quiet,         ///< quiet hours
        grouped,       ///< others of its group may still come
        digest,        ///< the recipient reads digests
        storm,         ///< the destination had its share for this hour
        damped,        ///< what comes and goes within the rule's hold-off
        faulty,        ///< it cannot be put into words, by a fault of ours
        dropped        ///< decided for good: see the words
    };
    Cause cause{Cause::none};
    std::string key;               ///< which silence, pause, alert or group; may be empty
    std::string words;             ///< for a person
    std::optional<Instant> until;  ///< empty: until the cause itself ends
    friend bool operator==(const Restraint&, const Restraint&) = default;
};

/// The key of what waits because of an alert.
[[nodiscard]] std::string key_of(AlertId alert);
[[nodiscard]] std::string_view text_of(Restraint::Cause cause);
[[nodiscard]] Expected<Restraint::Cause> parse_restraint(std::string_view text);

}  // namespace forcewatch
