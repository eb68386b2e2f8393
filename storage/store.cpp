#include "storage/store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/statvfs.h>

#include "storage/database_file.hpp"
#include "storage/migrations.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

namespace {

std::int64_t pragma(SQLite::Database& database, const char* sql) {
    return sql::translated([&] { return database.execAndGet(sql).getInt64(); });
}

void require(bool holds, const char* what) {
    if (!holds) throw StoreError{StoreError::Cause::other, fmt::format("cannot set {}", what)};
}

/// Before an upgrade: a release that is put back needs what it knew.
void keep_old(const std::filesystem::path& path, std::int64_t version) {
    const std::filesystem::path kept = fmt::format("{}.schema-{}", path.string(), version);
    std::error_code fault;
    std::filesystem::remove(kept, fault);  // of an upgrade that was broken off
    if (fault)
        throw StoreError{
            StoreError::Cause::other,
            fmt::format("{} is in the way of the copy before the upgrade and cannot be removed: {}",
                        kept.string(), fault.message())};
    back_up(path, kept);
}

void migrate(sql::Connection& connection, const std::filesystem::path& path) {
    auto& database = connection.database();
    const auto version = pragma(database, "PRAGMA user_version");
    const auto newest = static_cast<std::int64_t>(migrations().size());
    const auto id = pragma(database, "PRAGMA application_id");
    if (version > 0 && id != application_id)
        throw StoreError{StoreError::Cause::corrupt, "this is not a Forcewatch database"};
    require_known_schema(version);
    if (version == newest) return;
    if (version > 0) keep_old(path, version);
    sql::translated([&] {
        // A statement that rewrites a table keeps what the table was until its end.
        database.exec("PRAGMA temp_store = FILE");
        SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
        for (auto next = version; next < newest; ++next)
            database.exec(std::string{migrations()[static_cast<std::size_t>(next)]});
        database.exec(fmt::format("PRAGMA application_id = {}", application_id));
        database.exec(fmt::format("PRAGMA user_version = {}", newest));
        transaction.commit();
        database.exec("PRAGMA temp_store = MEMORY");
        database.exec("PRAGMA shrink_memory");
    });
}

void check_settings(SQLite::Database& database) {
    require(sql::translated(
                [&] { return database.execAndGet("PRAGMA journal_mode").getString(); }) == "wal",
            "journal_mode = WAL");
    require(pragma(database, "PRAGMA synchronous") == 2, "synchronous = FULL");
    require(pragma(database, "PRAGMA foreign_keys") == 1, "foreign_keys = ON");
    require(pragma(database, "PRAGMA trusted_schema") == 0, "trusted_schema = OFF");
    require(pragma(database, "PRAGMA cache_spill") > 0, "cache_spill");
}

constexpr auto get_setting_sql = "SELECT value FROM setting WHERE name = :name";
constexpr auto put_setting_sql =
    "INSERT OR REPLACE INTO setting (name, value) VALUES (:name, :value)";
constexpr auto random_sql = "SELECT hex(randomblob(16))";

}  // namespace

struct Store::Impl {
    std::unique_ptr<DatabaseLock> lock;
    std::filesystem::path path;
    sql::Connection connection;
    std::optional<Journal> journal;
    FactTables facts{connection};
    Agenda agenda{connection};
    AlertTables alerts{connection};
    AlertCare care{connection};
    Notices notices{connection};
    Addresses addresses{connection};
    Answers answers{connection};
    Outbox outbox{connection};
    People people{connection};
    Proposals proposals{connection};
    Feeds feeds{connection};
    Conflicts conflicts{connection};
    Imports imports{connection};
    std::string identity;
    std::string link_key;

    Impl(const std::filesystem::path& where, Mode mode)
        : lock{mode == Mode::serve ? std::make_unique<DatabaseLock>(lock_path(where)) : nullptr},
          path{where},
          connection{where.string(), mode == Mode::serve ? sql::Connection::Mode::read_write
                                                         : sql::Connection::Mode::read_only} {}
};

Store::Store(const std::filesystem::path& path, Mode mode)
    : impl_{std::make_unique<Impl>(path, mode)} {
    if (mode == Mode::serve) {
        migrate(impl_->connection, path);
        check_settings(impl_->connection.database());
    }
    if (mode == Mode::read_only) require_ours(impl_->connection.database());
    impl_->journal.emplace(impl_->connection);
    if (mode == Mode::read_only) {
        impl_->identity = setting("identity").value_or("");
        impl_->link_key = setting("link_key").value_or("");
        return;
    }
    impl_->identity = kept_random("identity");
    impl_->link_key = kept_random("link_key");
}

std::string Store::kept_random(const char* name) {
    if (const auto known = setting(name)) return *known;
    std::string made;
    {
        sql::Query query{impl_->connection, random_sql};
        query.next();
        made = query.text(0);
    }
    set_setting(name, made);
    return made;
}

Store::~Store() = default;

Journal& Store::journal() { return *impl_->journal; }
const Journal& Store::journal() const { return *impl_->journal; }
FactTables& Store::facts() { return impl_->facts; }
Agenda& Store::agenda() { return impl_->agenda; }
AlertTables& Store::alerts() { return impl_->alerts; }
AlertCare& Store::care() { return impl_->care; }
Notices& Store::notices() { return impl_->notices; }
Addresses& Store::addresses() { return impl_->addresses; }
Answers& Store::answers() { return impl_->answers; }
Outbox& Store::outbox() { return impl_->outbox; }
People& Store::people() { return impl_->people; }
Proposals& Store::proposals() { return impl_->proposals; }
Feeds& Store::feeds() { return impl_->feeds; }
Conflicts& Store::conflicts() { return impl_->conflicts; }
Imports& Store::imports() { return impl_->imports; }
const std::string& Store::identity() const { return impl_->identity; }
const std::string& Store::link_key() const { return impl_->link_key; }

std::optional<std::string> Store::setting(const std::string& name) const {
    sql::Query query{impl_->connection, get_setting_sql};
    return query.bind(":name", name).next() ? std::optional{query.text(0)} : std::nullopt;
}

void Store::set_setting(const std::string& name, const std::string& value) {
    sql::Query query{impl_->connection, put_setting_sql};
    query.bind(":name", name).bind(":value", value).run();
}

std::int64_t Store::size_in_bytes() const {
    auto& database = impl_->connection.database();
    return pragma(database, "PRAGMA page_count") * pragma(database, "PRAGMA page_size");
}

std::int64_t Store::rows_changed() const {
    return sqlite3_total_changes64(impl_->connection.database().getHandle());
}

bool Store::is_in_transaction() const {
    return sqlite3_get_autocommit(impl_->connection.database().getHandle()) == 0;
}

std::int64_t Store::commits_elsewhere() const {
    return pragma(impl_->connection.database(), "PRAGMA data_version");
}

bool Store::has_room() const {
    constexpr std::uint64_t enough = 1U << 20U;
    struct statvfs about {};
    if (::statvfs(impl_->path.c_str(), &about) != 0) return true;
    return std::uint64_t{about.f_bavail} * about.f_frsize >= enough;
}

int Store::schema_version() const {
    return static_cast<int>(pragma(impl_->connection.database(), "PRAGMA user_version"));
}

void Store::interrupt() { impl_->connection.interrupt(); }

int Store::log_pages() const { return impl_->connection.log_pages(); }

void Store::leave_log_up_to(int pages) { impl_->connection.move_log_at(pages); }

void Store::rest() { impl_->connection.give_back_memory(); }

void Store::go_back(Journal::Mark&& before) {
    impl_->journal->go_back(std::move(before));
    impl_->people.forget();
}

Store::Transaction::Transaction(Store& store) : store_{store}, before_{store.journal().mark()} {
    store_.impl_->connection.execute("BEGIN IMMEDIATE");
}

void Store::Transaction::commit() {
    store_.impl_->connection.execute("COMMIT");
    done_ = true;
}

Store::Transaction::~Transaction() {
    if (done_) return;
    store_.impl_->connection.database().tryExec("ROLLBACK");
    store_.go_back(std::move(before_));
}

Store::Snapshot::Snapshot(Store& store) : store_{store} {
    store_.impl_->connection.execute("BEGIN");
}

Store::Snapshot::~Snapshot() {
    try {
        store_.impl_->connection.execute("COMMIT");
    } catch (const StoreError&) {
        store_.impl_->connection.database().tryExec("ROLLBACK");
    }
}

Store::Savepoint::Savepoint(Store& store) : store_{store}, before_{store.journal().mark()} {
    store_.impl_->connection.execute("SAVEPOINT part");
}

void Store::Savepoint::keep() {
    store_.impl_->connection.execute("RELEASE part");
    done_ = true;
}

Store::Savepoint::~Savepoint() {
    if (done_) return;
    auto& database = store_.impl_->connection.database();
    database.tryExec("ROLLBACK TO part");
    database.tryExec("RELEASE part");
    store_.go_back(std::move(before_));
}

}  // namespace forcewatch
