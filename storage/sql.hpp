// Private to storage/: one connection with its prepared statements, and the only use of SQLiteCpp.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/types.hpp"
#include "storage/error.hpp"

namespace forcewatch::sql {

[[noreturn]] void rethrow(const SQLite::Exception& error);
[[nodiscard]] StoreError::Cause cause_of(int extended_code);

/// Runs `work`, turning SQLite's errors into StoreError.
template <typename Work>
decltype(auto) translated(Work&& work) {
    try {
        return work();
    } catch (const SQLite::Exception& error) {
        rethrow(error);
    }
}

/// Text or bytes as SQLite holds them.
[[nodiscard]] inline std::string_view view_of(sqlite3_value* value) {
    const auto* const bytes = static_cast<const char*>(::sqlite3_value_blob(value));
    return {bytes, static_cast<std::size_t>(::sqlite3_value_bytes(value))};
}

/// A statement that stays prepared, and where its parameters stand.
class Prepared {
public:
    Prepared(SQLite::Database& database, const char* sql);

    /// The place of the parameter of this name. Asked with the same literal again, it is found by
    /// its address alone.
    [[nodiscard]] int place_of(const char* name);

    /// What SQLite itself knows the statement by: columns are asked of it, row after row.
    [[nodiscard]] sqlite3_stmt* handle() const { return handle_; }

    SQLite::Statement statement;

private:
    sqlite3_stmt* handle_;
    std::vector<std::pair<const char*, int>> places_;
};

class Connection {
public:
    enum class Mode { read_write, existing, read_only };  ///< `existing` creates no file
    Connection(const std::string& path, Mode mode);

    /// `sql` must be a literal: its address is the key under which the statement is kept.
    Prepared& prepared(const char* sql);
    /// Runs a literal that gives no rows, such as "COMMIT"; it stays prepared, so no pragma:
    /// those act when they are prepared.
    void execute(const char* sql);
    /// From now on what takes long fails: statements under way and those to come. From any thread.
    void interrupt() { interrupted_ = true; }
    /// Drops cached pages and the mapping of the file, which counts as memory of ours too; reading
    /// brings back what it needs.
    void give_back_memory();
    [[nodiscard]] std::int64_t last_id() const;
    [[nodiscard]] int changes() const;
    [[nodiscard]] SQLite::Database& database() { return database_; }

    /// How many pages the write-ahead log held after the last commit of this connection.
    [[nodiscard]] int log_pages() const { return log_.pages; }
    /// A commit that leaves as many there moves them into the database file before it returns.
    void move_log_at(int pages) { log_.most = pages; }
    /// Moves them as far as readers allow. Throws only where the program must end.
    void move_log();
    /// As `move_log` throws, if a commit came upon that; SQLite itself would not say what it was.
    void heed_log() const;

private:
    struct Log {
        int pages{};
        int most{1'000};
        int fault{};  ///< after which the program must end
    };
    static int on_commit(void* log, sqlite3* database, const char* name, int pages);

    SQLite::Database database_;
    Log log_;
    std::atomic<bool> interrupted_{false};
    std::unordered_map<const char*, std::unique_ptr<Prepared>> statements_;
};

/// One use of a prepared statement; resets it at the end. Text is bound without a copy, so what is
/// bound must outlive the query; temporaries do not compile.
class Query {
public:
    Query(Connection& connection, const char* sql)
        : prepared_{connection.prepared(sql)},
          statement_{prepared_.statement},
          handle_{prepared_.handle()},
          connection_{connection} {}
    ~Query() { statement_.tryReset(); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& bind(const char* name, const std::string& text);
    Query& bind(const char* name, std::string&& text) = delete;
    Query& bind(const char* name, std::int64_t number);
    Query& bind(const char* name, Instant at) { return bind(name, at.time_since_epoch().count()); }
    Query& bind_copy(const char* name, std::string_view text);
    Query& bind_blob(const char* name, const std::string& bytes);
    Query& bind(const char* name, Date on) { return bind_copy(name, text_of(on)); }
    /// What is empty is bound as NULL: a kept statement would else still hold what it was last
    /// given.
    Query& bind(const char* name, const std::optional<std::int64_t>& number);
    Query& bind(const char* name, const std::optional<Date>& on);
    Query& bind(const char* name, const std::optional<Instant>& at);

    /// Moves to the next row; false: there is none.
    bool next();
    /// Runs a statement that gives no rows; returns how many rows it changed.
    int run();

    [[nodiscard]] std::string text(int column) { return std::string{view(column)}; }
    /// The same without a copy; it ends with the row.
    [[nodiscard]] std::string_view view(int column) {
        return view_of(::sqlite3_column_value(handle_, column));
    }
    [[nodiscard]] std::int64_t number(int column) {
        return ::sqlite3_column_int64(handle_, column);
    }
    [[nodiscard]] bool is_null(int column) {
        return ::sqlite3_column_type(handle_, column) == SQLITE_NULL;
    }
    [[nodiscard]] Instant instant(int column) {
        return Instant{std::chrono::seconds{number(column)}};
    }
    [[nodiscard]] std::optional<Instant> maybe_instant(int column);
    /// A day that storage itself wrote; anything else is corruption.
    [[nodiscard]] Date date(int column);
    [[nodiscard]] std::optional<Date> maybe_date(int column);

private:
    Prepared& prepared_;
    SQLite::Statement& statement_;
    sqlite3_stmt* handle_;
    Connection& connection_;
};

/// Text that storage wrote and cannot read back: the file was tampered with.
[[noreturn]] void corrupt(const std::string& what);

template <typename T>
T trusted(Expected<T> parsed) {
    if (!parsed) corrupt(parsed.error());
    return std::move(*parsed);
}

}  // namespace forcewatch::sql
