/// Events about what has a clock: findings, conditions, actions, meetings and obligations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "core/event_words.hpp"
#include "core/partial_date.hpp"

namespace forcewatch {

template <typename Self, typename Visit>
void deadline_fields(Self& deadline, Visit& visit) {
    visit("deadline", deadline.kind);
    visit("due", deadline.due);
    visit("words", deadline.words);
    visit("resolved_by", deadline.resolved_by);
}

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
    std::string by{};      ///< token of a person, or "uid:1000"
    std::string reason{};  ///< needed for "not ours" and "no further action"
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("state", self.state);
        visit("on", self.on);
        visit("by", self.by);
        visit("reason", self.reason);
    }
};

/// Verified locally, by another person than the one who claimed it; or no longer.
struct FindingVerified {
    static constexpr std::string_view kind = "finding-verified";
    std::string force;
    std::string reference;
    bool verified{};
    Date on{};
    std::string by{};
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("verified", self.verified);
        visit("on", self.on);
        visit("by", self.by);
    }
};

/// What the inspectorate decided.
struct FindingDecided {
    static constexpr std::string_view kind = "finding-decided";
    std::string force;
    std::string reference;
    InspectorateState state{InspectorateState::open};
    Date on{};
    std::string reason{};  ///< needed for "superseded"
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("state", self.state);
        visit("on", self.on);
        visit("reason", self.reason);
    }
};

/// Whether a finding is the same as another one of its force, such as a national recommendation and
/// the force's own: a person's word, one way or the other.
struct FindingMatched {
    static constexpr std::string_view kind = "finding-matched";
    std::string force;
    std::string reference;
    std::string other;  ///< reference of the finding whose clock and alerts stand for both
    bool same{};        ///< false: they are two after all
    Date on{};
    std::string by{};  ///< token of a person, or "uid:1000"
    std::string reason{};
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("reference", self.reference);
        visit("other", self.other);
        visit("same", self.same);
        visit("on", self.on);
        visit("by", self.by);
        visit("reason", self.reason);
    }
};

/// Something that must hold before a stage ends or a cause of concern closes. With findings: met
/// when the inspectorate closed them all and nobody says otherwise; else when somebody says so.
struct ConditionSet {
    static constexpr std::string_view kind = "condition-set";
    std::string force;
    std::string condition;  ///< id, unique for the force
    std::string finding;    ///< reference of the cause of concern; empty: the force's stage
    std::string text;
    std::vector<std::string> findings;  ///< references
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("condition", self.condition);
        visit("finding", self.finding);
        visit("text", self.text);
        visit("findings", self.findings);
    }
};

struct ConditionJudged {
    static constexpr std::string_view kind = "condition-judged";
    std::string force;
    std::string condition;
    bool met{};
    Date on{};
    std::string note;
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("condition", self.condition);
        visit("met", self.met);
        visit("on", self.on);
        visit("note", self.note);
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

/// A dated meeting, revisit, fieldwork or review of a stage, with papers due before it.
struct MeetingPlanned {
    static constexpr std::string_view kind = "meeting-planned";
    std::string force;
    std::string meeting;  ///< id, unique for the force
    MeetingKind meeting_kind{MeetingKind::meeting};
    std::string title;
    PartialDate planned;
    int papers_days{};  ///< how many days before it the papers are due; 0: there are none
    Deadline deadline;  ///< the day of the meeting itself
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("meeting", self.meeting);
        visit("kind", self.meeting_kind);
        visit("title", self.title);
        visit("planned", self.planned);
        visit("papers_days", self.papers_days);
        deadline_fields(self.deadline, visit);
    }
};

struct MeetingUpdated {
    static constexpr std::string_view kind = "meeting-updated";
    std::string force;
    std::string meeting;
    MeetingState state{MeetingState::planned};
    bool papers_sent{};
    Date on{};
    std::string note;
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("meeting", self.meeting);
        visit("state", self.state);
        visit("papers_sent", self.papers_sent);
        visit("on", self.on);
        visit("note", self.note);
    }
};

/// A document that shows something was done: where it lies and what its bytes were, never the
/// bytes.
struct EvidenceFiled {
    static constexpr std::string_view kind = "evidence-filed";
    std::string item;  ///< subject of a finding or an action
    std::string reference;
    std::string sha256;  ///< 64 hexadecimal digits
    std::string by;
    Date on{};
    std::string note;
    static void fields(auto& self, auto&& visit) {
        visit("item", self.item);
        visit("reference", self.reference);
        visit("sha256", self.sha256);
        visit("by", self.by);
        visit("on", self.on);
        visit("note", self.note);
    }
};

/// A new version of the deadline of a finding, an action, an obligation or a meeting; `item` is its
/// subject, such as "finding:kent/AFI-3".
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
    std::string cause;  ///< publication, reference of the finding, or day of the move
    std::string force;
    std::string title;
    Deadline deadline;
    bool tracked{true};  ///< false: its period had run out before it was recorded
    static void fields(auto& self, auto&& visit) {
        visit("definition", self.definition);
        visit("cause", self.cause);
        visit("force", self.force);
        visit("title", self.title);
        deadline_fields(self.deadline, visit);
        visit("tracked", self.tracked);
    }
};

struct ObligationReplied {
    static constexpr std::string_view kind = "obligation-replied";
    std::string definition;
    std::string cause;
    std::string force;
    Date on{};
    std::string link;
    std::string no_action_reason;  ///< set: the reply says why nothing is done
    static void fields(auto& self, auto&& visit) {
        visit("definition", self.definition);
        visit("cause", self.cause);
        visit("force", self.force);
        visit("on", self.on);
        visit("link", self.link);
        visit("no_action_reason", self.no_action_reason);
    }
};

}  // namespace forcewatch
