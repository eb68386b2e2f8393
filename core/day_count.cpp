#include "core/day_count.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/ladder.hpp"
#include "core/partial_date.hpp"

namespace forcewatch {

using std::chrono::days;

namespace {

constexpr std::string_view since_mark = "{days since ";
constexpr std::string_view due_mark = "{due on ";
constexpr std::string_view date_shape = "2026-01-31";

std::string counted(std::string_view mark, Date from, Date day) {
    if (mark == since_mark) return days_text(std::max(day - from, days{0}));
    if (day == from) return "due today";
    return day > from ? fmt::format("overdue by {}", days_text(day - from))
                      : fmt::format("due in {}", days_text(from - day));
}

struct Mark {
    std::string_view kind;
    Date date;
    std::size_t size;
};

std::optional<Mark> mark_at(std::string_view text) {
    for (const auto kind : {since_mark, due_mark}) {
        const auto size = kind.size() + date_shape.size() + 1;
        if (!text.starts_with(kind) || text.size() < size || text[size - 1] != '}') continue;
        const auto date = parse_date(text.substr(kind.size(), date_shape.size()));
        if (date) return Mark{kind, *date, size};
    }
    return std::nullopt;
}

}  // namespace

std::string days_since(Date from) { return fmt::format("{}{}}}", since_mark, text_of(from)); }

std::string due_or_overdue(Date due) { return std::string{due_mark} + text_of(due) + "}"; }

std::string as_read_on(std::string_view sentence, Date day) {
    std::string read;
    while (!sentence.empty()) {
        const auto brace = std::min(sentence.find('{'), sentence.size());
        read += sentence.substr(0, brace);
        sentence.remove_prefix(brace);
        if (const auto mark = mark_at(sentence)) {
            read += counted(mark->kind, mark->date, day);
            sentence.remove_prefix(mark->size);
        } else if (!sentence.empty()) {
            read += sentence.front();
            sentence.remove_prefix(1);
        }
    }
    return read;
}

}  // namespace forcewatch
