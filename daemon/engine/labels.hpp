/// The labels of an alert, from what is known of its subject, and whether conditions pick it.
#pragma once

#include <vector>

#include "core/matcher.hpp"
#include "daemon/engine/judging.hpp"
#include "storage/alert_tables.hpp"
#include "storage/people.hpp"

namespace forcewatch {

/// The owner stands there by token.
[[nodiscard]] Labels labels_of(const Alert& alert, FactSource& facts);
/// As people write conditions on them: the owner stands there by name.
[[nodiscard]] Labels shown_labels_of(const Alert& alert, FactSource& facts, People& people);
/// All of the conditions hold. A label that is not there fulfils only the conditions that deny.
[[nodiscard]] bool matches(const std::vector<Matcher>& matchers, const Labels& labels);
/// What is wrong with a regular expression among the conditions; empty: nothing.
[[nodiscard]] std::optional<std::string> pattern_fault(const std::vector<Matcher>& matchers);

/// Whoever is accountable for an alert's subject.
struct Accountable {
    std::string owner;  ///< token; empty: nobody
    std::vector<std::string> contributors;
};
[[nodiscard]] Accountable accountable_for(const std::string& subject, FactSource& facts);
/// By when the subject is due, for a person; empty: it has no date.
[[nodiscard]] std::string due_of(const std::string& subject, FactSource& facts);

}  // namespace forcewatch
