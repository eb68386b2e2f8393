/// A backup that takes the place of the database.
///
/// What was sent since the backup is not in it, so the restored database sends nothing until
/// somebody lets it: it begins on hold. Its numbers come again for other alerts, so it has an
/// identity of its own: no message bears the id of one that was sent since, and no link in such a
/// message acts on what it was not made for. A stop at any point, also that of the machine, leaves
/// the old database or the new one, whole; where the old one is damaged, all of it is kept.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

struct Restored {
    std::filesystem::path kept;  ///< what was there before; empty: nothing was
    std::string reason;          ///< of the hold
    std::int64_t deliveries{};   ///< messages not yet delivered
    std::int64_t notices{};      ///< what people are to be told and is in no message yet
};

/// Puts a copy of `backup` at `database`. What is wrong with the backup, as `verify` tells it, is
/// the error, and nothing changed. Blocks for as long as a check of the backup takes. Throws
/// StoreError, with nothing changed: cause `in_use` while a daemon runs, `newer` for a backup of a
/// later release. `uid`: of the person who restores.
[[nodiscard]] tl::expected<Restored, std::vector<std::string>> restore(
    const std::filesystem::path& backup, const std::filesystem::path& database, std::int64_t uid,
    Instant now);

}  // namespace forcewatch
