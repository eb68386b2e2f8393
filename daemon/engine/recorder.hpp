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
#include "daemon/engine/fact_sources.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// Why an event is refused, for a person.
struct EventFault {
    enum class Kind { invalid, unknown, conflict, forbidden };
    Kind kind{Kind::invalid};
    std::string field;  ///< of the event; empty: the event as a whole
    std::string what;
};

/// What the configuration allows whoever records.
struct RecordingLimits {
    int moves_without_approval{1};            ///< of one deadline
    bool watches_silence{};                   ///< a rule waits for forces that say nothing
    std::vector<std::string> source_order{};  ///< `[sources] order`
};

class Recorder {
public:
    Recorder(Store& store, Reference& reference, Instant now, Origin origin,
             RecordingLimits limits = {});

    /// Records `event`, whatever is known of its subject already.
    [[nodiscard]] tl::expected<void, EventFault> record(const Event& event);
    /// Records `event` unless the journal's latest of its kind and subject says the same, or a
    /// source that is believed rather says otherwise: that is kept as a conflict. Returns whether
    /// anything was new.
    [[nodiscard]] tl::expected<bool, EventFault> upsert(const Event& event);
    /// Records `event` if nothing is known of its subject. Returns whether it did.
    [[nodiscard]] tl::expected<bool, EventFault> record_if_unknown(const Event& event);
    /// Records an event of another journal with the day that it had there, unless the same is known
    /// of its subject. Returns whether it was new.
    [[nodiscard]] tl::expected<bool, EventFault> record_past(const PastEvent& past);
    /// Takes back what the journal's rows `first` to `last` said, item by item.
    void withdraw(JournalSeq first, JournalSeq last, const std::string& reason);
    /// Records what a row says beyond what is known; returns the number of events.
    [[nodiscard]] tl::expected<int, EventFault> reconcile(const FindingRow& row);
    [[nodiscard]] tl::expected<int, EventFault> reconcile(const ActionRow& row);
    /// Where the next events come from, such as "actions.csv:17", and which row that is.
    struct Row {
        std::size_t place{};  ///< as it came, counted from 0
        int line{};           ///< of the file
        std::string_view layout{};
    };
    void set_source(std::string source, Row row) {
        origin_.source = std::move(source);
        row_ = row;
    }
    /// From now on a cause of concern may close before its recommendations do, as long as they have
    /// by the end of the batch.
    void close_in_any_order() { closings_.emplace(); }
    /// The rows whose cause of concern closed with a recommendation left open.
    [[nodiscard]] std::vector<std::pair<Row, EventFault>> left_open();

    /// Records what follows from what was just recorded: clocks that move with a publication,
    /// obligations, local targets by policy. Call once, last.
    void derive();
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
    /// The latest of its kind about its subject, where that holds and the word counts.
    [[nodiscard]] std::optional<Recorded> standing(const Event& event) const;
    /// A judgement that this very file gives another grade.
    [[nodiscard]] std::optional<EventFault> told_otherwise(const Event& event,
                                                           const Recorded& standing) const;
    /// An item of which an earlier row of this very file says something else.
    [[nodiscard]] std::optional<EventFault> told_otherwise(const std::string& subject,
                                                           const std::vector<Event>& changes) const;
    [[nodiscard]] bool is_of_this_file(const Recorded& recorded) const;
    [[nodiscard]] tl::expected<void, EventFault> record_at(const Event& event,
                                                           std::optional<Place> place);
    tl::expected<int, EventFault> record_all(const std::vector<Event>& events);
    /// With names as tokens, and with a deadline that stands in words alone as the date they give.
    [[nodiscard]] Event completed(Event event);
    [[nodiscard]] std::optional<Date> published_on(const std::string& inspection);
    void cover(const JudgementMade& judgement);
    /// Records an event of the daemon's own.
    void look_at_closing_of(const Event& event);
    void follow(const Event& event, const char* reason);
    [[nodiscard]] Place place_of(const Event& event);
    [[nodiscard]] Place place_of_inspection(const std::string& programme, const std::string& cycle,
                                            const PartialDate& published);
    void append(const Event& event, const Place& place, const std::string& subject,
                const Origin& origin);
    void touch(const Event& event);
    void note_causes(const Event& event, bool existed);

    /// Something that may oblige a force to reply.
    struct Cause {
        ObligationTrigger trigger{};
        std::string id;  ///< publication, reference of the finding, or day of the move
        std::string force;
        std::string programme;  ///< empty: none
        std::optional<Date> on;
    };
    void redate(const std::string& inspection);
    void redate_finding(const Finding& finding);
    void oblige(const ObligationDefined& definition, const Cause& cause);
    void oblige_by_all(const Cause& cause);
    void look_at_moves(const std::string& force, const std::set<Date>& days);
    [[nodiscard]] static Cause entry_cause(const std::string& force, Date on);
    [[nodiscard]] std::vector<Cause> every_cause();
    void retract_obligations(const std::string& inspection);
    void retract_duties_of_move(const std::string& force, const PartialDate& decided,
                                const char* why);
    void part_from_withdrawn();
    void apply_policy(const std::string& finding);
    void apply_policies(const DeadlinePolicySet& policy);

    Store& store_;
    Reference& reference_;
    StoreFacts facts_;
    Date today_;
    Instant now_;
    Origin origin_;
    RecordingLimits limits_;
    JournalSeq begun_after_;
    std::set<std::string> touched_;
    std::vector<Cause> causes_;                    ///< whose obligations are to be derived
    std::map<std::string, std::set<Date>> moves_;  ///< by force: the days of what was recorded
    std::map<std::string, int> past_told_;         ///< how often a file of events has told each
    struct Closing {
        Row row{};
        std::string force;
        std::string reference;
    };
    Row row_;
    std::optional<std::vector<Closing>> closings_;  ///< set: checked at the end
    std::set<std::string> redated_;                 ///< inspections whose date was corrected
    std::set<std::string> raised_;  ///< subjects of findings that a policy may give a date
    std::vector<DeadlinePolicySet> policies_;  ///< set just now
    std::set<std::string> withdrawn_;          ///< subjects of which something was taken back
    bool definitions_changed_{};
    bool reference_changed_{};
    int recorded_{};
};

}  // namespace forcewatch
