#include "tests/bench/statement_tape.hpp"

#include <catch2/catch.hpp>
#include <optional>

#include "tests/support/scratch_folder.hpp"

using namespace forcewatch::bench;
using forcewatch::test::ScratchFolder;

namespace {

constexpr auto schema =
    "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, raw BLOB, size INTEGER);"
    "CREATE TABLE heard (text TEXT);"
    "CREATE TRIGGER hear AFTER INSERT ON note BEGIN INSERT INTO heard VALUES (new.text); END";

std::vector<Row> rows_of(Database& database, const std::string& sql) {
    Statement statement{database, sql};
    std::vector<Row> rows;
    while (statement.step()) rows.push_back(statement.row());
    return rows;
}

void insert_awkward_values(Database& database) {
    database.execute("BEGIN IMMEDIATE");
    Statement insert{
        database, "INSERT INTO note VALUES (:id, :text, /* a '?' */ :raw, length(:text || '?'))"};
    const Value text{SQLITE_TEXT, 0, "it's :here, '' and ?1"};
    const Value raw{SQLITE_BLOB, 0, std::string("\0\xff'", 3)};
    const Value nothing{SQLITE_NULL, 0, {}};
    insert.bind(1, -7);
    insert.bind(2, text);
    insert.bind(3, raw);
    while (insert.step()) continue;
    insert.bind(1, std::int64_t{1} << 62);
    insert.bind(2, nothing);
    while (insert.step()) continue;
}

}  // namespace

TEST_CASE("what was recorded on one database runs the same on another", "[bench]") {
    const ScratchFolder scratch;
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    Database other{scratch / "other.db", flags};
    other.execute(schema);
    TapeRecorder recorder;
    Database first{scratch / "first.db", flags};
    first.execute(schema);

    recorder.start();
    insert_awkward_values(first);
    const Tape tape = recorder.stop();
    first.execute("COMMIT");
    CHECK(tape.calls.size() == 3);  // what the trigger ran is not among them

    TapePlayer player{scratch / "other.db"};
    player.play(tape, TapePlayer::End::roll_back);
    CHECK(rows_of(other, "SELECT * FROM note").empty());
    player.play(tape, TapePlayer::End::commit);
    for (const char* query : {"SELECT * FROM note ORDER BY id", "SELECT * FROM heard"}) {
        const auto expected = rows_of(first, query);
        CHECK(expected.size() == 2);
        CHECK(rows_of(other, query) == expected);
    }
}
