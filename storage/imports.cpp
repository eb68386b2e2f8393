#include "storage/imports.hpp"

#include <limits>

#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

constexpr auto add_sql = R"sql(
    INSERT INTO import (at, uid, files, layouts, mode, rows, added, changed, first_seq, last_seq, undone_why)
    VALUES (:at, :uid, :files, :layouts, :mode, :rows, :added, :changed, :first, :last, ''))sql";
constexpr auto list_sql = R"sql(
    SELECT id, at, uid, files, layouts, mode, rows, added, changed, first_seq, last_seq,
           undone_at, undone_by, undone_why
      FROM import WHERE id < :before ORDER BY id DESC LIMIT :limit)sql";
constexpr auto undo_sql = R"sql(
    UPDATE import SET undone_at = :now, undone_by = :uid, undone_why = :why
     WHERE id = :id AND undone_at IS NULL)sql";

PastImport import_at(Query& query) {
    PastImport import;
    int column = 0;
    import.id = ImportId{query.number(column++)};
    import.at = query.instant(column++);
    import.uid = query.number(column++);
    import.files = query.text(column++);
    import.layouts = query.text(column++);
    import.baseline = query.text(column++) == "baseline";
    for (auto* count : {&import.rows, &import.added, &import.changed})
        *count = static_cast<int>(query.number(column++));
    import.first = JournalSeq{query.number(column++)};
    import.last = JournalSeq{query.number(column++)};
    import.undone_at = query.maybe_instant(column++);
    if (!query.is_null(column)) import.undone_by = query.number(column);
    import.undone_why = query.text(column + 1);
    return import;
}

}  // namespace

ImportId Imports::add(const PastImport& import) {
    Query query{connection_, add_sql};
    query.bind(":at", import.at).bind(":uid", import.uid).bind(":files", import.files);
    query.bind(":layouts", import.layouts)
        .bind_copy(":mode", import.baseline ? "baseline" : "normal");
    query.bind(":rows", static_cast<std::int64_t>(import.rows));
    query.bind(":added", static_cast<std::int64_t>(import.added));
    query.bind(":changed", static_cast<std::int64_t>(import.changed));
    query.bind(":first", number_of(import.first)).bind(":last", number_of(import.last));
    query.run();
    return ImportId{connection_.last_id()};
}

std::optional<PastImport> Imports::find(ImportId id) {
    const auto found = list(number_of(id) + 1, 1);
    if (found.empty() || found.front().id != id) return std::nullopt;
    return found.front();
}

std::vector<PastImport> Imports::list(std::int64_t before, int limit) {
    Query query{connection_, list_sql};
    query.bind(":before", before == 0 ? std::numeric_limits<std::int64_t>::max() : before);
    query.bind(":limit", static_cast<std::int64_t>(limit));
    std::vector<PastImport> imports;
    while (query.next()) imports.push_back(import_at(query));
    return imports;
}

void Imports::mark_undone(ImportId id, Instant now, std::int64_t uid, const std::string& why) {
    Query query{connection_, undo_sql};
    query.bind(":id", number_of(id)).bind(":now", now).bind(":uid", uid).bind(":why", why);
    query.run();
}

}  // namespace forcewatch
