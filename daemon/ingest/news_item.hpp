/// A news item as it came, and what a reader makes of it.
///
/// Reading only proposes: each proposal carries the words that gave the fact, and what does not fit
/// together is a conflict to be seen, never a choice made in silence. Plain values; nothing blocks.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/partial_date.hpp"

namespace forcewatch {

struct NewsItem {
    std::string source;     ///< file, feed entry or list entry that it came from
    std::string title;      ///< may be empty
    std::string text;       ///< UTF-8, one paragraph or list entry on a line
    std::string url;        ///< may be empty
    PartialDate published;  ///< as the publisher says it; may be unknown
    std::string stamp;      ///< the same to the second where it is known, as written; else empty
    bool republished{};     ///< `published` is the day on which somebody else carried the item
};

/// The five grades, best first; programmes with four leave `adequate` out.
enum class Grade { outstanding, good, adequate, requires_improvement, inadequate };
inline constexpr std::array grade_words{"outstanding", "good", "adequate", "requires improvement",
                                        "inadequate"};
[[nodiscard]] constexpr std::string_view text_of(Grade grade) {
    return grade_words[static_cast<std::size_t>(grade)];
}

/// How many areas got each grade; empty: the text leaves this grade out.
struct GradeCounts {
    std::array<std::optional<int>, grade_words.size()> areas;
    std::optional<int> total;  ///< as stated, not as added up
    friend bool operator==(const GradeCounts&, const GradeCounts&) = default;
};

enum class ProposalKind {
    stage,         ///< the force entered or left Engage
    remains,       ///< it is said to be in Engage still: nothing to record
    judgement,     ///< the grade of one area
    grade_counts,  ///< so many areas of each grade
    inspection,    ///< a report or letter was published
    finding        ///< causes of concern
};
[[nodiscard]] std::string_view text_of(ProposalKind kind);

struct Proposal {
    ProposalKind kind{};
    std::vector<std::string> forces;  ///< ids; empty: the body is none of those known
    std::vector<std::string> named;   ///< the bodies as worded
    std::string programme;            ///< such as "peel"; empty: not known
    std::string change;               ///< stage: "entered" or "left"
    std::string area;                 ///< judgement: as worded
    std::string grade;                ///< judgement
    std::optional<GradeCounts> counts;
    std::string finding;        ///< finding: such as "accelerated cause of concern"
    std::optional<int> number;  ///< finding: how many are open; 0: all are closed
    PartialDate date;           ///< only where the text fixes it
    std::string words;          ///< of the item, exactly
    int percent{};              ///< how sure the reading is
};

struct NewsConflict {
    std::string kind;  ///< "counts", "body", "date" or "statements"
    std::string what;  ///< a sentence for a person
    std::vector<std::string> forces;
    std::string words;
};

struct NewsReading {
    std::string source;
    std::string title;
    std::string url;
    PartialDate published;
    std::string stamp;
    std::string programme;            ///< of the item as a whole
    std::vector<std::string> forces;  ///< that the item is about
    std::vector<Proposal> proposals;
    std::vector<NewsConflict> conflicts;
};

}  // namespace forcewatch
