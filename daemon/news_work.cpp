#include "daemon/news_work.hpp"

#include <fmt/format.h>

#include "daemon/ingest/reading_json.hpp"
#include "daemon/proposal_events.hpp"

namespace forcewatch {

namespace {

StoredProposal stored(const NewsReading& item, const Proposal& proposal, Instant now) {
    StoredProposal kept;
    kept.read_at = now;
    kept.source = item.source;
    kept.url = item.url;
    kept.title = item.title;
    kept.published = item.stamp.empty() ? item.published.text() : item.stamp;
    kept.kind = text_of(proposal.kind);
    kept.forces = ids_text(proposal.forces);
    kept.programme = proposal.programme;
    kept.change = proposal.change;
    kept.area = proposal.area;
    kept.grade = proposal.grade;
    kept.date = proposal.date.text();
    kept.counts = proposal.counts ? counts_text(*proposal.counts) : std::string{};
    kept.finding = proposal.number ? fmt::format("{} {}", *proposal.number, proposal.finding)
                                   : proposal.finding;
    kept.words = proposal.words;
    kept.percent = proposal.percent;
    kept.conflicts = conflicts_text(item.conflicts);
    // A page that is fetched or saved under another name is the same item.
    const auto& item_key = item.url.empty() ? item.title : item.url;
    kept.dedup_key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", item_key, kept.kind, kept.forces,
                                 kept.change, kept.area, kept.grade + kept.counts + kept.finding);
    return kept;
}

}  // namespace

BodyNames names_in(Store& store) {
    std::vector<NamedForce> forces;
    for (auto& force : store.facts().forces())
        if (force.successor.empty())
            forces.push_back({force.id, force.name, force.kind, force.region, force.aliases});
    return BodyNames{std::move(forces)};
}

KeptNews keep_news(Engine& engine, const std::vector<NewsReading>& items, Instant now) {
    KeptNews kept;
    for (const auto& item : items)
        for (const auto& proposal : item.proposals) {
            if (proposal.kind == ProposalKind::remains) continue;  // nothing to record
            const auto id = engine.store().proposals().add(stored(item, proposal, now));
            ++(id ? kept.added : kept.known);
            if (id) kept.proposals.push_back(*id);
        }
    return kept;
}

}  // namespace forcewatch
