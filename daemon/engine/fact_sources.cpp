#include "daemon/engine/fact_sources.hpp"

#include "daemon/engine/london.hpp"

namespace forcewatch {

namespace {

template <typename Item>
std::optional<Item> found(const std::map<std::string, Item>& items, const std::string& subject) {
    const auto item = items.find(subject);
    return item == items.end() ? std::nullopt : std::optional{item->second};
}

/// The items that an index names for a force; those withdrawn since are passed over.
template <typename Item>
std::vector<Item> named(const std::map<std::string, Item>& items,
                        const std::map<std::string, std::set<std::string>>& index,
                        const std::string& force) {
    std::vector<Item> list;
    const auto subjects = index.find(force);
    if (subjects == index.end()) return list;
    for (const auto& subject : subjects->second)
        if (const auto item = items.find(subject); item != items.end())
            list.push_back(item->second);
    return list;
}

std::vector<std::string> duties_of_causes_in(const Facts& reference) {
    std::vector<std::string> duties;
    for (const auto& [subject, duty] : reference.obligation_definitions)
        if (duty.trigger == ObligationTrigger::cause_of_concern) duties.push_back(duty.definition);
    return duties;
}

}  // namespace

WorkingCalendar calendar_of(const Facts& facts) {
    WorkingCalendar calendar;
    for (const auto& [subject, year] : facts.holidays) {
        if (year.division != "england-and-wales") continue;
        std::set<Date> days;
        for (const auto& text : year.days)
            if (const auto day = parse_date(text)) days.insert(*day);
        calendar.set_year(year.year, std::move(days));
    }
    return calendar;
}

const Force* StoreFacts::force(const std::string& id) {
    const auto& known = reference_.force(id);
    return known ? &*known : nullptr;
}
std::optional<Person> StoreFacts::person(const std::string& id) {
    if (!people_at_once_) return store_.facts().person(id);
    if (!people_) {
        people_.emplace();
        for (auto& person : store_.facts().persons()) {
            auto key = person.id;
            people_->emplace(std::move(key), std::move(person));
        }
    }
    const auto known = people_->find(id);
    return known == people_->end() ? std::nullopt : std::optional{known->second};
}
std::optional<Inspection> StoreFacts::inspection(const std::string& id) {
    return store_.facts().inspection(id);
}
std::optional<Finding> StoreFacts::finding(const std::string& subject) {
    return store_.facts().finding(subject);
}
std::optional<Action> StoreFacts::action(const std::string& subject) {
    return store_.facts().action(subject);
}
std::optional<Meeting> StoreFacts::meeting(const std::string& subject) {
    return store_.facts().meeting(subject);
}
std::optional<Obligation> StoreFacts::obligation(const std::string& subject) {
    return store_.facts().obligation(subject);
}
std::vector<PlacedJudgement> StoreFacts::judgements(const std::string& force,
                                                    const std::string& programme) {
    return store_.facts().judgements(force, programme);
}
std::vector<StageMove> StoreFacts::stage_moves(const std::string& force) {
    return store_.facts().stage_moves(force);
}
std::vector<ExitCondition> StoreFacts::conditions(const std::string& force) {
    return store_.facts().conditions(force);
}
std::vector<Finding> StoreFacts::findings_of(const std::string& force) {
    ItemFilter filter;
    filter.force = force;
    filter.limit = 1'000'000;
    return store_.facts().findings(filter);
}
std::vector<std::string> StoreFacts::duplicates_of(const std::string& force,
                                                   const std::string& reference) {
    return store_.facts().duplicates_of(force, reference);
}
std::vector<std::string> StoreFacts::duties_of_causes() {
    return duties_of_causes_in(reference_.facts());
}
std::optional<Date> StoreFacts::heard_on(const std::string& force) {
    const auto at = store_.journal().heard_at(force);
    return at ? std::optional{london_date(*at)} : std::nullopt;
}
const AreaMap& StoreFacts::area_map(const std::string& programme) {
    return reference_.area_map(programme);
}
const WorkingCalendar& StoreFacts::calendar() { return reference_.calendar(); }

MemoryFacts::MemoryFacts(const Facts& reference)
    : reference_{reference}, calendar_{calendar_of(reference)} {}

MemoryFacts::MemoryFacts(const Facts& reference, Facts folded)
    : reference_{reference}, calendar_{calendar_of(reference)}, facts_{std::move(folded)} {
    const auto note = [](Index& index, const auto& items) {
        for (const auto& [subject, item] : items) index[item.force].insert(subject);
    };
    note(judgements_, facts_.judgements);
    note(moves_, facts_.stage_moves);
    note(conditions_, facts_.conditions);
    note(findings_, facts_.findings);
}

void MemoryFacts::index(const Event& event) {
    if (const auto* judgement = std::get_if<JudgementMade>(&event))
        judgements_[judgement->force].insert(subject_of(event));
    else if (const auto* move = std::get_if<StageMoved>(&event))
        moves_[move->force].insert(subject_of(event));
    else if (const auto* condition = std::get_if<ConditionSet>(&event))
        conditions_[condition->force].insert(subject_of(event));
    else if (const auto* finding = std::get_if<FindingRaised>(&event))
        findings_[finding->force].insert(subject_of(event));
}

void MemoryFacts::apply(const Recorded& recorded) {
    index(recorded.event);
    forcewatch::apply(facts_, recorded);
}

void MemoryFacts::apply(Recorded&& recorded) {
    index(recorded.event);
    forcewatch::apply(facts_, std::move(recorded));
}

const Force* MemoryFacts::force(const std::string& id) {
    const auto known = facts_.forces.find("force:" + id);
    return known == facts_.forces.end() ? nullptr : &known->second;
}
std::optional<Person> MemoryFacts::person(const std::string& id) {
    return found(facts_.people, person_subject(id));
}
std::optional<Inspection> MemoryFacts::inspection(const std::string& id) {
    return found(facts_.inspections, "inspection:" + id);
}
std::optional<Finding> MemoryFacts::finding(const std::string& subject) {
    return found(facts_.findings, subject);
}
std::optional<Action> MemoryFacts::action(const std::string& subject) {
    return found(facts_.actions, subject);
}
std::optional<Meeting> MemoryFacts::meeting(const std::string& subject) {
    return found(facts_.meetings, subject);
}
std::optional<Obligation> MemoryFacts::obligation(const std::string& subject) {
    return found(facts_.obligations, subject);
}
std::vector<PlacedJudgement> MemoryFacts::judgements(const std::string& force,
                                                     const std::string& programme) {
    std::vector<PlacedJudgement> placed;
    for (auto& judgement : named(facts_.judgements, judgements_, force)) {
        const auto where = facts_.inspections.find("inspection:" + judgement.inspection);
        if (where != facts_.inspections.end() && where->second.programme == programme)
            placed.push_back({where->second.cycle, std::move(judgement), where->second.published});
    }
    return placed;
}
std::vector<StageMove> MemoryFacts::stage_moves(const std::string& force) {
    return named(facts_.stage_moves, moves_, force);
}
std::vector<ExitCondition> MemoryFacts::conditions(const std::string& force) {
    return named(facts_.conditions, conditions_, force);
}
std::vector<Finding> MemoryFacts::findings_of(const std::string& force) {
    return named(facts_.findings, findings_, force);
}
std::vector<std::string> MemoryFacts::duplicates_of(const std::string& force,
                                                    const std::string& reference) {
    std::vector<std::string> references;
    const auto subjects = findings_.find(force);
    if (subjects == findings_.end()) return references;
    for (const auto& subject : subjects->second) {
        const auto finding = facts_.findings.find(subject);
        if (finding != facts_.findings.end() && finding->second.same_as == reference)
            references.push_back(finding->second.reference);
    }
    return references;
}
std::vector<std::string> MemoryFacts::duties_of_causes() { return duties_of_causes_in(reference_); }
std::optional<Date> MemoryFacts::heard_on(const std::string& force) {
    const auto heard = heard_.find(force);
    return heard == heard_.end() ? std::nullopt : std::optional{heard->second};
}
const AreaMap& MemoryFacts::area_map(const std::string& programme) {
    const auto known = maps_.find(programme);
    if (known != maps_.end()) return known->second;
    return maps_.emplace(programme, AreaMap{reference_, programme}).first->second;
}
const WorkingCalendar& MemoryFacts::calendar() { return calendar_; }

}  // namespace forcewatch
