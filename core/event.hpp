/// Everything that can happen, as one variant: the journal holds these and nothing else.
///
/// Each event lists its fields once, in `fields()`; the codec, the API and the tests walk that
/// list. The order of the variant is the rank that breaks ties of one day when events are folded,
/// so new kinds are added where they belong and `tests/core` pins the order.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/deadline.hpp"
#include "core/partial_date.hpp"
#include "core/rule.hpp"
#include "core/types.hpp"

namespace forcewatch {

enum class FindingKind {
    cause_of_concern,
    accelerated_cause_of_concern,
    area_for_improvement,
    recommendation
};
enum class ForceState { open, in_progress, claimed_complete };
enum class InspectorateState { open, closed, superseded };
enum class ActionState { open, in_progress, complete, cancelled };

[[nodiscard]] std::string_view text_of(FindingKind kind);
[[nodiscard]] std::string_view text_of(ForceState state);
[[nodiscard]] std::string_view text_of(InspectorateState state);
[[nodiscard]] std::string_view text_of(ActionState state);
[[nodiscard]] Expected<FindingKind> parse_finding_kind(std::string_view text);
[[nodiscard]] Expected<ForceState> parse_force_state(std::string_view text);
[[nodiscard]] Expected<InspectorateState> parse_inspectorate_state(std::string_view text);
[[nodiscard]] Expected<ActionState> parse_action_state(std::string_view text);

template <typename Self, typename Visit>
void deadline_fields(Self& deadline, Visit& visit) {
    visit("deadline", deadline.kind);
    visit("due", deadline.due);
    visit("words", deadline.words);
    visit("resolved_by", deadline.resolved_by);
}

struct ScaleDefined {
    static constexpr std::string_view kind = "scale-defined";
    std::string scale;
    std::vector<std::string> grades;  ///< best first
    static void fields(auto& self, auto&& visit) {
        visit("scale", self.scale);
        visit("grades", self.grades);
    }
};

struct CycleDefined {
    static constexpr std::string_view kind = "cycle-defined";
    std::string programme;
    std::string cycle;
    int order{};  ///< sorts the cycles of a programme; the year in which it began will do
    PartialDate starts;
    PartialDate ends;
    static void fields(auto& self, auto&& visit) {
        visit("programme", self.programme);
        visit("cycle", self.cycle);
        visit("order", self.order);
        visit("starts", self.starts);
        visit("ends", self.ends);
    }
};

struct AreaDefined {
    static constexpr std::string_view kind = "area-defined";
    std::string programme;
    std::string cycle;
    std::string area;
    std::string name;
    std::string graded;  ///< yes, some, no or unconfirmed
    std::string scale;   ///< empty: narrative only
    static void fields(auto& self, auto&& visit) {
        visit("programme", self.programme);
        visit("cycle", self.cycle);
        visit("area", self.area);
        visit("name", self.name);
        visit("graded", self.graded);
        visit("scale", self.scale);
    }
};

/// One row of the area map: `to_area` continues `from_area` in a later cycle.
struct AreasLinked {
    static constexpr std::string_view kind = "areas-linked";
    std::string programme;
    std::string from_cycle;
    std::string from_area;
    std::string to_cycle;
    std::string to_area;
    Comparability comparability{Comparability::partly};
    std::string note;
    static void fields(auto& self, auto&& visit) {
        visit("programme", self.programme);
        visit("from_cycle", self.from_cycle);
        visit("from_area", self.from_area);
        visit("to_cycle", self.to_cycle);
        visit("to_area", self.to_area);
        visit("comparability", self.comparability);
        visit("note", self.note);
    }
};

/// A duty that follows from every publication about a force of one of `kinds`, while it is in law.
struct ObligationDefined {
    static constexpr std::string_view kind = "obligation-defined";
    std::string definition;  ///< id
    std::string title;
    std::vector<std::string> kinds;
    int days{};  ///< length of the period, the day of publication included
    DeadlineKind deadline{DeadlineKind::statutory};
    std::string words;
    PartialDate valid_from;
    PartialDate valid_until;
    static void fields(auto& self, auto&& visit) {
        visit("definition", self.definition);
        visit("title", self.title);
        visit("kinds", self.kinds);
        visit("days", self.days);
        visit("deadline", self.deadline);
        visit("words", self.words);
        visit("valid_from", self.valid_from);
        visit("valid_until", self.valid_until);
    }
};

struct ForceRecorded {
    static constexpr std::string_view kind = "force-recorded";
    std::string force;
    std::string name;
    ForceKind force_kind{ForceKind::other};
    std::string region;
    std::vector<std::string> aliases;
    std::string slug;       ///< as the inspectorate's addresses spell it
    std::string successor;  ///< id of the force it became; empty: still itself
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("name", self.name);
        visit("kind", self.force_kind);
        visit("region", self.region);
        visit("aliases", self.aliases);
        visit("slug", self.slug);
        visit("successor", self.successor);
    }
};

struct InspectionPublished {
    static constexpr std::string_view kind = "inspection-published";
    std::string inspection;  ///< publication slug
    std::string programme;
    std::string cycle;
    PartialDate published;  ///< unknown only in imported history
    std::string title;
    std::string url;
    std::vector<std::string> forces;
    static void fields(auto& self, auto&& visit) {
        visit("inspection", self.inspection);
        visit("programme", self.programme);
        visit("cycle", self.cycle);
        visit("published", self.published);
        visit("title", self.title);
        visit("url", self.url);
        visit("forces", self.forces);
    }
};

struct JudgementMade {
    static constexpr std::string_view kind = "judgement-made";
    std::string inspection;
    std::string force;
    std::string area;
    std::string grade;
    std::string basis;  ///< "stated" or "derived" (from counts or order)
    std::string note;
    std::string url;
    static void fields(auto& self, auto&& visit) {
        visit("inspection", self.inspection);
        visit("force", self.force);
        visit("area", self.area);
        visit("grade", self.grade);
        visit("basis", self.basis);
        visit("note", self.note);
        visit("url", self.url);
    }
};

/// The record was wrong: the judgement never was what we held.
struct JudgementCorrected {
    static constexpr std::string_view kind = "judgement-corrected";
    std::string inspection;
    std::string force;
    std::string area;
    std::string grade;
    static void fields(auto& self, auto&& visit) {
        visit("inspection", self.inspection);
        visit("force", self.force);
        visit("area", self.area);
        visit("grade", self.grade);
    }
};

/// The inspectorate changed the grade, from the event's own date on.
struct JudgementRegraded {
    static constexpr std::string_view kind = "judgement-regraded";
    std::string inspection;
    std::string force;
    std::string area;
    std::string grade;
    Date on{};
    static void fields(auto& self, auto&& visit) {
        visit("inspection", self.inspection);
        visit("force", self.force);
        visit("area", self.area);
        visit("grade", self.grade);
        visit("on", self.on);
    }
};

struct StageMoved {
    static constexpr std::string_view kind = "stage-moved";
    std::string force;
    MonitoringStage stage{MonitoringStage::scan};
    PartialDate decided;
    PartialDate announced;
    std::string note;
    std::string url;
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("stage", self.stage);
        visit("decided", self.decided);
        visit("announced", self.announced);
        visit("note", self.note);
        visit("url", self.url);
    }
};

struct FindingRaised {
    static constexpr std::string_view kind = "finding-raised";
    std::string force;
    std::string reference;  ///< unique for the force
    std::string inspection;
    FindingKind finding_kind{FindingKind::area_for_improvement};
    std::string title;
    std::string area;
    std::string parent;  ///< reference of the cause of concern it belongs to
    std::string origin;  ///< shared by the rows of one national finding
    PartialDate raised;
    Deadline deadline;
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("inspection", self.inspection);
        visit("kind", self.finding_kind);
        visit("title", self.title);
        visit("area", self.area);
        visit("parent", self.parent);
        visit("origin", self.origin);
        visit("raised", self.raised);
        deadline_fields(self.deadline, visit);
    }
};

/// New wording of what identifies nothing.
struct FindingAmended {
    static constexpr std::string_view kind = "finding-amended";
    std::string force;
    std::string reference;
    std::optional<std::string> title;
    std::optional<std::string> area;
    std::optional<std::string> parent;
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("title", self.title);
        visit("area", self.area);
        visit("parent", self.parent);
    }
};

/// What the force says.
struct FindingClaimed {
    static constexpr std::string_view kind = "finding-claimed";
    std::string force;
    std::string reference;
    ForceState state{ForceState::open};
    Date on{};
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("state", self.state);
        visit("on", self.on);
    }
};

/// Verified locally, or no longer.
struct FindingVerified {
    static constexpr std::string_view kind = "finding-verified";
    std::string force;
    std::string reference;
    bool verified{};
    Date on{};
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("verified", self.verified);
        visit("on", self.on);
    }
};

/// What the inspectorate decided.
struct FindingDecided {
    static constexpr std::string_view kind = "finding-decided";
    std::string force;
    std::string reference;
    InspectorateState state{InspectorateState::open};
    Date on{};
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("state", self.state);
        visit("on", self.on);
    }
};

struct ActionPlanned {
    static constexpr std::string_view kind = "action-planned";
    std::string source;       ///< the system it is kept in
    std::string external_id;  ///< its id there
    std::string force;
    std::string title;
    std::string owner;
    std::vector<std::string> contributors;
    std::vector<std::string> findings;  ///< references of the force's findings
    PartialDate planned;
    Deadline deadline;
    static void fields(auto& self, auto&& visit) {
        visit("source", self.source);
        visit("external_id", self.external_id);
        visit("force", self.force);
        visit("title", self.title);
        visit("owner", self.owner);
        visit("contributors", self.contributors);
        visit("findings", self.findings);
        visit("planned", self.planned);
        deadline_fields(self.deadline, visit);
    }
};

struct ActionAmended {
    static constexpr std::string_view kind = "action-amended";
    std::string source;
    std::string external_id;
    std::optional<std::string> title;
    std::optional<std::string> owner;
    std::optional<std::vector<std::string>> contributors;
    std::optional<std::vector<std::string>> findings;
    static void fields(auto& self, auto&& visit) {
        visit("source", self.source);
        visit("external_id", self.external_id);
        visit("title", self.title);
        visit("owner", self.owner);
        visit("contributors", self.contributors);
        visit("findings", self.findings);
    }
};

struct ActionUpdated {
    static constexpr std::string_view kind = "action-updated";
    std::string source;
    std::string external_id;
    ActionState state{ActionState::open};
    Date on{};
    std::string note;
    static void fields(auto& self, auto&& visit) {
        visit("source", self.source);
        visit("external_id", self.external_id);
        visit("state", self.state);
        visit("on", self.on);
        visit("note", self.note);
    }
};

/// A new version of the deadline of a finding, an action or an obligation; `item` is its subject,
/// such as "finding:kent/AFI-3".
struct DeadlineRevised {
    static constexpr std::string_view kind = "deadline-revised";
    std::string item;
    Deadline deadline;
    Date agreed_on{};
    std::string reason;
    std::string approval;
    static void fields(auto& self, auto&& visit) {
        visit("item", self.item);
        deadline_fields(self.deadline, visit);
        visit("agreed_on", self.agreed_on);
        visit("reason", self.reason);
        visit("approval", self.approval);
    }
};

struct ObligationArose {
    static constexpr std::string_view kind = "obligation-arose";
    std::string definition;
    std::string inspection;
    std::string force;
    std::string title;
    Deadline deadline;
    bool tracked{true};  ///< false: its period had run out before it was recorded
    static void fields(auto& self, auto&& visit) {
        visit("definition", self.definition);
        visit("inspection", self.inspection);
        visit("force", self.force);
        visit("title", self.title);
        deadline_fields(self.deadline, visit);
        visit("tracked", self.tracked);
    }
};

struct ObligationReplied {
    static constexpr std::string_view kind = "obligation-replied";
    std::string definition;
    std::string inspection;
    std::string force;
    Date on{};
    std::string link;
    std::string no_action_reason;  ///< set: the reply says why nothing is done
    static void fields(auto& self, auto&& visit) {
        visit("definition", self.definition);
        visit("inspection", self.inspection);
        visit("force", self.force);
        visit("on", self.on);
        visit("link", self.link);
        visit("no_action_reason", self.no_action_reason);
    }
};

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

using Event =
    std::variant<ScaleDefined, CycleDefined, AreaDefined, AreasLinked, ObligationDefined,
                 ForceRecorded, InspectionPublished, JudgementMade, JudgementCorrected,
                 JudgementRegraded, StageMoved, FindingRaised, FindingAmended, FindingClaimed,
                 FindingVerified, FindingDecided, ActionPlanned, ActionAmended, ActionUpdated,
                 DeadlineRevised, ObligationArose, ObligationReplied, RulesAdopted, Retracted>;

/// How well the effective day is known: to the day; as the last day of a month or a year; or not at
/// all, so that the end of its cycle stands in and no clock starts.
enum class Certainty { exact, partial, undated };

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
};

[[nodiscard]] std::string_view kind_of(const Event& event);
/// What the event is about, such as
/// "judgement:peel-2016-kent-2017-03-02/kent/pillar-effectiveness".
[[nodiscard]] std::string subject_of(const Event& event);
/// Id of the force concerned; empty: none or several.
[[nodiscard]] std::string force_of(const Event& event);
/// True when `left` is applied before `right`: by effective date, kind rank, subject, then arrival.
[[nodiscard]] bool folds_before(const Recorded& left, const Recorded& right);

[[nodiscard]] std::string finding_subject(std::string_view force, std::string_view reference);
[[nodiscard]] std::string action_subject(std::string_view source, std::string_view external_id);
[[nodiscard]] std::string judgement_subject(std::string_view inspection, std::string_view force,
                                            std::string_view area);
[[nodiscard]] std::string obligation_subject(std::string_view definition,
                                             std::string_view inspection, std::string_view force);

}  // namespace forcewatch
