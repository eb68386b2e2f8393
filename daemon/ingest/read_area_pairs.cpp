#include "daemon/ingest/area_collector.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t fewest_pairs = 2;

struct AreaAndGrade {
    AreaWords area;
    Grade grade{};
};

/// "preventing crime - good", "preventing crime (good)", "preventing crime: good".
std::optional<AreaAndGrade> pair_in(std::string_view lower, std::size_t begin, std::size_t end) {
    static const Pattern beside{std::string{R"(^\s*(?:and )?(.{4,90}?)\s*(?: - |: ?|\()['"]*)"} +
                                grade_group + R"(['"]*\)?[\s.]*$)"};
    const auto part = lower.substr(begin, end - begin);
    const auto m = beside.find(part);
    if (!m) return std::nullopt;
    AreaWords area{begin + (*m)[1].begin, begin + (*m)[1].end};
    trim_area(lower, area);
    if (area.begin >= area.end || is_no_area(lower.substr(area.begin, area.end - area.begin)))
        return std::nullopt;
    return AreaAndGrade{area, grade_of((*m)[2].of(part))};
}

std::vector<AreaAndGrade> pairs_split_at(std::string_view lower, std::size_t from, char separator) {
    std::vector<AreaAndGrade> pairs;
    while (from < lower.size()) {
        const auto end = std::min(lower.find(separator, from), lower.size());
        const auto pair = pair_in(lower, from, end);
        if (!pair) return {};
        pairs.push_back(*pair);
        from = end + 1;
    }
    return pairs;
}

}  // namespace

void areas_beside_grades(Collector& collector, std::size_t index) {
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    const auto colon = lower.find(": ");
    const std::size_t from = colon == std::string_view::npos ? 0 : colon + 2;
    for (const auto start : {from, std::size_t{0}})
        for (const char separator : {';', ','}) {
            const auto pairs = pairs_split_at(lower, start, separator);
            if (pairs.size() < fewest_pairs) continue;
            for (const auto& [area, grade] : pairs)
                collector.put({sentence.begin + area.begin, sentence.begin + area.end}, grade,
                              {sentence.begin, sentence.end}, index, 95);
            return;
        }
}

void areas_where_graded(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        std::string{
            R"((?:\b(?:in|at|on|for|improve|improving|of) |, )((?:how|the way|its|the) [^,.;:]{4,90}|[a-z]+ing [^,.;:]{3,90}), where (?:it|the [a-z]+) (?:is|was|has been|had been) (?:graded|rated|judged|marked|assessed|found|considered)(?: to be| as| to)? ?['"]*)"} +
        grade_group + R"(\b)"};
    const auto& sentence = collector.text().sentences()[index];
    const auto lower = collector.text().lower(sentence);
    for (const auto& m : pattern.all(lower)) {
        AreaWords area{m[1].begin, m[1].end};
        trim_area(lower, area);
        if (is_no_area(lower.substr(area.begin, area.end - area.begin))) continue;
        collector.put({sentence.begin + area.begin, sentence.begin + area.end},
                      grade_of(m[2].of(lower)), {sentence.begin, sentence.end}, index, 90);
    }
}

void grade_given_for_area(Collector& collector, std::size_t index) {
    static const Pattern pattern{
        std::string{R"(\b(?:grad(?:e|ing)|rating|judge?ment) of ['"]*)"} + grade_group +
        R"(['"]*(?: (?:was|is|has been) (?:given|awarded|made|handed)[^.,;:]{0,80}?| to [^.,;:]{3,60}?)? (?:for|in) )"};
    static const Pattern end{R"(,|;|\.|$| while\b| but\b| by hmic)"};
    const auto lower = collector.text().lower(collector.text().sentences()[index]);
    for (const auto& m : pattern.all(lower)) {
        const auto stop = end.find(lower, m[0].end);
        collector.put_list(index, m[0].end, stop ? (*stop)[0].begin : lower.size(),
                           grade_of(m[1].of(lower)), 95);
    }
}

}  // namespace forcewatch
