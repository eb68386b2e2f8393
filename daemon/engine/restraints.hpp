/// What holds back a notice now: an operator, another alert, a silence, a pause, an
/// acknowledgement, quiet hours.
///
/// Looked at each time a notice is due, and again when a reason ends; so no reason needs a case of
/// its own. What groups or gathers messages is `Release`'s.
///
/// Owner: Release.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include "config/settings.hpp"
#include "daemon/engine/fact_sources.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// Who holds all sending, since when, and why; empty: nobody.
[[nodiscard]] std::string held_words(const Store& store);

class Restraints {
public:
    Restraints(Store& store, Reference& reference, const Settings& settings, Instant now);

    /// Cause `none`: nothing does. `changes` are those that wait to be told.
    [[nodiscard]] Restraint on(const Alert& alert, const std::vector<Change>& changes,
                               const Destination& destination);
    /// The same but for the hold of all sending and for quiet hours.
    [[nodiscard]] Restraint muted(const Alert& alert, const std::vector<Change>& changes);
    /// Whether it is silenced or paused.
    [[nodiscard]] bool is_unwanted(const Alert& alert);
    /// The same as if the labels were those of an alert, without inhibition and acknowledgement:
    /// for trying a route.
    [[nodiscard]] Restraint on_labels(const Labels& labels, Severity severity,
                                      const Destination& destination);
    /// A planned pause that a statutory clock does not heed, in words; empty: none.
    [[nodiscard]] std::string noted_pause(const Alert& alert);
    /// What held back a notice until now, in words; empty: nothing worth telling.
    [[nodiscard]] std::string past_words(const Restraint& held);

private:
    [[nodiscard]] const Labels& labels(const Alert& alert);
    [[nodiscard]] Restraint inhibited(const Alert& alert);
    [[nodiscard]] Restraint silenced(const Labels& labels);
    [[nodiscard]] Restraint paused(const Labels& labels);
    [[nodiscard]] Restraint acknowledged(const Alert& alert);
    [[nodiscard]] Restraint quiet(Severity severity, const Destination& destination);
    [[nodiscard]] const Pause* pause_of(const Labels& labels);

    Store& store_;
    StoreFacts facts_;
    Reference& reference_;
    const Settings& settings_;
    Instant now_;
    Date today_;
    std::string hold_;
    struct InForce {
        Silence silence;
        std::vector<Matcher> matchers;
    };
    std::vector<InForce> silences_;
    std::vector<Pause> pauses_;
    std::optional<AlertId> labelled_;
    Labels labels_;
};

/// Statutory clocks run on, whatever is paused or gathered.
[[nodiscard]] bool is_statutory(const std::string& subject);

}  // namespace forcewatch
