/// Events about forces and people: publications, judgements, stages.
#pragma once

#include <string>
#include <vector>

#include "core/event_words.hpp"
#include "core/partial_date.hpp"

namespace forcewatch {

struct ForceRecorded {
    static constexpr std::string_view kind = "force-recorded";
    std::string force;
    std::string name;
    ForceKind force_kind{ForceKind::other};
    std::string region;
    std::vector<std::string> aliases;
    std::string slug;       ///< as the inspectorate's addresses spell it
    std::string successor;  ///< id of the force it became; empty: still itself
    PartialDate ended;      ///< when it became that
    static void fields(auto& self, auto&& visit) {
        visit("force", self.force);
        visit("name", self.name);
        visit("kind", self.force_kind);
        visit("region", self.region);
        visit("aliases", self.aliases);
        visit("slug", self.slug);
        visit("successor", self.successor);
        visit("ended", self.ended);
    }
};

/// A person, known by a token alone: name and address live in one table that can be erased.
struct PersonRecorded {
    static constexpr std::string_view kind = "person-recorded";
    std::string person;
    std::string deputy;  ///< token of who stands in; may be empty
    static void fields(auto& self, auto&& visit) {
        visit("person", self.person);
        visit("deputy", self.deputy);
    }
};

/// A person left, or came back.
struct PersonMoved {
    static constexpr std::string_view kind = "person-moved";
    std::string person;
    bool active{};
    Date on{};
    static void fields(auto& self, auto&& visit) {
        visit("person", self.person);
        visit("active", self.active);
        visit("on", self.on);
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

}  // namespace forcewatch
