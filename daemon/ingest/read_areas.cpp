#include "daemon/ingest/area_collector.hpp"

namespace forcewatch {

namespace {

/// Where the words about an area end: the sentence goes on to something else.
std::size_t end_of_areas(std::string_view lower, std::size_t from) {
    static const Pattern end{
        std::string{
            R"(;|\. |\.$|: |,? but\b|,? (?:although|though|while|whereas|because|despite|however)\b|, (?:after|since)\b| after being |)"
            R"(, (?:who|which|as|so|with|yet|including|for instance|for example|such as|notably|especially|particularly|among|the (?:police |fire |hmicfrs |hmic )?(?:inspectorate|watchdog|report)(?:'s)? |hmic|inspectors|according|it |he |she )|)"
            R"(,? and (?:(?:it|is|was|has|remains|remained|were|are|that|must|needs?|should)\b|['"]?(?:outstanding|good|adequate|inadequate|requir(?:es|ed|ing) improvement)['"]* (?:at|in|for|when it|:))|)"
            R"(,? by (?:hmic|the (?:police |fire )?(?:inspectorate|watchdog)|inspectors|his majesty|her majesty)|)"
            R"(,? in (?:its|the|their|a) (?:latest|most recent|20\d\d|peel|report|inspection)|)"
            R"(,? (?:said|found|says) |"|(?:,|,? and) ['"]*(?:outstanding|good|adequate|inadequate|requir(?:es|ed|ing) improvement)['"]* (?:at|in|for|when it|on|with)| \(| - |)"
            R"(,? (?:is|was|it) ['"]?)"} +
        grade_group};
    const auto found = end.find(lower, from);
    return found ? (*found)[0].begin : lower.size();
}

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// "is good at A", "was graded 'outstanding' in A, B and C", "'requires improvement' at A".
void grade_then_area(Collector& collector, std::size_t index, bool near_the_top) {
    static const Pattern pattern{
        std::string{
            R"((?:\b(is|was|are|were|remains|being)|\b(rates?|rated|grades?|graded|judged|(?:found|judged|considered|said)(?: by [^.,;:]{2,40}?)? to be|found|marked|considered|ranked|assessed|given|received|awarded|achieved|remain(?:s|ed)|told (?:that )?it is|)"
            R"((?:graded|rated|judged|rates|grades) (?:[^.,;:'"]|'s ){2,60}?|(?:verdict|judge?ment|gradings?|grades?|ratings?)[^.;:'"]{0,60}: ?|)"
            R"((?:improved|risen|rose|moved|gone|fell|fallen|dropped|declined|deteriorated)(?: from ['"]*[a-z ]{4,22}['"]*)? to)|(?:^|[^a-z])))"
            R"((?: (?:also|still|now|to be|as|a|an|deemed|considered|both|performance as))*(\s*['"]*))"} +
        grade_group +
        R"((['"]*)(?: (?:grad(?:e|es|ing|ings)|ratings?|judge?ments?))? (at|in|for|on|when it c(?:ame|omes) to|in terms of|in relation to|in respect of|with regard to) )"};
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    bool chain = false;  // "is good at A, adequate at B and ..."
    for (const auto& m : pattern.all(lower)) {
        const auto grade = grade_of(m[4].of(lower));
        const bool quoted =
            m[3].of(lower).find_first_of("'\"") != std::string_view::npos || m[5].begin < m[5].end;
        const bool capital = is_capital(collector.text().plain(sentence)[m[4].begin]);
        const bool verb = m[1].there;
        const bool graded = m[2].there;
        const auto preposition = m[6].of(lower);
        const bool strong = grade == Grade::outstanding || grade == Grade::inadequate;
        const bool plain_use = verb && preposition == "at" && (near_the_top || strong);
        static const Pattern as_verb{R"(^require[sd] improvement$)"};
        const bool named_relation = preposition.find(' ') != std::string_view::npos;
        const bool verbal = as_verb.in(m[4].of(lower)) && preposition != "for";
        if (!quoted && !graded && !capital && !plain_use && !verbal && !chain &&
            !(verb && named_relation))
            continue;
        if (preposition == "for" && !graded && !quoted && !chain) continue;
        chain = true;
        collector.put_list(index, m[0].end, end_of_areas(lower, m[0].end), grade,
                           quoted || graded ? 95 : 85);
    }
}

/// "'inadequate' in three areas - A, B and C", "two areas were good: A and B".
void count_then_areas(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        grade_group + std::string{R"(['"]* (?:in|for|across) (?:[a-z]+ )?(?:all|every|both|)"} +
        number_group().substr(1) + R"((?: [a-z]+)? areas?(?: - |: | \(|, including | including ))"};
    const auto lower = collector.text().lower(collector.text().sentences()[index]);
    for (const auto& m : pattern.all(lower)) {
        const auto close = lower.find(')', m[0].end);
        const bool bracket = lower.substr(0, m[0].end).ends_with("(");
        const auto end =
            bracket && close != std::string_view::npos ? close : end_of_areas(lower, m[0].end);
        collector.put_list(index, m[0].end, end, grade_of(m[1].of(lower)), 95);
    }
}

/// "judged its crime recording to be outstanding"
void judged_to_be(Collector& collector, std::size_t index, const std::vector<Mention>& mentions) {
    static const Pattern pattern{
        std::string{
            R"(\b(?:judged|graded|rated|assessed|considered) (.{5,90}?) (?:to be|as) ['"]*)"} +
        grade_group + R"(['"]*(?:[.,;]|$| and\b))"};
    static const Pattern owner{R"(^(?:.*'s |its |their |the )+)"};
    static const Pattern no_area{
        R"(\b(?:police|constabulary|service|brigade|force|unit|it|them|overall|areas?|[a-z]{0,6}rocu)\b|[0-9])"};
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    for (const auto& m : pattern.all(lower)) {
        AreaWords area{m[1].begin, m[1].end};
        if (const auto found = owner.find(m[1].of(lower))) area.begin += (*found)[0].end;
        trim_area(lower, area);
        const auto words = lower.substr(area.begin, area.end - area.begin);
        if (area.begin >= area.end || is_no_area(words) || no_area.in(words)) continue;
        const bool body = std::any_of(mentions.begin(), mentions.end(), [&](const Mention& each) {
            return each.begin < sentence.begin + area.end && sentence.begin + area.begin < each.end;
        });
        if (body) continue;
        collector.put({sentence.begin + area.begin, sentence.begin + area.end},
                      grade_of(m[2].of(lower)), {sentence.begin, sentence.end}, index, 80);
    }
}

/// "A, B and C were among the inadequate areas."
void areas_among(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        std::string{
            R"(^(.{5,300}?),? (?:were|are|was|is) (?:all |both )?(?:among|amongst|in|one of) the (?:areas? (?:rated|graded|judged)(?: as)? )?['"]*)"} +
        grade_group + R"(\b)"};
    const auto lower = collector.text().lower(collector.text().sentences()[index]);
    if (const auto m = pattern.find(lower))
        collector.put_list(index, (*m)[1].begin, (*m)[1].end, grade_of((*m)[2].of(lower)), 85);
}

/// "The areas requiring improvement are A, B and C", "areas graded inadequate were A and B".
void named_areas(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        std::string{
            R"(\bareas? (?:(?:that|which|were|was|are|is|graded|rated|judged|as|of|found to be|for|being|considered) )*['"]*)"} +
        grade_group + R"(['"]*(?: areas)? (?:includ(?:e|ed|ing)|are|were|is|was)\b:?|\b)" +
        grade_group + R"(['"]* areas? (?:includ(?:e|ed|ing)|are|were|is|was)\b:?)"};
    const auto lower = collector.text().lower(collector.text().sentences()[index]);
    for (const auto& m : pattern.all(lower)) {
        const auto end = std::min(lower.find(". ", m[0].end), lower.size());
        collector.put_list(index, m[0].end, end, grade_of((m[1].there ? m[1] : m[2]).of(lower)),
                           95);
    }
}

/// "Its A and its B ... were both graded 'good'", "improved its A and how it B, being graded as
/// 'good' in both areas".
void both_areas(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        std::string{
            R"((?:\bboth (?:been |being |were )?(?:graded|rated|judged) (?:as |to be )?['"]*)"} +
        grade_group + R"(|(?:graded|rated|judged) (?:as )?['"]*)" + grade_group +
        R"(['"]* (?:in|for) both\b))"};
    static const Pattern opening{
        R"(^.*?\b(?:improved|improvements (?:to|in)|better at|progress (?:in|on|with)) (?:both )?)"};
    static const Pattern verb{R"(,? (?:and )?(?:were|was|are|is|being|been|which|that)\s*$)"};
    static const Pattern progress{R"(,? have (?:[a-z]+ ?){1,5},?$)"};
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    const auto m = pattern.find(lower);
    if (!m) return;
    const auto grade = grade_of(((*m)[1].there ? (*m)[1] : (*m)[2]).of(lower));
    AreaWords subject{0, (*m)[0].begin};
    for (const auto* tail : {&verb, &progress})
        if (const auto found = tail->find(lower.substr(0, subject.end)))
            subject.end = (*found)[0].begin;
    const auto head = opening.find(lower.substr(0, subject.end));
    if (head && (*head)[0].end < subject.end &&
        lower.substr(0, subject.end).find(" have ") == std::string_view::npos)
        subject.begin = (*head)[0].end;
    const auto words = lower.substr(subject.begin, subject.end - subject.begin);
    static const Pattern second{R"( and (?:how|its|their|the way|in|at) ?)"};
    const auto cut = second.find(words);
    if (!cut || second.find(words, (*cut)[0].end)) return;
    const auto put = [&](std::size_t from, std::size_t to) {
        static const Pattern possessive{R"(^(?:its |their |the force's )+)"};
        AreaWords area{from, to};
        trim_area(lower, area);
        if (const auto own = possessive.find(lower.substr(area.begin, area.end - area.begin)))
            area.begin += (*own)[0].end;
        if (area.begin < area.end && !is_no_area(lower.substr(area.begin, area.end - area.begin)))
            collector.put({sentence.begin + area.begin, sentence.begin + area.end}, grade,
                          {sentence.begin, sentence.end}, index, 85);
    };
    put(subject.begin, subject.begin + (*cut)[0].begin);
    put(subject.begin + (*cut)[0].begin + 5, subject.end);
}

/// "A was graded 'good'", "B, which is rated as 'Outstanding'".
void area_then_grade(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        std::string{
            R"(,? (?:(?:and )?(?:which|that) )?(?:is|was|were|are|(?:has|have) been|being)(?: (?:also|still|now|then|all|both))* ?)"
            R"((graded|rated|judged|found|classed|assessed|deemed|described|considered|marked|scored|ranked)?(?: ?(?:as|to be|to))? ?(['"]*))"} +
        grade_group + R"((['"]*)(?:[.,;)]|$| and\b| but\b| while\b| by\b| -))"};
    static const Pattern boundary{
        R"(.*(?:^|[.;:,] (?:and |but |while )?| but | while | and (?:that |the |its |it )|that |found |said |in addition to ))"};
    static const Pattern several_are{R"(\b(?:were|are|have been)\b)"};
    static const Pattern whole_clause{
        R"(.*(?:^|[.;:] (?:and |but |while )?| but | while |that |found |said |in addition to ))"};
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    const auto plain = collector.text().plain(sentence);
    for (const auto& m : pattern.all(lower)) {
        const bool quoted = m[2].begin < m[2].end || m[4].begin < m[4].end;
        if (!m[1].there && !quoted && !is_capital(plain[m[3].begin])) continue;
        AreaWords area{0, m[0].begin};
        static const Pattern aside{R"(, which (?:is|was|were|has|had) [^,]*$)"};
        if (const auto found = aside.find(lower.substr(0, area.end))) area.end = (*found)[0].begin;
        static const Pattern both{R"(\bboth\b)"};
        if (both.in(m[0].of(lower))) continue;  // read by both_areas
        const bool several = several_are.in(m[0].of(lower));
        const auto before = (several ? whole_clause : boundary).find(lower.substr(0, area.end));
        if (before && (*before)[0].end < area.end) area.begin = (*before)[0].end;
        trim_area(lower, area);
        static const Pattern possessive{R"(^(?:(?:its|their|the force's|the service's|the) )+)"};
        if (const auto own = possessive.find(lower.substr(area.begin, area.end - area.begin)))
            area.begin += (*own)[0].end;
        const auto words = lower.substr(area.begin, area.end - area.begin);
        static const Pattern no_subject{
            R"(\b(?:police|constabulary|force|service|brigade|area|areas|it|hmicfrs|inspection|unit|forces|services)$|^(?:not|was|is|has|overall)\b|\b[a-z]{0,6}(?:rocu|sou)$)"};
        if (is_no_area(words) || no_subject.in(words)) continue;
        const auto areas =
            several ? areas_of_list(lower, area.begin, area.end) : std::vector<AreaWords>{area};
        for (const auto& each : areas) {
            collector.put({sentence.begin + each.begin, sentence.begin + each.end},
                          grade_of(m[3].of(lower)), {sentence.begin, sentence.end}, index, 80);
        }
    }
}

/// "The extent to which the force is effective at keeping people safe is good."
void extent(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        std::string{
            R"(^the extent to which (?:.{2,60}? )?(?:is|are|has|does)? ?(.{5,120}?) (?:is |was )?['"]*)"} +
        grade_group + R"(['"]*\.?$)"};
    static const Pattern subject{R"(^(?:.{0,60}? )?(?:is|are|does) )"};
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    const auto m = pattern.find(lower);
    if (!m) return;
    constexpr std::string_view opening{"the extent to which "};
    AreaWords area{opening.size(), (*m)[1].end};
    if (const auto found = subject.find(lower.substr(area.begin, area.end - area.begin)))
        area.begin += (*found)[0].end;
    collector.put({sentence.begin + area.begin, sentence.begin + area.end},
                  grade_of((*m)[2].of(lower)), {sentence.begin, sentence.end}, index, 95);
}

/// What a grade for the whole is given for, where the sentence or the words before its list say so.
std::string whole_area(const NewsText& text, std::size_t index) {
    static const Pattern topic{R"(serious (?:and |, )?organised crime)"};
    const auto& sentence = text.sentences()[index];
    if (sentence.lead == Sentence::npos) return "overall";
    const auto& lead = text.sentences()[sentence.lead];
    const auto found = topic.find(text.lower(lead));
    if (!found) return "overall";
    return text.words(lead.begin + (*found)[0].begin, lead.begin + (*found)[0].end);
}

/// "overall ... has judged X as 'inadequate'", "graded the force as good overall".
void overall(Collector& collector, std::size_t index, bool overall_grade) {
    static const Pattern pattern{
        std::string{
            R"(\boverall\b[^.;:]{0,90}?\b(?:graded|judged|rated|assessed|judge?ment (?:of|is|was)|grade (?:of|is|was)|rating (?:of|is|was))[^.;:]{0,60}?['" ])"} +
        grade_group + R"(\b|\b(?:graded|rated|judged)\b[^.;:]{0,60}?['" ])" + grade_group +
        R"(['"]* overall\b)"};
    static const Pattern graded_body{
        std::string{
            R"(\b(?:graded|rated|judged|given)\b(?: (?:it|them|as|to be|a|an|the [a-z' ]{3,60}?|[a-z' ]{3,60}?))* ?['"]+)"} +
        grade_group + R"(['"]*(?:[.,;]|$| (?:rating|grade|judge?ment)\b))"};
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    static const Pattern counted{R"(\bareas\b)"};
    if (const auto m = pattern.find(lower); m && !counted.in((*m)[0].of(lower)))
        collector.put_overall(grade_of(((*m)[1].there ? (*m)[1] : (*m)[2]).of(lower)),
                              {sentence.begin, sentence.end}, index, 95);
    else if (const auto body = overall_grade ? graded_body.find(lower) : std::nullopt)
        collector.put_overall(grade_of((*body)[1].of(lower)), {sentence.begin, sentence.end}, index,
                              85, whole_area(collector.text(), index));
}

/// Bodies named side by side: "Dorset Police and Wiltshire Police".
struct NamedTogether {
    std::size_t begin{};
    std::size_t end{};
    std::vector<std::size_t> forces;
};

std::vector<NamedTogether> named_together(const NewsText& text, const Sentence& sentence,
                                          const std::vector<Mention>& mentions) {
    static const Pattern joins{R"(^(?:'s)?(?: \([^)]*\))?(?:,| and|, and| &)* ?(?:the )?$)"};
    std::vector<NamedTogether> groups;
    for (const auto& mention : mentions) {
        if (mention.begin < sentence.begin || mention.end > sentence.end) continue;
        if (mention.forces.size() != 1 || !(mention.full || mention.letters)) continue;
        const auto force = mention.forces.front();
        const bool same = !groups.empty() && groups.back().forces.back() == force;
        const auto from = groups.empty() ? 0 : groups.back().end;
        if (!groups.empty() && joins.in(text.lower().substr(from, mention.begin - from))) {
            groups.back().end = mention.end;
            if (!same) groups.back().forces.push_back(force);
        } else if (same && mention.begin - from < 4) {
            groups.back().end = mention.end;
        } else {
            groups.push_back({mention.begin, mention.end, {force}});
        }
    }
    return groups;
}

/// "Derbyshire FRS rated as 'good' by ...", "Inspectorate rates X as 'good'", "X requires
/// improvement, says ...": a grade for the whole.
void graded_bodies(Collector& collector, std::size_t index, const std::vector<Mention>& mentions) {
    static const Pattern after{
        std::string{
            R"(^(?:'s)?(?: \([^)]*\))?,?(?: - )?(?: (?:has been|have been|was|were|is|are|all|both|also|each|overall|a|the|given))*(?: (graded|rated|judged|assessed))?(?: as| to be| overall)* ?(['"]*))"} +
        grade_group + R"(['"]*(?:[.,;)]|$| and\b| overall\b| by\b| but\b| while\b))"};
    static const Pattern verb_before{R"(\b(?:rates|rated|grades|graded|judges|judged) (?:the )?$)"};
    static const Pattern grade_after{std::string{R"(^(?: \([^)]*\))?(?: as| to be)? ?['"]*)"} +
                                     grade_group + R"(['"]*(?:[.,;)]|$| and\b| overall\b| by\b))"};
    const auto& text = collector.text();
    const auto& sentence = text.sentences()[index];
    for (const auto& group : named_together(text, sentence, mentions)) {
        const auto rest =
            std::string_view{text.lower()}.substr(group.end, sentence.end - group.end);
        const auto head =
            std::string_view{text.lower()}.substr(sentence.begin, group.begin - sentence.begin);
        std::optional<Grade> grade;
        if (const auto m = after.find(rest)) {
            const auto given = grade_of((*m)[3].of(rest));
            const bool quoted = (*m)[2].begin < (*m)[2].end;
            if ((*m)[1].there || quoted || given == Grade::requires_improvement) grade = given;
        } else if (const auto turned =
                       verb_before.in(head) ? grade_after.find(rest) : std::nullopt) {
            grade = grade_of((*turned)[1].of(rest));
        }
        if (grade)
            collector.put_whole(*grade, {sentence.begin, sentence.end}, index, group.forces,
                                whole_area(text, index));
    }
}

/// A line that says no more than a grade, with or without "graded".
std::optional<Grade> grade_alone(std::string_view lower) {
    static const Pattern pattern{
        std::string{R"(^(?:graded|rated|judged|grade:|judge?ment:)?\s*['"]*)"} + grade_group +
        R"(['"]*[:.]?$)"};
    const auto m = pattern.find(lower);
    if (!m) return std::nullopt;
    return grade_of((*m)[1].of(lower));
}

/// "Area - Grade" on a line of its own, or "Grade: area, area".
void on_one_line(Collector& collector, std::size_t index) {
    static const Pattern area_first{
        std::string{R"(^(.{3,150}?)\s*(?: - | ?: ?| ?\| ?)['"]*(?:graded |rated |judged )?)"} +
        grade_group + R"(['"]*[.;]?(?:,? and)?(?: ?\|)?$)"};
    static const Pattern grade_first{std::string{R"(^['"]*)"} + grade_group +
                                     R"(['"]*(?: ?: | - )(.{3,400})$)"};
    const auto& sentence = collector.text().sentences()[index];
    if (!sentence.alone) return;
    const auto lower = collector.text().lower(sentence);
    if (const auto m = area_first.find(lower)) {
        AreaWords area{(*m)[1].begin, (*m)[1].end};
        trim_area(lower, area);
        if (area.begin < area.end && !is_no_area(lower.substr(area.begin, area.end - area.begin)) &&
            lower.substr(area.begin, area.end - area.begin).find(" graded") ==
                std::string_view::npos)
            collector.put({sentence.begin + area.begin, sentence.begin + area.end},
                          grade_of((*m)[2].of(lower)), {sentence.begin, sentence.end}, index, 95);
    } else if (const auto turned = grade_first.find(lower)) {
        collector.put_list(index, (*turned)[2].begin, (*turned)[2].end,
                           grade_of((*turned)[1].of(lower)), 90);
    }
}

/// A grade as a heading with a list below, or below the name of its area.
void under_headings(Collector& collector) {
    const auto& sentences = collector.text().sentences();
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const auto grade =
            sentences[i].alone ? grade_alone(collector.text().lower(sentences[i])) : std::nullopt;
        if (!grade) continue;
        auto next = i + 1;
        for (; next < sentences.size() && sentences[next].bullet && !sentences[i].bullet; ++next) {
            AreaWords area{sentences[next].begin, sentences[next].end};
            trim_area(collector.text().lower(), area);
            collector.put(area, *grade, {sentences[next].begin, sentences[next].end}, next, 95);
        }
        if (next > i + 1 || i == 0 || !sentences[i - 1].alone || sentences[i - 1].bullet) continue;
        const auto& above = sentences[i - 1];
        const auto words = collector.text().lower(above);
        if (words.ends_with(".") || words.ends_with(":") || grade_alone(words)) continue;
        if (words.starts_with("overall"))
            collector.put_overall(*grade, {above.begin, sentences[i].end}, i, 95);
        else if (!is_no_area(words))
            collector.put({above.begin, above.end}, *grade, {above.begin, sentences[i].end}, i, 85);
    }
}

/// A list whose entries name one body each.
bool is_list_of_bodies(const NewsText& text, const std::vector<Mention>& mentions) {
    constexpr std::size_t least_entries = 3;
    std::vector<std::size_t> named;
    for (const auto& sentence : text.sentences()) {
        if (!sentence.bullet) continue;
        for (const auto& group : named_together(text, sentence, mentions))
            if (std::find(named.begin(), named.end(), group.forces.front()) == named.end())
                named.push_back(group.forces.front());
    }
    return named.size() >= least_entries;
}

}  // namespace

std::vector<AreaGrade> read_area_grades(const NewsText& text, const std::vector<Mention>& mentions,
                                        bool overall_grade) {
    const bool lists_bodies = is_list_of_bodies(text, mentions);
    std::vector<AreaGrade> found;
    Collector collector{text, mentions, found};
    const auto& sentences = text.sentences();
    std::size_t told = 0;  // sentences of the text itself, so far
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const auto role = text.role(sentences[i]);
        if (role == LineRole::layout || role == LineRole::report) continue;
        const auto lower = text.lower(sentences[i]);
        if (tells_of_before(lower)) continue;
        on_one_line(collector, i);
        named_areas(collector, i);
        areas_among(collector, i);
        judged_to_be(collector, i, mentions);
        count_then_areas(collector, i);
        grade_then_area(collector, i, told <= 3 || sentences[i].bullet);
        both_areas(collector, i);
        area_then_grade(collector, i);
        areas_beside_grades(collector, i);
        areas_where_graded(collector, i);
        grade_given_for_area(collector, i);
        extent(collector, i);
        const auto before = found.size();
        if (overall_grade || lists_bodies) graded_bodies(collector, i, mentions);
        if (found.size() == before) overall(collector, i, overall_grade);
        if (role == LineRole::text) ++told;
    }
    under_headings(collector);
    return found;
}

}  // namespace forcewatch
