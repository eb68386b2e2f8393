/// Events that define the regime: scales, cycles, areas, calendars, duties and policies.
#pragma once

#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "core/event_words.hpp"
#include "core/partial_date.hpp"

namespace forcewatch {

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

/// The days off of one division and year, as the government publishes them.
struct HolidaysDefined {
    static constexpr std::string_view kind = "holidays-defined";
    std::string division;  ///< such as "england-and-wales"
    int year{};
    std::vector<std::string> days;  ///< YYYY-MM-DD, in order
    static void fields(auto& self, auto&& visit) {
        visit("division", self.division);
        visit("year", self.year);
        visit("days", self.days);
    }
};

/// A duty that follows from every publication about a force of one of `kinds` (or from another
/// trigger), while it is in law.
struct ObligationDefined {
    static constexpr std::string_view kind = "obligation-defined";
    std::string definition;  ///< id
    std::string title;
    ObligationTrigger trigger{ObligationTrigger::publication};
    std::vector<std::string> kinds;       ///< of force; empty: all
    std::vector<std::string> programmes;  ///< empty: all
    int days{};      ///< length of the period, its first day included; 0: nobody has fixed it
    bool working{};  ///< the period counts working days
    DeadlineKind deadline{DeadlineKind::statutory};
    std::string words;
    PartialDate valid_from;
    PartialDate valid_until;
    static void fields(auto& self, auto&& visit) {
        visit("definition", self.definition);
        visit("title", self.title);
        visit("trigger", self.trigger);
        visit("kinds", self.kinds);
        visit("programmes", self.programmes);
        visit("days", self.days);
        visit("working", self.working);
        visit("deadline", self.deadline);
        visit("words", self.words);
        visit("valid_from", self.valid_from);
        visit("valid_until", self.valid_until);
    }
};

/// A local target for findings of one kind that nobody else has given a date.
struct DeadlinePolicySet {
    static constexpr std::string_view kind = "deadline-policy-set";
    FindingKind finding_kind{FindingKind::area_for_improvement};
    ForceKind force_kind{ForceKind::police};
    int days{};  ///< from the day the finding was raised; 0: no policy any more
    static void fields(auto& self, auto&& visit) {
        visit("finding_kind", self.finding_kind);
        visit("force_kind", self.force_kind);
        visit("days", self.days);
    }
};

}  // namespace forcewatch
