// Private to daemon/ingest/: how many areas got which grade, and which area got which.
#pragma once

#include <string>
#include <vector>

#include "daemon/ingest/body_names.hpp"
#include "daemon/ingest/news_item.hpp"
#include "daemon/ingest/news_text.hpp"

namespace forcewatch {

/// One statement of counts, which may run over neighbouring sentences.
struct StatedCounts {
    GradeCounts counts;
    std::size_t begin{};  ///< in `NewsText::plain()`
    std::size_t end{};
    std::size_t sentence{};
    bool lists_them{};  ///< two grades or more, or all areas accounted for
    bool besides{};     ///< of "the other areas": those named come on top
};

struct AreaGrade {
    std::string area;  ///< as worded; "overall" for the inspection as a whole
    Grade grade{};
    std::size_t begin{};  ///< of the words that say so
    std::size_t end{};
    std::size_t sentence{};
    int percent{};
    std::vector<std::size_t> forces{};  ///< as named there; empty: that of the item
};

/// Grades as a pattern, in lower case; the group is the grade.
inline constexpr auto grade_group =
    R"((outstanding|good|adequate|inadequate|(?:requir(?:es?|ed|ing)|needs|needing|needed)['"]* improvements?))";

[[nodiscard]] Grade grade_of(std::string_view lower);
/// "six", "11"; empty when it is no number.
[[nodiscard]] std::optional<int> small_number(std::string_view lower);
/// One to twenty in words or digits, as a pattern with one group.
[[nodiscard]] const std::string& number_group();
/// The sentence speaks of an inspection before this one.
[[nodiscard]] bool tells_of_before(std::string_view lower);

[[nodiscard]] std::vector<StatedCounts> read_grade_counts(const NewsText& text);
/// `overall_grade`: the programme gives one grade for the whole, so a grade without an area is
/// that.
[[nodiscard]] std::vector<AreaGrade> read_area_grades(const NewsText& text,
                                                      const std::vector<Mention>& mentions,
                                                      bool overall_grade);

}  // namespace forcewatch
