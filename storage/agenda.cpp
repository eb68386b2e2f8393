#include "storage/agenda.hpp"

#include "storage/sql.hpp"

namespace forcewatch {

namespace {
constexpr auto set_sql = R"sql(
    INSERT INTO agenda (subject, due_at) VALUES (:subject, :due_at)
        ON CONFLICT (subject) DO UPDATE SET due_at = excluded.due_at)sql";
constexpr auto remove_sql = "DELETE FROM agenda WHERE subject = :subject";
constexpr auto due_sql =
    "SELECT subject FROM agenda WHERE due_at <= :now ORDER BY due_at, subject LIMIT :limit";
constexpr auto next_sql = "SELECT due_at FROM agenda ORDER BY due_at LIMIT 1";
constexpr auto all_sql = "SELECT subject, due_at FROM agenda ORDER BY subject";

}  // namespace

void Agenda::set(const std::string& subject, std::optional<Instant> due_at) {
    sql::Query query{connection_, due_at ? set_sql : remove_sql};
    query.bind(":subject", subject);
    if (due_at) query.bind(":due_at", *due_at);
    query.run();
}

std::vector<std::string> Agenda::due(Instant now, int limit) const {
    std::vector<std::string> subjects;
    sql::Query query{connection_, due_sql};
    query.bind(":now", now).bind(":limit", limit);
    while (query.next()) subjects.push_back(query.text(0));
    return subjects;
}

std::vector<std::pair<std::string, Instant>> Agenda::all() const {
    std::vector<std::pair<std::string, Instant>> entries;
    sql::Query query{connection_, all_sql};
    while (query.next()) entries.emplace_back(query.text(0), query.instant(1));
    return entries;
}

std::optional<Instant> Agenda::next_due_at() const {
    sql::Query query{connection_, next_sql};
    return query.next() ? std::optional{query.instant(0)} : std::nullopt;
}

}  // namespace forcewatch
