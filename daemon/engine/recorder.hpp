/// Facts in: checks an event against what is known, gives it its place in time, appends it to the
/// journal and folds its subject anew.
///
/// Runs inside the caller's transaction; what a caller does not commit never was. Collects which
/// subjects must be evaluated again.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: EventFault for bad input; throws StoreError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/reconcile.hpp"
#include "daemon/engine/reference.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// Why an event is refused, for a person.
struct EventFault {
    enum class Kind { invalid, unknown, conflict };
    Kind kind{Kind::invalid};
    std::string field;  ///< of the event; empty: the event as a whole
    std::string what;
};

class Recorder {
public:
    Recorder(Store& store, Reference& reference, Instant now, Origin origin);

    /// Records `event`, whatever is known of its subject already.
    [[nodiscard]] tl::expected<void, EventFault> record(const Event& event);
    /// Records `event` unless the journal's latest of its kind and subject says the same.
    /// Returns whether anything was new.
    [[nodiscard]] tl::expected<bool, EventFault> upsert(const Event& event);
    /// Records `event` if nothing is known of its subject. Returns whether it did.
    [[nodiscard]] tl::expected<bool, EventFault> record_if_unknown(const Event& event);
    /// Records what a row says beyond what is known; returns the number of events.
    [[nodiscard]] tl::expected<int, EventFault> reconcile(const FindingRow& row);
    [[nodiscard]] tl::expected<int, EventFault> reconcile(const ActionRow& row);
    /// Where the next events come from, such as "actions.csv:17".
    void set_source(std::string source) { origin_.source = std::move(source); }

    /// Records the obligations that follow from the publications just recorded. Call once, last.
    void derive_obligations();
    /// Subjects to evaluate, as the agenda names them.
    [[nodiscard]] const std::set<std::string>& touched() const { return touched_; }
    /// True when areas, cycles or scales changed, which touches every track.
    [[nodiscard]] bool reference_changed() const { return reference_changed_; }
    [[nodiscard]] int recorded() const { return recorded_; }

private:
    struct Place {
        Date effective_on{};
        Certainty certainty{Certainty::exact};
    };
    tl::expected<int, EventFault> record_all(const std::vector<Event>& events);
    [[nodiscard]] Place place_of(const Event& event);
    [[nodiscard]] Place place_of_inspection(const std::string& programme, const std::string& cycle,
                                            const PartialDate& published);
    void append(const Event& event, const Place& place, const std::string& subject,
                const Origin& origin);
    void touch(const Event& event);
    void oblige(const ObligationDefined& definition, const Inspection& inspection,
                const Force& force);
    void retract_obligations(const std::string& inspection);

    Store& store_;
    Reference& reference_;
    Date today_;
    Instant now_;
    Origin origin_;
    std::set<std::string> touched_;
    std::set<std::string> published_;  ///< inspections whose obligations are to be derived
    bool definitions_changed_{};
    bool reference_changed_{};
    int recorded_{};
};

}  // namespace forcewatch
