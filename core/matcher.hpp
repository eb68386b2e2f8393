/// Labels of an alert, and what a person writes to pick alerts by them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

/// Such as force, kind, rule, severity, area, owner. A label that is not there is not an empty one.
using Labels = std::map<std::string, std::string>;

/// The labels that an alert can have.
[[nodiscard]] const std::vector<std::string>& label_names();

/// One condition on a label: "force=kent", "kind!=fire", "area^=custody" (begins with),
/// "force={kent,essex}" (one of), "owner=~.*smith" (regular expression over all of it),
/// "owner!~.*smith".
struct Matcher {
    enum class Kind { equal, not_equal, prefix, one_of, pattern, not_pattern };
    std::string label;
    Kind kind{};
    std::vector<std::string> values;  ///< one, but for `one_of`
    friend bool operator==(const Matcher&, const Matcher&) = default;
};

[[nodiscard]] std::string text_of(const Matcher& matcher);
/// It compares with whole values, and not with a beginning or a regular expression.
[[nodiscard]] bool names_values(const Matcher& matcher);
/// Checks the label's name, the shape, and the values of labels that have few: kind, severity,
/// finding-kind; not the regular expression.
[[nodiscard]] Expected<Matcher> parse_matcher(std::string_view text);

}  // namespace forcewatch
