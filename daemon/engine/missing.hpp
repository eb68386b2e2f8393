/// What a file does not name although its scope holds it: absence, which by itself closes nothing.
///
/// The scope of findings is each force that the file names findings of; that of actions, each
/// source and force. Only what is open can be missing. Thread: the loop thread.   Fails: throws
/// StoreError.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/reconcile.hpp"
#include "storage/store.hpp"

namespace forcewatch {

struct Missing {
    std::vector<std::string> subjects;  ///< in order; at most as many as asked for
    int count{};                        ///< of all that is missing
    int scope{};                        ///< how many open items the scope holds
    [[nodiscard]] int percent() const {
        return scope == 0 ? 0 : static_cast<int>(std::int64_t{count} * 100 / scope);
    }
};

/// Asked once the file was taken.
[[nodiscard]] Missing missing_of(Store& store, const std::set<std::string>& named,
                                 std::size_t most);

/// What closes these on `today`: findings as the inspectorate's word, recommendations before their
/// cause of concern; actions as cancelled.
[[nodiscard]] std::vector<ImportRow> closings_of(Store& store, const Missing& missing, Date today,
                                                 const std::string& file);

}  // namespace forcewatch
