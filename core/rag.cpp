#include "core/rag.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ladder.hpp"

namespace forcewatch {

using std::chrono::days;

namespace {

/// What a line may ask of an item, worked out once.
struct Asked {
    bool open{};
    std::optional<Date> due;
    bool owned{};
    bool claimed{};
    int moves{};
    std::optional<Date> said_on;
};

Asked asked_of(const ItemView& item) {
    Asked asked;
    asked.open = !item.stopped(Axis::force);
    asked.due = item.deadline.current().last_day();
    asked.owned = !item.unowned_since;
    asked.claimed = item.claimed_on && !item.stopped(Axis::inspectorate);
    asked.moves = static_cast<int>(item.deadline.moves().size());
    asked.said_on = item.said_on;
    return asked;
}

/// The reasons a line gives, or nothing where one of its conditions does not hold.
std::optional<std::vector<std::string>> matched(const RagLine& line, const ItemView& item,
                                                const Asked& asked, Date today) {
    std::vector<std::string> reasons;
    const auto needs = [&](bool holds, const auto& reason) {
        if (holds) reasons.emplace_back(reason());
        return holds;
    };
    const auto is = [&](bool wanted, bool found, const char* yes, const char* no) {
        return needs(wanted == found, [&] { return found ? yes : no; });
    };
    const auto late = asked.due ? today - *asked.due : days{0};
    const auto silent = asked.said_on ? today - *asked.said_on : days{0};
    const bool runs = asked.due && asked.open;
    const bool holds =
        (line.subjects.empty() || line.subjects.contains(item.subject)) &&
        (!line.open || is(*line.open, asked.open, "its clock runs", "nothing is left to do")) &&
        (!line.dated ||
         is(*line.dated, asked.due.has_value(), "it has a date", "it has no date")) &&
        (!line.overdue || needs(runs && late >= *line.overdue,
                                [&] { return fmt::format("overdue by {}", days_text(late)); })) &&
        (!line.due_within || needs(runs && -late <= *line.due_within,
                                   [&] { return fmt::format("due in {}", days_text(-late)); })) &&
        (!line.silent ||
         needs(asked.said_on && silent >= *line.silent,
               [&] { return fmt::format("nothing said for {}", days_text(silent)); })) &&
        (!line.moves || needs(asked.moves >= *line.moves,
                              [&] {
                                  return fmt::format("its date was moved {} time{}", asked.moves,
                                                     asked.moves == 1 ? "" : "s");
                              })) &&
        (!line.owned || is(*line.owned, asked.owned, "it has an owner", "it has no owner")) &&
        (!line.claimed ||
         is(*line.claimed, asked.claimed, "claimed complete and not closed by the inspectorate",
            "not waiting for the inspectorate"));
    if (!holds) return std::nullopt;
    return reasons;
}

std::vector<std::string> facts_of(const ItemView& item, const Asked& asked) {
    std::vector<std::string> facts;
    const Deadline deadline = item.deadline.current();
    facts.push_back(asked.due
                        ? fmt::format("{} deadline {}", text_of(deadline.kind), text_of(*asked.due))
                        : std::string{"no deadline"});
    if (asked.moves > 0) facts.push_back(fmt::format("moved {} times", asked.moves));
    if (asked.said_on) facts.push_back("last word " + text_of(*asked.said_on));
    if (const auto stopped = item.stopped(Axis::force))
        facts.push_back("done " + text_of(*stopped));
    return facts;
}

}  // namespace

std::string_view text_of(Rag rag) {
    switch (rag) {
        case Rag::red:
            return "red";
        case Rag::amber:
            return "amber";
        case Rag::green:
            return "green";
        case Rag::grey:
            return "grey";
    }
    return "?";
}

Expected<Rag> parse_rag(std::string_view text) {
    for (const auto rag : {Rag::red, Rag::amber, Rag::green, Rag::grey})
        if (text_of(rag) == text) return rag;
    return tl::unexpected(fmt::format("\"{}\" is not one of red, amber, green, grey", text));
}

const std::vector<RagLine>& shipped_rag() {
    static const std::vector<RagLine> table = [] {
        std::vector<RagLine> lines(5);
        lines[0].colour = Rag::grey;
        lines[0].open = false;
        lines[1].colour = Rag::red;
        lines[1].overdue = days{1};
        lines[2].colour = Rag::amber;
        lines[2].due_within = days{30};
        lines[3].colour = Rag::amber;
        lines[3].moves = 2;
        lines[4].colour = Rag::amber;
        lines[4].subjects = {DeadlineSubject::action};
        lines[4].owned = false;
        return lines;
    }();
    return table;
}

RagAnswer rag_of(const std::vector<RagLine>& table, const ItemView& item, Date today) {
    const Asked asked = asked_of(item);
    RagAnswer answer;
    answer.facts = facts_of(item, asked);
    answer.reason = "no line of the table takes it";
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto reasons = matched(table[i], item, asked, today);
        if (!reasons) continue;
        answer.colour = table[i].colour;
        answer.line = static_cast<int>(i) + 1;
        answer.reason = reasons->empty() ? std::string{"everything else"} : joined(*reasons);
        break;
    }
    return answer;
}

}  // namespace forcewatch
