/// When each subject could next change its mind: nothing due, nothing read.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement.   Fails: throws
/// StoreError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

class Agenda {
public:
    explicit Agenda(sql::Connection& connection) : connection_{connection} {}

    /// Empty `due_at`: nothing can change by itself, and the subject leaves the agenda.
    void set(const std::string& subject, std::optional<Instant> due_at);
    /// Puts the subject down for now, whatever stands there.
    void touch(const std::string& subject, Instant now) { set(subject, now); }
    /// At most `limit` subjects due at or before `now`, longest due first.
    [[nodiscard]] std::vector<std::string> due(Instant now, int limit) const;
    [[nodiscard]] std::optional<Instant> next_due_at() const;
    /// All of it; for checks.
    [[nodiscard]] std::vector<std::pair<std::string, Instant>> all() const;

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
