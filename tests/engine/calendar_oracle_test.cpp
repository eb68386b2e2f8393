// Calendars that others wrote, asked at random: deadlines in words, working days, London's clocks.
#include <cstdlib>

#include "core/deadline_words.hpp"
#include "core/working_calendar.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells{{}};
    for (const char c : line) {
        if (c == '\t')
            cells.emplace_back();
        else
            cells.back() += c;
    }
    return cells;
}

/// The shipped bank holidays, as a division keeps them.
std::map<std::string, WorkingCalendar> calendars() {
    World world;
    world.import_shipped({"bank-holidays.csv"}, noon("2026-01-01"));
    std::map<std::string, WorkingCalendar> calendars;
    for (const auto& [subject, year] : world.store->facts().reference().holidays) {
        std::set<Date> holidays;
        for (const auto& text : year.days) holidays.insert(day(text));
        calendars[year.division].set_year(year.year, std::move(holidays));
    }
    return calendars;
}

}  // namespace

TEST_CASE("days are counted as another calendar counts them", "[engine][T2][T1][R33][R34][R35]") {
    const char* asked = std::getenv("FORCEWATCH_CALENDAR_QUESTIONS");
    const std::string count = asked == nullptr ? "30000" : asked;
    const auto known = calendars();
    ChildProcess oracle{{"/usr/bin/python3",
                         FORCEWATCH_SOURCE_DIR "/tests/engine/calendar_oracle.py", count, "7",
                         reference_file("bank-holidays.csv").string()}};
    int answered = 0;
    for (auto line = oracle.read_line(); !line.empty(); line = oracle.read_line()) {
        const auto cells = cells_of(line);
        CAPTURE(line);
        std::string answer;
        if (cells[0] == "words") {
            const auto last = resolve_deadline_words(cells[2], day(cells[1]));
            answer = last ? text_of(*last) : "no day";
        } else if (cells[0] == "working") {
            const auto counted = known.at(cells[1]).plus(day(cells[2]), std::stoi(cells[3]));
            answer = counted.calendar_ends ? "the calendar ends" : text_of(counted.day);
        } else {
            const auto at = at_local_time(day(cells[1]), std::chrono::minutes{std::stoi(cells[2])});
            answer = std::to_string(at.time_since_epoch().count());
        }
        if (answer != cells.back()) FAIL_CHECK("we say " << answer);
        ++answered;
    }
    CHECK(answered == std::stoi(count));
}
