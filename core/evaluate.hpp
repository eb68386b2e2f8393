/// Rules judged: pure functions of the facts about one subject, a rule and a day.
///
/// A ruling holds for every day from the one asked about until the day before `next_on`, as long
/// as the facts stay the same. Days are London days; the engine turns them into instants.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/facts.hpp"
#include "core/rule.hpp"
#include "core/track.hpp"
#include "core/working_calendar.hpp"

namespace forcewatch {

/// A step of the ladder that the subject has come to.
struct ReachedStep {
    std::string name;  ///< of the step, such as "-7d"
    Date on{};         ///< the day it was reached, whenever that was noticed
    Severity severity{};
    friend bool operator==(const ReachedStep&, const ReachedStep&) = default;
};

/// One run of the condition; `until` is empty while it lasts.
struct Episode {
    Date from{};
    std::optional<Date> until;
    std::string ending;  ///< why it ended, for a person
};

struct Ruling {
    bool firing{};
    Severity severity{};
    Date effective_on{};               ///< the day the present severity was reached
    std::vector<ReachedStep> reached;  ///< in order of day; empty when not firing
    int reminders{};                   ///< whole `remind_every` periods since the last step
    std::vector<Episode> episodes;     ///< oldest first; the last one is the present one if firing
    std::string version;               ///< of the deadline: a moved deadline has new steps
    std::optional<Date> next_on;       ///< first day on which the answer could be another
    std::string summary;               ///< one sentence for a person, for `as_read_on`
    std::vector<std::string>
        remarks;  ///< what a careful reader should know, such as partly comparable rounds
};

/// What the rules look at in a finding, an action, an obligation, a meeting or its papers.
struct ItemView {
    DeadlineSubject subject{};
    DeadlineHistory deadline;
    /// Since when its clock stands still, by whose word (`Axis`); one that has a single word stands
    /// in all three places. Empty: it runs.
    std::array<std::optional<Date>, 3> stopped_on;
    /// Why it stands still, where nothing was done: "cancelled"; empty: it was met, or it runs.
    std::string dropped_as;
    std::optional<Date> said_on;        ///< when something was last said of it
    std::optional<Date> unowned_since;  ///< actions: no owner, or one who left
    std::string owner_gone;             ///< the owner's token, where one left
    std::optional<Date> claimed_on;     ///< findings: claimed complete, and not decided since

    [[nodiscard]] std::optional<Date> stopped(Axis axis) const {
        return stopped_on[static_cast<std::size_t>(axis)];
    }
};

/// `owner` is the action's accountable owner, where the person is known.
[[nodiscard]] ItemView view_of(const Action& action, const std::optional<Person>& owner);
[[nodiscard]] ItemView view_of(const Finding& finding);
[[nodiscard]] ItemView view_of(const Obligation& obligation);
[[nodiscard]] ItemView view_of(const Meeting& meeting);
[[nodiscard]] ItemView papers_of(const Meeting& meeting);

/// A force in a stage from one day to another.
struct StageInterval {
    MonitoringStage stage{};
    Date from{};
    std::optional<Date> until;
    PartialDate from_as_given;
    PartialDate until_as_given;
    std::string note;
    std::string url;
};

/// The moves with a date, without those that another one tells more exactly.
[[nodiscard]] std::vector<StageMove> told_moves(std::vector<StageMove> moves);
/// The intervals that a force's moves make, oldest first; a move to the stage it is in is folded
/// in, and one that another tells more exactly is that other.
[[nodiscard]] std::vector<StageInterval> stage_intervals(std::vector<StageMove> moves);

/// What the rules look at in a force under monitoring.
struct MonitoringView {
    std::vector<StageInterval> intervals;
    std::vector<ExitCondition>
        conditions;  ///< of the stage; those of a cause of concern are left out
    /// Causes of concern, and what the conditions name, with their decisions shared.
    std::vector<Finding> findings;
};

/// A finding in an area, as `recurring` counts it.
struct TrackFinding {
    int order{};  ///< of the cycle
    std::string area;
    Date raised_on{};
    std::optional<Date> closed_on;
};

/// `deadline`, `stalled`, `unowned`, `slipped` or `unverified`; any other rule does not fire.
[[nodiscard]] Ruling judge_item(const Rule& rule, const ItemView& item, Date today,
                                const WorkingCalendar& calendar);
/// `grade-persists`, `grade-declined` or `recurring`.
[[nodiscard]] Ruling judge_track(const Rule& rule, const Track& track,
                                 const std::vector<TrackFinding>& findings, Date today,
                                 const WorkingCalendar& calendar);
/// `stage`.
[[nodiscard]] Ruling judge_stage(const Rule& rule, const MonitoringView& view, Date today,
                                 const WorkingCalendar& calendar);
/// `silent`; `heard_on` empty: nothing was ever recorded.
[[nodiscard]] Ruling judge_silence(const Rule& rule, std::optional<Date> heard_on, Date today,
                                   const WorkingCalendar& calendar);

/// True when the rule looks at this force, and at this programme if it names any.
[[nodiscard]] bool selects(const Rule& rule, ForceKind kind, std::string_view force,
                           std::string_view programme);

}  // namespace forcewatch
