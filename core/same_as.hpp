/// Findings that are the same as another of their force, such as a national recommendation and the
/// force's own: one of them, the principal, has the clock and the alerts of all.
///
/// A link names the principal itself; where the facts of some past day make a chain of links, its
/// end counts, and where they make a circle, each finding stands for itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/facts.hpp"

namespace forcewatch {

/// Looks a fact up by its subject; empty: it is not there.
using FindFinding = std::function<std::optional<Finding>(const std::string& subject)>;
using FindObligation = std::function<std::optional<Obligation>(const std::string& subject)>;

/// The finding that stands for this one; empty: it stands for itself.
[[nodiscard]] std::optional<Finding> principal_of(const Finding& finding, const FindFinding& find);

/// Subject of the obligation whose clock this one shares, because its cause of concern is the same
/// as another that owes the same; empty: it has a clock of its own.
[[nodiscard]] std::string shared_clock_of(const Obligation& obligation, const FindFinding& find,
                                          const FindObligation& find_obligation);

/// Gives each finding that another of them stands for the inspectorate's word on that one; only
/// these keep their `same_as`. `findings` are all those of one force.
void share_decisions(std::vector<Finding>& findings);

/// Two findings that may be the same.
struct LikelyDuplicate {
    const Finding* one{};
    const Finding* other{};  ///< of the same force, and later by its reference
    double likeness{};       ///< from `like_enough` to 1
    std::string why;         ///< such as "same publication"
};

/// Titles at least so much alike are shown to a person.
inline constexpr double like_enough = 0.75;

/// How much alike two titles are, from 0 to 1: the words that both have, over all the words that
/// either has. Case, punctuation and the little words ("the", "of", "and"...) do not count.
[[nodiscard]] double likeness_of(std::string_view one_title, std::string_view other_title);

/// Pairs of one force and kind that are open, not linked and never said to be two, and that come
/// from one publication or of which one at least is a row of a national finding (`origin`), with
/// titles that are like enough; the most alike first. Nothing follows from it: a person decides.
[[nodiscard]] std::vector<LikelyDuplicate> likely_duplicates(const std::vector<Finding>& findings);

}  // namespace forcewatch
