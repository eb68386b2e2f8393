/// Everything that can happen, as one variant: the journal holds these and nothing else.
///
/// Each event lists its fields once, in `fields()`; the codec, the API and the tests walk that
/// list. The order of the variant is the rank that breaks ties of one day when events are folded,
/// so new kinds are added where they belong and `tests/core` pins the order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/alert_events.hpp"
#include "core/force_events.hpp"
#include "core/item_events.hpp"
#include "core/reference_events.hpp"

namespace forcewatch {

struct RulesAdopted {
    static constexpr std::string_view kind = "rules-adopted";
    std::string file;  ///< the configuration's text, in full
    static void fields(auto& self, auto&& visit) { visit("file", self.file); }
};

/// A tombstone: the item named by `item` is withdrawn.
struct Retracted {
    static constexpr std::string_view kind = "retracted";
    std::string item;
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("item", self.item);
        visit("reason", self.reason);
    }
};

/// What an import or a slip said of `item` is taken back, whole and by number: the events of the
/// journal from `first` to `last` that are about it count no more, and what others said stays.
struct EventsWithdrawn {
    static constexpr std::string_view kind = "events-withdrawn";
    std::string item;
    int first{};
    int last{};
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("item", self.item);
        visit("first", self.first);
        visit("last", self.last);
        visit("reason", self.reason);
    }
};

using Event = std::variant<
    ScaleDefined, CycleDefined, AreaDefined, AreasLinked, HolidaysDefined, ObligationDefined,
    DeadlinePolicySet, ForceRecorded, PersonRecorded, PersonMoved, InspectionPublished,
    JudgementMade, JudgementCorrected, JudgementRegraded, StageMoved, FindingRaised, FindingAmended,
    FindingClaimed, FindingVerified, FindingDecided, FindingMatched, ConditionSet, ConditionJudged,
    ActionPlanned, ActionAmended, ActionUpdated, MeetingPlanned, MeetingUpdated, EvidenceFiled,
    ObligationArose, DeadlineRevised, ObligationReplied, AlertAcknowledged, AlertUnacknowledged,
    AlertClosed, SilenceSet, SilenceEnded, PauseSet, PauseEnded, SendingHeld, DeliveryReplayed,
    DeliveryDismissed, DestinationEnabled, RulesAdopted, Retracted, EventsWithdrawn>;

/// Data of the regime rather than facts about a force.
[[nodiscard]] constexpr bool is_reference(const Event& event) { return event.index() <= 6; }

/// What people decided about alerts: no fact follows from it.
[[nodiscard]] bool is_decision(const Event& event);

/// How well the effective day is known: to the day; as the last day of a month or a year; or not at
/// all, so that the end of its cycle stands in and no clock starts.
enum class Certainty { exact, partial, undated };

[[nodiscard]] constexpr std::string_view text_of(Certainty certainty) {
    return certainty == Certainty::exact     ? "exact"
           : certainty == Certainty::partial ? "partial"
                                             : "undated";
}

/// Who, from where and why; kept beside every event.
struct Origin {
    std::int64_t uid{-1};  ///< of the caller; -1: the daemon itself
    std::string client;
    std::string request;
    std::string reason;
    std::string source;  ///< document and row, such as "judgements.csv:17"
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// An event with the two dates that place it, as the journal keeps it.
struct Recorded {
    JournalSeq seq{};
    Instant recorded_at{};
    Date effective_on{};
    Certainty certainty{Certainty::exact};
    Origin origin;
    Event event;
    std::string force{};  ///< id of the force concerned; empty: none or several
};

[[nodiscard]] std::string_view kind_of(const Event& event);
/// What the event is about, such as
/// "judgement:peel-2016-kent-2017-03-02/kent/pillar-effectiveness".
[[nodiscard]] std::string subject_of(const Event& event);
/// Id of the force concerned, as far as the event itself tells; empty: none, several, or an
/// action's.
[[nodiscard]] std::string force_of(const Event& event);
/// True when `left` is applied before `right`: by effective date, kind rank, subject, then arrival.
[[nodiscard]] bool folds_before(const Recorded& left, const Recorded& right);
/// Sorts by that order, working out each subject once.
void sort_for_folding(std::vector<Recorded>& events);

/// Removes what was withdrawn by an event that is among them.
void drop_withdrawn(std::vector<Recorded>& events);

/// The force that an item's subject names, such as "kent" in "finding:kent/AFI-3"; empty: none, as
/// that of an action.
[[nodiscard]] std::string force_in(std::string_view item);
[[nodiscard]] std::string finding_subject(std::string_view force, std::string_view reference);
[[nodiscard]] std::string action_subject(std::string_view source, std::string_view external_id);
[[nodiscard]] std::string judgement_subject(std::string_view inspection, std::string_view force,
                                            std::string_view area);
[[nodiscard]] std::string obligation_subject(std::string_view definition, std::string_view cause,
                                             std::string_view force);
[[nodiscard]] std::string meeting_subject(std::string_view force, std::string_view meeting);
[[nodiscard]] std::string condition_subject(std::string_view force, std::string_view condition);
[[nodiscard]] std::string policy_subject(ForceKind force_kind, FindingKind finding_kind);
[[nodiscard]] std::string person_subject(std::string_view person);

}  // namespace forcewatch
