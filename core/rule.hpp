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

/// One rung: reached `offset` days after the rule's own day (negative: before it) or at `rounds`
/// consecutive rounds. Exactly one of the two is set. A `deadline` rule knows only offsets.
struct LadderStep {
    std::optional<std::chrono::days> offset;
    std::optional<int> rounds;
    Severity severity{Severity::info};

    /// Stable name, such as "-30d" or "2 rounds"; the step's identity in the ledger.
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

enum class DeadlineSubject { finding, action, obligation };

/// Whose word ends a finding's clock: the force claims it complete, it was verified locally, or the
/// inspectorate closed it. A later axis ends it too. Actions and obligations have one word only.
enum class Axis { force, verified, inspectorate };

/// Fires around a deadline that is not yet met. Step offsets count from the deadline: "-7d" is
/// seven days before it, "1d" the first day on which it is overdue.
struct DeadlineRule {
    std::set<DeadlineSubject> subjects;  ///< empty: all
    Axis stops{Axis::force};
    friend bool operator==(const DeadlineRule&, const DeadlineRule&) = default;
};

/// Fires while a force is in `stage` (offsets count from entry), or, with `left`, for `keep` days
/// after it left (offsets count from the day it left).
struct StageRule {
    MonitoringStage stage{MonitoringStage::engage};
    bool left{false};
    std::chrono::days keep{30};
    friend bool operator==(const StageRule&, const StageRule&) = default;
};

using Condition = std::variant<GradePersists, DeadlineRule, StageRule>;

struct Rule {
    std::string name;
    Condition condition;
    std::set<ForceKind> kinds;         ///< empty: all
    std::set<std::string> programmes;  ///< empty: all
    std::set<std::string> forces;      ///< empty: all
    std::vector<LadderStep> ladder;    ///< never empty
    std::optional<std::chrono::days> remind_every;
    friend bool operator==(const Rule&, const Rule&) = default;
};

/// "grade-persists", "deadline", "stage".
[[nodiscard]] std::string_view type_of(const Condition& condition);
[[nodiscard]] std::string_view text_of(DeadlineSubject subject);
[[nodiscard]] std::string_view text_of(Axis axis);
[[nodiscard]] Expected<Axis> parse_axis(std::string_view text);
[[nodiscard]] Expected<DeadlineSubject> parse_deadline_subject(std::string_view text);

}  // namespace forcewatch
