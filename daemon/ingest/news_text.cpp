#include "daemon/ingest/news_text.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "core/utf8.hpp"

namespace forcewatch {

namespace {

struct Folded {
    std::string_view from;
    char to;  // zero: left out
};
constexpr std::array folded{
    Folded{"\u2018", '\''}, Folded{"\u2019", '\''}, Folded{"\u201A", '\''}, Folded{"\u201B", '\''},
    Folded{"\u2032", '\''}, Folded{"\u00B4", '\''}, Folded{"\u201C", '"'},  Folded{"\u201D", '"'},
    Folded{"\u201E", '"'},  Folded{"\u00AB", '"'},  Folded{"\u00BB", '"'},  Folded{"\u2010", '-'},
    Folded{"\u2011", '-'},  Folded{"\u2012", '-'},  Folded{"\u2013", '-'},  Folded{"\u2014", '-'},
    Folded{"\u2015", '-'},  Folded{"\u2212", '-'},  Folded{"\u00A0", ' '},  Folded{"\u202F", ' '},
    Folded{"\u2009", ' '},  Folded{"\u2003", ' '},  Folded{"\u2002", ' '},  Folded{"\u2026", '.'},
    Folded{"\u2022", '*'},  Folded{"\u00B7", '*'},  Folded{"\u25CF", '*'},  Folded{"\u25AA", '*'},
    Folded{"\u25E6", '*'},  Folded{"\u2023", '*'},  Folded{"\u200B", '\0'}, Folded{"\uFEFF", '\0'},
    Folded{"\u00AD", '\0'}, Folded{"\u200E", '\0'}, Folded{"\u2028", '\n'}, Folded{"\u2029", '\n'}};

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A line that is as long as an editor's width goes on where the next begins small.
constexpr std::size_t wrapped_length = 45;

/// "... on 28 June", "... by": the number on the next line belongs to it.
bool awaits_a_number(std::string_view line) {
    static const re2::RE2 open_end{
        R"((?i)(?:\b(?:january|february|march|april|may|june|july|august|september|october|november|december|)"
        R"(by|in|on|to|of|from|since|until|than|over|about|around|and|only|all|least)|\d)$)"};
    return re2::RE2::PartialMatch(re2::StringPiece{line.data(), line.size()}, open_end);
}

bool begins_list_entry(std::string_view line) {
    return line.size() > 2 && (line[0] == '-' || line[0] == '*') && line[1] == ' ';
}

/// How much of the line is the mark of a list entry.
std::size_t mark_length(std::string_view line) {
    static const re2::RE2 mark{R"(^(?:[-*o]+|\(?[0-9a-z]{1,2}[.)])\s+)"};
    re2::StringPiece rest{line.data(), line.size()};
    return re2::RE2::Consume(&rest, mark) ? line.size() - rest.size() : 0;
}

bool matches(const re2::RE2& pattern, std::string_view text) {
    return re2::RE2::PartialMatch(re2::StringPiece{text.data(), text.size()}, pattern);
}

bool is_layout(std::string_view line) {
    static const re2::RE2 layout{
        R"(^(?:\|?\s*printable version|share this (?:article|story|page)|print this document|contents|)"
        R"(channel website:.*|original article link ?:.*|back to \w+|home|search|menu|subscribe|)"
        R"(get the (?:national |force |service )?press releases?|watch more of our videos.*|)"
        R"(skip to (?:main )?content|cookies?.*|related (?:news|content|articles).*|read more:?|)"
        R"(hm inspectorate of constabulary and fire & rescue services \(hmicfrs\))$)"};
    return matches(layout, line);
}

bool ends_the_item(std::string_view line) {
    static const re2::RE2 notes{
        R"(^(?:notes?(?: (?:to|for) editors?)?|notes/contacts|ends|about us|background notes?)\s*:?$)"};
    return matches(notes, line);
}

bool names_the_report(std::string_view line) {
    static const re2::RE2 report{
        R"(^(?:get|read|view|download|see) the (?:full )?(?:report|letter)s?\b)"};
    return matches(report, line);
}

/// A full stop that only shortens a word, such as "Mr." or "J."
bool shortens(std::string_view before) {
    static const re2::RE2 shortened{
        R"((?:^|[\s(])(?:mr|mrs|ms|dr|st|no|sgt|supt|vs|e\.g|i\.e|[a-z])$)"};
    return matches(shortened, before);
}

}  // namespace

NewsText::NewsText(std::string_view title, std::string_view text) {
    original_ = std::string{title} + "\n";
    original_ += text.substr(0, most_characters);
    take(original_);
    join_wrapped_lines();
    lower_ = plain_;
    for (auto& c : lower_)
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    mark_lines();
    cut_sentences();
}

std::string NewsText::words(std::size_t begin, std::size_t end) const {
    if (begin >= end || end > places_.size()) return {};
    const std::size_t last = places_[end - 1];
    const auto length = std::max<std::size_t>(1, utf8_length(original_, last));
    return original_.substr(places_[begin], last + length - places_[begin]);
}

void NewsText::take(std::string_view text) {
    const auto put = [&](char c, std::size_t place) {
        if (c == '\r' || c == '\0') return;
        if (c == '\f' || c == '\v') c = ' ';
        const bool after_blank = plain_.empty() || plain_.back() == ' ' || plain_.back() == '\n';
        if ((c == ' ' || c == '\n') && after_blank) {
            if (c == '\n' && !plain_.empty()) plain_.back() = '\n';
            return;
        }
        plain_.push_back(c);
        places_.push_back(static_cast<std::uint32_t>(place));
    };
    // A tab within a line parts the columns of a table.
    const auto put_tab = [&](std::size_t place) {
        const bool in_line = !plain_.empty() && plain_.back() != '\n';
        put(' ', place);
        if (in_line && plain_.back() == ' ' && place + 1 < text.size() && text[place + 1] > ' ') {
            put('|', place);
            put(' ', place);
        }
    };
    for (std::size_t place = 0; place < text.size();) {
        const auto length = std::max<std::size_t>(1, utf8_length(text, place));
        const auto character = text.substr(place, length);
        const auto* known =
            length == 1 ? folded.end()
                        : std::find_if(folded.begin(), folded.end(),
                                       [&](const Folded& each) { return each.from == character; });
        if (known != folded.end())
            put(known->to, place);
        else if (character == "\t")
            put_tab(place);
        else
            for (std::size_t i = 0; i < length; ++i) put(character[i], place + i);
        place += length;
    }
}

void NewsText::join_wrapped_lines() {
    std::size_t begin = 0;
    for (auto end = plain_.find('\n'); end != std::string::npos; end = plain_.find('\n', begin)) {
        const std::string_view line{plain_.data() + begin, end - begin};
        const char next = end + 1 < plain_.size() ? plain_[end + 1] : '\n';
        const char last = line.empty() ? '.' : line.back();
        const bool open = is_lower(last) || is_digit(last) || last == ',' || last == ';' ||
                          last == '\'' || last == '-';
        const bool quote = next == '\'' && end + 2 < plain_.size() && is_lower(plain_[end + 2]);
        const bool goes_on = is_lower(next) || quote || (is_digit(next) && awaits_a_number(line));
        if (begin > 0 && line.size() >= wrapped_length && open && goes_on) plain_[end] = ' ';
        begin = end + 1;
    }
}

void NewsText::mark_lines() {
    bool report_follows = false;
    std::size_t line = 0;
    const auto title = lower_.substr(0, lower_.find('\n'));
    for (std::size_t begin = 0; begin < lower_.size(); ++line) {
        const auto end = std::min(lower_.find('\n', begin), lower_.size());
        const std::string_view text{lower_.data() + begin, end - begin};
        auto role = line == 0 || text == title ? LineRole::title : LineRole::text;
        if (line > 0 && ends_the_item(text)) {
            plain_.resize(begin);
            lower_.resize(begin);
            break;
        }
        if (line > 0 && is_layout(text)) role = LineRole::layout;
        if (line > 0 && (report_follows || names_the_report(text)) && text.size() < 160)
            role = LineRole::report;
        report_follows = line > 0 && names_the_report(text) && text.size() < 24;
        roles_.push_back(role);
        begin = end + 1;
    }
}

void NewsText::cut_sentences() {
    std::size_t line = 0;
    std::size_t lead = Sentence::npos;
    bool lead_open = false;  // a list that goes on keeps its lead
    for (std::size_t begin = 0; begin < plain_.size() && line < roles_.size(); ++line) {
        const auto end = std::min(plain_.find('\n', begin), plain_.size());
        const std::string_view text{plain_.data() + begin, end - begin};
        const bool bullet = begins_list_entry(text);
        const auto first = sentences_.size();
        cut_line(begin + mark_length(text), end, line, bullet);
        const bool ends_open = !text.empty() && text.back() == ':';
        const bool entry = bullet || (lead_open && !text.empty() && is_lower(text.front()));
        for (auto i = first; i < sentences_.size() && entry; ++i) sentences_[i].lead = lead;
        if (ends_open && !sentences_.empty()) {
            lead = sentences_.size() - 1;
            lead_open = true;
        } else if (!entry) {
            lead = Sentence::npos;
            lead_open = false;
        }
        begin = end + 1;
    }
}

void NewsText::cut_line(std::size_t begin, std::size_t end, std::size_t line, bool bullet) {
    const auto first = sentences_.size();
    const auto put = [&](std::size_t from, std::size_t to) {
        while (from < to && plain_[from] == ' ') ++from;
        while (to > from && plain_[to - 1] == ' ') --to;
        if (from < to) sentences_.push_back({from, to, line, bullet});
    };
    std::size_t from = begin;
    for (auto at = begin; at + 1 < end; ++at) {
        if (plain_[at] != '.' && plain_[at] != '!' && plain_[at] != '?') continue;
        auto next = at + 1;
        while (next < end && (plain_[next] == '"' || plain_[next] == '\'')) ++next;
        if (next >= end || plain_[next] != ' ') continue;
        const char after = next + 1 < end ? plain_[next + 1] : ' ';
        if (is_lower(after) || after == ' ') continue;
        const std::string_view before{lower_.data() + from, at - from};
        if (plain_[at] == '.' && shortens(before)) continue;
        put(from, next);
        from = next;
    }
    put(from, end);
    if (sentences_.size() == first + 1) sentences_.back().alone = true;
}

}  // namespace forcewatch
