#include <catch2/catch.hpp>

#include "core/clock_guard.hpp"
#include "core/deadline_words.hpp"
#include "core/ladder.hpp"
#include "core/working_calendar.hpp"

using namespace forcewatch;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

WorkingCalendar easter_2026() {
    WorkingCalendar calendar;
    calendar.set_year(2026, {day("2026-04-03"), day("2026-04-06"), day("2026-05-04")});
    return calendar;
}

}  // namespace

TEST_CASE("working days leave out weekends and bank holidays", "[core][R35]") {
    const auto [from, count, expected] = GENERATE(table<const char*, int, const char*>({
        {"2026-04-01", 1, "2026-04-02"},
        {"2026-04-02", 1, "2026-04-07"},  // Good Friday, weekend, Easter Monday
        {"2026-04-07", -1, "2026-04-02"},
        {"2026-04-02", 0, "2026-04-02"},
        {"2026-04-04", 5, "2026-04-13"},
        {"2026-05-01", 1, "2026-05-05"},
    }));
    CAPTURE(from, count);
    const auto counted = easter_2026().plus(day(from), count);
    CHECK(text_of(counted.day) == expected);
    CHECK_FALSE(counted.calendar_ends);
}

TEST_CASE("a count beyond the known years says that the calendar ends", "[core][R35]") {
    const auto counted = easter_2026().plus(day("2026-12-31"), 1);
    CHECK(counted.day == day("2027-01-01"));
    CHECK(counted.calendar_ends);

    Rule rule{"r", DeadlineRule{}, {}, {}, {}, {{days{-5}, {}, Severity::info, true}}, {}};
    ItemView item;
    item.deadline.revisions.push_back(
        {{DeadlineKind::local, *PartialDate::parse("2027-01-08"), {}, {}}, {}, {}, {}});
    const auto ruling = judge_item(rule, item, day("2027-01-04"), easter_2026());
    CHECK(ruling.firing);
    REQUIRE(ruling.remarks.size() == 1);
    CHECK_THAT(ruling.remarks[0], Catch::Contains("the calendar ends with 2026"));
}

TEST_CASE("a step in working days is reached on its working day", "[core][R31][R35]") {
    Rule rule{"r", DeadlineRule{}, {}, {}, {}, {{days{-2}, {}, Severity::info, true}}, {}};
    CHECK(rule.ladder[0].name() == "-2wd");
    ItemView item;
    item.deadline.revisions.push_back(
        {{DeadlineKind::local, *PartialDate::parse("2026-04-08"), {}, {}}, {}, {}, {}});
    CHECK_FALSE(judge_item(rule, item, day("2026-04-01"), easter_2026()).firing);
    CHECK(judge_item(rule, item, day("2026-04-01"), easter_2026()).next_on == day("2026-04-02"));
    CHECK(judge_item(rule, item, day("2026-04-02"), easter_2026()).firing);
}

TEST_CASE("deadlines in words are read against the day of publication", "[core][R10][R34]") {
    const auto [words, published, expected] =
        GENERATE(table<const char*, const char*, const char*>({
            {"immediately", "2024-03-11", "2024-03-11"},
            {"Immediately, the force should", "2024-03-11", "2024-03-11"},
            {"within 56 days", "2026-01-01", "2026-02-25"},
            {"within 56 days", "2026-02-12", "2026-04-08"},
            {"within 56 days", "2028-01-15", "2028-03-10"},
            {"within six weeks", "2026-01-01", "2026-02-12"},
            {"within six months", "2026-08-31", "2027-02-28"},
            {"Within 3 months of this report", "2026-11-30", "2027-02-28"},
            {"within one year", "2028-02-29", "2029-02-28"},
            {"within a month", "2026-01-31", "2026-02-28"},
            {"within three (3) months", "2026-02-12", "2026-05-12"},
            {"with immediate effect", "2024-03-11", "2024-03-11"},
            {"by 31 March 2027", "2026-02-12", "2027-03-31"},
            {"By the 1st April 2027", "2026-02-12", "2027-04-01"},
            {"by the end of February 2028", "2026-02-12", "2028-02-29"},
        }));
    CAPTURE(words);
    const auto due = resolve_deadline_words(words, day(published));
    REQUIRE(due);
    CHECK(text_of(*due) == expected);
    for (const char* vague : {"as soon as possible", "within reason", "within three", "",
                              "within 10 working days", "by 31 February 2027", "in March"})
        CHECK_FALSE(resolve_deadline_words(vague, day(published)));
}

TEST_CASE("a clock that nobody has set is not believed until it has passed the newest record",
          "[core][R41][T5]") {
    const Instant newest = parse_instant("2026-03-28T12:00:00Z").value();
    ClockGuard guard{newest};
    using Verdict = ClockGuard::Verdict;
    const Instant epoch{};

    SECTION("then right, even after months without power") {
        REQUIRE(guard.tick(epoch + seconds{8}, seconds{8}) == Verdict::held);
        CHECK(guard.unset());
        CHECK(guard.believed(epoch + seconds{38}, seconds{38}) == newest + seconds{30});
        CHECK(guard.tick(epoch + seconds{38}, seconds{38}) == Verdict::held);
        CHECK(guard.tick(newest + days{200}, seconds{60}) == Verdict::released);
        CHECK_FALSE(guard.unset());
        CHECK(guard.believed(newest + days{200}, seconds{60}) == newest + days{200});
        CHECK(guard.tick(newest + days{202}, seconds{61}) == Verdict::held);
        CHECK_FALSE(guard.unset());
    }
    SECTION("or somebody says that it is right") {
        REQUIRE(guard.tick(newest - days{30}, seconds{8}) == Verdict::held);
        guard.confirm(newest - days{30}, seconds{8});
        CHECK_FALSE(guard.held());
        CHECK(guard.tick(newest - days{30} + seconds{5}, seconds{13}) == Verdict::steady);
    }
    SECTION("behind by a day it is believed") {
        CHECK(guard.tick(newest - hours{24}, seconds{8}) == Verdict::steady);
    }
    SECTION("while it runs, one that goes back is believed") {
        REQUIRE(guard.tick(newest, seconds{8}) == Verdict::steady);
        CHECK(guard.tick(newest - days{30}, seconds{8}) == Verdict::stepped_back);
    }
}

TEST_CASE("a clock that runs ahead by a day is not believed, and sleep is no step", "[core][R41]") {
    const Instant noon = parse_instant("2026-03-28T12:00:00Z").value();
    ClockGuard guard;
    using Verdict = ClockGuard::Verdict;
    REQUIRE(guard.tick(noon, seconds{100}) == Verdict::steady);

    SECTION("suspended for three days") {
        CHECK(guard.tick(noon + hours{72}, seconds{100} + hours{72}) == Verdict::steady);
    }
    SECTION("ahead by exactly a day") {
        CHECK(guard.tick(noon + hours{24}, seconds{100}) == Verdict::stepped_ahead);
        CHECK(guard.tick(noon + hours{24}, seconds{100}) == Verdict::steady);
    }
    SECTION("ahead by more, then confirmed") {
        CHECK(guard.tick(noon + hours{25}, seconds{100}) == Verdict::held);
        CHECK(guard.tick(noon + hours{26}, seconds{100} + hours{1}) == Verdict::held);
        CHECK(guard.held());
        guard.confirm(noon + hours{26}, seconds{100} + hours{1});
        CHECK(guard.tick(noon + hours{27}, seconds{100} + hours{2}) == Verdict::steady);
    }
    SECTION("ahead by more, then right again") {
        CHECK(guard.tick(noon + days{3650}, seconds{100}) == Verdict::held);
        CHECK(guard.tick(noon + hours{1}, seconds{100} + hours{1}) == Verdict::released);
        CHECK(guard.tick(noon + hours{2}, seconds{100} + hours{2}) == Verdict::steady);
    }
    SECTION("while it is not believed, time goes on from where it was") {
        CHECK(guard.believed(noon + hours{1}, seconds{100} + hours{1}) == noon + hours{1});
        REQUIRE(guard.tick(noon + days{3650}, seconds{100}) == Verdict::held);
        CHECK(guard.believed(noon + days{3650}, seconds{100} + hours{1}) == noon + hours{1});
        guard.confirm(noon + days{3650}, seconds{100});
        CHECK(guard.believed(noon + days{3650}, seconds{100}) == noon + days{3650});
    }
    SECTION("back by months, then right again") {
        CHECK(guard.tick(noon - days{100}, seconds{100}) == Verdict::stepped_back);
        CHECK(guard.tick(noon + hours{2}, seconds{100} + hours{2}) == Verdict::stepped_ahead);
        CHECK(guard.tick(noon + days{2}, seconds{100} + hours{3}) == Verdict::held);
    }
    SECTION("back by an hour is told once") {
        CHECK(guard.tick(noon - hours{1}, seconds{100}) == Verdict::stepped_back);
        CHECK(guard.tick(noon - hours{1}, seconds{100}) == Verdict::steady);
    }
}
