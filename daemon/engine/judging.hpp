/// What the rules say of one subject of the agenda, asked of tables or of folded memory alike.
///
/// Plain functions of the facts, the rules and a day: the evaluator, a forecast, a back-test and an
/// explanation all ask here.
///
/// Thread: that of the source.   Fails: as the source does.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate.hpp"
#include "core/same_as.hpp"

namespace forcewatch {

/// Facts as the rules ask for them. One implementation reads the tables, one a fold in memory.
class FactSource {
public:
    FactSource() = default;
    virtual ~FactSource() = default;
    FactSource(const FactSource&) = delete;
    FactSource& operator=(const FactSource&) = delete;

    /// Null: not known. Holds until the source is asked to forget.
    [[nodiscard]] virtual const Force* force(const std::string& id) = 0;
    [[nodiscard]] virtual std::optional<Person> person(const std::string& id) = 0;
    [[nodiscard]] virtual std::optional<Inspection> inspection(const std::string& id) = 0;
    [[nodiscard]] virtual std::optional<Finding> finding(const std::string& subject) = 0;
    [[nodiscard]] virtual std::optional<Action> action(const std::string& subject) = 0;
    [[nodiscard]] virtual std::optional<Meeting> meeting(const std::string& subject) = 0;
    [[nodiscard]] virtual std::optional<Obligation> obligation(const std::string& subject) = 0;
    [[nodiscard]] virtual std::vector<PlacedJudgement> judgements(const std::string& force,
                                                                  const std::string& programme) = 0;
    [[nodiscard]] virtual std::vector<StageMove> stage_moves(const std::string& force) = 0;
    [[nodiscard]] virtual std::vector<ExitCondition> conditions(const std::string& force) = 0;
    [[nodiscard]] virtual std::vector<Finding> findings_of(const std::string& force) = 0;
    /// References of the findings that name this one as the one they are the same as.
    [[nodiscard]] virtual std::vector<std::string> duplicates_of(const std::string& force,
                                                                 const std::string& reference) = 0;
    /// Names of the duties that follow from a cause of concern.
    [[nodiscard]] virtual std::vector<std::string> duties_of_causes() = 0;
    /// The day on which anything was last recorded about the force.
    [[nodiscard]] virtual std::optional<Date> heard_on(const std::string& force) = 0;
    [[nodiscard]] virtual const AreaMap& area_map(const std::string& programme) = 0;
    [[nodiscard]] virtual const WorkingCalendar& calendar() = 0;
};

/// What an alert is about.
struct AlertSubject {
    std::string id;
    std::string force;
    ForceKind kind{};
    std::string title;  ///< for a person
};

/// One rule on one subject.
struct SubjectRuling {
    std::shared_ptr<const AlertSubject> about;  ///< never empty; that of all rules on it
    const Rule* rule{};
    Ruling ruling;
};

struct SubjectRulings {
    std::vector<SubjectRuling> all;     ///< in the order of the rules, subject by subject
    std::vector<std::string> subjects;  ///< of alerts that may be open on it
    std::string stands_for;             ///< set: another is judged in its place, and why
    std::optional<Date> next_on;        ///< first day on which any of it could be another
};

/// The finding that stands for this one; empty: it stands for itself.
[[nodiscard]] std::optional<Finding> principal_of(FactSource& facts, const Finding& finding);
/// Subject of the obligation whose clock this one shares; empty: it has a clock of its own.
[[nodiscard]] std::string shared_clock_of(FactSource& facts, const Obligation& obligation);

/// Judges `subject`, as the agenda names it, by every rule that looks at it.
[[nodiscard]] SubjectRulings judge_subject(FactSource& facts, const std::vector<Rule>& rules,
                                           const std::string& subject, Date today);

/// Subjects of the agenda that an event may change the mind of. `source` holds the facts with the
/// event in them, except that what it withdraws is still named by the event's own subject.
void touched_by(const Event& event, FactSource& source,
                const std::function<void(std::string subject)>& touch);

}  // namespace forcewatch
