/// Once a week, while silences are in force: which of them hide alerts, and which hide nothing.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <optional>

#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/reference.hpp"

namespace forcewatch {

class SilenceList {
public:
    SilenceList(Store& store, Reference& reference, Instant now)
        : store_{store}, reference_{reference}, now_{now} {}

    /// A silence was set: the list comes next Monday at nine, unless it is awaited already.
    void expect();
    /// Empty: no silence is in force.
    [[nodiscard]] static std::optional<Instant> next_at(const Store& store);
    /// Tells of the silences where the list is due; false: it is not.
    bool run(AlertBook& book);

private:
    [[nodiscard]] Instant next_monday() const;
    [[nodiscard]] std::string words_for(const Silence& silence);

    Store& store_;
    Reference& reference_;
    Instant now_;
};

}  // namespace forcewatch
