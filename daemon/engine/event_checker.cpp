#include "daemon/engine/event_checker.hpp"

#include <fmt/format.h>

#include "core/deadline_words.hpp"
#include "core/text_check.hpp"
#include "daemon/engine/fault.hpp"
#include "daemon/engine/no_such.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

Fault EventChecker::check(const Event& event) {
    if (auto fault = text_fault(event)) return invalid(fault->field, fault->what);
    return std::visit([this](const auto& e) { return of(e); }, event);
}

Fault EventChecker::known_force(const std::string& force) {
    if (known_.force(force)) return std::nullopt;
    return unknown("force", no_such_force(store_, force));
}

Fault EventChecker::known_cycle(const std::string& programme, const std::string& cycle,
                                const char* field) {
    if (reference_.cycles.contains(fmt::format("cycle:{} {}", programme, cycle)))
        return std::nullopt;
    return unknown(field, fmt::format("the cycle \"{} {}\" is not known; import the cycles first",
                                      programme, cycle));
}

Fault EventChecker::known_area(const std::string& programme, const std::string& cycle,
                               const std::string& area, const char* field) {
    if (reference_.areas.contains(fmt::format("area:{} {}/{}", programme, cycle, area)))
        return std::nullopt;
    return unknown(field, fmt::format("{} {} has no area \"{}\"", programme, cycle, area));
}

Fault EventChecker::known_finding(const std::string& force, const std::string& reference,
                                  const char* field) {
    if (store_.facts().finding(finding_subject(force, reference))) return std::nullopt;
    return unknown(field, fmt::format("{} has no finding \"{}\"", force, reference));
}

Fault EventChecker::known_action(const std::string& source, const std::string& external_id) {
    if (store_.facts().action(action_subject(source, external_id))) return std::nullopt;
    return unknown("external_id", fmt::format("{} has no action \"{}\"", source, external_id));
}

Fault EventChecker::sound_deadline(const Deadline& deadline) {
    if (deadline.kind == DeadlineKind::none && deadline.due.known())
        return invalid(
            "due",
            "a deadline of kind \"none\" has no date: give its kind (deadline), too, which is "
            "statutory, inspectorate or local");
    if (deadline.kind == DeadlineKind::none && resolve_deadline_words(deadline.words, today_))
        return invalid("deadline",
                       fmt::format("is missing or \"none\", and \"{}\" gives a date: say who set "
                                   "it, one of statutory, inspectorate and local",
                                   deadline.words));
    if (deadline.kind != DeadlineKind::none && !deadline.due.known())
        return invalid(
            "due", deadline.words.empty()
                       ? fmt::format("is missing: {} deadlines have a date", text_of(deadline.kind))
                       : fmt::format("is missing: \"{}\" is not understood; such words are: "
                                     "immediately, within 3 months, by 31 March 2027",
                                     deadline.words));
    return std::nullopt;
}

Fault EventChecker::sound_grade(const std::string& inspection_id, const std::string& area_id,
                                const std::string& grade) {
    const auto inspection = store_.facts().inspection(inspection_id);
    if (!inspection)
        return unknown("inspection", fmt::format("no inspection has the id \"{}\"", inspection_id));
    const auto area = reference_.areas.find(
        fmt::format("area:{} {}/{}", inspection->programme, inspection->cycle, area_id));
    if (area == reference_.areas.end())
        return known_area(inspection->programme, inspection->cycle, area_id, "area");
    if (area->second.graded == "no" || area->second.scale.empty())
        return invalid("area", fmt::format("{} {} does not grade \"{}\"", inspection->programme,
                                           inspection->cycle, area_id));
    const auto scale = reference_.scales.find("scale:" + area->second.scale);
    if (scale != reference_.scales.end() && rank_of(scale->second.grades, grade))
        return std::nullopt;
    return invalid("grade",
                   fmt::format("\"{}\" is not a grade of the scale {}", grade, area->second.scale));
}

Fault EventChecker::of(const ScaleDefined& e) {
    if (e.scale.empty()) return invalid("scale", "is missing");
    if (e.grades.size() < 2) return invalid("grades", "a scale needs at least two grades");
    return std::nullopt;
}

Fault EventChecker::of(const CycleDefined& e) {
    if (auto fault = sound_id(e.programme, "programme")) return fault;
    if (e.cycle.empty()) return invalid("cycle", "is missing");
    if (e.order < 1)
        return invalid("order", "must be a positive number, such as the year it began");
    if (!e.ends.known())
        return invalid("ends", "is needed: undated history sits at the end of its cycle");
    return std::nullopt;
}

Fault EventChecker::of(const AreaDefined& e) {
    if (auto fault = sound_id(e.area, "area")) return fault;
    if (auto fault = known_cycle(e.programme, e.cycle, "cycle")) return fault;
    if (!e.scale.empty() && !reference_.scales.contains("scale:" + e.scale))
        return unknown("scale", fmt::format("no scale is called \"{}\"", e.scale));
    return std::nullopt;
}

Fault EventChecker::of(const AreasLinked& e) {
    return first_of([&] { return known_area(e.programme, e.from_cycle, e.from_area, "from_area"); },
                    [&] { return known_area(e.programme, e.to_cycle, e.to_area, "to_area"); });
}

Fault EventChecker::of(const ObligationDefined& e) {
    if (auto fault = sound_id(e.definition, "definition")) return fault;
    if (e.title.empty()) return invalid("title", "is missing");
    if (e.days < 0)
        return invalid("days", "a period lasts at least one day; 0: nobody has fixed it");
    for (const auto& kind : e.kinds)
        if (auto parsed = parse_force_kind(kind); !parsed) return invalid("kinds", parsed.error());
    return std::nullopt;
}

/// However often its successors became others, none of them becomes it again.
Fault EventChecker::sound_successor(const ForceRecorded& e) {
    constexpr int longest_line = 100;
    auto next = e.successor;
    for (int i = 0; i < longest_line && !next.empty(); ++i) {
        if (next == e.force)
            return invalid("successor",
                           i == 0 ? "a force does not become itself"
                                  : fmt::format("{} became {} itself", e.successor, next));
        const auto& force = known_.force(next);
        next = force ? force->successor : std::string{};
    }
    return std::nullopt;
}

Fault EventChecker::of(const ForceRecorded& e) {
    if (auto fault = sound_id(e.force, "force")) return fault;
    if (e.name.empty()) return invalid("name", "is missing");
    if (auto fault = sound_successor(e)) return fault;
    if (e.ended.known() && e.successor.empty())
        return invalid("successor", "is missing: say what the force became");
    return std::nullopt;
}

Fault EventChecker::of(const HolidaysDefined& e) {
    if (e.division.empty()) return invalid("division", "is missing");
    for (const auto& text : e.days) {
        const auto day = parse_date(text);
        if (!day) return invalid("days", day.error());
        if (static_cast<int>(std::chrono::year_month_day{*day}.year()) != e.year)
            return invalid("days", fmt::format("{} is not a day of {}", text, e.year));
    }
    return std::nullopt;
}

Fault EventChecker::of(const DeadlinePolicySet& e) {
    if (e.days < 0) return invalid("days", "expected a number of days; 0 ends the policy");
    return std::nullopt;
}

Fault EventChecker::of(const PersonRecorded& e) {
    if (e.person.empty()) return invalid("person", "is missing");
    if (e.person == e.deputy) return invalid("deputy", "nobody is their own deputy");
    return std::nullopt;
}

Fault EventChecker::of(const PersonMoved& e) {
    if (e.person.empty()) return invalid("person", "is missing");
    return not_future(e.on);
}

Fault EventChecker::of(const InspectionPublished& e) {
    if (auto fault = sound_id(e.inspection, "inspection")) return fault;
    if (auto fault = known_cycle(e.programme, e.cycle, "cycle")) return fault;
    for (const auto& force : e.forces)
        if (auto fault = known_force(force)) return fault;
    const auto known = store_.facts().inspection(e.inspection);
    if (known && known->published.known() && !e.published.known())
        return invalid("published",
                       "is missing: clocks run from it; correct it, or withdraw the "
                       "publication");
    return not_far_ahead(e.published, "published");
}

Fault EventChecker::of(const JudgementMade& e) {
    return first_of([&] { return known_force(e.force); },
                    [&] { return sound_grade(e.inspection, e.area, e.grade); });
}

Fault EventChecker::known_judgement(const std::string& inspection, const std::string& force,
                                    const std::string& area) {
    if (store_.journal().knows(judgement_subject(inspection, force, area))) return std::nullopt;
    return unknown("area",
                   fmt::format("{} holds no judgement of \"{}\" for {}", inspection, area, force));
}

Fault EventChecker::of(const JudgementCorrected& e) {
    return first_of([&] { return known_judgement(e.inspection, e.force, e.area); },
                    [&] { return sound_grade(e.inspection, e.area, e.grade); });
}

Fault EventChecker::of(const JudgementRegraded& e) {
    return first_of([&] { return known_judgement(e.inspection, e.force, e.area); },
                    [&] { return sound_grade(e.inspection, e.area, e.grade); });
}

Fault EventChecker::of(const StageMoved& e) {
    if (auto fault = known_force(e.force)) return fault;
    if (!e.decided.known()) return invalid("decided", "a move needs a date, if only a year");
    if (e.announced.known() && *e.announced.last_day() < *e.decided.first_day())
        return invalid("announced",
                       fmt::format("lies before {}, when it was decided", e.decided.text()));
    return not_far_ahead(e.decided, "decided");
}

Fault EventChecker::of(const ObligationArose& e) {
    return first_of([&] { return known_force(e.force); },
                    [&] { return sound_deadline(e.deadline); });
}

Fault EventChecker::of(const ObligationReplied& e) {
    const auto subject = obligation_subject(e.definition, e.cause, e.force);
    if (!store_.facts().obligation(subject))
        return unknown("definition",
                       fmt::format("{} owes no {} for {}", e.force, e.definition, e.cause));
    if (!e.link.empty() && !e.link.starts_with("https://") && !e.link.starts_with("http://"))
        return invalid("link", fmt::format("\"{}\" is no address of a page", e.link));
    const auto inspection = store_.facts().inspection(e.cause);
    const auto published = inspection ? inspection->published.first_day() : std::nullopt;
    const Date arose_on =
        published ? *published : store_.journal().about(subject).front().effective_on;
    if (e.on < arose_on)
        return invalid("on", fmt::format("is before {}, when it arose", text_of(arose_on)));
    return not_future(e.on);
}

Fault EventChecker::of(const Retracted& e) {
    constexpr std::string_view withdrawable =
        "inspection judgement stage finding condition action meeting obligation";
    if (e.reason.empty()) return invalid("reason", "is missing: say why this is withdrawn");
    if (withdrawable.find(subject_kind(e.item)) == std::string_view::npos)
        return invalid("item", fmt::format("\"{}\" cannot be withdrawn", e.item));
    if (!store_.journal().knows(e.item) || !store_.facts().holds(e.item))
        return unknown("item", fmt::format("there is no \"{}\"", e.item));
    const auto finding = store_.facts().finding(e.item);
    return finding ? named_by_others(*finding) : std::nullopt;
}

}  // namespace forcewatch
