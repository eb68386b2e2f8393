#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <set>

#include "storage/sql.hpp"
#include "storage/store.hpp"

namespace forcewatch {

namespace {

constexpr std::array fact_tables{
    "reference",       "force",      "person",  "inspection",        "judgement",
    "judgement_grade", "stage_move", "finding", "exit_condition",    "condition_mark",
    "evidence",        "action",     "meeting", "deadline_revision", "obligation"};

constexpr Date end_of_time_on{std::chrono::year{9999} / std::chrono::December / 31};
constexpr Instant end_of_time_at{end_of_time_on.time_since_epoch()};

void check_structure(SQLite::Database& database, std::vector<std::string>& faults) {
    SQLite::Statement integrity{database, "PRAGMA integrity_check(20)"};
    while (integrity.executeStep()) {
        const auto line = integrity.getColumn(0).getString();
        if (line != "ok") faults.push_back("structure: " + line);
    }
    SQLite::Statement keys{database, "PRAGMA foreign_key_check"};
    while (keys.executeStep())
        faults.push_back(fmt::format("table {}: row {} points nowhere",
                                     keys.getColumn(0).getString(), keys.getColumn(1).getInt64()));
}

/// A scratch database that holds what the journal alone gives.
void fold_into(const Journal& journal, Store& scratch) {
    std::vector<Recorded> events;
    std::set<std::string> subjects;
    journal.visit(end_of_time_on, end_of_time_at, {}, [&](Recorded&& recorded) {
        subjects.insert(subject_of(recorded.event));
        events.push_back(std::move(recorded));
    });
    const Facts facts = fold(std::move(events));
    Store::Transaction transaction{scratch};
    for (const auto& subject : subjects) scratch.facts().replace(subject, facts, false);
    transaction.commit();
}

void compare(SQLite::Database& database, const std::string& other,
             std::vector<std::string>& faults) {
    database.exec("ATTACH '" + other + "' AS folded");
    for (const char* table : fact_tables)
        for (const auto& [left, right, what] :
             {std::tuple{"main", "folded", "is not what the journal says"},
              std::tuple{"folded", "main", "lacks what the journal says"}}) {
            SQLite::Statement difference{
                database, fmt::format("SELECT * FROM {0}.{2} EXCEPT SELECT * FROM {1}.{2} LIMIT 5",
                                      left, right, table)};
            while (difference.executeStep())
                faults.push_back(fmt::format("table {}: \"{}\" {}", table,
                                             difference.getColumn(0).getString(), what));
        }
}

}  // namespace

std::optional<std::string> quick_check(const std::filesystem::path& path,
                                       const std::stop_token& stopped) {
    return sql::translated([&]() -> std::optional<std::string> {
        SQLite::Database database{path.string(), SQLite::OPEN_READONLY, 5000};
        sqlite3_progress_handler(
            database.getHandle(), 10'000,
            [](void* token) {
                return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0;
            },
            const_cast<std::stop_token*>(&stopped));
        SQLite::Statement check{database, "PRAGMA quick_check(1)"};
        if (check.tryExecuteStep() != SQLITE_ROW || stopped.stop_requested()) return std::nullopt;
        const auto line = check.getColumn(0).getString();
        return line == "ok" ? std::nullopt : std::optional{"the database is damaged: " + line};
    });
}

std::vector<std::string> verify(const std::filesystem::path& path) {
    std::vector<std::string> faults;
    const auto scratch_path =
        std::filesystem::temp_directory_path() /
        fmt::format("forcewatch-verify-{}-{}.db", ::getpid(), ::time(nullptr));
    sql::translated([&] {
        SQLite::Database database{path.string(), SQLite::OPEN_READONLY, 5000};
        check_structure(database, faults);
        const Store store{path, Store::Mode::read_only};
        const Journal& journal = store.journal();
        if (const auto fault = journal.verify())
            faults.push_back(fmt::format("journal row {}: {}", number_of(fault->seq), fault->what));
        if (!faults.empty()) return;
        {
            Store scratch{scratch_path};
            fold_into(journal, scratch);
        }
        SQLite::Database both{path.string(), SQLite::OPEN_READONLY, 5000};
        compare(both, scratch_path.string(), faults);
    });
    for (const char* ending : {"", "-wal", "-shm", ".lock"})
        std::filesystem::remove(scratch_path.string() + ending);
    return faults;
}

}  // namespace forcewatch
