#include "storage/restore.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "storage/database_file.hpp"
#include "storage/digest.hpp"
#include "storage/hold.hpp"
#include "storage/store.hpp"

namespace forcewatch {

namespace {

namespace fs = std::filesystem;

/// What SQLite takes for a part of the database whose name they begin with.
constexpr std::array beside{"-wal", "-shm", "-journal"};

fs::path with(const fs::path& database, std::string_view ending) {
    return database.string() + std::string{ending};
}

[[noreturn]] void refuse(const fs::path& file, std::string_view what, int cause) {
    throw StoreError{StoreError::Cause::other,
                     fmt::format("{}: {}: {}", file.string(), what, std::strerror(cause))};
}

/// The new database before it takes its place; whatever ends the work leaves nothing of it.
class Draft {
public:
    explicit Draft(const fs::path& database) : path_{with(database, ".restoring")} {
        remove();
        const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0) refuse(path_, "cannot be made", errno);
        ::close(file);
    }
    ~Draft() { remove(); }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    void remove() const {
        std::error_code ignored;
        fs::remove(path_, ignored);
        for (const auto* ending : beside) fs::remove(with(path_, ending), ignored);
        fs::remove(lock_path(path_), ignored);
    }
    fs::path path_;
};

std::string random_text() {
    std::string bytes(16, '\0');
    ::sqlite3_randomness(static_cast<int>(bytes.size()), bytes.data());
    return hex(bytes);
}

std::string reason_of(const fs::path& backup, const Store& store) {
    const auto newest = store.journal().newest_at();
    return fmt::format("restored from {}, {}", backup.string(),
                       newest ? "where the newest record is of " + text_of(*newest)
                              : std::string{"which holds no record"});
}

Restored hold_all(Store& store, const fs::path& backup, std::int64_t uid, Instant now) {
    Restored restored;
    restored.reason = reason_of(backup, store);
    Store::Transaction transaction{store};
    store.set_setting("identity", random_text());
    store.set_setting("link_key", random_text());
    Recorded held;
    held.recorded_at = now;
    held.effective_on =
        std::chrono::local_days{std::chrono::floor<std::chrono::days>(now).time_since_epoch()};
    held.origin.uid = uid;
    held.origin.client = "forcewatchctl db restore";
    held.event = SendingHeld{true, restored.reason};
    store.journal().append(held);
    store.set_setting(hold_setting, hold_words(fmt::format("uid:{}", uid), now, restored.reason));
    restored.deliveries = store.outbox().counts().waiting;
    for (const auto& [destination, count] : store.notices().waiting_by_destination())
        restored.notices += count;
    transaction.commit();
    return restored;
}

/// Ends the use of a log, so that the file alone is the database.
void put_together(const fs::path& database) {
    const auto mode = sql::translated([&] {
        SQLite::Database last{database.string(), SQLite::OPEN_READWRITE};
        return last.execAndGet("PRAGMA journal_mode = DELETE").getString();
    });
    if (mode != "delete")
        throw StoreError{StoreError::Cause::other,
                         fmt::format("{}: its log cannot be ended", database.string())};
    sync_file(database);
}

/// Moves what the log holds into the file. False: the database is damaged, and a log beside it may
/// be that of another.
bool settle_log(const fs::path& database) {
    try {
        if (quick_check(database, {})) return false;
        sql::translated([&] {
            SQLite::Database present{database.string(), SQLite::OPEN_READWRITE, 5000};
            present.exec("PRAGMA synchronous = FULL");
            present.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        });
    } catch (const StoreError& error) {
        if (error.cause() == StoreError::Cause::corrupt) return false;
        throw;
    }
    for (const auto* ending : beside)
        if (fs::exists(with(database, ending)))
            throw StoreError{StoreError::Cause::busy,
                             fmt::format("{} is being read", database.string())};
    return true;
}

/// Gives what is at `database` a second name, under which it stays. A database without its log is
/// not the same, so a damaged one, or what is left of one, keeps whatever lies beside it.
fs::path keep_aside(const fs::path& database, Instant now) {
    auto stamp = text_of(now);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
    auto kept = with(database, ".before-restore-" + stamp);
    for (int more = 2; fs::exists(kept); ++more)
        kept = with(database, fmt::format(".before-restore-{}-{}", stamp, more));
    const bool alone = fs::exists(database) && settle_log(database);
    std::vector<std::string> parts{""};
    if (!alone) parts.insert(parts.end(), beside.begin(), beside.end());
    bool any = false;
    for (const auto& part : parts) {
        if (!fs::exists(with(database, part))) continue;
        fs::create_hard_link(with(database, part), with(kept, part));
        any = true;
    }
    sync_folder_of(database);
    if (!alone)
        for (const auto* ending : beside) fs::remove(with(database, ending));
    return any ? kept : fs::path{};
}

/// The new files belong to whom the old ones do, or else the folder, also where root restores.
void give_to_owner(const fs::path& database, const fs::path& draft, const std::string& lock) {
    struct stat about {};
    const bool replaces = ::stat(database.c_str(), &about) == 0;
    if (!replaces && ::stat(database.parent_path().c_str(), &about) != 0)
        refuse(database.parent_path(), "cannot be examined", errno);
    if (replaces && ::chmod(draft.c_str(), about.st_mode & 0777U) != 0)
        refuse(draft, "cannot be given its mode", errno);
    if (::geteuid() != 0) return;
    for (const auto& file : {draft, fs::path{lock}})
        if (::chown(file.c_str(), about.st_uid, about.st_gid) != 0)
            refuse(file, "cannot be given to its owner", errno);
}

std::vector<std::string> faults_of(const fs::path& backup) {
    try {
        require_known_schema(Store{backup, Store::Mode::read_only}.schema_version());
        return verify(backup);
    } catch (const StoreError& error) {
        if (error.cause() == StoreError::Cause::corrupt) return {error.what()};
        throw StoreError{error.cause(), fmt::format("{}: {}", backup.string(), error.what())};
    }
}

tl::expected<Restored, std::vector<std::string>> put_in_place(const fs::path& backup,
                                                              const fs::path& database,
                                                              const std::string& lock,
                                                              std::int64_t uid, Instant now) {
    if (fs::exists(database) && fs::equivalent(backup, database))
        throw StoreError{StoreError::Cause::other,
                         fmt::format("{} is the database itself", backup.string())};
    if (auto faults = faults_of(backup); !faults.empty()) return tl::unexpected(std::move(faults));
    const Draft draft{database};
    copy_database(backup, draft.path());
    Restored restored;
    {
        Store store{draft.path()};
        restored = hold_all(store, backup, uid, now);
    }
    put_together(draft.path());
    give_to_owner(database, draft.path(), lock);
    restored.kept = keep_aside(database, now);
    fs::rename(draft.path(), database);
    sync_folder_of(database);
    return restored;
}

}  // namespace

tl::expected<Restored, std::vector<std::string>> restore(const fs::path& backup,
                                                         const fs::path& database, std::int64_t uid,
                                                         Instant now) {
    try {
        const auto lock = lock_path(database);
        const DatabaseLock held{lock};
        // Names are replaced, and that of a link would be the wrong one.
        return put_in_place(fs::absolute(backup), fs::weakly_canonical(fs::absolute(database)),
                            lock, uid, now);
    } catch (const fs::filesystem_error& error) {
        throw StoreError{StoreError::Cause::other, error.what()};
    }
}

}  // namespace forcewatch
