/// The rules, asked on purpose: what will fire, what would have fired, and why.
///
/// All of it is a fold of the journal in memory and the rules that the evaluator runs, on days
/// other than today. Nothing is written.
///
/// Thread: any, with a store of its own.   Blocks: as long as a fold of the journal takes.
/// Fails: throws StoreError.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/alert_story.hpp"
#include "daemon/engine/fact_sources.hpp"
#include "daemon/engine/provenance.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// One change of an alert, foreseen or re-enacted.
struct Foreseen {
    Instant at{};
    std::string rule;
    AlertSubject about;
    Change change{};
    Severity severity{};
    Date episode_on{};
    Date effective_on{};
    std::vector<std::string> steps;
    std::string summary;  ///< once closed: why
    bool tells{};         ///< somebody is told
};

/// A virtual clock over facts in memory.
class WhatIf {
public:
    /// `rules` and `reference` outlive this.
    WhatIf(const std::vector<Rule>& rules, const Facts& reference)
        : rules_{rules}, facts_{reference} {}

    [[nodiscard]] MemoryFacts& facts() { return facts_; }
    /// An alert that is open when the clock starts.
    void remember(const std::string& rule, const std::string& subject, AlertMemory memory);
    /// One that was closed by hand although it holds: it says nothing until its review.
    void keep_closed(const std::string& rule, const std::string& subject, AlertMemory memory,
                     Instant review_at);
    /// Judges a subject at an instant, puts down when it wants to be judged next, and adds what
    /// changed to `story`. Empty `story`: only what is remembered changes, as if it had all been
    /// told before.
    void judge(const std::string& subject, Instant now, std::vector<Foreseen>* story);
    /// The alerts that are open, each with its episode.
    struct Standing {
        std::string rule;
        std::string subject;
        Date episode_on{};
    };
    [[nodiscard]] std::vector<Standing> standing() const;
    /// Judges what falls due before `until`, in order of time.
    void run(Instant until, std::vector<Foreseen>& story);

private:
    using Key = std::pair<std::string, std::string>;  // alert subject, rule
    void close_gone(const std::string& subject, const SubjectRulings& rulings, Instant now,
                    std::vector<Foreseen>* story);
    /// When the alert closed by hand is looked at again; empty: it is not closed, or no longer.
    [[nodiscard]] std::optional<Instant> still_closed(const Key& key, const SubjectRuling& each,
                                                      Instant now, std::vector<Foreseen>* story);

    struct Closed {
        AlertMemory memory;
        Instant review_at{};
    };
    const std::vector<Rule>& rules_;
    MemoryFacts facts_;
    std::map<Key, AlertMemory> alerts_;
    std::map<Key, Closed> closed_;  ///< by hand
    std::map<Key, std::string> titles_;
    std::map<std::string, Instant> next_;  ///< by subject of the agenda
    std::map<Instant, std::vector<std::string>> agenda_;
};

/// Every change of an alert from now until `until`, if nothing else happens. `force` empty: all.
[[nodiscard]] std::vector<Foreseen> forecast(Store& store, const std::vector<Rule>& rules,
                                             const std::string& force, Instant now, Date until);

/// The same on a past day, by what was known at `known_at` of that day: as if the daemon had been
/// started on it, with everything up to then told.
[[nodiscard]] std::vector<Foreseen> forecast_from(Store& store, const std::vector<Rule>& rules,
                                                  const std::string& force, Date from, Date until,
                                                  Instant known_at);

struct BackTest {
    std::vector<WhatIf::Standing> held;  ///< on the day before, so told by then
    std::vector<Foreseen> story;
};

/// What `rules` would have said from `from` to `to`, by the facts as they became effective.
[[nodiscard]] BackTest back_test(Store& store, const std::vector<Rule>& rules,
                                 const std::string& force, Date from, Date to, Instant known_at);

/// Why one rule says what it says of one subject.
struct Explained {
    const Rule* rule{};
    AlertSubject about;
    std::string why_not;  ///< set: the rule does not look at it, for this reason
    Ruling ruling;
};
/// What the rules say, and where the facts come from that they looked at.
struct Explanation {
    std::vector<Explained> rules;
    /// By the subject of an alert, such as "track:kent/PEEL/responding".
    std::vector<std::pair<std::string, std::vector<Citation>>> sources;
};
/// `subject` as the agenda or an alert names it. No rules: nothing is known of it.
[[nodiscard]] Explanation explain(Store& store, const std::vector<Rule>& rules,
                                  const std::string& subject, Date on, Instant known_at);

}  // namespace forcewatch
