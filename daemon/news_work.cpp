#include "daemon/news_work.hpp"

#include <fmt/format.h>

#include "daemon/engine/london.hpp"
#include "daemon/ingest/reading_json.hpp"
#include "daemon/news_conflicts.hpp"
#include "daemon/proposal_events.hpp"
#include "daemon/read_query.hpp"

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

/// "2025-08-12T23:30:00Z", "2025-08-12T23:30:00+01:00"; empty: it bears no such moment.
std::optional<Instant> instant_of(const std::string& stamp) {
    constexpr std::size_t without_zone = 19;
    if (stamp.size() <= without_zone) return std::nullopt;
    const auto moment = parse_instant(stamp.substr(0, without_zone) + "Z");
    if (!moment) return std::nullopt;
    const auto zone = stamp.substr(without_zone);
    if (zone == "Z") return *moment;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':')
        return std::nullopt;
    const auto hours = whole_number(zone.substr(1, 2));
    const auto minutes = whole_number(zone.substr(4, 2));
    if (!hours || !minutes) return std::nullopt;
    const auto offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return zone[0] == '+' ? *moment - offset : *moment + offset;
}

}  // namespace

void date_in_london(std::vector<NewsItem>& items) {
    for (auto& item : items)
        if (const auto moment = instant_of(item.stamp))
            item.published = PartialDate::parse(text_of(london_date(*moment))).value();
}

BodyNames names_in(Store& store) {
    std::vector<NamedForce> forces;
    for (auto& force : store.facts().forces())
        if (force.successor.empty())
            forces.push_back({force.id, force.name, force.kind, force.region, force.aliases});
    return BodyNames{std::move(forces)};
}

namespace {

enum class Kept { as_new, as_known, as_repeated };

/// What another source said already need not be decided twice.
Kept keep(Engine& engine, StoredProposal row, Instant now, KeptNews& kept) {
    auto& proposals = engine.store().proposals();
    const auto id = proposals.add(row);
    if (!id) return Kept::as_known;
    row.id = *id;
    if (const auto other = same_as(engine, row)) {
        proposals.decide(*id, ProposalState::dismissed, now, -1,
                         fmt::format("says the same as proposal {}, from {}", number_of(other->id),
                                     source_of(*other)));
        if (other->state == ProposalState::open) kept.proposals.push_back(other->id);
        return Kept::as_repeated;
    }
    find_conflicts(engine, row, now);
    // Where another source is believed rather, it was dismissed.
    if (proposals.find(*id)->state != ProposalState::open) return Kept::as_known;
    kept.proposals.push_back(*id);
    return Kept::as_new;
}

}  // namespace

KeptNews keep_news(Engine& engine, const std::vector<NewsReading>& items, Instant now) {
    KeptNews kept;
    for (const auto& item : items) {
        bool repeats = false;
        bool adds = false;
        for (const auto& proposal : item.proposals) {
            if (proposal.kind == ProposalKind::remains) continue;  // nothing to record
            const auto how = keep(engine, stored(item, proposal, now), now, kept);
            ++(how == Kept::as_new ? kept.added : kept.known);
            repeats = repeats || how == Kept::as_repeated;
            adds = adds || how == Kept::as_new;
        }
        if (adds || !repeats) keep_item_conflicts(engine, item, now);
    }
    return kept;
}

}  // namespace forcewatch
