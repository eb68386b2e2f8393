#include "storage/database_file.hpp"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "storage/migrations.hpp"

namespace forcewatch {

std::string lock_path(const std::filesystem::path& database) { return database.string() + ".lock"; }

DatabaseLock::DatabaseLock(const std::string& path)
    : file_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {
    if (file_ < 0)
        throw StoreError{StoreError::Cause::other,
                         fmt::format("{}: cannot open: {}", path, std::strerror(errno))};
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        ::close(file_);
        throw StoreError{StoreError::Cause::in_use,
                         fmt::format("{}: another forcewatchd runs on this database", path)};
    }
}

DatabaseLock::~DatabaseLock() { ::close(file_); }

void require_ours(SQLite::Database& database) {
    const auto number = [&](const char* sql) {
        return sql::translated([&] { return database.execAndGet(sql).getInt64(); });
    };
    if (number("PRAGMA application_id") == application_id) return;
    const bool empty = number("PRAGMA page_count") == 0;
    throw StoreError{StoreError::Cause::other,
                     empty ? "this file is empty" : "this is not a Forcewatch database"};
}

void require_known_schema(std::int64_t version) {
    const auto newest = static_cast<std::int64_t>(migrations().size());
    if (version > newest)
        throw StoreError{
            StoreError::Cause::newer,
            fmt::format("the database has schema {} and this release knows {}: install the newer "
                        "release again, or restore an older backup",
                        version, newest)};
}

void copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
    sql::translated([&] {
        SQLite::Database source{from.string(), SQLite::OPEN_READONLY, 5000};
        require_ours(source);
        SQLite::Database target{to.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        SQLite::Backup backup{target, source};
        // In one step: between two of them a commit of the daemon would begin the copy anew.
        while (backup.executeStep(-1) != SQLITE_DONE)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        if (target.execAndGet("PRAGMA integrity_check").getString() != "ok")
            throw StoreError{StoreError::Cause::corrupt,
                             "the copy is not whole; the original may be damaged"};
        target.exec("PRAGMA journal_mode = DELETE");
    });
}

void sync_file(const std::filesystem::path& file) {
    const int open = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = open >= 0 && ::fsync(open) == 0;
    const int cause = errno;
    if (open >= 0) ::close(open);
    if (!synced)
        throw StoreError{StoreError::Cause::sync_failed,
                         fmt::format("{}: cannot make the copy durable: {}", file.string(),
                                     std::strerror(cause))};
}

void sync_folder_of(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    ::fsync(directory);
    ::close(directory);
}

}  // namespace forcewatch
