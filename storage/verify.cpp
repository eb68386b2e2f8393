#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
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

/// A folder that only we may enter, with an empty file in it; gone at the end, whatever happens.
class ScratchFile {
public:
    ScratchFile() {
        std::string pattern = std::filesystem::temp_directory_path() / "forcewatch-verify-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) refuse(pattern);
        folder_ = pattern;
        const int file = ::open(path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0) refuse(path());
        ::close(file);
    }
    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    [[nodiscard]] std::string path() const { return folder_ / "folded.db"; }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        const int cause = errno;
        std::error_code ignored;
        if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
        throw StoreError{StoreError::Cause::other,
                         fmt::format("{}: cannot be made: {}", what, std::strerror(cause))};
    }
    std::filesystem::path folder_;
};

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

void check_journal(const Journal& journal, const std::optional<JournalHead>& expected,
                   std::vector<std::string>& faults) {
    if (const auto fault = journal.verify())
        faults.push_back(fmt::format("journal row {}: {}", number_of(fault->seq), fault->what));
    if (!expected) return;
    const auto hash = journal.hash_at(expected->seq);
    if (!hash)
        faults.push_back(fmt::format("journal row {}: this row is missing, though it was there",
                                     number_of(expected->seq)));
    else if (*hash != expected->hash)
        faults.push_back(fmt::format("journal row {}: this row is not the one that was noted",
                                     number_of(expected->seq)));
}

/// A scratch database that holds what the journal alone gives.
void fold_into(const Journal& journal, Store& scratch) {
    auto events = journal.to_fold(end_of_time_on, end_of_time_at, {});
    std::set<std::string> subjects;
    Facts facts;
    for (Recorded event; events.next(event);) {
        subjects.insert(subject_of(event.event));
        apply(facts, std::move(event));
    }
    Store::Transaction transaction{scratch};
    for (const auto& subject : subjects) scratch.facts().replace(subject, facts, false);
    transaction.commit();
}

/// What `columns` of one database hold and the other does not, both ways.
template <typename Tell>
void differences(SQLite::Database& both, std::string_view columns, std::string_view table,
                 std::string_view where, const Tell& tell) {
    for (const bool surplus : {true, false}) {
        SQLite::Statement difference{
            both,
            fmt::format("SELECT {0} FROM {1}.{3}{4} EXCEPT SELECT {0} FROM {2}.{3}{4} LIMIT 5",
                        columns, surplus ? "main" : "folded", surplus ? "folded" : "main", table,
                        where)};
        while (difference.executeStep()) tell(difference, surplus);
    }
}

void compare_facts(SQLite::Database& both, std::vector<std::string>& faults) {
    for (const char* table : fact_tables)
        differences(both, "*", table, "", [&](SQLite::Statement& row, bool surplus) {
            faults.push_back(fmt::format(
                "table {}: \"{}\" {}", table, row.getColumn(0).getString(),
                surplus ? "is not what the journal says" : "lacks what the journal says"));
        });
}

/// The scratch database counted its items as they were written; so must ours have.
void compare_counts(SQLite::Database& both, std::vector<std::string>& faults) {
    differences(
        both, "item, due_on, open_items", "due_count", " WHERE open_items <> 0",
        [&](SQLite::Statement& row, bool surplus) {
            if (surplus)
                faults.push_back(
                    fmt::format("table due_count: {} open of kind {} for {} is not what there is",
                                row.getColumn(2).getInt64(), row.getColumn(0).getString(),
                                row.getColumn(1).getString()));
            else
                faults.push_back(fmt::format(
                    "table due_count: lacks {} open of kind {} for {}", row.getColumn(2).getInt64(),
                    row.getColumn(0).getString(), row.getColumn(1).getString()));
        });
}

/// Counts that are kept, against what they count.
void compare_kept_counts(SQLite::Database& both, std::vector<std::string>& faults) {
    constexpr auto of_parcels = R"sql(
        SELECT column1, coalesce(parcels, 0),
               (SELECT count(*) FROM main.outbox AS o WHERE o.state = column1 AND o.state <> 'sent') AS there
          FROM (VALUES ('pending'), ('unknown'), ('dead'), ('dismissed'))
               LEFT JOIN main.outbox_count ON state = column1 WHERE parcels IS NOT there)sql";
    constexpr auto of_alerts = R"sql(
        SELECT column1, coalesce(alerts, 0),
               (SELECT count(*) FROM main.alert AS a WHERE a.severity = column1 AND a.closed_at IS NULL) AS there
          FROM (VALUES ('info'), ('warning'), ('critical'))
               LEFT JOIN main.alert_count AS c ON c.severity = column1 WHERE alerts IS NOT there)sql";
    const auto compare = [&](const char* sql, std::string_view table, std::string_view what) {
        SQLite::Statement wrong{both, sql};
        while (wrong.executeStep())
            faults.push_back(fmt::format(
                "table {}: {} {} {}, but there are {}", table, wrong.getColumn(1).getInt64(),
                wrong.getColumn(0).getString(), what, wrong.getColumn(2).getInt64()));
    };
    compare(of_parcels, "outbox_count", "messages");
    compare(of_alerts, "alert_count", "alerts");
    SQLite::Statement bare{both,
                           "SELECT id FROM main.outbox WHERE NOT EXISTS (SELECT 1 FROM "
                           "main.parcel_body AS b WHERE b.outbox = outbox.id) LIMIT 10"};
    while (bare.executeStep())
        faults.push_back(
            fmt::format("table parcel_body: message {} is missing", bare.getColumn(0).getInt64()));
}

/// Tables, indexes and triggers as the migrations made them: a dropped trigger lets the journal be
/// changed, a dropped index lets it slow down.
void compare_schema(SQLite::Database& both, std::vector<std::string>& faults) {
    differences(both, "type, name, tbl_name, sql", "sqlite_schema",
                " WHERE name NOT LIKE 'sqlite^_%' ESCAPE '^'",
                [&](SQLite::Statement& row, bool surplus) {
                    faults.push_back(fmt::format(
                        "schema: the {} \"{}\" {}", row.getColumn(0).getString(),
                        row.getColumn(1).getString(),
                        surplus ? "is not as this release makes it" : "is missing or was changed"));
                });
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

std::vector<std::string> verify(const std::filesystem::path& path,
                                const std::optional<JournalHead>& expected) {
    std::vector<std::string> faults;
    sql::translated([&] {
        const Store store{path, Store::Mode::read_only};
        SQLite::Database database{path.string(), SQLite::OPEN_READONLY, 5000};
        check_structure(database, faults);
        check_journal(store.journal(), expected, faults);
        if (!faults.empty()) return;
        const ScratchFile file;
        int newest = 0;
        {
            Store scratch{file.path()};
            newest = scratch.schema_version();
            fold_into(store.journal(), scratch);
        }
        SQLite::Database both{path.string(), SQLite::OPEN_READONLY, 5000};
        SQLite::Statement attach{both, "ATTACH :path AS folded"};
        attach.bind(":path", file.path());
        attach.executeStep();
        compare_facts(both, faults);
        if (store.schema_version() != newest) return;  // it will be brought up to date at the start
        compare_counts(both, faults);
        compare_kept_counts(both, faults);
        compare_schema(both, faults);
    });
    return faults;
}

}  // namespace forcewatch
