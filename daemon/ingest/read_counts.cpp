#include <algorithm>
#include <charconv>

#include "daemon/ingest/pattern.hpp"
#include "daemon/ingest/read_grades.hpp"

namespace forcewatch {

namespace {

constexpr std::array<std::string_view, 21> numbers{
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};

constexpr auto area_noun =
    "(?:areas?|categor(?:y|ies)|aspects?|questions?|topics?|themes?|criteria|judge?ments?|"
    "subjects?|disciplines?|functions?|measures?)";

struct Pair {
    Grade grade{};
    int areas{};
    std::size_t begin{};
    std::size_t end{};
    bool sure{};  ///< says "area", or that it is a grade
};

/// What may follow the number where areas are counted: "in two areas", "in three, ...", "in two
/// of".
bool counts_areas(std::string_view lower, std::size_t at, bool& noun) {
    static const Pattern next{
        std::string{R"(^['"]?(?: ()"} + area_noun +
        R"()\b| (?:of|out of|others?|and|but|while|with)\b|[.,;:)\-]| - | \(|$))"};
    const auto found = next.find(lower.substr(at));
    noun = found && (*found)[1].there;
    return found.has_value();
}

bool overlaps(const std::vector<Pair>& pairs, const Part& part) {
    return std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) {
        return part.begin < pair.end && pair.begin < part.end;
    });
}

/// "'good' in four areas", "adequate in the remaining three".
void grade_first(std::string_view lower, std::vector<Pair>& pairs) {
    static const Pattern pattern{
        std::string{R"((?:^|[^a-z]))"} + grade_group +
        R"(['"]?,? (?:grades? |ratings? |judge?ments? )?(?:in|for|at|across|on) )"
        R"((?:(?:just|only|the|a|all|another|further|other|remaining|its|of|final|as many as) )*)" +
        number_group() + R"(\b)"};
    for (const auto& m : pattern.all(lower)) {
        const auto number = small_number(m[2].of(lower));
        bool noun = false;
        if (!number || !counts_areas(lower, m[0].end, noun)) continue;
        pairs.push_back({grade_of(m[1].of(lower)), *number, m[1].begin, m[0].end, noun});
    }
}

/// "four areas were good", "3 are graded 'Good'", "one 'good' rating, three 'adequate'".
void number_first(std::string_view lower, std::vector<Pair>& pairs) {
    static const Pattern pattern{
        std::string{R"((?:^|[^a-z0-9.,/-]|, ))"} + number_group() +
        R"(((?: out of (?:the |its )?(?:\d{1,2}|[a-z]{3,9})(?: [a-z]+)??)?(?: (?:further|other|more|others|of them|of these|of those|that|which|as|being|to be|)"
        R"(were|was|are|is|had|have|been|rated|graded|judged|found|deemed|considered|assessed|)"
        R"(received|receiving|got|given|a|also|classed|marked|scored|ranked|all|both|)" +
        area_noun +
        R"((?:, [a-z' -]{3,60},)?|(?:grades?|gradings?|ratings?) of|of|(?:of|at|in|for) [a-z' &-]{2,50}?))*?)( ['"]*))" +
        grade_group +
        R"((['"]*)(?: (ratings?|grades?|gradings?|judge?ments?|areas?|marks?)\b|([.,;)]|$| and\b| in\b))?)"};
    static const Pattern says_so{
        std::string{
            R"(\b(?:were|was|are|is|rated|graded|judged|deemed|assessed|as|received|(?:grades?|gradings?|ratings?) of|)"} +
        area_noun + R"()\b)"};
    static const Pattern of_grades{
        R"(\b(?:grad(?:e|es|ed|ing|ings)|rat(?:ed|ing|ings)|judge?ments?|judged)\b)"};
    const bool speaks_of_grades = of_grades.in(lower);
    for (const auto& m : pattern.all(lower)) {
        const auto number = small_number(m[1].of(lower));
        const Part span{m[1].begin, m[4].end, true};
        if (!number || overlaps(pairs, span)) continue;
        const bool said = says_so.in(m[2].of(lower)) || m[4].of(lower).starts_with("require");
        const bool quoted = m[3].of(lower).size() > 1;
        const bool listed = (m[7].there || m[6].there) && (speaks_of_grades || !pairs.empty());
        if (!said && !m[6].there && !(quoted && (m[7].there || !pairs.empty())) && !listed)
            continue;
        pairs.push_back(
            {grade_of(m[4].of(lower)), *number, span.begin, span.end, said || m[6].there});
    }
}

/// "good (6)", "2 x good", in a row of at least two.
void beside_each_other(std::string_view lower, std::vector<Pair>& pairs) {
    static const Pattern bracket{std::string{R"((?:^|[^a-z]))"} + grade_group + R"(['"]* \()" +
                                 number_group() + R"((?: areas?)?\))"};
    static const Pattern times{R"((?:^|[^a-z0-9]))" + number_group() + R"( ?(?:x|times) ['"]*)" +
                               grade_group + R"(\b)"};
    std::vector<Pair> row;
    const auto put = [&](const Part& number, const Part& grade, const Part& whole) {
        if (const auto areas = small_number(number.of(lower)); areas && !overlaps(pairs, whole))
            row.push_back({grade_of(grade.of(lower)), *areas, whole.begin, whole.end, true});
    };
    for (const auto& m : bracket.all(lower)) put(m[2], m[1], m[0]);
    for (const auto& m : times.all(lower)) put(m[1], m[2], m[0]);
    if (row.size() > 1) pairs.insert(pairs.end(), row.begin(), row.end());
}

/// Case files, replies and forces are counted too, but they are not areas.
bool counts_other_things(std::string_view lower) {
    static const Pattern things{
        std::string{R"(\b(?:cases?|case files|files|audited|replies|responses|respondents|survey|)"
                    R"(sampled?|per ?cent)\b|%|\b(?:of|in|across|among|from) (?:the |all )*)"} +
        number_group() + R"( (?:[a-z]+ )?(?:forces|services|brigades)\b|\b)" + number_group() +
        R"( (?:police )?(?:forces|services) (?:were|was|are|is|received|got)\b)"};
    return things.in(lower);
}

std::vector<Pair> pairs_of(std::string_view lower) {
    std::vector<Pair> pairs;
    if (counts_other_things(lower) || tells_of_before(lower)) return pairs;
    beside_each_other(lower, pairs);
    grade_first(lower, pairs);
    number_first(lower, pairs);
    std::sort(pairs.begin(), pairs.end(),
              [](const Pair& left, const Pair& right) { return left.begin < right.begin; });
    return pairs;
}

bool disjoint(const std::vector<Pair>& left, const std::vector<Pair>& right) {
    return std::none_of(left.begin(), left.end(), [&](const Pair& each) {
        return std::any_of(right.begin(), right.end(),
                           [&](const Pair& other) { return other.grade == each.grade; });
    });
}

/// "across nine areas of policing", "out of 8 areas"; not "five areas for improvement".
std::optional<int> total_of(std::string_view lower, const std::vector<Pair>& pairs) {
    static const Pattern out_of{R"(\bout of (?:the |its |all )?)" + number_group() +
                                R"( (?:[a-z]+ ){0,2}?)" + area_noun};
    if (const auto m = out_of.find(lower)) return small_number((*m)[1].of(lower));
    static const Pattern pattern{
        std::string{
            R"(\b(?:across|in|on|of|out of|at|for|covering|following|the|inspected|all|these|)"
            R"(graded|assessed|examined|covered|covers|against|into|under|over) )"} +
        number_group() + R"( (?:[a-z]+ ){0,2}?)" + area_noun +
        R"(\b( (?:for improvement|where|in which|)"
        R"(requir\w+|need\w+|of concern|that|which|was|were|is|are))?)"};
    // "has improved in five areas" says nothing of how many there are.
    static const Pattern changed{
        R"(\b(?:improv\w+|progress\w*|better|declin\w+|worse\w*|fallen) $)"};
    for (const auto& m : pattern.all(lower))
        if (!m[2].there && !overlaps(pairs, m[1]) && !changed.in(lower.substr(0, m[0].begin)))
            return small_number(m[1].of(lower));
    return std::nullopt;
}

/// "... with the rest judged adequate": as many as are left of `total`.
void count_the_rest(std::string_view lower, std::optional<int> total, std::vector<Pair>& pairs) {
    static const Pattern rest{
        std::string{R"(\bthe (?:rest|remainder|others) (?:(?:was|were|are|being|all|were all) )*)"
                    R"((?:graded |rated |judged |found |deemed )?(?:as |to be )?['"]*)"} +
        grade_group};
    const auto m = rest.find(lower);
    if (!m || !total || pairs.empty()) return;
    int left = *total;
    for (const auto& pair : pairs) left -= pair.areas;
    const Pair others{grade_of((*m)[1].of(lower)), left, (*m)[0].begin, (*m)[0].end, true};
    if (left > 0 && disjoint(pairs, {others})) pairs.push_back(others);
}

bool worth_keeping(const std::vector<Pair>& pairs, std::string_view lower) {
    static const Pattern graded{
        R"(\b(?:graded|rated|judged|rating|grade)\b|['"](?:outstanding|good|adequate|inadequate|requires))"};
    if (pairs.empty()) return false;
    if (pairs.size() > 1)
        return std::any_of(pairs.begin(), pairs.end(), [](const Pair& p) { return p.sure; }) ||
               graded.in(lower);
    return pairs.front().sure && graded.in(lower);
}

/// Several grades that account for all areas are counts, whatever else is said.
bool adds_up(const std::vector<Pair>& pairs, std::optional<int> total) {
    int sum = 0;
    for (const auto& pair : pairs) sum += pair.areas;
    return pairs.size() > 1 && total == sum;
}

/// "In the other eight areas ...": what was named before comes on top.
bool counts_others(std::string_view lower) {
    static const Pattern others{R"(\b(?:the|its|all) other (?:[a-z]+ )?areas?\b)"};
    return others.in(lower);
}

/// Leaves a grade out where the text does: only a list that accounts for all areas makes zeros.
StatedCounts counts_from(const std::vector<Pair>& pairs, std::optional<int> total, bool others) {
    StatedCounts stated;
    stated.counts.total = total;
    int sum = 0;
    for (const auto& pair : pairs) {
        stated.counts.areas.at(static_cast<std::size_t>(pair.grade)) = pair.areas;
        sum += pair.areas;
    }
    stated.besides = others;
    stated.lists_them = !others && (total ? sum == *total : pairs.size() > 1);
    if (stated.lists_them)
        for (auto& each : stated.counts.areas)
            if (!each) each = 0;
    return stated;
}

}  // namespace

const std::string& number_group() {
    static const std::string group = [] {
        std::string text = R"((a single|none|no|)";
        for (auto number = numbers.rbegin(); number != numbers.rend(); ++number)
            text += std::string{*number} + "|";
        return text + R"(\d{1,2}))";
    }();
    return group;
}

std::optional<int> small_number(std::string_view lower) {
    if (lower == "a single") return 1;
    if (lower == "none" || lower == "no") return 0;
    const auto word = std::find(numbers.begin(), numbers.end(), lower);
    if (word != numbers.end()) return static_cast<int>(word - numbers.begin());
    int number = 0;
    const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
    if (error != std::errc{} || end != lower.data() + lower.size() || number > 30)
        return std::nullopt;
    return number;
}

Grade grade_of(std::string_view lower) {
    for (std::size_t i = 0; i < grade_words.size(); ++i)
        if (lower == grade_words[i]) return static_cast<Grade>(i);
    return Grade::requires_improvement;
}

bool tells_of_before(std::string_view lower) {
    static const Pattern before{
        R"(\b(?:(?:its|the|our|their|a) previous|previous (?:inspection|report|assessment|grade|judge?ment)|previously (?:graded|rated|judged|found|been)|(?:graded|rated|judged) previously|last inspection|last time|last year|earlier inspection|compared (?:with|to)|)"
        R"(after being (?:graded|rated|judged)|having been (?:graded|rated|judged)|had (?:been|previously)|)"
        R"(at the time|the year before|used to be|formerly|in its (?:first|last)|)"
        R"(we reported in|in (?:january|february|march|april|may|june|july|august|september|october|)"
        R"(november|december) \d{4},? (?:we|the inspectorate|hmic|hmicfrs|inspectors)|since (?:its|the|our) last)\b)"};
    return before.in(lower);
}

namespace {

/// One sentence, and those right behind it that go on counting.
struct Group {
    std::size_t first{};
    std::size_t last{};
    std::vector<Pair> pairs;  ///< places in plain()
    std::optional<int> total;
    std::string lower;
};

void shift(std::vector<Pair>& pairs, std::size_t by) {
    for (auto& pair : pairs) {
        pair.begin += by;
        pair.end += by;
    }
}

/// A list entry that is no more than "5 good", "two areas were adequate", "good: 5".
std::optional<Pair> count_alone(std::string_view lower) {
    static const Pattern number_first{
        "^" + number_group() +
        R"( (?:areas? )?(?:(?:was|were|are|is) )?(?:graded |rated |judged )?(?:as )?['"]*)" +
        grade_group + R"(['"]*(?: (?:areas?|grades?|ratings?))?[.,;]?(?: and)?$)"};
    static const Pattern grade_first{std::string{R"(^['"]*)"} + grade_group +
                                     R"(['"]*(?: - |: ?| \(| in )(?:in )?)" + number_group() +
                                     R"((?: areas?)?\)?[.,;]?(?: and)?$)"};
    const auto m = number_first.find(lower);
    const auto turned = m ? std::nullopt : grade_first.find(lower);
    if (!m && !turned) return std::nullopt;
    const auto& number = m ? (*m)[1] : (*turned)[2];
    const auto& grade = m ? (*m)[2] : (*turned)[1];
    const auto areas = small_number(number.of(lower));
    if (!areas) return std::nullopt;
    return Pair{grade_of(grade.of(lower)), *areas, 0, lower.size(), true};
}

/// Entries of a list that count one grade each, from `first` on; fewer than two are none.
std::optional<Group> list_at(const NewsText& text, std::size_t first) {
    const auto& sentences = text.sentences();
    Group group{first, first, {}, {}, "graded"};
    for (auto i = first; i < sentences.size() && sentences[i].alone; ++i) {
        auto pair = count_alone(text.lower(sentences[i]));
        if (!pair || !disjoint(group.pairs, {*pair})) break;
        group.last = i;
        group.pairs.push_back(*pair);
    }
    if (group.pairs.size() < 2) return std::nullopt;
    return group;
}

Group group_at(const NewsText& text, std::size_t first) {
    if (auto list = list_at(text, first)) return std::move(*list);
    const auto& sentences = text.sentences();
    Group group{first, first, pairs_of(text.lower(sentences[first])), {}, {}};
    group.lower = text.lower(sentences[first]);
    group.total = total_of(group.lower, group.pairs);
    shift(group.pairs, sentences[first].begin);
    while (!group.pairs.empty() && group.last + 1 < sentences.size() &&
           sentences[group.last + 1].line == sentences[first].line) {
        const auto& next = sentences[group.last + 1];
        auto more = pairs_of(text.lower(next));
        if (more.empty() || !disjoint(group.pairs, more)) break;
        ++group.last;
        if (!group.total) group.total = total_of(text.lower(next), more);
        group.lower += " " + std::string{text.lower(next)};
        shift(more, next.begin);
        group.pairs.insert(group.pairs.end(), more.begin(), more.end());
    }
    return group;
}

/// A total in a sentence whose own counts are none.
std::optional<int> total_beside(std::string_view lower) { return total_of(lower, pairs_of(lower)); }

/// The number of areas may stand a sentence or two before, or in the next.
std::optional<int> total_near(const NewsText& text, const Group& group) {
    const auto& sentences = text.sentences();
    std::optional<int> total;
    for (std::size_t back = 1; back <= 2 && !total && group.first >= back; ++back)
        total = total_beside(text.lower(sentences[group.first - back]));
    if (!total && group.last + 1 < sentences.size())
        total = total_beside(text.lower(sentences[group.last + 1]));
    if (total) return total;
    // Anywhere, if it is large enough.
    int sum = 0;
    for (const auto& pair : group.pairs) sum += pair.areas;
    for (const auto& sentence : sentences) {
        if (tells_of_before(text.lower(sentence))) continue;
        const auto other = total_beside(text.lower(sentence));
        if (other && *other >= sum && *other > 1) return other;
    }
    return std::nullopt;
}

/// "... and adequate in the remaining two": nothing is left out.
bool accounts_for_all(const Group& group) {
    static const Pattern rest{R"(\b(?:remaining|the rest|the other|the others)\b)"};
    return rest.in(group.lower);
}

/// Statements that do not contradict each other are one: the title counts one grade, the text the
/// others.
void merge(std::vector<StatedCounts>& found) {
    for (std::size_t i = 1; i < found.size(); ++i) {
        auto& first = found.front().counts;
        const auto& next = found[i].counts;
        bool agree = true;
        bool adds = false;
        for (std::size_t grade = 0; grade < grade_words.size(); ++grade) {
            const auto& a = first.areas.at(grade);
            const auto& b = next.areas.at(grade);
            agree = agree && (!a || !b || *a == *b || (found[i].lists_them && *b == 0));
            adds = adds || (!a && b);
        }
        if (!agree || !adds || found.front().lists_them) continue;
        for (std::size_t grade = 0; grade < grade_words.size(); ++grade)
            if (!first.areas.at(grade)) first.areas.at(grade) = next.areas.at(grade);
        if (!first.total) first.total = next.total;
        found.front().begin = found[i].begin;
        found.front().end = found[i].end;
        found.front().sentence = found[i].sentence;
        found.front().lists_them = found[i].lists_them;
        found.erase(found.begin() + static_cast<std::ptrdiff_t>(i));
        --i;
    }
}

}  // namespace

std::vector<StatedCounts> read_grade_counts(const NewsText& text) {
    std::vector<StatedCounts> found;
    const auto& sentences = text.sentences();
    std::size_t counted_until =
        sentences.size();  // what follows counts of one body counts another's
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        if (text.role(sentences[i]) == LineRole::layout) continue;
        auto group = group_at(text, i);
        i = group.last;
        if (group.pairs.empty()) continue;
        const auto total = group.total ? group.total : total_near(text, group);
        count_the_rest(group.lower, total, group.pairs);
        const bool goes_on = group.pairs.size() > 1 && counted_until == group.first;
        if (!goes_on && !worth_keeping(group.pairs, group.lower) && !adds_up(group.pairs, total))
            continue;
        counted_until = group.last + 1;
        auto stated = counts_from(group.pairs, total, counts_others(group.lower));
        stated.begin = sentences[group.first].begin;
        stated.end = sentences[group.last].end;
        stated.sentence = group.first;
        if (!stated.lists_them && !stated.besides && accounts_for_all(group) &&
            !stated.counts.total) {
            stated.lists_them = true;
            for (auto& each : stated.counts.areas)
                if (!each) each = 0;
        }
        found.push_back(stated);
    }
    merge(found);
    return found;
}

}  // namespace forcewatch
