#include "storage/feeds.hpp"

#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

constexpr auto find_sql = R"sql(
    SELECT next_at, tried_at, fetched_at, heard_at, heard_title, etag, last_modified, failures, error
      FROM feed WHERE name = :name AND url = :url)sql";
constexpr auto put_sql = R"sql(
    INSERT INTO feed (name, url, next_at, tried_at, fetched_at, heard_at, heard_title, etag, last_modified,
                      failures, error)
    VALUES (:name, :url, :next_at, :tried_at, :fetched_at, :heard_at, :heard_title, :etag, :last_modified,
            :failures, :error)
    ON CONFLICT (name) DO UPDATE SET
        url = excluded.url, next_at = excluded.next_at, tried_at = excluded.tried_at,
        fetched_at = excluded.fetched_at, heard_at = excluded.heard_at, heard_title = excluded.heard_title,
        etag = excluded.etag, last_modified = excluded.last_modified, failures = excluded.failures,
        error = excluded.error)sql";
constexpr auto has_read_sql = R"sql(
    SELECT 1 FROM feed_item WHERE feed = :feed AND item = :item AND digest = :digest)sql";
constexpr auto note_sql = R"sql(
    INSERT INTO feed_item (feed, item, digest, seen_at) VALUES (:feed, :item, :digest, :now)
    ON CONFLICT (feed, item) DO UPDATE SET digest = excluded.digest, seen_at = excluded.seen_at)sql";
constexpr auto forget_sql = R"sql(
    DELETE FROM feed_item
     WHERE feed = :feed AND seen_at < :now AND seen_at < coalesce(
        (SELECT seen_at FROM feed_item WHERE feed = :feed ORDER BY seen_at DESC LIMIT 1 OFFSET :kept), 0))sql";

}  // namespace

FeedState Feeds::find(const std::string& name, const std::string& url) {
    FeedState state;
    state.name = name;
    state.url = url;
    Query query{connection_, find_sql};
    if (!query.bind(":name", name).bind(":url", url).next()) return state;
    int column = 0;
    state.next_at = query.instant(column++);
    state.tried_at = query.maybe_instant(column++);
    state.fetched_at = query.maybe_instant(column++);
    state.heard_at = query.maybe_instant(column++);
    state.heard_title = query.text(column++);
    state.etag = query.text(column++);
    state.last_modified = query.text(column++);
    state.failures = static_cast<int>(query.number(column++));
    state.error = query.text(column);
    return state;
}

void Feeds::put(const FeedState& state) {
    Query query{connection_, put_sql};
    query.bind(":name", state.name).bind(":url", state.url).bind(":next_at", state.next_at);
    query.bind(":tried_at", state.tried_at).bind(":fetched_at", state.fetched_at);
    query.bind(":heard_at", state.heard_at);
    query.bind(":heard_title", state.heard_title).bind(":etag", state.etag);
    query.bind(":last_modified", state.last_modified);
    query.bind(":failures", static_cast<std::int64_t>(state.failures));
    query.bind(":error", state.error).run();
}

bool Feeds::has_read(const std::string& feed, const FeedItem& item) {
    Query query{connection_, has_read_sql};
    query.bind(":feed", feed).bind(":item", item.id).bind_blob(":digest", item.digest);
    return query.next();
}

void Feeds::note_read(const std::string& feed, const std::vector<FeedItem>& items, Instant now,
                      int kept) {
    for (const auto& item : items) {
        Query query{connection_, note_sql};
        query.bind(":feed", feed).bind(":item", item.id).bind_blob(":digest", item.digest);
        query.bind(":now", now).run();
    }
    Query query{connection_, forget_sql};
    query.bind(":feed", feed).bind(":now", now);
    query.bind(":kept", static_cast<std::int64_t>(kept)).run();
}

}  // namespace forcewatch
