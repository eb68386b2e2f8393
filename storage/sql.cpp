#include "storage/sql.hpp"

#include <fmt/format.h>

#include "core/check.hpp"

namespace forcewatch::sql {

StoreError::Cause cause_of(int extended_code) {
    using Cause = StoreError::Cause;
    if (extended_code == SQLITE_IOERR_FSYNC || extended_code == SQLITE_IOERR_DIR_FSYNC)
        return Cause::sync_failed;
    switch (extended_code & 0xff) {
        case SQLITE_FULL:
            return Cause::full;
        case SQLITE_READONLY:
            return Cause::read_only;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Cause::busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Cause::corrupt;
        case SQLITE_INTERRUPT:
            return Cause::interrupted;
        default:
            return Cause::other;
    }
}

void rethrow(const SQLite::Exception& error) {
    const auto cause = cause_of(error.getExtendedErrorCode());
    if (cause == StoreError::Cause::busy)
        throw StoreError{cause,
                         fmt::format("another process holds the database: {}", error.what())};
    throw StoreError{cause, error.what()};
}

void corrupt(const std::string& what) {
    throw StoreError{StoreError::Cause::corrupt, "the database holds what we never wrote: " + what};
}

namespace {
constexpr int flags_of(Connection::Mode mode) {
    switch (mode) {
        case Connection::Mode::read_write:
            return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX;
        case Connection::Mode::existing:
            return SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX;
        case Connection::Mode::read_only:
            break;
    }
    return SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX;
}

/// SQLite counts every allocation under one lock, and nobody reads the count. It can be told only
/// before it is first used; too late it refuses, and counts on.
void count_no_memory() {
    [[maybe_unused]] static const int told = ::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Readers, somebody who moves the log already, or a full disk: then it only grows meanwhile.
/// Returns an error where the program must end.
int moved_log(sqlite3* database) {
    const int done =
        ::sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (done == SQLITE_OK) return SQLITE_OK;
    const int code = ::sqlite3_extended_errcode(database);
    return StoreError{cause_of(code), {}}.fatal() ? code : SQLITE_OK;
}
}  // namespace

Connection::Connection(const std::string& path, Mode mode)
    : database_{translated([&] {
          count_no_memory();
          return SQLite::Database{path, flags_of(mode), 2000};
      })} {
    translated([&] {
        if (mode != Mode::read_only) {
            database_.exec("PRAGMA journal_mode = WAL");
            database_.exec("PRAGMA synchronous = FULL");
            ::sqlite3_wal_hook(database_.getHandle(), on_commit, &log_);
        }
        database_.exec("PRAGMA foreign_keys = ON");
        database_.exec("PRAGMA trusted_schema = OFF");
        database_.exec("PRAGMA recursive_triggers = ON");  // so that REPLACE counts what it removes
        database_.exec("PRAGMA cache_size = -2048");
        // In pages: below, none is written twice. SQLite reads the number as a boolean too, of its
        // lowest byte: 4096 would let all that a transaction changes stay in memory.
        database_.exec("PRAGMA cache_spill = 4097");
        database_.exec("PRAGMA mmap_size = 268435456");
        database_.exec("PRAGMA temp_store = MEMORY");
    });
    constexpr int operations = 20'000;  // of SQLite's machine: well under a millisecond
    const auto whether_to_end = [](void* interrupted) {
        return static_cast<std::atomic<bool>*>(interrupted)->load() ? 1 : 0;
    };
    ::sqlite3_progress_handler(database_.getHandle(), operations, whether_to_end, &interrupted_);
}

int Connection::on_commit(void* log, sqlite3* database, const char* /*name*/, int pages) {
    auto& own = *static_cast<Log*>(log);
    own.pages = pages;
    if (pages >= own.most) own.fault = moved_log(database);
    return SQLITE_OK;
}

void Connection::move_log() {
    log_.fault = moved_log(database_.getHandle());
    heed_log();
}

void Connection::heed_log() const {
    if (log_.fault != SQLITE_OK)
        throw StoreError{cause_of(log_.fault), fmt::format("the log could not be moved: {}",
                                                           ::sqlite3_errstr(log_.fault))};
}

// SQLiteCpp keeps its handle to itself; SQLite lists first what was prepared last.
Prepared::Prepared(SQLite::Database& database, const char* sql)
    : statement{database, sql}, handle_{::sqlite3_next_stmt(database.getHandle(), nullptr)} {
    FW_CHECK(statement.getQuery() == ::sqlite3_sql(handle_));
}

int Prepared::place_of(const char* name) {
    for (const auto& [known, place] : places_)
        if (known == name) return place;
    return places_.emplace_back(name, statement.getIndex(name)).second;
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
Query& Query::bind(const char* name, const std::optional<std::int64_t>& number) {
    if (number) return bind(name, *number);
    translated([&] { statement_.bind(prepared_.place_of(name)); });
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
    return translated([&] { return statement_.executeStep(); });
}
int Query::run() {
    translated([&] { statement_.executeStep(); });
    connection_.heed_log();
    return connection_.changes();
}

std::optional<Instant> Query::maybe_instant(int column) {
    return is_null(column) ? std::nullopt : std::optional{instant(column)};
}
Date Query::date(int column) { return trusted(parse_date(view(column))); }
std::optional<Date> Query::maybe_date(int column) {
    return is_null(column) ? std::nullopt : std::optional{date(column)};
}

}  // namespace forcewatch::sql
