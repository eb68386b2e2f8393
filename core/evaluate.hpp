/// Rules judged: pure functions of the facts about one subject, a rule and a day.
///
/// A ruling holds for every day from the one asked about until the day before `next_on`, as long
/// as the facts stay the same. Days are London days; the engine turns them into instants.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/rule.hpp"
#include "core/track.hpp"

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
    std::string summary;               ///< one sentence for a person
    std::vector<std::string>
        remarks;  ///< what a careful reader should know, such as partly comparable rounds
};

/// A date to be met and whether it was.
struct DeadlineClock {
    DeadlineSubject subject{};
    Deadline deadline;
    std::optional<Date> met_on;  ///< empty: still to be met
    std::string title;
};

/// A force in a stage from one day to another.
struct StageInterval {
    MonitoringStage stage{};
    Date from{};
    std::optional<Date> until;
    PartialDate from_as_given;
    PartialDate until_as_given;
    std::string note;
};

/// The intervals that a force's moves make, oldest first; a move to the stage it is in is folded
/// in.
[[nodiscard]] std::vector<StageInterval> stage_intervals(std::vector<StageMove> moves);

[[nodiscard]] Ruling judge_track(const Rule& rule, const Track& track, Date today);
[[nodiscard]] Ruling judge_deadline(const Rule& rule, const DeadlineClock& clock, Date today);
[[nodiscard]] Ruling judge_stage(const Rule& rule, const std::vector<StageInterval>& intervals,
                                 Date today);

/// True when the rule looks at this force at all, and at this programme where one is given.
[[nodiscard]] bool selects(const Rule& rule, ForceKind kind, std::string_view force,
                           std::string_view programme = {});

}  // namespace forcewatch
