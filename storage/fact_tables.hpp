/// The facts as SQL tables: a cache of the journal's fold, written item by item.
///
/// Owner:  Store.   Thread: the loop thread.   Blocks: one local statement or a page of rows.
/// Fails:  throws StoreError.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/facts.hpp"
#include "core/track.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

/// Which findings, actions or obligations, and where the page begins.
struct ItemFilter {
    std::string force;                 ///< empty: all
    std::optional<bool> open;          ///< with its clock running, or not; empty: both
    std::optional<Date> due_before;    ///< last day earlier than this
    bool undated{};                    ///< only what has no deadline
    std::optional<std::string> owner;  ///< actions: token of the owner; "": nobody
    std::optional<FindingKind> kind;   ///< findings
    std::string area;                  ///< findings; empty: all
    std::string after_due_on;  ///< keyset: with `after_subject`, the last row of the page before
    std::string after_subject;
    bool by_id{};  ///< ordered by subject, which never changes, and not by the last day
    int limit{100};
};

/// The value of `due_on` where there is no deadline: sorts last.
inline constexpr std::string_view no_due_on = "9999-12-31";

/// The keyset's first half for an item: its last day, or `no_due_on`.
[[nodiscard]] std::string due_key(const Deadline& deadline);

class FactTables {
public:
    explicit FactTables(sql::Connection& connection) : connection_{connection} {}

    /// Makes the tables hold of `subject` what `slice` holds of it: a row, or none. `existed` false
    /// promises that the tables hold nothing of it yet.
    void replace(const std::string& subject, const Facts& slice, bool existed);

    /// Scales, cycles, areas, area map, holidays, obligation definitions and policies.
    [[nodiscard]] Facts reference() const;
    [[nodiscard]] std::vector<Force> forces() const;
    [[nodiscard]] std::optional<Force> force(const std::string& id) const;
    /// Ids of the forces that became this one.
    [[nodiscard]] std::vector<std::string> predecessors_of(const std::string& id) const;
    [[nodiscard]] std::optional<Person> person(const std::string& id) const;
    [[nodiscard]] std::vector<Person> persons() const;
    /// Exit conditions; `force` empty: all.
    [[nodiscard]] std::vector<ExitCondition> conditions(const std::string& force) const;
    [[nodiscard]] std::optional<Inspection> inspection(const std::string& id) const;
    /// By publication, latest first; `force` empty: all.
    [[nodiscard]] std::vector<Inspection> inspections(const std::string& force, int limit) const;
    [[nodiscard]] std::vector<PlacedJudgement> judgements(const std::string& force,
                                                          const std::string& programme) const;
    /// Subjects of the judgements of one publication.
    [[nodiscard]] std::vector<std::string> judgements_in(const std::string& inspection) const;
    /// Programmes under which the force has judgements.
    [[nodiscard]] std::vector<std::string> programmes_of(const std::string& force) const;
    [[nodiscard]] std::vector<StageMove> stage_moves(const std::string& force) const;
    [[nodiscard]] std::vector<std::string> forces_with_moves() const;

    /// True when the tables hold the item that `subject` names; what cannot be withdrawn counts as
    /// held.
    [[nodiscard]] bool holds(const std::string& subject) const;
    [[nodiscard]] std::optional<Finding> finding(const std::string& subject) const;
    [[nodiscard]] std::optional<Action> action(const std::string& subject) const;
    [[nodiscard]] std::optional<Obligation> obligation(const std::string& subject) const;
    [[nodiscard]] std::optional<Meeting> meeting(const std::string& subject) const;
    /// Subjects of the open actions that a person is accountable for.
    [[nodiscard]] std::vector<std::string> open_actions_of(const std::string& person) const;
    /// References of the findings that are the same as this one of their force.
    [[nodiscard]] std::vector<std::string> duplicates_of(const std::string& force,
                                                         const std::string& reference) const;
    /// By last day, then subject.
    [[nodiscard]] std::vector<Finding> findings(const ItemFilter& filter) const;
    [[nodiscard]] std::vector<Action> actions(const ItemFilter& filter) const;
    [[nodiscard]] std::vector<Obligation> obligations(const ItemFilter& filter) const;
    [[nodiscard]] std::vector<Meeting> meetings(const ItemFilter& filter) const;

    /// Calls `visit` with the subject of each finding of a force that the inspectorate has not
    /// closed, in order.
    void each_open_finding(const std::string& force,
                           const std::function<void(const std::string& subject)>& visit) const;
    /// The same with each open action of a source.
    void each_open_action(const std::string& source,
                          const std::function<void(const std::string& subject,
                                                   const std::string& force)>& visit) const;
    /// The plan that an action belongs to; empty: there is no such action.
    struct Plan {
        std::string source;
        std::string force;
        friend bool operator<(const Plan& one, const Plan& other) {
            return std::tie(one.source, one.force) < std::tie(other.source, other.force);
        }
    };
    [[nodiscard]] std::optional<Plan> plan_of(const std::string& action) const;

    struct Counts {
        std::int64_t open{};
        std::int64_t overdue{};
        std::optional<Date> next_due_on;
    };
    /// Of findings and actions whose clock runs, and of tracked obligations without a reply. What
    /// shares the clock of another counts with it.
    [[nodiscard]] Counts counts(Date today) const;
    /// Of one force, how many of those have passed.
    [[nodiscard]] std::int64_t overdue(const std::string& force, Date today) const;
    /// Subjects of every finding, action, meeting and obligation, and nothing else; in pieces by
    /// `after`.
    [[nodiscard]] std::vector<std::string> dated_subjects(const std::string& after,
                                                          int limit) const;

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch
