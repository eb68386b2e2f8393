#include "daemon/ingest/read_findings.hpp"

#include "daemon/ingest/pattern.hpp"
#include "daemon/ingest/read_grades.hpp"

namespace forcewatch {

namespace {

const Pattern& causes() {
    static const Pattern pattern{
        R"(\b(a|an|the|this|that|another|both|all|its|all of the|no|)" +
        number_group().substr(1, number_group().size() - 2) +
        R"()(?: (?:of (?:the|its|our)|further|additional|new|other|separate|main|principal|serious|critical|significant|remaining|outstanding|accelerated|"?accelerated"?|one|two|three|four|five|six))* ['"]*(causes? (?:of|for) concern))"};
    return pattern;
}

/// "the remaining two causes of concern": two.
std::optional<int> number_in(std::string_view words) {
    static const Pattern pattern{R"(\b)" + number_group() + R"(\b)"};
    const auto found = pattern.find(words);
    return found ? small_number((*found)[1].of(words)) : std::nullopt;
}

/// A strong word in a quotation is no finding; "is a serious cause of concern" is.
bool is_only_said(std::string_view lower) {
    static const Pattern said{R"(\bserious causes? (?:of|for) concern)"};
    static const Pattern found{
        R"(\b(?:is|remains|was|are|were)(?: still| now)? ['"]*a serious cause)"};
    return said.in(lower) && !found.in(lower);
}

bool is_general(std::string_view lower) {
    static const Pattern general{
        R"(\b(?:forces|services|may be|might|could|where|if|always|normally|are called|is called|known as|we report|inadequate means)\b)"};
    return general.in(lower);
}

}  // namespace

std::optional<CausesOfConcern> read_causes_of_concern(const NewsText& text) {
    static const Pattern closed{R"(\bclosed?\b|\bdischarged\b|\bsigned off\b|\bresolved\b)"};
    static const Pattern not_yet{
        R"(\b(?:before|until|remain(?:s|ing)? open|can be closed|still|yet to be)\b)"};
    std::optional<CausesOfConcern> found;
    int issued = 0;
    static const Pattern all_closed{
        R"(\b(?:causes (?:of|for) concern (?:are|were|have been|now)(?: now| all)? (?:closed|discharged)|(?:every|all|each)(?: remaining)? causes?(?: (?:of|for) concern)?\b.{0,60}\b(?:closed|dealt with|discharged)))"};
    int titled = 0;
    int ended = 0;
    bool all_ended = false;
    for (const auto& sentence : text.sentences()) {
        const auto role = text.role(sentence);
        const auto lower = text.lower(sentence);
        if (role == LineRole::layout || role == LineRole::report || is_general(lower) ||
            is_only_said(lower))
            continue;
        if (all_closed.in(lower)) {
            all_ended = true;
            if (!found) found = CausesOfConcern{0, false, sentence.begin, sentence.end};
        }
        static const Pattern had{R"(\bhad been (?:a|an) cause)"};
        if (had.in(lower)) continue;
        for (const auto& m : causes().all(lower)) {
            const auto word = m[1].of(lower);
            const bool one = m[2].of(lower).starts_with("cause ");
            const auto stated = number_in(m[0].of(lower));
            const bool over = closed.in(lower) && !not_yet.in(lower);
            if (over) {
                all_ended = all_ended || word == "all" || word == "both" ||
                            word.starts_with("the") || word == "its";
                ended += stated ? *stated : one ? 1 : 0;
            } else if (stated || (one && (word == "a" || word == "an" || word == "another"))) {
                (role == LineRole::title ? titled : issued) += stated.value_or(1);
            } else {
                continue;
            }
            if (!found) found = CausesOfConcern{0, false, sentence.begin, sentence.end};
            found->accelerated =
                found->accelerated || m[0].of(lower).find("accelerated") != std::string_view::npos;
        }
    }
    if (!found) return std::nullopt;
    if (issued == 0) issued = titled;
    if (issued == 0 && !all_ended) return std::nullopt;
    found->open = all_ended ? 0 : std::max(0, issued - ended);
    return found;
}

}  // namespace forcewatch
