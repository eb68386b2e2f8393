#include "storage/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/event_codec.hpp"
#include "storage/digest.hpp"
#include "storage/journal_row.hpp"
#include "storage/sql.hpp"

namespace forcewatch {

namespace {

Certainty certainty_from(std::string_view text) {
    if (text == "exact") return Certainty::exact;
    if (text == "partial") return Certainty::partial;
    if (text == "undated") return Certainty::undated;
    sql::corrupt(fmt::format("certainty {}", text));
}

JournalRow row_at(sql::Query& query) {
    return {query.number(0), query.number(1), query.view(2),   query.view(3), query.view(4),
            query.view(5),   query.view(6),   query.number(7), query.view(8), query.view(9),
            query.view(10),  query.view(11),  query.view(12)};
}

/// What folding asks of a row.
#define FW_FOLDED_COLUMNS "seq, effective_on, certainty, kind, force, payload"

EventsToFold::Row folded_row_at(sql::Query& query) {
    return {JournalSeq{query.number(0)},
            query.date(1),
            certainty_from(query.view(2)),
            query.view(3),
            query.view(4),
            query.view(5)};
}

Event decoded(JournalSeq seq, std::string_view kind, std::string_view payload) {
    auto event = decode(kind, payload);
    if (!event) sql::corrupt(fmt::format("journal row {}: {}", number_of(seq), event.error()));
    return std::move(*event);
}

Recorded understood(const JournalRow& row) {
    Recorded recorded;
    recorded.seq = JournalSeq{row.seq};
    recorded.recorded_at = Instant{std::chrono::seconds{row.recorded_at}};
    recorded.effective_on = sql::trusted(parse_date(row.effective_on));
    recorded.certainty = certainty_from(row.certainty);
    recorded.origin = {row.uid, std::string{row.client}, std::string{row.request},
                       std::string{row.reason}, std::string{row.source}};
    recorded.event = decoded(recorded.seq, row.kind, row.payload);
    recorded.force = row.force;
    return recorded;
}

constexpr auto append_sql = R"sql(
    INSERT INTO journal (seq, recorded_at, effective_on, certainty, kind, subject, force, uid, client, request,
                         reason, source, payload, hash)
    VALUES (:seq, :recorded_at, :effective_on, :certainty, :kind, :subject, :force, :uid, :client, :request,
            :reason, :source, :payload, :hash))sql";

constexpr auto head_sql = "SELECT seq, hash, recorded_at FROM journal ORDER BY seq DESC LIMIT 1";
constexpr auto knows_sql = "SELECT 1 FROM journal WHERE subject = :subject LIMIT 1";
constexpr auto knew_sql = "SELECT 1 FROM journal WHERE subject = :subject AND seq <= :seq LIMIT 1";
constexpr auto version_sql = "SELECT coalesce(max(seq), 0) FROM journal WHERE subject = :subject";
constexpr auto about_sql =
    "SELECT " FW_JOURNAL_COLUMNS " FROM journal WHERE subject = :subject ORDER BY seq";
constexpr auto latest_sql =
    "SELECT payload FROM journal WHERE subject = :subject AND kind = :kind ORDER BY seq DESC LIMIT "
    "1";
constexpr auto page_sql =
    "SELECT " FW_JOURNAL_COLUMNS " FROM journal WHERE seq > :cursor ORDER BY seq LIMIT :limit";
constexpr auto after_sql =
    "SELECT " FW_JOURNAL_COLUMNS " FROM journal WHERE seq > :before AND seq <= :last ORDER BY seq";
constexpr auto page_of_force_sql =
    "SELECT " FW_JOURNAL_COLUMNS
    " FROM journal WHERE force = :force AND seq > :cursor ORDER BY seq LIMIT :limit";
constexpr auto page_of_subject_sql =
    "SELECT " FW_JOURNAL_COLUMNS
    " FROM journal WHERE subject = :subject AND seq > :cursor AND (:force = '' OR force = :force)"
    " ORDER BY seq LIMIT :limit";
#define FW_KNOWN_THEN "effective_on <= :as_of AND recorded_at <= :known_at ORDER BY seq"
/// The statements of one walk: all rows; those of a force; those of none or several.
struct Walk {
    const char* all;
    const char* of_force;
    const char* common;
};
#define FW_JOURNAL_WALK(columns)                                                       \
    {                                                                                  \
        "SELECT " columns " FROM journal WHERE " FW_KNOWN_THEN,                        \
            "SELECT " columns " FROM journal WHERE force = :force AND " FW_KNOWN_THEN, \
            "SELECT " columns " FROM journal WHERE force = '' AND " FW_KNOWN_THEN      \
    }
constexpr Walk visit_walk FW_JOURNAL_WALK(FW_JOURNAL_COLUMNS);
constexpr Walk folding_walk FW_JOURNAL_WALK(FW_FOLDED_COLUMNS);
constexpr auto count_sql =
    "SELECT (SELECT count(*) FROM journal WHERE force = :force) +"
    " (SELECT count(*) FROM journal WHERE force = '')";
constexpr auto withdrawals_sql =
    "SELECT " FW_FOLDED_COLUMNS " FROM journal WHERE kind = :kind AND " FW_KNOWN_THEN;

/// Comes to each row of the walk in order of arrival.
template <typename Take>
void each_row(sql::Connection& connection, const Walk& walk, Date as_of, Instant known_at,
              const std::string& force, Take&& take) {
    const auto begin = [&](sql::Query& query) {
        return query.bind(":as_of", as_of).bind(":known_at", known_at).next();
    };
    const auto hand_over = [&](sql::Query& query) {
        take(query);
        return query.next();
    };
    if (force.empty()) {
        sql::Query all{connection, walk.all};
        for (bool more = begin(all); more;) more = hand_over(all);
        return;
    }
    // The index has both in order; asked for together, they would be sorted again.
    sql::Query own{connection, walk.of_force};
    sql::Query common{connection, walk.common};
    own.bind(":force", force);
    bool more_own = begin(own);
    bool more_common = begin(common);
    while (more_own || more_common)
        if (!more_common || (more_own && own.number(0) < common.number(0)))
            more_own = hand_over(own);
        else
            more_common = hand_over(common);
}

constexpr auto heard_sql =
    "SELECT recorded_at FROM journal WHERE force = :force ORDER BY seq DESC LIMIT 1";
// In the order of the table, which is that of the numbers; in any other, rows would be missing.
constexpr auto chain_sql =
    "SELECT chain_fault(" FW_JOURNAL_COLUMNS ", hash) FROM journal NOT INDEXED WHERE seq >= :first";
constexpr auto hash_sql = "SELECT hash FROM journal WHERE seq = :seq";

}  // namespace

Journal::Journal(sql::Connection& connection)
    : connection_{connection}, chain_start_{std::make_unique<ChainStart>()} {
    define_chain_fault(connection, *chain_start_);
    read_head();
}

void Journal::read_head() {
    sql::Query query{connection_, head_sql};
    if (query.next()) {
        last_.head.seq = JournalSeq{query.number(0)};
        last_.head.hash = query.text(1);
        last_.recorded_at = query.instant(2);
    } else {
        last_.head.seq = JournalSeq{0};
        last_.head.hash = std::string(32, '\0');
        last_.recorded_at = Instant{};
    }
}

std::optional<Instant> Journal::newest_at() const {
    return number_of(last_.head.seq) > 0 ? std::optional{last_.recorded_at} : std::nullopt;
}

JournalSeq Journal::append(const Recorded& recorded) {
    const Instant at = std::max(recorded.recorded_at, last_.recorded_at);
    const auto effective_on = text_of(recorded.effective_on);
    const auto subject = subject_of(recorded.event);
    const auto payload = encode(recorded.event);
    const JournalRow row{number_of(last_.head.seq) + 1,
                         at.time_since_epoch().count(),
                         effective_on,
                         text_of(recorded.certainty),
                         kind_of(recorded.event),
                         subject,
                         recorded.force,
                         recorded.origin.uid,
                         recorded.origin.client,
                         recorded.origin.request,
                         recorded.origin.reason,
                         recorded.origin.source,
                         payload};
    std::string hash = last_.head.hash;
    hash_on(std::span<char, hash_size>{hash.data(), hash_size}, row, chain_start_->scratch);
    sql::Query query{connection_, append_sql};
    query.bind(":seq", row.seq)
        .bind(":recorded_at", row.recorded_at)
        .bind(":effective_on", effective_on)
        .bind_copy(":certainty", row.certainty)
        .bind_copy(":kind", row.kind)
        .bind(":subject", subject)
        .bind(":force", recorded.force)
        .bind(":uid", row.uid)
        .bind(":client", recorded.origin.client)
        .bind(":request", recorded.origin.request)
        .bind(":reason", recorded.origin.reason)
        .bind(":source", recorded.origin.source)
        .bind(":payload", payload)
        .bind_blob(":hash", hash)
        .run();
    last_.head.seq = JournalSeq{row.seq};
    last_.head.hash = std::move(hash);
    last_.recorded_at = at;
    return last_.head.seq;
}

Journal::~Journal() = default;

bool Journal::knows(const std::string& subject) const {
    sql::Query query{connection_, knows_sql};
    return query.bind(":subject", subject).next();
}

bool Journal::knew(const std::string& subject, JournalSeq seq) const {
    sql::Query query{connection_, knew_sql};
    return query.bind(":subject", subject).bind(":seq", number_of(seq)).next();
}

std::int64_t Journal::version_of(const std::string& subject) const {
    sql::Query query{connection_, version_sql};
    return query.bind(":subject", subject).next() ? query.number(0) : 0;
}

std::vector<Recorded> Journal::about(const std::string& subject) const {
    std::vector<Recorded> events;
    sql::Query query{connection_, about_sql};
    query.bind(":subject", subject);
    while (query.next()) events.push_back(understood(row_at(query)));
    return events;
}

std::optional<std::string> Journal::latest(const std::string& subject,
                                           std::string_view kind) const {
    sql::Query query{connection_, latest_sql};
    query.bind(":subject", subject).bind_copy(":kind", kind);
    return query.next() ? std::optional{query.text(0)} : std::nullopt;
}

std::vector<Recorded> Journal::page(JournalSeq cursor, int limit,
                                    const JournalFilter& filter) const {
    std::vector<Recorded> events;
    const bool of_subject = !filter.subject.empty();
    const bool of_force = !filter.force.empty();
    sql::Query query{connection_, of_subject ? page_of_subject_sql
                                  : of_force ? page_of_force_sql
                                             : page_sql};
    query.bind(":cursor", number_of(cursor)).bind(":limit", limit);
    if (of_subject) query.bind(":subject", filter.subject);
    if (of_subject || of_force) query.bind(":force", filter.force);
    while (query.next()) events.push_back(understood(row_at(query)));
    return events;
}

void Journal::each_after(JournalSeq before, JournalSeq last,
                         const std::function<void(Recorded&&)>& visit) const {
    sql::Query query{connection_, after_sql};
    query.bind(":before", number_of(before)).bind(":last", number_of(last));
    while (query.next()) visit(understood(row_at(query)));
}

void Journal::visit(Date as_of, Instant known_at, const std::string& force,
                    const std::function<void(Recorded&&)>& visit) const {
    each_row(connection_, visit_walk, as_of, known_at, force,
             [&](sql::Query& query) { visit(understood(row_at(query))); });
}

EventsToFold Journal::to_fold(Date as_of, Instant known_at, const std::string& force) const {
    EventsToFold events;
    events.expect(static_cast<std::size_t>(rows_about(force)));
    each_row(connection_, folding_walk, as_of, known_at, force,
             [&](sql::Query& query) { events.add(folded_row_at(query)); });
    return events;
}

std::int64_t Journal::rows_about(const std::string& force) const {
    if (force.empty()) return number_of(head());
    sql::Query query{connection_, count_sql};
    return query.bind(":force", force).next() ? query.number(0) : 0;
}

std::vector<EventsWithdrawn> Journal::withdrawals(Date as_of, Instant known_at) const {
    std::vector<EventsWithdrawn> found;
    sql::Query query{connection_, withdrawals_sql};
    query.bind_copy(":kind", EventsWithdrawn::kind)
        .bind(":as_of", as_of)
        .bind(":known_at", known_at);
    while (query.next()) {
        const auto row = folded_row_at(query);
        found.push_back(std::get<EventsWithdrawn>(decoded(row.seq, row.kind, row.payload)));
    }
    return found;
}

std::optional<Instant> Journal::heard_at(const std::string& force) const {
    sql::Query query{connection_, heard_sql};
    return query.bind(":force", force).next() ? std::optional{query.instant(0)} : std::nullopt;
}

std::optional<JournalFault> Journal::verify_from(JournalSeq first, const std::string& hash) const {
    sql::Query query{connection_, chain_sql};
    chain_start_->seq = number_of(first);
    std::copy(hash.begin(), hash.end(), chain_start_->hash.begin());
    query.bind(":first", number_of(first)).next();
    const auto fault = query.number(0);
    if (fault < 0) return JournalFault{JournalSeq{-fault}, "this row is missing"};
    if (fault > 0) return JournalFault{JournalSeq{fault}, "this row is not what was recorded"};
    return std::nullopt;
}

std::optional<JournalFault> Journal::verify() const {
    return verify_from(JournalSeq{1}, std::string(32, '\0'));
}

std::optional<JournalFault> Journal::verify_tail(int count) const {
    const auto first = std::max<std::int64_t>(1, number_of(last_.head.seq) - count + 1);
    if (first == 1) return verify();
    const auto before = hash_at(JournalSeq{first - 1});
    if (!before) return JournalFault{JournalSeq{first - 1}, "this row is missing"};
    return verify_from(JournalSeq{first}, *before);
}

std::optional<std::string> Journal::hash_at(JournalSeq seq) const {
    sql::Query query{connection_, hash_sql};
    query.bind(":seq", number_of(seq));
    return query.next() ? std::optional{query.text(0)} : std::nullopt;
}

std::string text_of(const JournalHead& head) {
    return fmt::format("{}:{}", number_of(head.seq), hex(head.hash));
}

Expected<JournalHead> parse_journal_head(std::string_view text) {
    const auto fault = tl::unexpected(
        Problem{"expected SEQ:HASH, a row's number and the 64 hexadecimal digits of its hash"});
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.size() - colon - 1 != 64) return fault;
    std::int64_t seq = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, seq);
    if (error != std::errc{} || end != text.data() + colon || seq < 1) return fault;
    JournalHead head{JournalSeq{seq}, {}};
    for (auto at = colon + 1; at < text.size(); at += 2) {
        unsigned byte = 0;
        const char* const pair = text.data() + at;
        const auto [stop, wrong] = std::from_chars(pair, pair + 2, byte, 16);
        if (wrong != std::errc{} || stop != pair + 2) return fault;
        head.hash += static_cast<char>(byte);
    }
    return head;
}

}  // namespace forcewatch
