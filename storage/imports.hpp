/// Past imports: which rows of the journal each one wrote.
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

enum class ImportId : std::int64_t {};

struct PastImport {
    ImportId id{};
    Instant at{};
    std::int64_t uid{-1};
    std::string files;  ///< names, a line break between
    std::string layouts;
    bool baseline{};
    int rows{};
    int added{};
    int changed{};
    JournalSeq first{};
    JournalSeq last{};
    std::optional<Instant> undone_at{};
    std::int64_t undone_by{-1};
    std::string undone_why{};
};

class Imports {
public:
    explicit Imports(sql::Connection& connection) : connection_{connection} {}

    /// `import.id` is ignored.
    ImportId add(const PastImport& import);
    [[nodiscard]] std::optional<PastImport> find(ImportId id);
    /// Newest first, at most `limit` with a smaller id than `before`; zero: from the newest.
    [[nodiscard]] std::vector<PastImport> list(std::int64_t before, int limit);
    void mark_undone(ImportId id, Instant now, std::int64_t uid, const std::string& why);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
