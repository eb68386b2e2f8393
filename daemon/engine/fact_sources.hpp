/// The two places where the rules find their facts: the tables, and a fold held in memory.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "daemon/engine/judging.hpp"
#include "daemon/engine/reference.hpp"

namespace forcewatch {

/// The present, as the tables have it.   Fails: throws StoreError.
class StoreFacts final : public FactSource {
public:
    StoreFacts(Store& store, Reference& reference) : store_{store}, reference_{reference} {}

    /// From here on people are read all at once, when the first is asked for: for many items of
    /// which nothing is recorded meanwhile.
    void read_people_at_once() { people_at_once_ = true; }

    const Force* force(const std::string& id) override;
    std::optional<Person> person(const std::string& id) override;
    std::optional<Inspection> inspection(const std::string& id) override;
    std::optional<Finding> finding(const std::string& subject) override;
    std::optional<Action> action(const std::string& subject) override;
    std::optional<Meeting> meeting(const std::string& subject) override;
    std::optional<Obligation> obligation(const std::string& subject) override;
    std::vector<PlacedJudgement> judgements(const std::string& force,
                                            const std::string& programme) override;
    std::vector<StageMove> stage_moves(const std::string& force) override;
    std::vector<ExitCondition> conditions(const std::string& force) override;
    std::vector<Finding> findings_of(const std::string& force) override;
    std::vector<std::string> duplicates_of(const std::string& force,
                                           const std::string& reference) override;
    std::vector<std::string> duties_of_causes() override;
    std::optional<Date> heard_on(const std::string& force) override;
    const AreaMap& area_map(const std::string& programme) override;
    const WorkingCalendar& calendar() override;

private:
    Store& store_;
    Reference& reference_;
    bool people_at_once_{};
    std::optional<std::map<std::string, Person>> people_;
};

/// Facts that grow event by event, with what is needed to find the items of a force.
class MemoryFacts final : public FactSource {
public:
    /// `reference` holds for all time, and outlives this.
    explicit MemoryFacts(const Facts& reference);
    /// Begins with facts that were folded already.
    MemoryFacts(const Facts& reference, Facts folded);

    /// Applies an event, in fold order for its subject.
    void apply(const Recorded& recorded);
    /// The same, and takes the event apart.
    void apply(Recorded&& recorded);
    [[nodiscard]] const Facts& facts() const { return facts_; }
    void set_heard(const std::string& force, Date on) { heard_[force] = on; }

    const Force* force(const std::string& id) override;
    std::optional<Person> person(const std::string& id) override;
    std::optional<Inspection> inspection(const std::string& id) override;
    std::optional<Finding> finding(const std::string& subject) override;
    std::optional<Action> action(const std::string& subject) override;
    std::optional<Meeting> meeting(const std::string& subject) override;
    std::optional<Obligation> obligation(const std::string& subject) override;
    std::vector<PlacedJudgement> judgements(const std::string& force,
                                            const std::string& programme) override;
    std::vector<StageMove> stage_moves(const std::string& force) override;
    std::vector<ExitCondition> conditions(const std::string& force) override;
    std::vector<Finding> findings_of(const std::string& force) override;
    std::vector<std::string> duplicates_of(const std::string& force,
                                           const std::string& reference) override;
    std::vector<std::string> duties_of_causes() override;
    std::optional<Date> heard_on(const std::string& force) override;
    const AreaMap& area_map(const std::string& programme) override;
    const WorkingCalendar& calendar() override;

private:
    void index(const Event& event);

    const Facts& reference_;
    WorkingCalendar calendar_;
    Facts facts_;
    std::map<std::string, AreaMap> maps_;
    std::map<std::string, Date> heard_;
    /// Subjects of a force, by force: judgements, moves, conditions, findings.
    using Index = std::map<std::string, std::set<std::string>>;
    Index judgements_;
    Index moves_;
    Index conditions_;
    Index findings_;
};

}  // namespace forcewatch
