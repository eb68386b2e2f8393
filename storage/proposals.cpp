#include "storage/proposals.hpp"

#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

constexpr auto add_sql = R"sql(
    INSERT INTO proposal (dedup_key, read_at, state, reason, source, url, title, published, kind, forces,
                          programme, change, area, grade, date_on, counts, finding, words, percent, conflicts)
    VALUES (:dedup_key, :read_at, 'open', '', :source, :url, :title, :published, :kind, :forces,
            :programme, :change, :area, :grade, :date_on, :counts, :finding, :words, :percent, :conflicts)
    ON CONFLICT (dedup_key) DO NOTHING)sql";
constexpr auto find_sql = R"sql(
    SELECT id, dedup_key, read_at, state, decided_at, decided_by, reason, source, url, title, published, kind,
           forces, programme, change, area, grade, date_on, counts, finding, words, percent, conflicts
      FROM proposal WHERE id = :id)sql";
constexpr auto list_sql = R"sql(
    SELECT id, dedup_key, read_at, state, decided_at, decided_by, reason, source, url, title, published, kind,
           forces, programme, change, area, grade, date_on, counts, finding, words, percent, conflicts
      FROM proposal WHERE id > :after ORDER BY id LIMIT :limit)sql";
constexpr auto list_state_sql = R"sql(
    SELECT id, dedup_key, read_at, state, decided_at, decided_by, reason, source, url, title, published, kind,
           forces, programme, change, area, grade, date_on, counts, finding, words, percent, conflicts
      FROM proposal WHERE state = :state AND id > :after ORDER BY id LIMIT :limit)sql";
constexpr auto about_sql = R"sql(
    SELECT id, dedup_key, read_at, state, decided_at, decided_by, reason, source, url, title, published, kind,
           forces, programme, change, area, grade, date_on, counts, finding, words, percent, conflicts
      FROM proposal WHERE kind = :kind AND forces = :forces AND state <> 'dismissed' ORDER BY id DESC LIMIT :limit)sql";
constexpr auto edit_sql = R"sql(
    UPDATE proposal SET forces = :forces, programme = :programme, change = :change, area = :area,
           grade = :grade, date_on = :date_on
     WHERE id = :id AND state = 'open')sql";
constexpr auto decide_sql = R"sql(
    UPDATE proposal SET state = :state, decided_at = :now, decided_by = :uid, reason = :reason
     WHERE id = :id AND state = 'open')sql";

StoredProposal proposal_at(Query& query) {
    StoredProposal proposal;
    int column = 0;
    proposal.id = ProposalId{query.number(column++)};
    proposal.dedup_key = query.text(column++);
    proposal.read_at = query.instant(column++);
    proposal.state = sql::trusted(parse_proposal_state(query.text(column++)));
    proposal.decided_at = query.maybe_instant(column++);
    if (!query.is_null(column)) proposal.decided_by = query.number(column);
    ++column;
    for (auto* text :
         {&proposal.reason, &proposal.source, &proposal.url, &proposal.title, &proposal.published,
          &proposal.kind, &proposal.forces, &proposal.programme, &proposal.change, &proposal.area,
          &proposal.grade, &proposal.date, &proposal.counts, &proposal.finding, &proposal.words})
        *text = query.text(column++);
    proposal.percent = static_cast<int>(query.number(column++));
    proposal.conflicts = query.text(column);
    return proposal;
}

}  // namespace

std::string_view text_of(ProposalState state) {
    switch (state) {
        case ProposalState::open:
            return "open";
        case ProposalState::confirmed:
            return "confirmed";
        case ProposalState::dismissed:
            return "dismissed";
    }
    return {};
}

Expected<ProposalState> parse_proposal_state(std::string_view text) {
    for (const auto state :
         {ProposalState::open, ProposalState::confirmed, ProposalState::dismissed})
        if (text == text_of(state)) return state;
    return tl::unexpected(Problem{"expected open, confirmed or dismissed"});
}

std::optional<ProposalId> Proposals::add(const StoredProposal& proposal) {
    Query query{connection_, add_sql};
    query.bind(":dedup_key", proposal.dedup_key).bind(":read_at", proposal.read_at);
    query.bind(":source", proposal.source).bind(":url", proposal.url);
    query.bind(":title", proposal.title).bind(":published", proposal.published);
    query.bind(":kind", proposal.kind).bind(":forces", proposal.forces);
    query.bind(":programme", proposal.programme).bind(":change", proposal.change);
    query.bind(":area", proposal.area).bind(":grade", proposal.grade);
    query.bind(":date_on", proposal.date).bind(":counts", proposal.counts);
    query.bind(":finding", proposal.finding).bind(":words", proposal.words);
    query.bind(":percent", static_cast<std::int64_t>(proposal.percent));
    query.bind(":conflicts", proposal.conflicts);
    if (query.run() == 0) return std::nullopt;
    return ProposalId{connection_.last_id()};
}

std::optional<StoredProposal> Proposals::find(ProposalId id) {
    Query query{connection_, find_sql};
    if (!query.bind(":id", number_of(id)).next()) return std::nullopt;
    return proposal_at(query);
}

std::vector<StoredProposal> Proposals::list(const ProposalFilter& filter) {
    Query query{connection_, filter.state ? list_state_sql : list_sql};
    if (filter.state) query.bind_copy(":state", text_of(*filter.state));
    query.bind(":after", filter.after).bind(":limit", static_cast<std::int64_t>(filter.limit));
    std::vector<StoredProposal> proposals;
    while (query.next()) proposals.push_back(proposal_at(query));
    return proposals;
}

std::vector<StoredProposal> Proposals::about(const std::string& kind, const std::string& forces,
                                             int limit) {
    Query query{connection_, about_sql};
    query.bind(":kind", kind).bind(":forces", forces);
    query.bind(":limit", static_cast<std::int64_t>(limit));
    std::vector<StoredProposal> proposals;
    while (query.next()) proposals.push_back(proposal_at(query));
    return proposals;
}

bool Proposals::edit(const StoredProposal& proposal) {
    Query query{connection_, edit_sql};
    query.bind(":id", number_of(proposal.id)).bind(":forces", proposal.forces);
    query.bind(":programme", proposal.programme).bind(":change", proposal.change);
    query.bind(":area", proposal.area).bind(":grade", proposal.grade);
    query.bind(":date_on", proposal.date);
    return query.run() > 0;
}

bool Proposals::decide(ProposalId id, ProposalState state, Instant now, std::int64_t uid,
                       const std::string& reason) {
    Query query{connection_, decide_sql};
    query.bind(":id", number_of(id)).bind_copy(":state", text_of(state)).bind(":now", now);
    query.bind(":uid", uid).bind(":reason", reason);
    return query.run() > 0;
}

}  // namespace forcewatch
