/// One SQLite database: journal, facts, agenda, alerts and outbox, behind value types.
///
/// The database is opened in WAL mode with synchronous=FULL, and the settings are read back. One
/// process at a time may write it: a lock on a file beside it, dropped by the kernel, keeps a
/// second daemon out. An older schema is brought up to date in one transaction, and a copy of what
/// it was stays beside it; a newer one is refused untouched.
///
/// Owner: the program.   Thread: one at a time; a lengthy turn borrows it.   Fails: throws
/// StoreError, nothing changed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "storage/addresses.hpp"
#include "storage/agenda.hpp"
#include "storage/alert_care.hpp"
#include "storage/alert_tables.hpp"
#include "storage/answers.hpp"
#include "storage/conflicts.hpp"
#include "storage/error.hpp"
#include "storage/fact_tables.hpp"
#include "storage/feeds.hpp"
#include "storage/imports.hpp"
#include "storage/journal.hpp"
#include "storage/notices.hpp"
#include "storage/outbox.hpp"
#include "storage/people.hpp"
#include "storage/proposals.hpp"

namespace forcewatch {

class Store {
public:
    enum class Mode { serve, read_only };

    /// Opens or creates the database. `serve` takes the lock and migrates.
    explicit Store(const std::filesystem::path& path, Mode mode = Mode::serve);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    [[nodiscard]] Journal& journal();
    [[nodiscard]] const Journal& journal() const;
    [[nodiscard]] FactTables& facts();
    [[nodiscard]] Agenda& agenda();
    [[nodiscard]] AlertTables& alerts();
    [[nodiscard]] AlertCare& care();
    [[nodiscard]] Notices& notices();
    [[nodiscard]] Addresses& addresses();
    [[nodiscard]] Answers& answers();
    [[nodiscard]] Outbox& outbox();
    [[nodiscard]] People& people();
    [[nodiscard]] Proposals& proposals();
    [[nodiscard]] Feeds& feeds();
    [[nodiscard]] Conflicts& conflicts();
    [[nodiscard]] Imports& imports();

    /// One durable unit of work. Destroyed without `commit`, it leaves nothing.
    class Transaction {
    public:
        explicit Transaction(Store& store);
        ~Transaction();
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        void commit();

    private:
        Store& store_;
        Journal::Mark before_;
        bool done_{};
    };
    /// A part of a transaction that can be undone alone. Destroyed without `keep`, it is.
    class Savepoint {
    public:
        explicit Savepoint(Store& store);
        ~Savepoint();
        Savepoint(const Savepoint&) = delete;
        Savepoint& operator=(const Savepoint&) = delete;
        void keep();

    private:
        Store& store_;
        Journal::Mark before_;
        bool done_{};
    };

    /// While it lives, everything that is read is of one moment.
    class Snapshot {
    public:
        explicit Snapshot(Store& store);
        ~Snapshot();
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;

    private:
        Store& store_;
    };

    [[nodiscard]] std::optional<std::string> setting(const std::string& name) const;
    void set_setting(const std::string& name, const std::string& value);
    /// Random, made with the database: part of every message id.
    [[nodiscard]] const std::string& identity() const;
    /// Random, made with the database and never shown: signs the links in messages.
    [[nodiscard]] const std::string& link_key() const;
    [[nodiscard]] std::int64_t size_in_bytes() const;
    /// Grows with every row that is inserted, updated or deleted, also where it is undone later.
    [[nodiscard]] std::int64_t rows_changed() const;
    /// False after SQLite itself undid a transaction, as it does when it can write no more.
    [[nodiscard]] bool is_in_transaction() const;
    /// Another number after other connections committed: what is remembered of the database may be
    /// out of date.
    [[nodiscard]] std::int64_t commits_elsewhere() const;
    /// Whether the file system has room to grow: a megabyte or more, or it does not say.
    [[nodiscard]] bool has_room() const;
    [[nodiscard]] int schema_version() const;
    /// From now on what takes long fails, be it one statement or many: who stops need not wait for
    /// it. From any thread.
    void interrupt();
    /// How many pages of what was committed still wait in the log to be moved into the file.
    [[nodiscard]] int log_pages() const;
    /// Somebody else moves them: a commit does it only once there are this many.
    void leave_log_up_to(int pages);
    /// Gives back the memory that busy times took: cached pages and the mapping of the file. Both
    /// come again when they are used.
    void rest();

private:
    friend class Transaction;
    friend class Savepoint;
    friend class Snapshot;
    void go_back(Journal::Mark&& before);
    /// The setting of that name; made at random where it is not there yet.
    [[nodiscard]] std::string kept_random(const char* name);
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Copies the database at `from` to a new file `to`, checked and whole, also while a daemon writes
/// it.
void back_up(const std::filesystem::path& from, const std::filesystem::path& to);

/// A look at the structure alone, on a connection of its own: for a worker thread. Empty: it is
/// sound, or the check was told to stop.
[[nodiscard]] std::optional<std::string> quick_check(const std::filesystem::path& path,
                                                     const std::stop_token& stopped);

/// What is wrong with the database at `path`; empty: nothing. Checks the file's structure, the
/// foreign keys, the journal's chain, every facts table and count against a new fold of the
/// journal, and that tables, indexes and triggers are those of this release. The agenda follows
/// from the rules, which are not known here, so it is not checked. With `expected`, that row must
/// still be there with that hash: only so does it show when the end of the journal was cut off.
/// Writes a copy of the facts to a private folder under $TMPDIR meanwhile.
[[nodiscard]] std::vector<std::string> verify(const std::filesystem::path& path,
                                              const std::optional<JournalHead>& expected = {});

}  // namespace forcewatch
