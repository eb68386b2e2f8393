/// The append-only journal with its hash chain: what happened, who said so, and in which order.
///
/// Each row's hash covers the row and the hash before it, so a changed, removed or swapped row
/// shows. Nothing in the program updates or deletes rows, and triggers refuse it.
///
/// Owner:  Store.   Thread: the loop thread; `JournalReader` on a connection of its own.
/// Blocks: one local statement.   Fails: throws StoreError.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/event.hpp"
#include "storage/events_to_fold.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

struct ChainStart;

struct JournalFault {
    JournalSeq seq{};
    std::string what;
};

/// Where the journal stood at some time: whoever noted it can tell later whether rows were cut off.
struct JournalHead {
    JournalSeq seq{};
    std::string hash;  ///< 32 bytes
};
/// "SEQ:HASH", the hash in hexadecimal.
[[nodiscard]] std::string text_of(const JournalHead& head);
[[nodiscard]] Expected<JournalHead> parse_journal_head(std::string_view text);

struct JournalFilter {
    std::string force;    ///< empty: all
    std::string subject;  ///< empty: all
};

class Journal {
public:
    explicit Journal(sql::Connection& connection);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Appends and returns the row's number. `recorded.seq` is ignored; `recorded_at` is raised to
    /// that of the row before, so that it never decreases.
    JournalSeq append(const Recorded& recorded);

    [[nodiscard]] bool knows(const std::string& subject) const;
    /// Whether it did when the journal stood at `seq`.
    [[nodiscard]] bool knew(const std::string& subject, JournalSeq seq) const;
    /// Number of the last event about a subject; 0: there is none.
    [[nodiscard]] std::int64_t version_of(const std::string& subject) const;
    /// All events about one subject, in order of arrival.
    [[nodiscard]] std::vector<Recorded> about(const std::string& subject) const;
    /// The payload of the latest event of `kind` about `subject`.
    [[nodiscard]] std::optional<std::string> latest(const std::string& subject,
                                                    std::string_view kind) const;
    /// At most `limit` rows after `cursor`, oldest first.
    [[nodiscard]] std::vector<Recorded> page(JournalSeq cursor, int limit,
                                             const JournalFilter& filter) const;
    /// Hands the rows after `before`, up to `last`, to `visit`, oldest first; it records nothing.
    void each_after(JournalSeq before, JournalSeq last,
                    const std::function<void(Recorded&&)>& visit) const;
    /// Hands every event with `effective_on <= as_of` and `recorded_at <= known_at` to `visit`,
    /// in order of arrival.
    void visit(Date as_of, Instant known_at, const std::string& force,
               const std::function<void(Recorded&&)>& visit) const;
    /// The same events to be folded.
    [[nodiscard]] EventsToFold to_fold(Date as_of, Instant known_at,
                                       const std::string& force) const;
    /// What was withdrawn up to then, of all forces.
    [[nodiscard]] std::vector<EventsWithdrawn> withdrawals(Date as_of, Instant known_at) const;
    /// When anything was last recorded about the force.
    [[nodiscard]] std::optional<Instant> heard_at(const std::string& force) const;
    /// Recomputes the chain; empty: it holds. Also refuses a gap in the numbers.
    [[nodiscard]] std::optional<JournalFault> verify() const;
    /// Checks only the last `count` rows: enough for a start.
    [[nodiscard]] std::optional<JournalFault> verify_tail(int count) const;
    [[nodiscard]] JournalSeq head() const { return last_.head.seq; }
    [[nodiscard]] JournalHead where() const { return last_.head; }
    /// Others may have appended rows.
    void look_again() { read_head(); }
    /// When the last row was recorded; empty: there is none.
    [[nodiscard]] std::optional<Instant> newest_at() const;
    /// As stored; empty: there is no such row.
    [[nodiscard]] std::optional<std::string> hash_at(JournalSeq seq) const;
    /// The last row: number, hash and when.
    class Mark {
        friend class Journal;
        JournalHead head;
        Instant recorded_at{};
    };
    [[nodiscard]] const Mark& mark() const { return last_; }
    /// What was appended since is undone with the transaction around it. Asks the database nothing,
    /// which may be what failed.
    void go_back(Mark&& mark) { last_ = std::move(mark); }

private:
    void read_head();
    /// Of that force, and of none or several; of all, where it is empty.
    [[nodiscard]] std::int64_t rows_about(const std::string& force) const;
    [[nodiscard]] std::optional<JournalFault> verify_from(JournalSeq first,
                                                          const std::string& hash) const;

    sql::Connection& connection_;
    Mark last_;
    std::unique_ptr<ChainStart> chain_start_;  ///< where SQLite looks for it
};

}  // namespace forcewatch
