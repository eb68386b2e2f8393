// The silences and planned pauses of AlertCare.
#include "storage/alert_care.hpp"
#include "storage/lines.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

#define FW_SILENCE "SELECT id, matchers, from_at, until_at, author, reason, ended FROM silence "
#define FW_PAUSE "SELECT id, force, area, from_on, until_on, author, reason, ended FROM pause "

constexpr auto add_silence_sql = R"sql(
    INSERT INTO silence (matchers, from_at, until_at, author, reason, ended)
    VALUES (:matchers, :from_at, :until_at, :author, :reason, 0))sql";
constexpr auto silence_sql = FW_SILENCE "WHERE id = :id";
constexpr auto silences_sql =
    FW_SILENCE "WHERE id < :before AND (:all = 1 OR ended = 0) ORDER BY id DESC LIMIT :limit";
constexpr auto end_silence_sql = "UPDATE silence SET until_at = min(until_at, :at) WHERE id = :id";
constexpr auto over_silences_sql =
    FW_SILENCE "WHERE ended = 0 AND until_at <= :now ORDER BY until_at";
constexpr auto see_silence_sql = "UPDATE silence SET ended = 1 WHERE id = :id";
constexpr auto next_silence_sql =
    "SELECT until_at FROM silence WHERE ended = 0 ORDER BY until_at LIMIT 1";
constexpr auto add_pause_sql = R"sql(
    INSERT INTO pause (force, area, from_on, until_on, author, reason, ended)
    VALUES (:force, :area, :from_on, :until_on, :author, :reason, 0))sql";
constexpr auto pause_sql = FW_PAUSE "WHERE id = :id";
constexpr auto pauses_sql =
    FW_PAUSE "WHERE id < :before AND (:all = 1 OR ended = 0) ORDER BY id DESC LIMIT :limit";
constexpr auto end_pause_sql = "UPDATE pause SET until_on = min(until_on, :on) WHERE id = :id";
constexpr auto over_pauses_sql =
    FW_PAUSE "WHERE ended = 0 AND until_on <= :today ORDER BY until_on";
constexpr auto see_pause_sql = "UPDATE pause SET ended = 1 WHERE id = :id";
constexpr auto next_pause_sql =
    "SELECT until_on FROM pause WHERE ended = 0 ORDER BY until_on LIMIT 1";

#undef FW_SILENCE
#undef FW_PAUSE

std::vector<Silence> silences_of(Query& query) {
    std::vector<Silence> found;
    while (query.next())
        found.push_back({query.number(0), split_lines(query.text(1)), query.instant(2),
                         query.instant(3), query.text(4), query.text(5), query.number(6) != 0});
    return found;
}

std::vector<Pause> pauses_of(Query& query) {
    std::vector<Pause> found;
    while (query.next())
        found.push_back({query.number(0), query.text(1), query.text(2), query.date(3),
                         query.date(4), query.text(5), query.text(6), query.number(7) != 0});
    return found;
}

template <typename T>
std::optional<T> first_of(std::vector<T> found) {
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

/// Runs `sql` for the number of each.
template <typename T>
void mark_each(sql::Connection& connection, const char* sql, const std::vector<T>& all) {
    for (const auto& each : all) {
        Query query{connection, sql};
        query.bind(":id", each.id).run();
    }
}

}  // namespace

std::int64_t AlertCare::add(const Silence& silence) {
    Query query{connection_, add_silence_sql};
    query.bind_copy(":matchers", join_lines(silence.matchers))
        .bind(":from_at", silence.from_at)
        .bind(":until_at", silence.until_at)
        .bind(":author", silence.author)
        .bind(":reason", silence.reason)
        .run();
    return connection_.last_id();
}

std::optional<Silence> AlertCare::silence(std::int64_t id) const {
    Query query{connection_, silence_sql};
    query.bind(":id", id);
    return first_of(silences_of(query));
}

std::vector<Silence> AlertCare::silences(bool all, int limit, std::int64_t before) const {
    Query query{connection_, silences_sql};
    query.bind(":all", std::int64_t{all}).bind(":limit", limit).bind(":before", before);
    return silences_of(query);
}

void AlertCare::end_silence(std::int64_t id, Instant at) {
    Query query{connection_, end_silence_sql};
    query.bind(":id", id).bind(":at", at).run();
}

std::int64_t AlertCare::add(const Pause& pause) {
    Query query{connection_, add_pause_sql};
    query.bind(":force", pause.force)
        .bind(":area", pause.area)
        .bind(":from_on", pause.from_on)
        .bind(":until_on", pause.until_on)
        .bind(":author", pause.author)
        .bind(":reason", pause.reason)
        .run();
    return connection_.last_id();
}

std::optional<Pause> AlertCare::pause(std::int64_t id) const {
    Query query{connection_, pause_sql};
    query.bind(":id", id);
    return first_of(pauses_of(query));
}

std::vector<Pause> AlertCare::pauses(bool all, int limit, std::int64_t before) const {
    Query query{connection_, pauses_sql};
    query.bind(":all", std::int64_t{all}).bind(":limit", limit).bind(":before", before);
    return pauses_of(query);
}

void AlertCare::end_pause(std::int64_t id, Date on) {
    Query query{connection_, end_pause_sql};
    query.bind(":id", id).bind(":on", on).run();
}

std::vector<Silence> AlertCare::take_ended_silences(Instant now) {
    std::vector<Silence> over;
    {
        Query query{connection_, over_silences_sql};
        query.bind(":now", now);
        over = silences_of(query);
    }
    mark_each(connection_, see_silence_sql, over);
    return over;
}

std::vector<Pause> AlertCare::take_ended_pauses(Date today) {
    std::vector<Pause> over;
    {
        Query query{connection_, over_pauses_sql};
        query.bind(":today", today);
        over = pauses_of(query);
    }
    mark_each(connection_, see_pause_sql, over);
    return over;
}

std::optional<Instant> AlertCare::next_silence_end() const {
    Query query{connection_, next_silence_sql};
    return query.next() ? std::optional{query.instant(0)} : std::nullopt;
}

std::optional<Date> AlertCare::next_pause_end() const {
    Query query{connection_, next_pause_sql};
    return query.next() ? std::optional{query.date(0)} : std::nullopt;
}

}  // namespace forcewatch
