/// Red, amber or green, derived from the facts by a table of lines and never stored.
///
/// The first line whose conditions all hold decides; what no line takes is green. The answer names
/// the line and the facts it looked at.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/evaluate.hpp"

namespace forcewatch {

enum class Rag { red, amber, green, grey };

/// A line of the table: every condition that is set must hold.
struct RagLine {
    Rag colour{};
    std::set<DeadlineSubject> subjects;           ///< empty: all
    std::optional<bool> open;                     ///< its clock runs, or not
    std::optional<std::chrono::days> overdue;     ///< past its deadline by at least so many
    std::optional<std::chrono::days> due_within;  ///< due in at most so many, or overdue
    std::optional<std::chrono::days> silent;      ///< nothing said of it for at least so many
    std::optional<int> moves;                     ///< its date was moved at least so often
    std::optional<bool> dated;                    ///< it has a deadline, or none
    std::optional<bool> owned;                    ///< it has an owner who has not left
    std::optional<bool> claimed;                  ///< claimed complete and not closed
    friend bool operator==(const RagLine&, const RagLine&) = default;
};

struct RagAnswer {
    Rag colour{Rag::green};
    int line{};  ///< of the table, counted from 1; 0: none took it
    std::string reason;
    std::vector<std::string> facts;
};

[[nodiscard]] std::string_view text_of(Rag rag);
[[nodiscard]] Expected<Rag> parse_rag(std::string_view text);
/// Sensible on day one: grey without a running clock, red when overdue, amber when due within 30
/// days, moved more than once or without an owner.
[[nodiscard]] const std::vector<RagLine>& shipped_rag();
[[nodiscard]] RagAnswer rag_of(const std::vector<RagLine>& table, const ItemView& item, Date today);

}  // namespace forcewatch
