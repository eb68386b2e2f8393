/// News items in tests: read with the shipped names of forces, and told in one line each.
#pragma once

#include <string>
#include <vector>

#include "daemon/ingest/known_bodies.hpp"
#include "daemon/ingest/news_source.hpp"
#include "daemon/ingest/read_news.hpp"
#include "daemon/ingest/shipped_bodies.hpp"

namespace forcewatch::test {

inline const BodyNames& shipped_names() {
    static const auto names = names_of_bodies("bodies.csv", shipped_bodies());
    return names.value();
}

inline NewsReading read_item(const std::string& title, const std::string& text,
                             const std::string& published = {}) {
    NewsItem item;
    item.source = "test";
    item.title = title;
    item.text = text;
    item.published = PartialDate::parse(published).value();
    return read_news(item, shipped_names());
}

/// Such as "stage kent left 2024-03", "judgement kent recording crime: good", "grade-counts kent
/// 1 4 1 3 0 of 9".
inline std::string told(const Proposal& proposal) {
    std::string text{text_of(proposal.kind)};
    for (const auto& force : proposal.forces) text += " " + force;
    if (!proposal.change.empty()) text += " " + proposal.change;
    if (!proposal.area.empty()) text += " " + proposal.area + ": " + proposal.grade;
    if (proposal.counts) {
        for (const auto& each : proposal.counts->areas)
            text += each ? " " + std::to_string(*each) : " -";
        if (proposal.counts->total) text += " of " + std::to_string(*proposal.counts->total);
    }
    if (proposal.number) text += " " + std::to_string(*proposal.number);
    if (proposal.kind == ProposalKind::stage && proposal.date.known())
        text += " " + proposal.date.text();
    return text;
}

inline std::vector<std::string> told(const NewsReading& reading, ProposalKind kind) {
    std::vector<std::string> lines;
    for (const auto& proposal : reading.proposals)
        if (proposal.kind == kind) lines.push_back(told(proposal));
    return lines;
}

inline bool has_conflict(const NewsReading& reading, const std::string& kind) {
    for (const auto& conflict : reading.conflicts)
        if (conflict.kind == kind) return true;
    return false;
}

}  // namespace forcewatch::test
