#include "storage/restore.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "storage/hold.hpp"
#include "storage/store.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using Catch::Contains;
using forcewatch::test::ScratchFolder;
using forcewatch::test::text_of_file;

namespace {

namespace fs = std::filesystem;

const Instant now{std::chrono::seconds{1'700'000'000}};  // 2023-11-14T22:13:20Z

void append(Store& store, const std::string& id) {
    ForceRecorded force;
    force.force = id;
    force.name = "Police of " + id;
    const Recorded recorded{
        {},   now, Date{std::chrono::year{1900} / 1 / 1}, Certainty::exact, {0, "test", {}, {}, {}},
        force};
    Store::Transaction transaction{store};
    const auto subject = subject_of(recorded.event);
    store.journal().append(recorded);
    store.facts().replace(subject, fold(store.journal().about(subject)), false);
    transaction.commit();
}

/// A backup with one force, and the database it was made of, with two more since.
struct Site {
    ScratchFolder scratch;
    fs::path backup{scratch / "backup.db"};
    fs::path database{scratch / "a.db"};

    Site() {
        Store store{database};
        append(store, "kent");
        back_up(database, backup);
        append(store, "essex");
        append(store, "surrey");
    }
    [[nodiscard]] std::vector<std::string> names(const std::string& part) const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator{scratch.path()})
            if (const auto name = entry.path().filename().string();
                name.find(part) != std::string::npos)
                found.push_back(name);
        return found;
    }
};

std::int64_t head(const fs::path& path) {
    return number_of(Store{path, Store::Mode::read_only}.journal().head());
}

/// As a crash leaves them: what was committed last is in the log alone.
void leave_with_log(const fs::path& from, const fs::path& to) {
    const fs::path scratch = to.string() + ".source";
    fs::copy_file(from, scratch);
    Store store{scratch};
    append(store, "sussex");
    fs::copy_file(scratch, to, fs::copy_options::overwrite_existing);
    fs::copy_file(scratch.string() + "-wal", to.string() + "-wal",
                  fs::copy_options::overwrite_existing);
    REQUIRE(fs::file_size(to.string() + "-wal") > 0);
}

}  // namespace

TEST_CASE("a restored database is another one, on hold, and sound", "[storage][R114]") {
    const Site site;
    const auto identity = Store{site.backup, Store::Mode::read_only}.identity();
    const auto link_key = Store{site.backup, Store::Mode::read_only}.link_key();
    const auto restored = restore(site.backup, site.database, 7, now);
    REQUIRE(restored);
    CHECK(restored->reason == "restored from " + site.backup.string() +
                                  ", where the newest record is of 2023-11-14T22:13:20Z");
    CHECK(verify(site.database).empty());
    CHECK(head(site.database) == 2);
    Store store{site.database};
    CHECK(store.identity() != identity);
    CHECK(store.identity().size() == 32);
    CHECK(store.link_key() != link_key);
    CHECK(store.setting(hold_setting) ==
          "by uid:7 since 2023-11-14T22:13:20Z: " + restored->reason);
    const auto last = store.journal().page(JournalSeq{1}, 10, {}).back();
    const auto* held = std::get_if<SendingHeld>(&last.event);
    REQUIRE(held);
    CHECK(held->held);
    CHECK(last.origin.uid == 7);
    CHECK(Store{site.backup, Store::Mode::read_only}.identity() == identity);
}

TEST_CASE("what was there before a restore is kept whole", "[storage][R114]") {
    const Site site;
    const auto restored = restore(site.backup, site.database, 0, now);
    REQUIRE(restored);
    CHECK(restored->kept.string() == site.database.string() + ".before-restore-20231114T221320");
    CHECK(verify(restored->kept).empty());
    CHECK(head(restored->kept) == 3);
    CHECK(site.names("restoring").empty());
    const auto again = restore(site.backup, site.database, 0, now);
    REQUIRE(again);
    CHECK(again->kept.string() == restored->kept.string() + "-2");
}

TEST_CASE("a log that lies beside the old database does not get into the restored one",
          "[storage][R114]") {
    const Site site;
    const auto place = site.scratch / "b.db";
    SECTION("of that database, after a crash: it is kept with what the log held") {
        leave_with_log(site.database, place);
        const auto restored = restore(site.backup, place, 0, now);
        REQUIRE(restored);
        CHECK(verify(restored->kept).empty());
        CHECK(head(restored->kept) == 4);
    }
    SECTION("of another, as where a copy was put there by hand") {
        leave_with_log(site.database, place);
        fs::copy_file(site.backup, place, fs::copy_options::overwrite_existing);
        REQUIRE(restore(site.backup, place, 0, now));
    }
    SECTION("of one that somebody removed") {
        leave_with_log(site.database, place);
        fs::remove(place);
        const auto log = text_of_file(place.string() + "-wal");
        const auto restored = restore(site.backup, place, 0, now);
        REQUIRE(restored);
        CHECK(text_of_file(restored->kept.string() + "-wal") == log);
    }
    CHECK_FALSE(fs::exists(place.string() + "-wal"));
    CHECK(head(place) == 2);
    CHECK(verify(place).empty());
}

TEST_CASE("a damaged database is replaced, and every part of it is kept", "[storage][R114]") {
    const Site site;
    const auto place = site.scratch / "b.db";
    std::ofstream{place} << std::string(8192, 'x');
    std::ofstream{place.string() + "-wal"} << "a log";
    const auto restored = restore(site.backup, place, 0, now);
    REQUIRE(restored);
    CHECK(text_of_file(restored->kept) == std::string(8192, 'x'));
    CHECK(text_of_file(restored->kept.string() + "-wal") == "a log");
    CHECK(verify(place).empty());
}

TEST_CASE("where there was no database one is restored, for the owner of the folder",
          "[storage][R114]") {
    const Site site;
    const auto folder = site.scratch / "other";
    fs::create_directory(folder);
    const bool root = ::getuid() == 0;
    if (root) REQUIRE(::chown(folder.c_str(), 65534, 65534) == 0);
    const auto restored = restore(site.backup, folder / "a.db", 0, now);
    REQUIRE(restored);
    CHECK(restored->kept.empty());
    for (const auto* name : {"a.db", "a.db.lock"}) {
        CAPTURE(name);
        struct stat found {};
        REQUIRE(::stat((folder / name).c_str(), &found) == 0);
        CHECK((found.st_mode & 0777U) == 0600U);
        if (root) CHECK(found.st_uid == 65534);
    }
}

TEST_CASE("a restore that is refused changes nothing", "[storage][R114]") {
    const Site site;
    const auto before = text_of_file(site.database);
    using Cause = StoreError::Cause;
    const auto refused_for = [&]() -> std::optional<Cause> {
        try {
            (void)restore(site.backup, site.database, 0, now);
            return std::nullopt;
        } catch (const StoreError& error) {
            return error.cause();
        }
    };
    SECTION("while a daemon runs") {
        const Store daemon{site.database};
        CHECK(refused_for() == Cause::in_use);
    }
    SECTION("of a backup by a later release") {
        SQLite::Database{site.backup.string(), SQLite::OPEN_READWRITE}.exec(
            "PRAGMA user_version = 99");
        CHECK(refused_for() == Cause::newer);
    }
    SECTION("of a backup whose journal was changed") {
        SQLite::Database{site.backup.string(), SQLite::OPEN_READWRITE}.exec(
            "DROP TRIGGER journal_keeps_values; UPDATE journal SET effective_on = '1999-01-01'");
        const auto restored = restore(site.backup, site.database, 0, now);
        REQUIRE_FALSE(restored);
        CHECK_THAT(restored.error().front(), Contains("journal row 1"));
    }
    SECTION("of a backup that was cut off") {
        fs::resize_file(site.backup, 8192);
        CHECK_FALSE(restore(site.backup, site.database, 0, now));
    }
    SECTION("of what is no database") {
        std::ofstream{site.backup} << std::string(8192, 'x');
        const auto restored = restore(site.backup, site.database, 0, now);
        REQUIRE_FALSE(restored);
        CHECK(restored.error() == std::vector<std::string>{"file is not a database"});
    }
    SECTION("of an empty file") {
        std::ofstream{site.backup}.flush();
        CHECK_THROWS_WITH((void)restore(site.backup, site.database, 0, now),
                          Contains(site.backup.string() + ": this file is empty"));
    }
    SECTION("of the database itself") {
        CHECK_THROWS_WITH((void)restore(site.database, site.database, 0, now),
                          Contains("the database itself"));
    }
    CHECK(text_of_file(site.database) == before);
    CHECK(site.names("before-restore").empty());
    CHECK(site.names("restoring").empty());
}

TEST_CASE("a restore that is killed leaves the old database or the new one, whole",
          "[storage][kill][R114]") {
    const auto* const sign = GENERATE("b.db.lock", "b.db.restoring", "b.db.restoring-journal",
                                      "b.db.restoring-wal", "b.db-shm", "before-restore");
    const Site site;
    const auto place = site.scratch / "b.db";
    leave_with_log(site.database, place);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(restore(site.backup, place, 0, now) ? 0 : 1);
    bool ended = false;
    while (!ended && site.names(sign).empty()) ended = ::waitpid(child, nullptr, WNOHANG) == child;
    if (!ended) {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    CAPTURE(sign, ended);
    const auto after = head(place);
    CHECK((after == 4 || after == 2));
    CHECK(verify(place).empty());
    CHECK(restore(site.backup, place, 0, now + std::chrono::seconds{1}).has_value());
    CHECK(head(place) == 2);
    CHECK(site.names("restoring").empty());
}
