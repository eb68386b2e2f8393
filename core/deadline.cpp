#include "core/deadline.hpp"

#include <fmt/format.h>

namespace forcewatch {

namespace {

/// Read or reckoned by the daemon itself: nobody moved it.
bool is_reckoned(const Deadline& deadline) {
    return deadline.resolved_by == resolved_by_daemon ||
           deadline.resolved_by.starts_with(policy_prefix);
}

}  // namespace

std::vector<std::size_t> DeadlineHistory::moves() const {
    std::vector<std::size_t> places;
    for (std::size_t i = 1; i < revisions.size(); ++i) {
        const auto before = revisions[i - 1].deadline.last_day();
        const auto& after = revisions[i].deadline;
        if (before && after.last_day() != before && !is_reckoned(after)) places.push_back(i);
    }
    return places;
}

Deadline DeadlineHistory::original() const {
    const auto moved = moves();
    return moved.empty() ? current() : revisions[moved.front() - 1].deadline;
}

std::chrono::days DeadlineHistory::slip() const {
    const auto first = original().last_day();
    const auto last = current().last_day();
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
