#include "core/same_as.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace forcewatch {

namespace {

using Words = std::set<std::string>;

constexpr std::array<std::string_view, 20> little_words{
    "a",  "an", "and", "are", "as", "at", "be",  "by",    "for",    "from",
    "in", "is", "it",  "its", "of", "on", "the", "their", "should", "to"};

/// ASCII letters in small; whatever is not ASCII is part of a word as it stands.
Words words_of(std::string_view title) {
    Words words;
    std::string word;
    const auto take = [&] {
        const bool little =
            std::find(little_words.begin(), little_words.end(), word) != little_words.end();
        if (!word.empty() && !little) words.insert(word);
        word.clear();
    };
    for (const char c : title) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool part = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                          static_cast<unsigned char>(c) >= 0x80;
        if (part)
            word += upper ? static_cast<char>(c - 'A' + 'a') : c;
        else
            take();
    }
    take();
    return words;
}

double likeness_of(const Words& one, const Words& other) {
    if (one.empty() || other.empty()) return 0;
    const auto shared = static_cast<double>(std::count_if(
        one.begin(), one.end(), [&](const auto& word) { return other.contains(word); }));
    return shared / (static_cast<double>(one.size() + other.size()) - shared);
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// Why two findings may be one, whatever they are called; empty: they come from different places.
std::string place_shared(const Finding& one, const Finding& other) {
    if (!one.inspection.empty() && one.inspection == other.inspection) return "same publication";
    if (one.origin == other.origin) return {};
    return one.origin.empty() || other.origin.empty() ? "national and of the force"
                                                      : "two national findings";
}

bool comparable(const Finding& one, const Finding& other) {
    return one.kind == other.kind && one.parent != other.reference &&
           other.parent != one.reference && !contains(one.apart_from, other.reference) &&
           !contains(other.apart_from, one.reference);
}

}  // namespace

std::optional<Finding> principal_of(const Finding& finding, const FindFinding& find) {
    if (finding.same_as.empty()) return std::nullopt;
    std::set<std::string> seen{finding.reference};
    std::optional<Finding> last;
    for (auto next = finding.same_as; !next.empty();) {
        if (!seen.insert(next).second) return std::nullopt;
        auto named = find(finding_subject(finding.force, next));
        if (!named) break;
        next = named->same_as;
        last = std::move(named);
    }
    return last;
}

std::string shared_clock_of(const Obligation& obligation, const FindFinding& find,
                            const FindObligation& find_obligation) {
    const auto cause = find(finding_subject(obligation.force, obligation.cause));
    const auto principal = cause ? principal_of(*cause, find) : std::nullopt;
    if (!principal) return {};
    auto subject =
        obligation_subject(obligation.definition, principal->reference, obligation.force);
    const auto shared = find_obligation(subject);
    return shared && shared->tracked ? subject : std::string{};
}

void share_decisions(std::vector<Finding>& findings) {
    if (std::all_of(findings.begin(), findings.end(),
                    [](const Finding& each) { return each.same_as.empty(); }))
        return;
    std::map<std::string, Finding> as_told;
    for (const auto& finding : findings)
        as_told.emplace(finding_subject(finding.force, finding.reference), finding);
    const auto find = [&](const std::string& subject) {
        const auto found = as_told.find(subject);
        return found == as_told.end() ? std::nullopt : std::optional{found->second};
    };
    for (auto& finding : findings) {
        const auto principal = principal_of(finding, find);
        if (!principal) {
            finding.same_as.clear();
            continue;
        }
        finding.inspectorate_state = principal->inspectorate_state;
        finding.inspectorate_state_on = principal->inspectorate_state_on;
    }
}

double likeness_of(std::string_view one_title, std::string_view other_title) {
    return likeness_of(words_of(one_title), words_of(other_title));
}

std::vector<LikelyDuplicate> likely_duplicates(const std::vector<Finding>& findings) {
    struct Candidate {
        const Finding* finding{};
        Words words;
    };
    std::map<std::string, std::vector<Candidate>> by_force;
    for (const auto& finding : findings)
        if (finding.same_as.empty() && finding.inspectorate_state == InspectorateState::open)
            by_force[finding.force].push_back({&finding, words_of(finding.title)});
    std::vector<LikelyDuplicate> pairs;
    for (auto& [force, candidates] : by_force) {
        std::sort(candidates.begin(), candidates.end(), [](const auto& left, const auto& right) {
            return left.finding->reference < right.finding->reference;
        });
        for (auto one = candidates.begin(); one != candidates.end(); ++one)
            for (auto other = std::next(one); other != candidates.end(); ++other) {
                if (!comparable(*one->finding, *other->finding)) continue;
                auto why = place_shared(*one->finding, *other->finding);
                if (why.empty()) continue;
                const auto likeness = likeness_of(one->words, other->words);
                if (likeness >= like_enough)
                    pairs.push_back({one->finding, other->finding, likeness, std::move(why)});
            }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const auto& left, const auto& right) {
        return left.likeness > right.likeness;
    });
    return pairs;
}

}  // namespace forcewatch
