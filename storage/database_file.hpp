// Private to storage/: the database as a file among others, for whoever opens, copies or replaces
// it.
#pragma once

#include <filesystem>
#include <string>

#include "storage/sql.hpp"

namespace forcewatch {

inline constexpr int application_id = 0x46574348;  // "FWCH"

/// The file beside a database whose lock keeps a second daemon out.
[[nodiscard]] std::string lock_path(const std::filesystem::path& database);

/// Held for its life; the kernel drops it when the process ends, however it ends.
class DatabaseLock {
public:
    explicit DatabaseLock(const std::string& path);
    ~DatabaseLock();
    DatabaseLock(const DatabaseLock&) = delete;
    DatabaseLock& operator=(const DatabaseLock&) = delete;

private:
    int file_;
};

/// Reads nothing of what is not ours: a stranger's tables would only be misunderstood.
void require_ours(SQLite::Database& database);

/// Refuses a schema that a later release made.
void require_known_schema(std::int64_t version);

/// Copies the database at `from`, which may be in use, into the file `to` and checks the copy. It
/// needs no write-ahead log.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

/// What the file holds is on the disk.
void sync_file(const std::filesystem::path& file);
/// So are the names in the folder that `file` lies in, as far as the file system can tell.
void sync_folder_of(const std::filesystem::path& file);

}  // namespace forcewatch
