#include "cli/table.hpp"

#include <catch2/catch.hpp>
#include <clocale>

#include "cli/calendar.hpp"
#include "cli/text.hpp"

using namespace forcewatch;

namespace {

Terminal terminal_of(std::size_t width) {
    (void)std::setlocale(LC_CTYPE, "C.UTF-8");
    Terminal terminal;
    terminal.interactive = true;
    terminal.width = width;
    return terminal;
}

TextTable sample() {
    TextTable table{{{"FORCE", false, 6, 0}, {"DAYS", true, 0, 2}, {"TITLE", false, 8, 1}}};
    table.add({{"kent"}, {"7"}, {"Custody is not safe enough"}});
    table.add({{"avon-and-somerset"}, {"1150"}, {""}});
    return table;
}

}  // namespace

TEST_CASE("a table that fits is as wide as its texts, numbers to the right", "[cli]") {
    CHECK(sample().text(Terminal{}, true) ==
          "FORCE              DAYS  TITLE\n"
          "kent                  7  Custody is not safe enough\n"
          "avon-and-somerset  1150\n");
    CHECK(sample().text(Terminal{}, false).starts_with("kent "));
}

TEST_CASE("a table that does not fit is cut, widest texts first, and never wider than the terminal",
          "[cli]") {
    CHECK(sample().text(terminal_of(40), true) ==
          "FORCE             DAYS  TITLE\n"
          "kent                 7  Custody is not…\n"
          "avon-and-somers…  1150\n");
    for (std::size_t width = 1; width < 60; ++width) {
        CAPTURE(width);
        const auto terminal = terminal_of(width);
        std::string line;
        for (const char c : sample().text(terminal, true)) {
            if (c != '\n') {
                line += c;
                continue;
            }
            CHECK(display_width(line) <= width);
            line.clear();
        }
    }
}

TEST_CASE("columns are left out by rank where cutting is not enough, and named", "[cli]") {
    CHECK(sample().left_out(terminal_of(40), true).empty());
    CHECK(sample().left_out(terminal_of(19), true) == std::vector<std::string>{"DAYS"});
    CHECK(sample().left_out(terminal_of(10), true) == std::vector<std::string>{"DAYS", "TITLE"});
    CHECK(sample().left_out(Terminal{}, true).empty());
}

TEST_CASE("a column that says nothing is the first to go, and is not missed", "[cli]") {
    TextTable table{{{"FORCE"}, {"REASON", false, 0, 1}, {"DAYS", true, 0, 2}}};
    table.add({{"kent"}, {""}, {"7"}});
    CHECK(table.text(terminal_of(12), true) == "FORCE  DAYS\nkent      7\n");
    CHECK(table.left_out(terminal_of(12), true).empty());
    CHECK(table.text(terminal_of(80), true) == "FORCE  REASON  DAYS\nkent              7\n");
}

TEST_CASE("widths are columns of the screen, not bytes", "[cli]") {
    (void)terminal_of(80);
    CHECK(display_width("Dyfed–Powys") == 11);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("\u6771\u4eac") == 4);
    CHECK(cut("\u6771\u4eac\u6771\u4eac", 5, "…") == "\u6771\u4eac…");
    CHECK(cut("abcdef", 5, "...") == "ab...");
    CHECK(cut("abcdef", 6, "...") == "abcdef");
    CHECK(cut("ab  cdef", 5, "…") == "ab…");
}

TEST_CASE("text from outside cannot move the cursor, turn the line round or break the table",
          "[cli][V11]") {
    CHECK(one_line("a\x1b[2Jb\x07") == "a\\x1b[2Jb\\x07");
    CHECK(one_line("two\r\nlines\tand tab") == "two lines and tab");
    CHECK(one_line("\u202egnirts") == "\\u202egnirts");
    CHECK(one_line("\u009b31m") == "\\u009b31m");
    CHECK(one_line("bad \xff byte") == "bad \\xff byte");
    CHECK(one_line("Dyfed–Powys \u00e9") == "Dyfed–Powys \u00e9");
    CHECK(many_lines("two\nlines\x1b") == "two\nlines\\x1b");
    CHECK(harmless_json("{\"a\":\"\u202e\u009b\"}\n") == "{\"a\":\"\\u202e\\u009b\"}\n");
    TextTable table{{{"A"}, {"B"}}};
    table.add({{"x\ny"}, {"\x1b[31m"}});
    CHECK(table.text(Terminal{}, false) == "x y  \\x1b[31m\n");
}

TEST_CASE("colour is beside the word, and only where it is wanted", "[cli]") {
    TextTable table{{{"SEVERITY"}, {"N", true}}};
    table.add({{"critical", Tone::bad}, {"1"}});
    Terminal plain;
    CHECK(table.text(plain, false) == "critical  1\n");
    Terminal coloured;
    coloured.colour = true;
    CHECK(table.text(coloured, false) == "\x1b[1;31mcritical\x1b[0m  1\n");
}

TEST_CASE("long texts break between words", "[cli]") {
    CHECK(wrapped("one two three", 8) == std::vector<std::string>{"one two", "three"});
    CHECK(wrapped("a verylongwordindeed b", 6) ==
          std::vector<std::string>{"a", "verylongwordindeed", "b"});
    CHECK(wrapped("", 8) == std::vector<std::string>{""});
}

TEST_CASE("numbers are grouped and counted", "[cli]") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(-1234567) == "-1,234,567");
    CHECK(counted(1, "file") == "1 file");
    CHECK(counted(1019, "event") == "1,019 events");
}

TEST_CASE("days are told as people tell them", "[cli]") {
    const Calendar calendar{*parse_date("2026-11-24")};
    const auto [iso, words] = GENERATE(table<std::string, std::string>({
        {"2026-11-24", "today (Tue 24 Nov)"},
        {"2026-11-25", "tomorrow (Wed 25 Nov)"},
        {"2026-11-23", "yesterday (Mon 23 Nov)"},
        {"2026-11-30", "in 6 days (Mon 30 Nov)"},
        {"2026-11-20", "4 days ago (Fri 20 Nov)"},
        {"2027-01-23", "in 60 days (Sat 23 Jan 2027)"},
        {"2027-01-24", "24 Jan 2027"},
        {"2026-09-24", "24 Sep 2026"},
        {"2023-09", "2023-09"},
        {"2019", "2019"},
        {"", ""},
    }));
    CHECK(calendar.day(iso) == words);
    CHECK(Calendar{}.day(iso) == iso);
}

TEST_CASE("moments are told in UTC", "[cli]") {
    CHECK(Calendar{*parse_date("2026-11-24")}.moment("2026-11-23T15:17:09Z") ==
          "23 Nov 2026 15:17 UTC");
    CHECK(Calendar{}.moment("2026-11-23T15:17:09Z") == "2026-11-23T15:17:09Z");
    CHECK(Calendar{*parse_date("2026-11-24")}.moment("").empty());
    CHECK(Calendar{*parse_date("2026-11-24")}.short_day("2026-11-30") == "30 Nov 2026");
    CHECK(Calendar{*parse_date("2026-11-24")}.short_day("2023-09") == "2023-09");
    CHECK(Calendar{*parse_date("2026-11-24")}.plain_day("2026-11-30") == "Mon 30 Nov 2026");
}
