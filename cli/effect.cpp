#include "cli/effect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/text.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t first_ones = 10;
constexpr std::size_t longest_value = 60;

std::string shortened(const Session& session, const std::string& text) {
    const auto line = one_line(text);
    return line.empty() ? "(nothing)" : cut(line, longest_value, session.terminal.ellipsis());
}

/// "due 2026-03-01 → 2026-04-15, owner (nothing) → ann".
std::string changes_of(const Session& session, const JsonValue& item) {
    std::string text;
    for (const auto& field : array_at(item, "fields"))
        text += fmt::format("{}{} {} {} {}", text.empty() ? "" : ", ", text_at(field, "field"),
                            shortened(session, text_at(field, "old")),
                            session.terminal.utf8 ? "→" : "->",
                            shortened(session, text_at(field, "new")));
    return text;
}

std::string title_of(const JsonValue& item) {
    for (const auto& field : array_at(item, "fields"))
        if (text_at(field, "field") == "title" || text_at(field, "field") == "name")
            return text_at(field, "new").empty() ? text_at(field, "old") : text_at(field, "new");
    return {};
}

void print_more(Session& session, std::size_t shown, std::size_t all) {
    if (all > shown)
        session.print(fmt::format("  and {} more (--all tells each)\n",
                                  grouped(static_cast<std::int64_t>(all - shown))));
}

void print_items(Session& session, const JsonValue& outcome, std::string_view change, Tone tone,
                 std::size_t most) {
    std::size_t count = 0;
    for (const auto& item : array_at(outcome, "items")) {
        if (text_at(item, "change") != change || ++count > most) continue;
        const auto what =
            change == "changed" ? changes_of(session, item) : one_line(title_of(item));
        session.print(fmt::format("  {} {}{}{}\n", session.terminal.painted(change, tone),
                                  one_line(text_at(item, "subject")), what.empty() ? "" : ": ",
                                  what));
    }
    print_more(session, most, count);
}

void print_missing(Session& session, const JsonValue& outcome, std::size_t most) {
    const auto& missing = array_at(outcome, "missing_items");
    const bool closed = flag_at(outcome, "missing_closed");
    for (std::size_t i = 0; i < std::min(most, missing.size()); ++i)
        if (const auto* subject = missing[i].as<std::string>())
            session.print(fmt::format("  {} {}: {}\n",
                                      session.terminal.painted("missing", Tone::notice),
                                      one_line(*subject), closed ? "closed" : "stays as it is"));
    print_more(session, most, static_cast<std::size_t>(number_at(outcome, "missing")));
}

void print_alerts(Session& session, const JsonValue& outcome, std::size_t most) {
    const auto& alerts = array_at(outcome, "alerts");
    for (std::size_t i = 0; i < std::min(most, alerts.size()); ++i)
        session.print(
            fmt::format("  alert {}: {} ({}, {}): {}\n", text_at(alerts[i], "change"),
                        one_line(text_at(alerts[i], "title")), one_line(text_at(alerts[i], "rule")),
                        text_at(alerts[i], "severity"), one_line(text_at(alerts[i], "summary"))));
    print_more(session, most, alerts.size());
}

}  // namespace

void print_effect(Session& session, const JsonValue& outcome, bool all) {
    const std::size_t most = all ? static_cast<std::size_t>(-1) : first_ones;
    print_items(session, outcome, "added", Tone::good, most);
    print_items(session, outcome, "changed", Tone::notice, most);
    print_items(session, outcome, "removed", Tone::bad, most);
    if (const auto left = number_at(outcome, "items_left_out"); left > 0)
        session.print(fmt::format("  and {} items beyond those\n", grouped(left)));
    print_missing(session, outcome, most);
    print_alerts(session, outcome, most);
}

}  // namespace forcewatch
