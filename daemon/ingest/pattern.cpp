#include "daemon/ingest/pattern.hpp"

#include "core/check.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_matches = 1000;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Pattern::Pattern(const std::string& text) : pattern_{text, re2::RE2::Quiet} {
    FW_CHECK(pattern_.ok());
}

bool Pattern::in(std::string_view text) const {
    return re2::RE2::PartialMatch(piece(text), pattern_);
}

std::optional<Parts> Pattern::find(std::string_view text, std::size_t from) const {
    std::vector<re2::StringPiece> groups(
        static_cast<std::size_t>(pattern_.NumberOfCapturingGroups()) + 1);
    if (from > text.size() || !pattern_.Match(piece(text), from, text.size(), re2::RE2::UNANCHORED,
                                              groups.data(), static_cast<int>(groups.size())))
        return std::nullopt;
    Parts parts;
    for (const auto& group : groups) {
        if (group.data() == nullptr) {
            parts.push_back({});
            continue;
        }
        const auto begin = static_cast<std::size_t>(group.data() - text.data());
        parts.push_back({begin, begin + group.size(), true});
    }
    return parts;
}

std::vector<Parts> Pattern::all(std::string_view text) const {
    std::vector<Parts> matches;
    std::size_t from = 0;
    while (matches.size() < most_matches) {
        auto parts = find(text, from);
        if (!parts) break;
        from = std::max(parts->front().end, parts->front().begin + 1);
        matches.push_back(std::move(*parts));
    }
    return matches;
}

}  // namespace forcewatch
