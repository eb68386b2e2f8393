#include "core/fact_fields.hpp"

#include <algorithm>
#include <array>

namespace forcewatch {

namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += ';';
        text += part;
    }
    return text;
}

std::string day(const std::optional<Date>& on) { return on ? text_of(*on) : std::string{}; }

template <typename Enum>
std::string word(Enum value) {
    return std::string{text_of(value)};
}

void add_deadline(FactFields& fields, const DeadlineHistory& history) {
    const auto& deadline = history.current();
    fields.emplace_back("deadline", word(deadline.kind));
    fields.emplace_back("due", deadline.due.text());
    fields.emplace_back("words", deadline.words);
    fields.emplace_back("resolved_by", deadline.resolved_by);
    const bool moved = history.revisions.size() > 1;
    fields.emplace_back("deadline_reason", moved ? history.revisions.back().reason : std::string{});
    fields.emplace_back("approval", moved ? history.revisions.back().approval : std::string{});
}

}  // namespace

FactFields fields_of(const Force& force) {
    return {{"id", force.id},
            {"name", force.name},
            {"kind", word(force.kind)},
            {"region", force.region},
            {"aliases", joined(force.aliases)},
            {"hmicfrs_slug", force.slug},
            {"successor", force.successor},
            {"ended", force.ended.text()}};
}

FactFields fields_of(const CycleDefined& cycle) {
    return {{"framework", cycle.programme},
            {"cycle", cycle.cycle},
            {"order", std::to_string(cycle.order)},
            {"starts", cycle.starts.text()},
            {"ends", cycle.ends.text()}};
}

FactFields fields_of(const AreaDefined& area) {
    return {{"framework", area.programme}, {"cycle", area.cycle},   {"area_id", area.area},
            {"area_name", area.name},      {"graded", area.graded}, {"grade_scale", area.scale}};
}

FactFields fields_of(const AreasLinked& link) {
    return {{"framework", link.programme},
            {"from_cycle", link.from_cycle},
            {"from_area", link.from_area},
            {"to_cycle", link.to_cycle},
            {"to_area", link.to_area},
            {"comparability", word(link.comparability)},
            {"note", link.note}};
}

FactFields fields_of(const HolidaysDefined& holidays) {
    return {{"division", holidays.division},
            {"year", std::to_string(holidays.year)},
            {"date", joined(holidays.days)}};
}

FactFields fields_of(const ObligationDefined& duty) {
    return {{"id", duty.definition},
            {"title", duty.title},
            {"follows", word(duty.trigger)},
            {"kinds", joined(duty.kinds)},
            {"programmes", joined(duty.programmes)},
            {duty.working ? "working_days" : "days", std::to_string(duty.days)},
            {"deadline", word(duty.deadline)},
            {"words", duty.words},
            {"valid_from", duty.valid_from.text()},
            {"valid_until", duty.valid_until.text()}};
}

FactFields fields_of(const DeadlinePolicySet& policy) {
    return {{"finding_kind", word(policy.finding_kind)},
            {"force_kind", word(policy.force_kind)},
            {"days", std::to_string(policy.days)}};
}

FactFields fields_of(const Person& person) {
    return {{"name", person.id},
            {"deputy", person.deputy},
            {"left", person.active ? std::string{} : day(person.since)}};
}

FactFields fields_of(const Inspection& inspection) {
    return {{"publication", inspection.id},       {"framework", inspection.programme},
            {"cycle", inspection.cycle},          {"published", inspection.published.text()},
            {"title", inspection.title},          {"url", inspection.url},
            {"forces", joined(inspection.forces)}};
}

FactFields fields_of(const Judgement& judgement) {
    return {{"force_id", judgement.force}, {"publication", judgement.inspection},
            {"area", judgement.area},      {"grade", judgement.grades.front().grade},
            {"basis", judgement.basis},    {"note", judgement.note},
            {"url", judgement.url}};
}

FactFields fields_of(const StageMove& move) {
    return {{"force", move.force},         {"moved_to", word(move.stage)},
            {"date", move.decided.text()}, {"announced", move.announced.text()},
            {"note", move.note},           {"source_url", move.url}};
}

FactFields fields_of(const Finding& finding) {
    FactFields fields{{"force", finding.force},           {"reference", finding.reference},
                      {"kind", word(finding.kind)},       {"title", finding.title},
                      {"inspection", finding.inspection}, {"area", finding.area},
                      {"parent", finding.parent},         {"origin", finding.origin},
                      {"raised", finding.raised.text()}};
    add_deadline(fields, finding.deadline);
    fields.emplace_back("force_state", word(finding.force_state));
    fields.emplace_back("force_state_on", day(finding.force_state_on));
    fields.emplace_back("claimed_by", finding.claimed_by);
    fields.emplace_back("force_reason", finding.force_reason);
    fields.emplace_back("verified_on", finding.verified ? day(finding.verified_on) : std::string{});
    fields.emplace_back("verified_by", finding.verified ? finding.verified_by : std::string{});
    fields.emplace_back("inspectorate_state", word(finding.inspectorate_state));
    fields.emplace_back("inspectorate_state_on", day(finding.inspectorate_state_on));
    fields.emplace_back("inspectorate_reason", finding.inspectorate_reason);
    fields.emplace_back("same_as", finding.same_as);
    fields.emplace_back("same_as_on", day(finding.same_as_on));
    fields.emplace_back("same_as_by", finding.same_as_by);
    fields.emplace_back("same_as_reason", finding.same_as_reason);
    return fields;
}

FactFields fields_of(const ExitCondition& condition) {
    return {{"force", condition.force},
            {"condition", condition.id},
            {"text", condition.text},
            {"finding", condition.finding},
            {"findings", joined(condition.findings)}};
}

FactFields fields_of(const Action& action) {
    FactFields fields{{"source", action.source},
                      {"external_id", action.external_id},
                      {"force", action.force},
                      {"title", action.title},
                      {"owner", action.owner},
                      {"contributors", joined(action.contributors)},
                      {"findings", joined(action.findings)},
                      {"planned", action.planned.text()}};
    add_deadline(fields, action.deadline);
    fields.emplace_back("state", word(action.state));
    fields.emplace_back("updated_on", day(action.updated_on));
    fields.emplace_back("note", action.note);
    return fields;
}

FactFields fields_of(const Meeting& meeting) {
    FactFields fields{{"force", meeting.force},
                      {"meeting", meeting.id},
                      {"title", meeting.title},
                      {"kind", word(meeting.kind)},
                      {"planned", meeting.planned.text()},
                      {"papers_days", std::to_string(meeting.papers_days)}};
    add_deadline(fields, meeting.deadline);
    return fields;
}

FactFields fields_of(const Obligation& obligation) {
    FactFields fields{{"duty", obligation.definition},
                      {"cause", obligation.cause},
                      {"force", obligation.force},
                      {"title", obligation.title}};
    add_deadline(fields, obligation.deadline);
    fields.emplace_back("replied_on", day(obligation.replied_on));
    fields.emplace_back("link", obligation.link);
    return fields;
}

FactFields fields_of(const Facts& facts, const std::string& subject) {
    FactFields fields;
    const auto look = [&](const auto& items) {
        const auto found = items.find(subject);
        if (found == items.end()) return false;
        fields = fields_of(found->second);
        return true;
    };
    (void)(look(facts.findings) || look(facts.actions) || look(facts.judgements) ||
           look(facts.inspections) || look(facts.stage_moves) || look(facts.obligations) ||
           look(facts.meetings) || look(facts.conditions) || look(facts.forces) ||
           look(facts.people) || look(facts.cycles) || look(facts.areas) || look(facts.links) ||
           look(facts.holidays) || look(facts.obligation_definitions) || look(facts.policies));
    return fields;
}

bool names_people(std::string_view column) {
    constexpr std::array<std::string_view, 6> columns{"owner",      "contributors", "deputy",
                                                      "claimed_by", "verified_by",  "same_as_by"};
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

}  // namespace forcewatch
