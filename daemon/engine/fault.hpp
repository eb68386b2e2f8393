// Private to daemon/engine/: how a check says no.
#pragma once

#include <optional>
#include <string>

#include "daemon/engine/recorder.hpp"

namespace forcewatch {

using Fault = std::optional<EventFault>;

[[nodiscard]] inline Fault invalid(std::string field, std::string what) {
    return EventFault{EventFault::Kind::invalid, std::move(field), std::move(what)};
}
[[nodiscard]] inline Fault unknown(std::string field, std::string what) {
    return EventFault{EventFault::Kind::unknown, std::move(field), std::move(what)};
}
[[nodiscard]] inline Fault conflict(std::string field, std::string what) {
    return EventFault{EventFault::Kind::conflict, std::move(field), std::move(what)};
}

/// Ids stand in addresses and subjects, so they keep to a plain alphabet.
[[nodiscard]] inline Fault sound_id(const std::string& id, const char* field) {
    if (id.empty()) return invalid(field, "is missing");
    for (const char c : id)
        if (c == '/' || c == '\n' || c == '\t')
            return invalid(field, '"' + id + "\" may not hold a slash or a line break");
    return std::nullopt;
}

template <typename... Checks>
[[nodiscard]] Fault first_of(Checks&&... checks) {
    Fault fault;
    (void)((fault = checks(), fault.has_value()) || ...);
    return fault;
}

}  // namespace forcewatch
