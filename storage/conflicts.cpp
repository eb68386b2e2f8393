#include "storage/conflicts.hpp"

#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

constexpr auto add_sql = R"sql(
    INSERT INTO conflict (dedup_key, kind, forces, what, words, source, url, proposal, found_at, reason)
    VALUES (:dedup_key, :kind, :forces, :what, :words, :source, :url, nullif(:proposal, 0), :found_at, '')
    ON CONFLICT (dedup_key) DO NOTHING)sql";
constexpr auto find_sql = R"sql(
    SELECT id, dedup_key, kind, forces, what, words, source, url, proposal, found_at, settled_at, settled_by, reason
      FROM conflict WHERE id = :id)sql";
constexpr auto list_sql = R"sql(
    SELECT id, dedup_key, kind, forces, what, words, source, url, proposal, found_at, settled_at, settled_by, reason
      FROM conflict WHERE id > :after ORDER BY id LIMIT :limit)sql";
constexpr auto list_state_sql = R"sql(
    SELECT id, dedup_key, kind, forces, what, words, source, url, proposal, found_at, settled_at, settled_by, reason
      FROM conflict WHERE (settled_at IS NULL) = :open AND id > :after ORDER BY id LIMIT :limit)sql";
constexpr auto count_sql = "SELECT count(*) FROM conflict WHERE (settled_at IS NULL) = 1";
constexpr auto open_of_sql = R"sql(
    SELECT 1 FROM conflict WHERE proposal = :proposal AND settled_at IS NULL LIMIT 1)sql";
constexpr auto settle_sql = R"sql(
    UPDATE conflict SET settled_at = :now, settled_by = :uid, reason = :reason
     WHERE id = :id AND settled_at IS NULL)sql";
constexpr auto settle_of_sql = R"sql(
    UPDATE conflict SET settled_at = :now, settled_by = :uid, reason = :reason
     WHERE proposal = :proposal AND settled_at IS NULL)sql";

StoredConflict conflict_at(Query& query) {
    StoredConflict conflict;
    int column = 0;
    conflict.id = ConflictId{query.number(column++)};
    for (auto* text : {&conflict.dedup_key, &conflict.kind, &conflict.forces, &conflict.what,
                       &conflict.words, &conflict.source, &conflict.url})
        *text = query.text(column++);
    if (!query.is_null(column)) conflict.proposal = ProposalId{query.number(column)};
    ++column;
    conflict.found_at = query.instant(column++);
    conflict.settled_at = query.maybe_instant(column++);
    if (!query.is_null(column)) conflict.settled_by = query.number(column);
    ++column;
    conflict.reason = query.text(column);
    return conflict;
}

}  // namespace

std::optional<ConflictId> Conflicts::add(const StoredConflict& conflict) {
    Query query{connection_, add_sql};
    query.bind(":dedup_key", conflict.dedup_key).bind(":kind", conflict.kind);
    query.bind(":forces", conflict.forces).bind(":what", conflict.what);
    query.bind(":words", conflict.words).bind(":source", conflict.source);
    query.bind(":url", conflict.url);
    query.bind(":proposal", conflict.proposal ? number_of(*conflict.proposal) : std::int64_t{0});
    query.bind(":found_at", conflict.found_at);
    if (query.run() == 0) return std::nullopt;
    return ConflictId{connection_.last_id()};
}

std::optional<StoredConflict> Conflicts::find(ConflictId id) {
    Query query{connection_, find_sql};
    if (!query.bind(":id", number_of(id)).next()) return std::nullopt;
    return conflict_at(query);
}

std::vector<StoredConflict> Conflicts::list(const ConflictFilter& filter) {
    Query query{connection_, filter.open ? list_state_sql : list_sql};
    if (filter.open) query.bind(":open", std::int64_t{*filter.open ? 1 : 0});
    query.bind(":after", filter.after).bind(":limit", static_cast<std::int64_t>(filter.limit));
    std::vector<StoredConflict> conflicts;
    while (query.next()) conflicts.push_back(conflict_at(query));
    return conflicts;
}

std::int64_t Conflicts::count_open() {
    Query query{connection_, count_sql};
    return query.next() ? query.number(0) : 0;
}

bool Conflicts::any_open_of(ProposalId proposal) {
    Query query{connection_, open_of_sql};
    return query.bind(":proposal", number_of(proposal)).next();
}

bool Conflicts::settle(ConflictId id, Instant now, std::int64_t uid, const std::string& reason) {
    Query query{connection_, settle_sql};
    query.bind(":id", number_of(id)).bind(":now", now).bind(":uid", uid).bind(":reason", reason);
    return query.run() > 0;
}

void Conflicts::settle_all_of(ProposalId proposal, Instant now, std::int64_t uid,
                              const std::string& reason) {
    Query query{connection_, settle_of_sql};
    query.bind(":proposal", number_of(proposal)).bind(":now", now).bind(":uid", uid);
    query.bind(":reason", reason).run();
}

}  // namespace forcewatch
