/// A rule as configured: typed, never an expression language.
///
/// A rule names the subjects it looks at, the condition it waits for, and a ladder of steps that
/// raise its severity as time or rounds pass. `core/evaluate.hpp` judges one subject by one rule.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

/// One rung: reached `offset` days (calendar or working days) after the rule's own day (negative:
/// before it) or at `rounds` consecutive rounds. Exactly one of the two is set; rounds are for
/// tracks alone.
struct LadderStep {
    std::optional<std::chrono::days> offset;
    std::optional<int> rounds;
    Severity severity{Severity::info};
    bool working{};  ///< the offset counts working days

    /// Stable name, such as "-30d", "5wd" or "2 rounds"; the step's identity in the ledger.
    [[nodiscard]] std::string name() const;
    friend bool operator==(const LadderStep&, const LadderStep&) = default;
};

/// Fires while an area is graded at or below `grade`, from the first such judgement to the first
/// better one. Step offsets count from the day of that first judgement.
struct GradePersists {
    std::string grade;                            ///< such as "requires improvement"
    Comparability counts{Comparability::partly};  ///< weakest link between rounds that still counts
    friend bool operator==(const GradePersists&, const GradePersists&) = default;
};

/// Fires when a judgement is worse than the one before with which it fully compares, until the next
/// judgement. Step offsets count from the day of the worse one.
struct GradeDeclined {
    friend bool operator==(const GradeDeclined&, const GradeDeclined&) = default;
};

/// Fires while an area has a finding again in the round after one with a finding, or is back at or
/// below `grade` after it had left it. Step offsets count from the day it came back.
struct Recurring {
    std::string grade{"requires improvement"};
    friend bool operator==(const Recurring&, const Recurring&) = default;
};

/// What has a clock. `papers` are those of a meeting, due before it.
enum class DeadlineSubject { finding, action, obligation, meeting, papers };

/// Whose word ends a finding's clock: the force claims it complete, it was verified locally, or the
/// inspectorate closed it. A later axis ends it too. All other subjects have one word only.
enum class Axis { force, verified, inspectorate };

/// Fires around a deadline that is not yet met. Step offsets count from the deadline: "-7d" is
/// seven days before it, "1d" the first day on which it is overdue.
struct DeadlineRule {
    std::set<DeadlineSubject> subjects;  ///< empty: all
    Axis stops{Axis::force};
    friend bool operator==(const DeadlineRule&, const DeadlineRule&) = default;
};

/// Fires while an open action or finding has been silent for so long. Step offsets count from the
/// day on which something was last said of it; with `due_within`, at the latest from that many days
/// before its deadline, if nothing was said since.
struct Stalled {
    std::set<DeadlineSubject> subjects;  ///< of action and finding; empty: actions
    std::optional<std::chrono::days> due_within;
    friend bool operator==(const Stalled&, const Stalled&) = default;
};

/// Fires while an open action has no accountable owner, or one who has left. Step offsets count
/// from that day.
struct Unowned {
    friend bool operator==(const Unowned&, const Unowned&) = default;
};

/// Fires while an open finding or action was moved more than `moves` times, or more than `by` past
/// its first date. Step offsets count from the move that did it.
struct Slipped {
    std::set<DeadlineSubject> subjects;  ///< empty: all
    std::optional<int> moves;
    std::optional<std::chrono::days> by;
    friend bool operator==(const Slipped&, const Slipped&) = default;
};

/// Fires while a finding is claimed complete and the inspectorate has not closed it. Step offsets
/// count from the claim.
struct Unverified {
    friend bool operator==(const Unverified&, const Unverified&) = default;
};

/// Which part of a force's monitoring a `stage` rule watches.
enum class StageWatch {
    in,             ///< while it is in the stage; offsets count from entry
    left,           ///< for `keep` days after it left; offsets count from that day
    left_open,      ///< it left with causes of concern still open, until they are closed
    exit_met,       ///< all exit conditions are met and it is still in; offsets count from the last
    exit_regressed  ///< a condition that was met no longer is; offsets count from that day
};
struct StageRule {
    MonitoringStage stage{MonitoringStage::engage};
    StageWatch when{StageWatch::in};
    std::chrono::days keep{30};
    friend bool operator==(const StageRule&, const StageRule&) = default;
};

/// Fires while nothing has been recorded about a force. Step offsets count from the last record.
struct Silent {
    friend bool operator==(const Silent&, const Silent&) = default;
};

using Condition = std::variant<GradePersists, GradeDeclined, DeadlineRule, Stalled, Unowned,
                               Slipped, Unverified, StageRule, Recurring, Silent>;

struct Rule {
    std::string name;
    Condition condition;
    std::set<ForceKind> kinds;         ///< empty: all
    std::set<std::string> programmes;  ///< empty: all
    std::set<std::string> forces;      ///< empty: all
    std::vector<LadderStep> ladder;    ///< never empty
    std::optional<std::chrono::days> remind_every{};
    /// What comes and goes again within this time says nothing, though it is kept.
    std::chrono::seconds hold_off{};
    friend bool operator==(const Rule&, const Rule&) = default;
};

/// Such as "grade-persists"; the types of `rule_types`, in the order of the variant.
[[nodiscard]] std::string_view type_of(const Condition& condition);
[[nodiscard]] const std::vector<std::string_view>& rule_types();
[[nodiscard]] std::string_view text_of(StageWatch watch);
[[nodiscard]] Expected<StageWatch> parse_stage_watch(std::string_view text);
[[nodiscard]] std::string_view text_of(DeadlineSubject subject);
[[nodiscard]] std::string_view text_of(Axis axis);
[[nodiscard]] Expected<Axis> parse_axis(std::string_view text);
[[nodiscard]] Expected<DeadlineSubject> parse_deadline_subject(std::string_view text);

}  // namespace forcewatch
