/// What is true, as folded from events. `apply` is the only way facts change.
///
/// Facts hold no order of arrival: fold the same events in fold order and the same facts come out.
/// An event about an item that is not there (its first event withdrawn) changes nothing.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/rule.hpp"

namespace forcewatch {

struct Force {
    std::string id;
    std::string name;
    ForceKind kind{ForceKind::other};
    std::string region;
    std::vector<std::string> aliases;
    std::string slug;
    std::string successor;
    PartialDate ended;
};

/// A person by token; what they are called stands elsewhere.
struct Person {
    std::string id;
    std::string deputy;
    bool active{true};
    std::optional<Date> since;  ///< when they left or came back
};

struct Inspection {
    std::string id;
    std::string programme;
    std::string cycle;
    PartialDate published;
    std::string title;
    std::string url;
    std::vector<std::string> forces;
    JournalSeq told_by{};  ///< the latest event that founded it; of the fold alone, as below
};

/// The grade of one area of one force from `on` until the next point of the same judgement.
struct GradePoint {
    Date on{};
    std::string grade;
    friend bool operator==(const GradePoint&, const GradePoint&) = default;
};

struct Judgement {
    std::string inspection;
    std::string force;
    std::string area;
    std::vector<GradePoint> grades;  ///< first as judged, then as regraded; never empty
    Certainty certainty{Certainty::exact};
    std::string basis;
    std::string note;
    std::string url;
    JournalSeq told_by{};
};

struct StageMove {
    std::string force;
    MonitoringStage stage{};
    PartialDate decided;
    PartialDate announced;
    std::string note;
    std::string url;
    JournalSeq told_by{};
};

struct Evidence {
    std::string reference;
    std::string sha256;
    std::string by;
    Date on{};
    std::string note;
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

struct Finding {
    std::string force;
    std::string reference;
    std::string inspection;
    FindingKind kind{};
    std::string title;
    std::string area;
    std::string parent;
    std::string origin;
    PartialDate raised;
    std::optional<Date> raised_on;  ///< as read, or the inspection's; empty: undated
    DeadlineHistory deadline;
    ForceState force_state{ForceState::open};
    std::optional<Date> force_state_on;
    std::string claimed_by;
    std::string force_reason;
    bool verified{};
    std::optional<Date> verified_on;
    std::string verified_by;
    InspectorateState inspectorate_state{InspectorateState::open};
    std::optional<Date> inspectorate_state_on;  ///< set and open: it was reopened then
    std::string inspectorate_reason;
    std::string same_as;  ///< reference of the finding that stands for it; empty: it stands alone
    std::optional<Date> same_as_on;
    std::string same_as_by;
    std::string same_as_reason;
    std::vector<std::string> apart_from;  ///< references that somebody said it is not the same as
    std::vector<Evidence> evidence;
    std::optional<Date> updated_on;  ///< when anything was last said of it
    JournalSeq told_by{};
    /// Which event last gave each axis its state: said again, the later word on its day counts.
    JournalSeq force_told_by{};
    JournalSeq verified_told_by{};
    JournalSeq inspectorate_told_by{};
};

/// What must hold before a stage ends or a cause of concern closes.
struct ExitCondition {
    std::string force;
    std::string id;
    std::string finding;  ///< reference of the cause of concern; empty: the stage
    std::string text;
    std::vector<std::string> findings;
    struct Mark {
        Date on{};
        bool met{};
        std::string note;
        friend bool operator==(const Mark&, const Mark&) = default;
    };
    std::vector<Mark> marks;  ///< what somebody said of it, oldest first
    JournalSeq told_by{};
};

struct Meeting {
    std::string force;
    std::string id;
    MeetingKind kind{};
    std::string title;
    PartialDate planned;
    int papers_days{};
    DeadlineHistory deadline;
    MeetingState state{MeetingState::planned};
    std::optional<Date> state_on;
    std::optional<Date> papers_sent_on;
    std::string note;
    JournalSeq told_by{};
};

struct Action {
    std::string source;
    std::string external_id;
    std::string force;
    std::string title;
    std::string owner;
    std::vector<std::string> contributors;
    std::vector<std::string> findings;
    PartialDate planned;
    DeadlineHistory deadline;
    Date planned_on{};  ///< as read, or the day of recording
    ActionState state{ActionState::open};
    std::optional<Date> updated_on;
    std::string note;
    std::vector<Evidence> evidence;
    JournalSeq told_by{};
};

struct Obligation {
    std::string definition;
    std::string cause;
    std::string force;
    std::string title;
    DeadlineHistory deadline;
    bool tracked{true};
    std::optional<Date> replied_on;
    std::string link;
    std::string no_action_reason;
    JournalSeq told_by{};
};

/// Each map is keyed by the subject of the item (`subject_of`).
struct Facts {
    std::map<std::string, ScaleDefined> scales;
    std::map<std::string, CycleDefined> cycles;
    std::map<std::string, AreaDefined> areas;
    std::map<std::string, AreasLinked> links;
    std::map<std::string, HolidaysDefined> holidays;
    std::map<std::string, ObligationDefined> obligation_definitions;
    std::map<std::string, DeadlinePolicySet> policies;
    std::map<std::string, Force> forces;
    std::map<std::string, Person> people;
    std::map<std::string, Inspection> inspections;
    std::map<std::string, Judgement> judgements;
    std::map<std::string, StageMove> stage_moves;
    std::map<std::string, Finding> findings;
    std::map<std::string, ExitCondition> conditions;
    std::map<std::string, Action> actions;
    std::map<std::string, Meeting> meetings;
    std::map<std::string, Obligation> obligations;
};

void apply(Facts& facts, const Recorded& recorded);
/// The same, and takes the event apart.
void apply(Facts& facts, Recorded&& recorded);

/// Applies `events` in fold order, whatever order they come in, without those withdrawn.
[[nodiscard]] Facts fold(std::vector<Recorded> events);

/// True when the finding's clock has stopped on `axis` or on a later one, and since when.
[[nodiscard]] std::optional<Date> clock_stopped_on(const Finding& finding, Axis axis);
/// Empty while the action is open.
[[nodiscard]] std::optional<Date> clock_stopped_on(const Action& action);
/// True for "claimed complete", "not ours" and "no further action": nothing is left to do.
[[nodiscard]] bool ends_clock(ForceState state);

/// How an exit condition stands, given the findings it names.
struct ConditionStanding {
    bool met{};
    std::optional<Date> since;         ///< met: since when
    std::optional<Date> regressed_on;  ///< it was met and is so no longer, since then
};
[[nodiscard]] ConditionStanding standing_of(const ExitCondition& condition,
                                            const std::vector<Finding>& findings);
/// The last day for a meeting's papers; empty: it has none.
[[nodiscard]] std::optional<Date> papers_due_on(const Meeting& meeting);

}  // namespace forcewatch
