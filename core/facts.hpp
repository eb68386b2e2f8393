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

namespace forcewatch {

struct Force {
    std::string id;
    std::string name;
    ForceKind kind{ForceKind::other};
    std::string region;
    std::vector<std::string> aliases;
    std::string slug;
    std::string successor;
};

struct Inspection {
    std::string id;
    std::string programme;
    std::string cycle;
    PartialDate published;
    std::string title;
    std::string url;
    std::vector<std::string> forces;
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
};

struct StageMove {
    std::string force;
    MonitoringStage stage{};
    PartialDate decided;
    PartialDate announced;
    std::string note;
    std::string url;
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
    DeadlineHistory deadline;
    ForceState force_state{ForceState::open};
    std::optional<Date> force_state_on;
    bool verified{};
    std::optional<Date> verified_on;
    InspectorateState inspectorate_state{InspectorateState::open};
    std::optional<Date> inspectorate_state_on;
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
    ActionState state{ActionState::open};
    std::optional<Date> updated_on;
    std::string note;
};

struct Obligation {
    std::string definition;
    std::string inspection;
    std::string force;
    std::string title;
    Deadline deadline;
    bool tracked{true};
    std::optional<Date> replied_on;
    std::string link;
    std::string no_action_reason;
};

/// Each map is keyed by the subject of the item (`subject_of`).
struct Facts {
    std::map<std::string, ScaleDefined> scales;
    std::map<std::string, CycleDefined> cycles;
    std::map<std::string, AreaDefined> areas;
    std::map<std::string, AreasLinked> links;
    std::map<std::string, ObligationDefined> obligation_definitions;
    std::map<std::string, Force> forces;
    std::map<std::string, Inspection> inspections;
    std::map<std::string, Judgement> judgements;
    std::map<std::string, StageMove> stage_moves;
    std::map<std::string, Finding> findings;
    std::map<std::string, Action> actions;
    std::map<std::string, Obligation> obligations;
};

void apply(Facts& facts, const Recorded& recorded);

/// Applies `events` in fold order, whatever order they come in.
[[nodiscard]] Facts fold(std::vector<Recorded> events);

/// True when the finding's clock has stopped on `axis` or on a later one, and since when.
[[nodiscard]] std::optional<Date> clock_stopped_on(const Finding& finding, Axis axis);
/// Empty while the action is open.
[[nodiscard]] std::optional<Date> clock_stopped_on(const Action& action);

}  // namespace forcewatch
