#include "tests/bench/raw_rows.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

#include "storage/digest.hpp"
#include "storage/store.hpp"
#include "tests/bench/process.hpp"
#include "tests/bench/raw_sqlite.hpp"

namespace forcewatch::bench {

namespace {

/// Reads whole rows of one table and writes them again.
struct Table {
    Statement select;
    std::unique_ptr<Statement> insert;

    Table(Database& from, Database& to, const std::string& select_sql, const std::string& name)
        : select{from, select_sql} {
        std::string places = "?";
        for (int i = 1; i < select.columns(); ++i) places += ", ?";
        insert = std::make_unique<Statement>(
            to, fmt::format("INSERT INTO {} VALUES ({})", name, places));
    }
    [[nodiscard]] Row read(const Value& key) {
        select.bind(1, key);
        if (!select.step()) throw std::runtime_error{"the daemon did not record what it was given"};
        Row row = select.row();
        while (select.step()) continue;
        return row;
    }
    void write(const Row& row) {
        for (std::size_t i = 0; i < row.size(); ++i) insert->bind(static_cast<int>(i) + 1, row[i]);
        insert->step();
    }
};

constexpr std::size_t subject_column = 5;  // of the journal

/// A database with our schema and nothing in it.
std::filesystem::path with_schema(const std::filesystem::path& path) {
    const Store store{path};
    return path;
}

}  // namespace

struct RawInserts::Impl {
    Database from;
    Database to;
    Statement next{
        from,
        "SELECT seq FROM journal WHERE kind = 'action-planned' AND seq > ? ORDER BY seq LIMIT ?"};
    Table journal{from, to, "SELECT * FROM journal WHERE seq = ?", "journal"};
    Table action{from, to, "SELECT * FROM action WHERE subject = ?", "action"};
    Table agenda{from, to, "SELECT * FROM agenda WHERE subject = ?", "agenda"};
    std::int64_t last{};
    std::string bytes;
    std::string hash = std::string(32, '\0');

    struct Item {
        Row journal, action, agenda;
    };

    Impl(const std::filesystem::path& source, const std::filesystem::path& target)
        : from{source, SQLITE_OPEN_READONLY}, to{with_schema(target), SQLITE_OPEN_READWRITE} {}

    std::vector<Item> read(std::size_t count) {
        std::vector<std::int64_t> numbers;
        next.bind(1, last);
        next.bind(2, static_cast<std::int64_t>(count));
        while (next.step()) numbers.push_back(next.row().front().number);
        if (numbers.size() != count)
            throw std::runtime_error{"the daemon recorded fewer rows than expected"};
        last = numbers.back();
        std::vector<Item> items;
        for (const auto number : numbers) {
            Item item;
            item.journal = journal.read({SQLITE_INTEGER, number, {}});
            item.action = action.read(item.journal[subject_column]);
            item.agenda = agenda.read(item.journal[subject_column]);
            items.push_back(std::move(item));
        }
        return items;
    }

    /// The chain of the journal: every column but the last, which takes the hash.
    void chain(Row& row) {
        bytes.assign(hash);
        for (std::size_t i = 0; i + 1 < row.size(); ++i) {
            if (row[i].type == SQLITE_INTEGER)
                fmt::format_to(std::back_inserter(bytes), "{},", row[i].number);
            else
                fmt::format_to(std::back_inserter(bytes), "{}:{}", row[i].text.size(), row[i].text);
        }
        hash = sha256(bytes);
        row.back().text = hash;
    }
};

RawInserts::RawInserts(const std::filesystem::path& from, const std::filesystem::path& to)
    : impl_{std::make_unique<Impl>(from, to)} {}
RawInserts::~RawInserts() = default;

Sample RawInserts::insert(std::size_t count, std::size_t batch) {
    auto items = impl_->read(count);
    Sample sample{static_cast<double>(count), -wall_seconds(), -own_cpu_seconds()};
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i % batch == 0) impl_->to.execute("BEGIN IMMEDIATE");
        impl_->chain(items[i].journal);
        impl_->journal.write(items[i].journal);
        impl_->action.write(items[i].action);
        impl_->agenda.write(items[i].agenda);
        if ((i + 1) % batch == 0 || i + 1 == items.size()) impl_->to.execute("COMMIT");
    }
    sample.seconds += wall_seconds();
    sample.cpu_seconds += own_cpu_seconds();
    return sample;
}

struct RawPages::Impl {
    Database database;
    // The query of storage/fact_queries.cpp for a page of actions.
    Statement page{database, R"sql(
        SELECT subject, source, external_id, force, title, owner, contributors, findings, planned, deadline_kind,
               due, words, resolved_by, moves, state, updated_on, note
          FROM action WHERE (due_on, subject) > (?, '') AND due_on < '9999-12-32' ORDER BY due_on, subject LIMIT 100)sql"};

    explicit Impl(const std::filesystem::path& path) : database{path, SQLITE_OPEN_READONLY} {}
};

RawPages::RawPages(const std::filesystem::path& database)
    : impl_{std::make_unique<Impl>(database)} {}
RawPages::~RawPages() = default;

std::int64_t RawPages::read(const std::string& after_due_on) {
    std::int64_t bytes = 0;
    impl_->page.bind(1, after_due_on);
    while (impl_->page.step()) bytes += impl_->page.take_columns();
    return bytes;
}

}  // namespace forcewatch::bench
