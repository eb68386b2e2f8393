#include "storage/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "storage/digest.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using forcewatch::test::ScratchFolder;

namespace {

Instant at(int seconds) { return Instant{std::chrono::seconds{1'700'000'000 + seconds}}; }

Recorded force_event(const std::string& id, const std::string& name, int seconds = 0) {
    ForceRecorded force;
    force.force = id;
    force.name = name;
    return {{},
            at(seconds),
            Date{std::chrono::year{1900} / 1 / 1},
            Certainty::exact,
            {0, "test", {}, {}, {}},
            force};
}

Date day_of(int year) { return Date{std::chrono::year{year} / 1 / 1}; }

void append(Store& store, const Recorded& recorded) {
    Store::Transaction transaction{store};
    const auto subject = subject_of(recorded.event);
    const bool existed = store.journal().knows(subject);
    store.journal().append(recorded);
    store.facts().replace(subject, fold(store.journal().about(subject)), existed);
    transaction.commit();
}

/// Changes the file behind the store's back, as an intruder with a shell would.
void tamper(const std::filesystem::path& path, const std::string& sql) {
    SQLite::Database database{path.string(), SQLite::OPEN_READWRITE};
    database.exec("DROP TRIGGER journal_keeps_rows; DROP TRIGGER journal_keeps_values");
    database.exec(sql);
}

}  // namespace

TEST_CASE("what was recorded is there after opening again", "[storage][R111]") {
    const ScratchFolder scratch;
    {
        Store store{scratch / "a.db"};
        append(store, force_event("kent", "Kent Police"));
    }
    Store store{scratch / "a.db"};
    CHECK(number_of(store.journal().head()) == 1);
    REQUIRE(store.facts().force("kent"));
    CHECK(store.facts().force("kent")->name == "Kent Police");
    CHECK_FALSE(store.journal().verify());
}

TEST_CASE("a transaction that is not committed leaves nothing, not even in memory",
          "[storage][R46]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    append(store, force_event("kent", "Kent Police"));
    {
        Store::Transaction transaction{store};
        store.journal().append(force_event("essex", "Essex Police"));
    }
    CHECK(number_of(store.journal().head()) == 1);
    append(store, force_event("surrey", "Surrey Police"));
    CHECK(number_of(store.journal().head()) == 2);
    CHECK_FALSE(store.journal().verify());
}

TEST_CASE("a savepoint is undone alone", "[storage]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    {
        Store::Transaction transaction{store};
        {
            Store::Savepoint kept{store};
            store.journal().append(force_event("kent", "Kent Police"));
            kept.keep();
        }
        {
            const Store::Savepoint undone{store};
            store.journal().append(force_event("essex", "Essex Police"));
        }
        transaction.commit();
    }
    CHECK(number_of(store.journal().head()) == 1);
    CHECK_FALSE(store.journal().verify());
}

TEST_CASE("the journal refuses to be changed", "[storage][R101]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    append(store, force_event("kent", "Kent Police"));
    SQLite::Database other{(scratch / "a.db").string(), SQLite::OPEN_READWRITE};
    CHECK_THROWS_WITH(other.exec("UPDATE journal SET reason = 'x'"),
                      Catch::Contains("append-only"));
    CHECK_THROWS_WITH(other.exec("DELETE FROM journal"), Catch::Contains("append-only"));
}

TEST_CASE("the chain names the first row that was changed, removed or swapped", "[storage][R103]") {
    const ScratchFolder scratch;
    const auto path = scratch / "a.db";
    {
        Store store{path};
        for (int i = 1; i <= 5; ++i)
            append(store, force_event("force-" + std::to_string(i), "Name", i));
    }
    const auto [sql, row] = GENERATE(table<const char*, std::int64_t>({
        {"UPDATE journal SET payload = replace(payload, 'Name', 'Game') WHERE seq = 3", 3},
        {"UPDATE journal SET uid = 1000 WHERE seq = 2", 2},
        {"UPDATE journal SET recorded_at = recorded_at + 1 WHERE seq = 4", 4},
        {"DELETE FROM journal WHERE seq = 3", 3},
        {"UPDATE journal SET seq = 99 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 3;"
         "UPDATE journal SET seq = 3 WHERE seq = 99",
         2},
        {"UPDATE journal SET hash = zeroblob(32) WHERE seq = 5", 5},
    }));
    CAPTURE(sql);
    tamper(path, sql);
    const Store store{path, Store::Mode::read_only};
    const auto fault = store.journal().verify();
    REQUIRE(fault);
    CHECK(number_of(fault->seq) == row);
}

TEST_CASE("verify finds a table that does not follow from the journal", "[storage][R101]") {
    const ScratchFolder scratch;
    const auto path = scratch / "a.db";
    {
        Store store{path};
        append(store, force_event("kent", "Kent Police"));
    }
    CHECK(verify(path).empty());
    SQLite::Database{path.string(), SQLite::OPEN_READWRITE}.exec(
        "UPDATE force SET name = 'Kent Constabulary'");
    const auto faults = verify(path);
    REQUIRE_FALSE(faults.empty());
    CHECK_THAT(faults.front(), Catch::Contains("table force"));
}

TEST_CASE("recorded_at never decreases, whatever the clock says", "[storage][R41]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    append(store, force_event("kent", "Kent Police", 100));
    append(store, force_event("essex", "Essex Police", 50));
    const auto rows = store.journal().page(JournalSeq{0}, 10, {});
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].recorded_at == rows[0].recorded_at);
}

TEST_CASE("a second daemon on the same database is refused, and the lock dies with its holder",
          "[storage][R119]") {
    const ScratchFolder scratch;
    const auto path = scratch / "a.db";
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t holder = ::fork();
    if (holder == 0) {
        const Store store{path};
        (void)!::write(ready[1], "x", 1);
        ::pause();
        ::_exit(0);
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    try {
        const Store second{path};
        FAIL("a second store was opened");
    } catch (const StoreError& error) {
        CHECK(error.cause() == StoreError::Cause::in_use);
        CHECK_THAT(error.what(), Catch::Contains("another forcewatchd"));
    }
    ::kill(holder, SIGKILL);
    ::waitpid(holder, nullptr, 0);
    CHECK_NOTHROW(Store{path});
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_CASE("a newer schema is refused and the file stays as it was", "[storage][R115]") {
    const ScratchFolder scratch;
    const auto path = scratch / "a.db";
    { const Store store{path}; }
    SQLite::Database{path.string(), SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 99");
    const auto bytes = [&] {
        std::ifstream in{path, std::ios::binary};
        return sha256(std::string{std::istreambuf_iterator<char>{in}, {}});
    };
    const auto before = bytes();
    try {
        const Store store{path};
        FAIL("a newer schema was opened");
    } catch (const StoreError& error) {
        CHECK(error.cause() == StoreError::Cause::newer);
    }
    CHECK(bytes() == before);
}

TEST_CASE("what is not a database is named as such and never written", "[storage]") {
    const ScratchFolder scratch;
    std::ofstream{scratch / "a.db"} << std::string(8192, 'x');
    CHECK_THROWS_AS(Store{scratch / "a.db"}, StoreError);
    SQLite::Database{(scratch / "b.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}
        .exec("CREATE TABLE other (x); PRAGMA user_version = 1");
    CHECK_THROWS_WITH(Store{scratch / "b.db"}, Catch::Contains("not a Forcewatch database"));
}

TEST_CASE("a backup of a store in use is whole and opens", "[storage][R114]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    append(store, force_event("kent", "Kent Police"));
    back_up(scratch / "a.db", scratch / "copy.db");
    append(store, force_event("essex", "Essex Police"));
    CHECK(verify(scratch / "copy.db").empty());
    Store copy{scratch / "copy.db"};
    CHECK(number_of(copy.journal().head()) == 1);
    CHECK_THROWS_WITH(back_up(scratch / "a.db", scratch / "copy.db"),
                      Catch::Contains("exists already"));
}

TEST_CASE("a backup comes to its end while the store is written without a pause",
          "[storage][R114]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    {
        SQLite::Database filled{(scratch / "a.db").string(), SQLite::OPEN_READWRITE};
        filled.exec("CREATE TABLE big AS SELECT zeroblob(60000000) AS x");
    }
    constexpr int most = 20'000;
    std::atomic<int> written{0};
    std::jthread writer{[&](const std::stop_token& stopped) {
        for (; written < most && !stopped.stop_requested(); ++written)
            store.set_setting("written", std::to_string(written));
    }};
    while (written == 0) std::this_thread::yield();
    back_up(scratch / "a.db", scratch / "copy.db");
    CHECK(written < most);
    writer = {};
    const Store copy{scratch / "copy.db", Store::Mode::read_only};
    CHECK(copy.setting("written").has_value());
}

TEST_CASE("a full disk refuses the change and keeps what there was", "[storage][R113]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    append(store, force_event("kent", "Kent Police"));
    SQLite::Database limit{(scratch / "a.db").string(), SQLite::OPEN_READWRITE};
    // A limit of one's own connection stands in for the disk's: SQLite reports both as SQLITE_FULL.
    limit.exec("PRAGMA max_page_count = 1");
    CHECK_THROWS_AS(limit.exec("CREATE TABLE big AS SELECT randomblob(1000000) AS x"),
                    SQLite::Exception);
    append(store, force_event("essex", "Essex Police"));
    CHECK(number_of(store.journal().head()) == 2);
}

TEST_CASE("the agenda gives what is due, longest due first, and knows the next instant",
          "[storage][R28]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    auto& agenda = store.agenda();
    CHECK_FALSE(agenda.next_due_at());
    agenda.set("action:a/2", at(20));
    agenda.set("action:a/1", at(10));
    agenda.set("action:a/3", at(30));
    agenda.set("action:a/3", std::nullopt);
    CHECK(agenda.next_due_at() == at(10));
    CHECK(agenda.due(at(9), 10).empty());
    CHECK(agenda.due(at(25), 10) == std::vector<std::string>{"action:a/1", "action:a/2"});
    CHECK(agenda.due(at(25), 1) == std::vector<std::string>{"action:a/1"});
}

TEST_CASE("verify finds what does not follow from the journal, and what guards it",
          "[storage][R101][R103][S3]") {
    const ScratchFolder scratch;
    const auto path = scratch / "a.db";
    {
        Store store{path};
        append(store, force_event("kent", "Kent Police"));
        ActionPlanned action;
        action.source = "tracker";
        action.external_id = "A-1";
        action.force = "kent";
        action.title = "Custody";
        action.deadline = {DeadlineKind::local, *PartialDate::parse("2026-01-31"), {}, {}};
        append(store, {{}, at(1), day_of(2026), Certainty::exact, {0, "test", {}, {}, {}}, action});
        store.outbox().add(
            {"m1", "hook", {}, "track:kent", "webhook", {}, "application/json", "{}"}, at(2));
    }
    REQUIRE(verify(path).empty());
    const auto [sql, words] = GENERATE(table<std::string, std::string>({
        {"UPDATE due_count SET open_items = 99", "table due_count"},
        {"DELETE FROM due_count", "table due_count"},
        {"UPDATE outbox_count SET parcels = 7 WHERE state = 'dead'", "table outbox_count"},
        {"DELETE FROM outbox_count", "table outbox_count"},
        {"UPDATE alert_count SET alerts = 7 WHERE severity = 'info'", "table alert_count"},
        {"DELETE FROM alert_count", "table alert_count"},
        {"DELETE FROM parcel_body", "table parcel_body"},
        {"DROP TRIGGER journal_keeps_rows", "trigger \"journal_keeps_rows\""},
        {"DROP TRIGGER action_counts_in", "trigger \"action_counts_in\""},
        {"DROP INDEX outbox_ready", "index \"outbox_ready\""},
        {"CREATE TRIGGER more AFTER INSERT ON journal BEGIN SELECT 1; END", "trigger \"more\""},
    }));
    CAPTURE(sql);
    SQLite::Database{path.string(), SQLite::OPEN_READWRITE}.exec(sql);
    const auto faults = verify(path);
    REQUIRE_FALSE(faults.empty());
    CHECK_THAT(faults.front(), Catch::Contains(words));
}

TEST_CASE("a journal whose end was cut off is found out by who noted where it stood",
          "[storage][R103][S3]") {
    const ScratchFolder scratch;
    const auto path = scratch / "a.db";
    JournalHead noted;
    {
        Store store{path};
        append(store, force_event("kent", "Kent Police"));
        append(store, force_event("essex", "Essex Police"));
        noted = store.journal().where();
    }
    CHECK(verify(path, noted).empty());
    CHECK(parse_journal_head(text_of(noted))->hash == noted.hash);
    SECTION("cut off") {
        tamper(path, "DELETE FROM journal WHERE seq = 2; DELETE FROM force WHERE id = 'essex'");
    }
    SECTION("cut off and written anew") {
        tamper(path, "DELETE FROM journal WHERE seq = 2; DELETE FROM force WHERE id = 'essex'");
        Store store{path};
        append(store, force_event("surrey", "Surrey Police"));
    }
    if (const auto now = Store{path, Store::Mode::read_only}.journal().where();
        now.hash != noted.hash) {
        const auto faults = verify(path, noted);
        REQUIRE_FALSE(faults.empty());
        CHECK_THAT(faults.front(), Catch::Contains("journal row 2"));
    }
}

TEST_CASE("a journal head is a number and 64 hexadecimal digits", "[storage]") {
    const std::string hash(64, 'a');
    CHECK(parse_journal_head("12:" + hash));
    for (const auto& text :
         std::vector<std::string>{"", "12", "12:abc", "0:" + hash, "-1:" + hash, "x:" + hash,
                                  "12:" + std::string(64, 'g'), "12:" + hash + "0"})
        CHECK_FALSE(parse_journal_head(text));
}

TEST_CASE("verify leaves nothing behind and lets nobody read what it writes", "[storage][V12]") {
    const ScratchFolder scratch;
    const auto path = scratch / "a.db";
    {
        Store store{path};
        append(store, force_event("kent", "Kent Police"));
    }
    const auto folder = scratch / "tmp's";  // a quote in the path must not matter
    std::filesystem::create_directory(folder);
    const std::string before = ::getenv("TMPDIR") != nullptr ? ::getenv("TMPDIR") : "/tmp";
    ::setenv("TMPDIR", folder.c_str(), 1);
    CHECK(verify(path).empty());
    CHECK(std::filesystem::is_empty(folder));
    std::filesystem::permissions(folder, std::filesystem::perms::none);
    if (::geteuid() != 0) CHECK_THROWS_AS(verify(path), StoreError);
    ::setenv("TMPDIR", before.c_str(), 1);
    std::filesystem::permissions(folder, std::filesystem::perms::all);
}

TEST_CASE("who stops need not wait for long work, be it one statement or many", "[storage][V7]") {
    const ScratchFolder scratch;
    {
        Store store{scratch / "a.db"};
        store.set_setting("0", "before");
        Store::Transaction transaction{store};
        std::jthread other{[&] { store.interrupt(); }};
        CHECK_THROWS_AS(
            [&] {
                for (;;) store.set_setting("0", "half done");
            }(),
            StoreError);
    }
    CHECK(Store{scratch / "a.db"}.setting("0") == "before");
}

TEST_CASE("what a snapshot reads is of one moment, whatever is written meanwhile",
          "[storage][V7]") {
    const ScratchFolder scratch;
    Store store{scratch / "a.db"};
    store.set_setting("name", "first");
    Store reader{scratch / "a.db", Store::Mode::read_only};
    {
        const Store::Snapshot snapshot{reader};
        CHECK(reader.setting("name") == "first");
        store.set_setting("name", "second");
        CHECK(reader.setting("name") == "first");
    }
    CHECK(reader.setting("name") == "second");
    const auto seen = reader.commits_elsewhere();
    CHECK(reader.commits_elsewhere() == seen);
    store.set_setting("name", "third");
    CHECK(reader.commits_elsewhere() != seen);
}
