// Private to storage/: a row of the journal as it is stored, and the chain of hashes over its rows.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "storage/digest.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

/// Before it is understood; of a query, its texts end with its row.
struct JournalRow {
    std::int64_t seq{};
    std::int64_t recorded_at{};
    std::string_view effective_on;
    std::string_view certainty;
    std::string_view kind;
    std::string_view subject;
    std::string_view force;
    std::int64_t uid{};
    std::string_view client;
    std::string_view request;
    std::string_view reason;
    std::string_view source;
    std::string_view payload;
};

#define FW_JOURNAL_COLUMNS                                                                    \
    "seq, recorded_at, effective_on, certainty, kind, subject, force, uid, client, request, " \
    "reason, source, payload"

/// Every value with its length before it, so that no two rows share one text. `hash` is that of the
/// row before, and becomes that of this one. `scratch` is room, kept from row to row.
void hash_on(std::span<char, hash_size> hash, const JournalRow& row, std::string& scratch);

/// Where a look at the chain begins.
struct ChainStart {
    std::int64_t seq{};                  ///< of the first row
    std::array<char, hash_size> hash{};  ///< of the row before
    std::string scratch{};
};

/// Has the connection know the aggregate `chain_fault(columns, hash)`, which hashes rows as they
/// come: the columns of `FW_JOURNAL_COLUMNS`, and the hash that stands with them. It begins with
/// what `start` says at the time. Its value is the number of the first row that is not what was
/// recorded, minus the number of the first that is missing, or 0. To hand over each row would take
/// half as long again.
void define_chain_fault(sql::Connection& connection, ChainStart& start);

}  // namespace forcewatch
