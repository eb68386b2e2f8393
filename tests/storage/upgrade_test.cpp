// Databases of older releases, brought up to date at the first start of a newer one.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "storage/migrations.hpp"
#include "storage/store.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using forcewatch::test::ScratchFolder;

namespace {

Instant at(int seconds) { return Instant{std::chrono::seconds{1'700'000'000 + seconds}}; }

Date day_of(int year) { return Date{std::chrono::year{year} / 1 / 1}; }

void append(Store& store, const Recorded& recorded) {
    Store::Transaction transaction{store};
    const auto subject = subject_of(recorded.event);
    store.journal().append(recorded);
    store.facts().replace(subject, fold(store.journal().about(subject)), false);
    transaction.commit();
}

/// An empty database becomes one of that schema.
void bring_to(SQLite::Database& database, int schema) {
    for (int next = 0; next < schema; ++next)
        database.exec(std::string{migrations().at(static_cast<std::size_t>(next))});
    database.exec(fmt::format("PRAGMA user_version = {}", schema));
    database.exec("PRAGMA application_id = 1180123976");
}

/// The journal and the findings of `now` in a database of schema 5, from before they could be
/// linked.
void make_old(const std::filesystem::path& now, const std::filesystem::path& path) {
    SQLite::Database old{path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    old.exec("ATTACH '" + now.string() + "' AS now");
    bring_to(old, 5);
    std::string columns;
    SQLite::Statement column{old, "SELECT name FROM pragma_table_info('finding', 'main')"};
    while (column.executeStep())
        columns += (columns.empty() ? "" : ", ") + column.getColumn(0).getString();
    old.exec("INSERT INTO journal SELECT * FROM now.journal");
    old.exec("INSERT INTO finding (" + columns + ") SELECT " + columns + " FROM now.finding");
}

int schema_of(const std::filesystem::path& path) {
    return SQLite::Database{path.string()}.execAndGet("PRAGMA user_version").getInt();
}

/// Schema 9, which kept the lease and the body of a message in its row: parcels in every state.
void make_old_outbox(const std::filesystem::path& path) {
    SQLite::Database old{path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    bring_to(old, 9);
    const auto add = [&](std::string_view id, std::string_view state, int attempts,
                         std::string_view first_attempt_at, std::string_view settled_at) {
        const bool leased = state == "leased";
        old.exec(fmt::format(
            R"sql(
            INSERT INTO outbox (message_id, destination, recipient, order_key, kind, sender, content_type, body,
                                created_at, state, due_at, attempts, answered, first_attempt_at, lease,
                                leased_until, session, settled_at, code, reason, remark, report)
            VALUES ('{0}', 'hook', '', '{0}', 'webhook', '', 'application/json', 'body of {0}',
                    1700000000, '{1}', {2}, {3}, {4}, {5}, {3}, {6}, '{7}', {8}, 0, '', '', ''))sql",
            id, state, leased ? 1700000700 : 1700000001, attempts, leased ? attempts - 1 : attempts,
            first_attempt_at, leased ? 1700000700 : 0, leased ? "courier" : "", settled_at));
    };
    add("new", "pending", 0, "NULL", "NULL");
    add("leased", "leased", 1, "1700000100", "NULL");
    add("leased again", "leased", 2, "1700000020", "NULL");
    add("unknown", "unknown", 1, "1700000030", "NULL");
    add("sent", "sent", 1, "1700000040", "1700000041");
    add("dead", "dead", 1, "1700000050", "1700000051");
    old.exec(R"sql(
        INSERT INTO attempt VALUES (2, 1, 1700000100, NULL, '', 0, ''),
                                   (3, 1, 1700000020, 1700000021, 'retry_later', 503, 'busy'),
                                   (3, 2, 1700000100, NULL, '', 0, '');
        INSERT INTO attempt SELECT id, 1, first_attempt_at, first_attempt_at + 1, state, 0, ''
                              FROM outbox WHERE state IN ('unknown', 'sent', 'dead'))sql");
}

}  // namespace

TEST_CASE("a database from before findings could be linked is brought up to date, counts and all",
          "[storage][R21][R115]") {
    const ScratchFolder scratch;
    FindingRaised raised;
    raised.force = "kent";
    raised.reference = "AFI-1";
    raised.title = "Custody";
    raised.deadline = {DeadlineKind::local, *PartialDate::parse("2026-02-01"), {}, {}};
    {
        Store now{scratch / "now.db"};
        append(
            now,
            {{}, at(1), day_of(2026), Certainty::exact, {0, "test", {}, {}, {}}, raised, "kent"});
    }
    make_old(scratch / "now.db", scratch / "old.db");
    {
        Store store{scratch / "old.db"};
        const auto finding = store.facts().finding("finding:kent/AFI-1");
        REQUIRE(finding);
        CHECK(finding->same_as.empty());
        CHECK(store.facts().counts(day_of(2027)).overdue == 1);
    }
    CHECK(verify(scratch / "old.db").empty());
    // What the older release knew stands beside it.
    CHECK(schema_of(scratch / "old.db.schema-5") == 5);
    CHECK(SQLite::Database{(scratch / "old.db.schema-5").string()}
              .execAndGet("SELECT count(*) FROM finding")
              .getInt() == 1);
}

TEST_CASE("an upgrade that fails leaves the database to the release before", "[storage][R115]") {
    const ScratchFolder scratch;
    { const Store now{scratch / "now.db"}; }
    make_old(scratch / "now.db", scratch / "old.db");
    // The last of the migrations comes upon what it does not expect.
    SQLite::Database{(scratch / "old.db").string(), SQLite::OPEN_READWRITE}.exec(
        "CREATE INDEX outbox_refused_test ON outbox (id)");
    for (int attempt = 0; attempt < 2; ++attempt) {
        CHECK_THROWS_AS(Store{scratch / "old.db"}, StoreError);
        CHECK(schema_of(scratch / "old.db") == 5);
        CHECK(schema_of(scratch / "old.db.schema-5") == 5);
    }
    SQLite::Database{(scratch / "old.db").string(), SQLite::OPEN_READWRITE}.exec(
        "DROP INDEX outbox_refused_test");
    CHECK_NOTHROW(Store{scratch / "old.db"});
}

TEST_CASE("an upgrade that cannot keep a copy says what is in the way, and changes nothing",
          "[storage][R115]") {
    const ScratchFolder scratch;
    { const Store now{scratch / "now.db"}; }
    make_old(scratch / "now.db", scratch / "old.db");
    std::filesystem::create_directories(scratch / "old.db.schema-5" / "something");
    try {
        const Store store{scratch / "old.db"};
        FAIL("it upgraded without a copy");
    } catch (const StoreError& error) {
        CHECK_THAT(error.what(), Catch::Contains("old.db.schema-5 is in the way"));
    }
    CHECK(schema_of(scratch / "old.db") == 5);
}

TEST_CASE("messages that wait, and those on their way, outlive an upgrade",
          "[storage][outbox][R67][R115]") {
    const ScratchFolder scratch;
    make_old_outbox(scratch / "old.db");
    {
        Store store{scratch / "old.db"};
        auto& outbox = store.outbox();
        const auto counts = outbox.counts();
        CHECK(counts.waiting == 4);
        CHECK(counts.unknown == 1);
        CHECK(counts.dead == 1);
        const auto held = outbox.list({.state = DeliveryState::leased, .destination = {}});
        REQUIRE(held.size() == 2);
        CHECK(held[0].parcel.body == "body of leased");
        CHECK(held[0].lease == 1);
        CHECK(held[0].attempts == 1);
        CHECK(held[0].first_attempt_at == at(100));
        CHECK(held[1].attempts == 2);
        CHECK(held[1].first_attempt_at == at(20));
        CHECK(outbox.tries(held[1].id).size() == 2);
        CHECK(outbox.claim("courier", {}, {10}, at(200), at(800)).size() == 2);

        outbox.settle(outbox.carried(held[0].id, held[0].lease).value(),
                      {DeliveryState::sent, at(200), 200, {}, "delivered"}, at(200));
        CHECK(outbox.tries(held[0].id).front().began_at == at(100));
        outbox.give_back(outbox.carried(held[1].id, held[1].lease).value(), at(200));
        CHECK(outbox.find(held[1].id)->attempts == 1);
        CHECK(outbox.tries(held[1].id).size() == 1);
        CHECK(outbox.counts().waiting == 3);
    }
    CHECK(verify(scratch / "old.db").empty());
}
