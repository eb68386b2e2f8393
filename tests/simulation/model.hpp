/// What must be told, worked out a second time and far more simply: from the facts that were
/// accepted and the moments at which the daemon was up, to the alerts there are to be.
///
/// Shares no code with the rules, the engine or the calendar that it checks.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/rule.hpp"

namespace forcewatch::sim {

/// London, by the law of 2002: summer is from the last Sunday of March to that of October, 01:00.
[[nodiscard]] Date london_day(Instant at);
[[nodiscard]] Instant midnight(Date day);

struct Overdue {
    Instant from{};
    std::optional<Instant> until;
};
struct ExpectedAlert {
    bool open{true};
    Severity severity{};
    bool overdue{};
    std::vector<Overdue> overdue_times;  ///< the last one goes on while it is overdue
    std::map<std::string, std::set<std::string>> steps;  ///< by version of the deadline
    std::optional<Instant> review_at;                    ///< closed by hand until then
};

/// A stretch in which a force was in a stage, or an area at a low grade.
struct Spell {
    Date from{};
    std::optional<Date> until;
};

/// One rule on one subject.
struct Watch {
    const Rule* rule{};
    std::string subject;
    std::optional<Date> origin;  ///< steps count from it; empty: nothing to watch
    std::string version;
    std::vector<Spell> spells;  ///< in order; those of an item are none
    int spell{};                ///< another one is another episode
    std::optional<Date> next_on;
    bool touched{};
    int spell_told{};
    std::vector<ExpectedAlert> alerts;

    [[nodiscard]] ExpectedAlert* latest() { return alerts.empty() ? nullptr : &alerts.back(); }
};

class Model {
public:
    explicit Model(std::vector<Rule> rules);

    /// An action with its deadline, its last update and whether it is done.
    struct Item {
        std::string subject;
        Date due{};
        Date said_on{};
        bool done{};
    };
    void set_action(const Item& item);
    void set_stage(const std::string& subject, bool engaged, Date on);
    void set_grade(const std::string& subject, bool low, Date on);

    /// Other rules, or the same anew: all is judged again.
    void touch_everything();
    /// Judges what was touched since; while held, that waits.
    void recorded(Instant now);
    /// Judges what is due.
    void evaluate(Instant now);
    void hold(bool held) { held_ = held; }
    void close_by_hand(const std::string& rule, const std::string& subject, Date review_on);

    [[nodiscard]] Watch* find(const std::string& rule, const std::string& subject);
    [[nodiscard]] const std::map<std::pair<std::string, std::string>, Watch>& all() const {
        return watches_;
    }
    [[nodiscard]] std::map<std::string, std::int64_t> open_by_rule() const;

private:
    Watch& watch(const std::string& rule, const std::string& subject);
    void set_spell(Watch& watch, bool runs, Date on);
    void judge(Watch& watch, Instant now);

    std::vector<Rule> rules_;
    bool held_{};
    std::map<std::pair<std::string, std::string>, Watch> watches_;
};

}  // namespace forcewatch::sim
