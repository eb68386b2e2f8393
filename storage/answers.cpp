#include "storage/answers.hpp"

#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

constexpr auto find_sql = R"sql(
    SELECT request, status, version, body, made_at FROM answer WHERE user = :user AND key = :key)sql";
constexpr auto keep_sql = R"sql(
    INSERT OR REPLACE INTO answer (user, key, request, status, version, body, made_at)
    VALUES (:user, :key, :request, :status, :version, :body, :made_at))sql";
constexpr auto forget_sql = "DELETE FROM answer WHERE made_at < :limit";

}  // namespace

std::optional<KeptAnswer> Answers::find(std::int64_t user, const std::string& key) const {
    Query query{connection_, find_sql};
    if (!query.bind(":user", user).bind(":key", key).next()) return std::nullopt;
    return KeptAnswer{
        user,          key,           query.text(0),   static_cast<int>(query.number(1)),
        query.text(2), query.text(3), query.instant(4)};
}

void Answers::keep(const KeptAnswer& answer, Instant limit) {
    Query forget{connection_, forget_sql};
    forget.bind(":limit", limit).run();
    Query query{connection_, keep_sql};
    query.bind(":user", answer.user)
        .bind(":key", answer.key)
        .bind(":request", answer.request)
        .bind(":status", answer.status)
        .bind(":version", answer.version)
        .bind(":body", answer.body)
        .bind(":made_at", answer.made_at)
        .run();
}

}  // namespace forcewatch
