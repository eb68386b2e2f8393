/// What happens to open alerts by themselves: acknowledgements that end, reminders, escalation,
/// repeats, and the fallback where nobody took a message.
///
/// Each clock is a row, so a restart between any two moments goes on at the right one; what was
/// missed is caught up once.
///
/// Owner: Engine.   Thread: the loop thread.   Blocks: bounded by the limit.   Fails: throws
/// StoreError.
#pragma once

#include <functional>

#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/fact_sources.hpp"

namespace forcewatch {

class AlertClocks {
public:
    AlertClocks(Store& store, Reference& reference, const Settings& settings, Instant now)
        : store_{store},
          reference_{reference},
          facts_{store, reference},
          settings_{settings},
          book_{store, settings, now},
          now_{now} {}

    /// Called before the subject of an alert is judged.
    using Probe = std::function<void(const std::string& subject)>;
    /// Up to `limit` clocks that are due; false: none was. One that fails is tried again an hour
    /// later, and the others run all the same.
    bool run(int limit, const Probe& probe);
    /// Silences and pauses whose end has come: what they hid is looked at again. And once a week,
    /// the list of those that are in force.
    bool end_restraints();
    [[nodiscard]] const std::vector<AlertNews>& news() const { return book_.news(); }

    /// When any of it is due next; empty: nothing is.
    [[nodiscard]] static std::optional<Instant> next_at(Store& store);

private:
    void ring(const DueClock& due, const Probe& probe);
    void tell_of_fault(const DueClock& due, const std::string& why);
    void remind(const Alert& alert);
    void drop_acknowledgement(Alert alert, const std::string& why);
    void escalate(const Alert& alert);
    void repeat(const Alert& alert, Instant due_at);
    void fall_back(const Alert& alert);
    /// Puts into words how the alert stands today, whenever its rule was asked last.
    void refresh(Alert& alert);
    [[nodiscard]] ForceKind kind_of_force(const Alert& alert);

    Store& store_;
    Reference& reference_;
    StoreFacts facts_;
    const Settings& settings_;
    AlertBook book_;
    Instant now_;
};

}  // namespace forcewatch
