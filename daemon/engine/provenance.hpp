/// Where the facts come from that the rules judge something by: document and row, import, and who.
///
/// Thread: any, with a store of its own.   Blocks: as long as the journal of a few subjects takes.
/// Fails: throws StoreError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/engine/judging.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// Subjects of the facts that count for an alert's subject, such as a finding, its publication and
/// the owner of an action; `facts` as they stand on the day that is asked about.
[[nodiscard]] std::vector<std::string> facts_behind(FactSource& facts, const std::string& about);

/// One entry of the journal that gave such a fact.
struct Citation {
    Recorded recorded;               ///< with who (`origin.uid`) and from where (`origin.source`)
    std::optional<ImportId> import;  ///< whose rows it is among; empty: nobody imported it
    std::string url;                 ///< of the source document, where the event has one
};

/// What gave the present word on `subjects` until `on`, as far as was known at `known_at`: of each
/// subject the latest entry of each kind, and every grade of a judgement; by the day it took
/// effect. What was withdrawn is left out.
[[nodiscard]] std::vector<Citation> citations_of(Store& store,
                                                 const std::vector<std::string>& subjects, Date on,
                                                 Instant known_at);

}  // namespace forcewatch
