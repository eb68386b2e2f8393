#include "core/deadline.hpp"

#include <fmt/format.h>

namespace forcewatch {

std::chrono::days DeadlineHistory::slip() const {
    if (revisions.size() < 2) return {};
    const auto first = revisions.front().deadline.last_day();
    const auto last = revisions.back().deadline.last_day();
    return first && last ? *last - *first : std::chrono::days{0};
}

std::string_view text_of(DeadlineKind kind) {
    switch (kind) {
        case DeadlineKind::statutory:
            return "statutory";
        case DeadlineKind::inspectorate:
            return "inspectorate";
        case DeadlineKind::local:
            return "local";
        case DeadlineKind::none:
            return "none";
    }
    return "?";
}

Expected<DeadlineKind> parse_deadline_kind(std::string_view text) {
    for (const auto kind : {DeadlineKind::statutory, DeadlineKind::inspectorate,
                            DeadlineKind::local, DeadlineKind::none})
        if (text_of(kind) == text) return kind;
    return tl::unexpected(
        fmt::format("\"{}\" is not one of statutory, inspectorate, local, none", text));
}

}  // namespace forcewatch
