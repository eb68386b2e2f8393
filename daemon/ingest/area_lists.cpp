#include "daemon/ingest/area_lists.hpp"

#include <algorithm>

#include "daemon/ingest/pattern.hpp"
#include "daemon/ingest/read_grades.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_area = 150;

}  // namespace

void trim_area(std::string_view lower, AreaWords& area) {
    static const Pattern opening{
        R"(^(?:[\s'"(,:*|-]|and |both |areas? (?:such as|of) |the (?:area|areas|following)(?: areas?)?(?: of)? |it comes to |terms of |also |(?:at|for|in) )+)"};
    static const Pattern closing{R"((?:[\s'",.;:*(|-]| and| in place)+$)"};
    if (const auto found = opening.find(lower.substr(area.begin, area.end - area.begin)))
        area.begin += (*found)[0].end;
    if (area.begin >= area.end) return;
    if (const auto found = closing.find(lower.substr(area.begin, area.end - area.begin)))
        area.end = area.begin + (*found)[0].begin;
}

bool is_no_area(std::string_view words) {
    static const Pattern of_frameworks{R"(^future affordability\b)"};
    if (of_frameworks.in(words)) return false;
    static const Pattern vague{
        std::string{
            R"(^(?:(?:in |at |of )?(?:the |its |these |those |all |only |just |a |this |that )*)"
            R"((?:(?:areas?|several|some|many|most|other|others|each|every|both|number of|remaining|rest|)"
            R"(following|same|future|outstanding|adequate|inadequate|requir(?:e|es|ing) improvement|)"} +
        number_group() +
        R"()\b.*|out of .*|force|service|constabulary|brigade|police|inspectorate|future)|it|they|which|that|this|these|those|there|who|what|we|he|she|areas?|overall|the force .*)$|)"
        R"(\b(?:last|previous|latest|recent) (?:peel )?(?:inspection|assessment|report)|^to (?:be|require)\b|^(?:a|the|its|this|today's|their) (?:[a-z]+ )?(?:report|letter|inspection|assessment)\b|\bamong (?:them|others)\b|\bspecial measures\b|\bengage\b)"};
    return words.size() < 4 || words.size() > longest_area || vague.in(words);
}

namespace {

bool starts_an_area(std::string_view words) {
    static const Pattern opener{R"(^(?:(?:at|for|in) )?(?:how|its|the way|[a-z-]+ing)\b)"};
    return opener.in(words);
}

/// Cuts "A and B" where B begins like an area of its own; the last "and" where `forced`.
void cut_last(std::string_view lower, AreaWords last, bool forced, std::vector<AreaWords>& areas) {
    std::size_t cut = std::string_view::npos;
    const auto part = lower.substr(last.begin, last.end - last.begin);
    for (auto at = part.find(" and "); at != std::string_view::npos;
         at = part.find(" and ", at + 1))
        if (starts_an_area(part.substr(at + 5))) {
            cut = at;
            break;
        }
    if (cut == std::string_view::npos && forced) cut = part.rfind(" and ");
    if (cut == std::string_view::npos) {
        areas.push_back(last);
        return;
    }
    areas.push_back({last.begin, last.begin + cut});
    areas.push_back({last.begin + cut + 5, last.end});
}

/// Where an area of the frameworks surely begins, after "and".
bool starts_a_known_area(std::string_view words) {
    static const Pattern known{
        R"(^(?:managing (?:offenders|suspects|performance)|responding to|investigating crime|protecting vulnerable|)"
        R"(recording (?:data|crime)|treating the public|preventing (?:and deterring )?(?:crime|fires)|leadership and force|)"
        R"(developing a|building,? |disrupting serious|making (?:the )?best use|promoting the right|getting the right|)"
        R"(understanding (?:the )?risk|strategic planning|good use of resources)\b)"};
    return known.in(words);
}

/// "how it A and how it B", "its A and its B", "at A and at B": two areas without a comma.
bool repeats_its_opening(std::string_view words) {
    static const Pattern twice{
        R"(^(?:how .* and how |its .* and (?:its|how) |both )|.* and (?:how (?:it|the)|(?:at|for|in) [a-z-]+ing)\b)"};
    return twice.in(words);
}

/// The last "and" before a known area, unless nothing but a verb stands before it.
std::size_t known_cut(std::string_view words) {
    for (auto at = words.rfind(" and "); at != std::string_view::npos && at > 0;
         at = words.rfind(" and ", at - 1))
        if (starts_a_known_area(words.substr(at + 5)) && !words.substr(0, at).ends_with("powers") &&
            words.substr(0, at).find(' ') != std::string_view::npos)
            return at;
    return std::string_view::npos;
}

std::vector<AreaWords> split_at(std::string_view lower, AreaWords whole, char separator) {
    std::vector<AreaWords> parts;
    for (auto from = whole.begin; from < whole.end;) {
        const auto at = std::min(lower.substr(0, whole.end).find(separator, from), whole.end);
        parts.push_back({from, at});
        from = at + 1;
    }
    return parts;
}

}  // namespace

std::vector<AreaWords> areas_of_list(std::string_view lower, std::size_t begin, std::size_t end) {
    // "responding to the public and as requires improvement at ...": another grade's list begins.
    static const Pattern next_grade{std::string{R"( and (?:also )?as ['"]?)"} + grade_group};
    if (const auto found = next_grade.find(lower.substr(begin, end - begin)))
        end = begin + (*found)[0].begin;
    // "understanding the risk of fire and draws on ...": the sentence has gone on.
    static const Pattern goes_on{
        R"(^ ?[a-z]+ing\b.*? and (?:draws|uses|makes|works|knows|provides|continues|gives|shows|takes|does|identifies|understands|responds|supports|manages|treats|recognises|keeps|can|will|had|responded)\b)"};
    if (const auto found = goes_on.find(lower.substr(begin, end - begin)))
        end = begin + lower.substr(begin, (*found)[0].end).rfind(" and ");
    AreaWords whole{begin, end};
    const bool both = lower.substr(begin, 5) == "both ";
    trim_area(lower, whole);
    if (whole.begin >= whole.end) return {};
    const auto words = lower.substr(whole.begin, whole.end - whole.begin);
    std::vector<AreaWords> areas;
    if (words.find(';') != std::string_view::npos) {
        areas = split_at(lower, whole, ';');
        const auto last = areas.back();
        const auto cut = lower.substr(0, last.end).rfind(", and ");
        if (cut != std::string_view::npos && cut > last.begin) {
            areas.back().end = cut;
            areas.push_back({cut + 1, last.end});
        }
    } else if (words.find(',') != std::string_view::npos) {
        auto parts = split_at(lower, whole, ',');
        const auto last = parts.back();
        parts.pop_back();
        areas = std::move(parts);
        const bool led_by_and = lower.substr(last.begin, 5) == " and ";
        if (led_by_and)
            areas.push_back(last);
        else
            cut_last(lower, last, true, areas);
    } else if (both || repeats_its_opening(words)) {
        cut_last(lower, whole, both, areas);
    } else {
        const auto cut = known_cut(words);
        areas.push_back(
            {whole.begin, cut == std::string_view::npos ? whole.end : whole.begin + cut});
        if (cut != std::string_view::npos) areas.push_back({whole.begin + cut + 5, whole.end});
    }
    for (auto& area : areas) trim_area(lower, area);
    std::erase_if(areas, [&](const AreaWords& area) {
        return area.begin >= area.end ||
               is_no_area(lower.substr(area.begin, area.end - area.begin));
    });
    return areas;
}

}  // namespace forcewatch
