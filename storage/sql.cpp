#include "storage/sql.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace forcewatch::sql {

void rethrow(const SQLite::Exception& error) {
    using Cause = StoreError::Cause;
    const int code = error.getExtendedErrorCode();
    Cause cause = Cause::other;
    switch (code & 0xff) {
        case SQLITE_FULL:
            cause = Cause::full;
            break;
        case SQLITE_READONLY:
            cause = Cause::read_only;
            break;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            cause = Cause::busy;
            break;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            cause = Cause::corrupt;
            break;
        case SQLITE_INTERRUPT:
            cause = Cause::interrupted;
            break;
        default:
            break;
    }
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) cause = Cause::sync_failed;
    throw StoreError{cause, error.what()};
}

void corrupt(const std::string& what) {
    throw StoreError{StoreError::Cause::corrupt, "the database holds what we never wrote: " + what};
}

namespace {
constexpr int flags_of(Connection::Mode mode) {
    return (mode == Connection::Mode::read_write ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE
                                                 : SQLite::OPEN_READONLY) |
           SQLite::OPEN_NOMUTEX;
}

/// SQLite counts every allocation under one lock, and nobody reads the count. It can be told only
/// before it is first used; too late it refuses, and counts on.
void count_no_memory() {
    [[maybe_unused]] static const int told = ::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
}  // namespace

Connection::Connection(const std::string& path, Mode mode)
    : database_{translated([&] {
          count_no_memory();
          return SQLite::Database{path, flags_of(mode), 2000};
      })} {
    translated([&] {
        if (mode == Mode::read_write) {
            database_.exec("PRAGMA journal_mode = WAL");
            database_.exec("PRAGMA synchronous = FULL");
            database_.exec("PRAGMA wal_autocheckpoint = 1000");
        }
        database_.exec("PRAGMA foreign_keys = ON");
        database_.exec("PRAGMA trusted_schema = OFF");
        database_.exec("PRAGMA recursive_triggers = ON");  // so that REPLACE counts what it removes
        database_.exec("PRAGMA cache_size = -2048");
        database_.exec("PRAGMA mmap_size = 268435456");
        database_.exec("PRAGMA temp_store = MEMORY");
    });
    constexpr int operations = 20'000;  // of SQLite's machine: well under a millisecond
    const auto whether_to_end = [](void* interrupted) {
        return static_cast<std::atomic<bool>*>(interrupted)->load() ? 1 : 0;
    };
    ::sqlite3_progress_handler(database_.getHandle(), operations, whether_to_end, &interrupted_);
}

int Prepared::place_of(const char* name) {
    for (const auto& [known, place] : places_)
        if (known == name) return place;
    return places_.emplace_back(name, statement.getIndex(name)).second;
}

bool Prepared::next() {
    if (!statement.executeStep()) return false;
    for (int i = static_cast<int>(columns_.size()); i < statement.getColumnCount(); ++i)
        columns_.push_back(statement.getColumn(i));
    return true;
}

Prepared& Connection::prepared(const char* sql) {
    auto& slot = statements_[sql];
    if (!slot) slot = translated([&] { return std::make_unique<Prepared>(database_, sql); });
    return *slot;
}

void Connection::execute(const char* sql) { Query{*this, sql}.run(); }

void Connection::give_back_memory() {
    translated([&] {  // a pragma acts when it is prepared, so it must not stay so
        database_.exec("PRAGMA shrink_memory");
        database_.exec("PRAGMA mmap_size = 0");
        database_.exec("PRAGMA mmap_size = 268435456");
    });
}

std::int64_t Connection::last_id() const { return database_.getLastInsertRowid(); }
int Connection::changes() const { return database_.getChanges(); }

Query& Query::bind(const char* name, const std::string& text) {
    translated([&] { statement_.bindNoCopy(prepared_.place_of(name), text); });
    return *this;
}
Query& Query::bind(const char* name, std::int64_t number) {
    translated([&] { statement_.bind(prepared_.place_of(name), number); });
    return *this;
}
Query& Query::bind_copy(const char* name, std::string_view text) {
    translated([&] { statement_.bind(prepared_.place_of(name), std::string{text}); });
    return *this;
}
Query& Query::bind_blob(const char* name, const std::string& bytes) {
    translated([&] {
        const void* data = bytes.data();
        statement_.bindNoCopy(prepared_.place_of(name), data, static_cast<int>(bytes.size()));
    });
    return *this;
}
Query& Query::bind(const char* name, const std::optional<Date>& on) {
    if (on) return bind(name, *on);
    translated([&] { statement_.bind(prepared_.place_of(name)); });
    return *this;
}
Query& Query::bind(const char* name, const std::optional<Instant>& at) {
    if (at) return bind(name, *at);
    translated([&] { statement_.bind(prepared_.place_of(name)); });
    return *this;
}

bool Query::next() {
    return translated([&] { return prepared_.next(); });
}
int Query::run() {
    translated([&] { statement_.executeStep(); });
    return connection_.changes();
}

std::string_view Query::view(int column) {
    const auto& value = prepared_.column(column);
    return {static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes())};
}
std::int64_t Query::number(int column) { return prepared_.column(column).getInt64(); }
bool Query::is_null(int column) { return prepared_.column(column).isNull(); }
std::optional<Instant> Query::maybe_instant(int column) {
    return is_null(column) ? std::nullopt : std::optional{instant(column)};
}
Date Query::date(int column) { return trusted(parse_date(view(column))); }
std::optional<Date> Query::maybe_date(int column) {
    return is_null(column) ? std::nullopt : std::optional{date(column)};
}

}  // namespace forcewatch::sql
