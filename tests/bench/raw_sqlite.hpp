/// The C API of SQLite with the settings of our storage and nothing of ours in between.
#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace forcewatch::bench {

/// One column of one row; `type` is SQLite's.
struct Value {
    int type{};
    std::int64_t number{};
    std::string text;
    friend bool operator==(const Value&, const Value&) = default;
};
using Row = std::vector<Value>;

class Database {
public:
    Database(const std::filesystem::path& path, int flags) {
        if (::sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr) !=
            SQLITE_OK)
            fail("open");
        // As storage/sql.cpp sets them.
        execute(
            "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; PRAGMA foreign_keys = ON;"
            "PRAGMA trusted_schema = OFF; PRAGMA recursive_triggers = ON; PRAGMA cache_size = "
            "-2048;"
            "PRAGMA cache_spill = 4097; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY");
    }
    ~Database() { ::sqlite3_close_v2(handle_); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const char* sql) {
        if (::sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
    }
    sqlite3_stmt* prepare(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        if (::sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
            fail(sql);
        return statement;
    }
    [[noreturn]] void fail(const std::string& what) {
        throw std::runtime_error{fmt::format("{}: {}", what, ::sqlite3_errmsg(handle_))};
    }

private:
    sqlite3* handle_{};
};

class Statement {
public:
    Statement(Database& database, const std::string& sql)
        : database_{database}, handle_{database.prepare(sql)} {}
    ~Statement() { ::sqlite3_finalize(handle_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int place, std::int64_t number) { ::sqlite3_bind_int64(handle_, place, number); }
    void bind(int place, const std::string& text) {
        ::sqlite3_bind_text(handle_, place, text.data(), static_cast<int>(text.size()), nullptr);
    }
    void bind(int place, const Value& value) {
        const auto size = static_cast<int>(value.text.size());
        if (value.type == SQLITE_INTEGER)
            ::sqlite3_bind_int64(handle_, place, value.number);
        else if (value.type == SQLITE_NULL)
            ::sqlite3_bind_null(handle_, place);
        else if (value.type == SQLITE_BLOB)
            ::sqlite3_bind_blob(handle_, place, value.text.data(), size, nullptr);
        else
            ::sqlite3_bind_text(handle_, place, value.text.data(), size, nullptr);
    }
    /// False: it has no more rows, and is ready for the next use.
    bool step() {
        const int code = ::sqlite3_step(handle_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) database_.fail("step");
        ::sqlite3_reset(handle_);
        return false;
    }
    [[nodiscard]] int columns() const { return ::sqlite3_column_count(handle_); }
    [[nodiscard]] std::int64_t take_columns() {
        std::int64_t bytes = 0;
        for (int i = 0; i < columns(); ++i)
            if (::sqlite3_column_text(handle_, i) != nullptr)
                bytes += ::sqlite3_column_bytes(handle_, i);
        return bytes;
    }
    [[nodiscard]] Row row() {
        Row row;
        for (int i = 0; i < columns(); ++i) {
            Value value;
            value.type = ::sqlite3_column_type(handle_, i);
            value.number = ::sqlite3_column_int64(handle_, i);
            if (value.type == SQLITE_TEXT || value.type == SQLITE_BLOB)
                value.text.assign(static_cast<const char*>(::sqlite3_column_blob(handle_, i)),
                                  static_cast<std::size_t>(::sqlite3_column_bytes(handle_, i)));
            row.push_back(std::move(value));
        }
        return row;
    }

private:
    Database& database_;
    sqlite3_stmt* handle_;
};

}  // namespace forcewatch::bench
