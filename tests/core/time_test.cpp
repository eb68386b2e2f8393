#include <catch2/catch.hpp>

#include "core/deadline.hpp"
#include "core/partial_date.hpp"
#include "core/types.hpp"

using namespace forcewatch;

namespace {
Date day(std::string_view text) { return parse_date(text).value(); }
}  // namespace

TEST_CASE("a date is one existing day and nothing else", "[core]") {
    CHECK(text_of(day("2028-02-29")) == "2028-02-29");
    for (const char* bad : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01",
                            "2026-01-01 ", "2026/01/01", "", "2026-01-0x", "-026-01-01"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_date(bad).has_value());
    }
}

TEST_CASE("an instant is read back as written", "[core]") {
    const auto at = parse_instant("2026-03-29T01:00:00Z");
    REQUIRE(at.has_value());
    CHECK(text_of(*at) == "2026-03-29T01:00:00Z");
    for (const char* bad : {"2026-03-29T24:00:00Z", "2026-03-29 01:00:00Z", "2026-03-29T01:00:00",
                            "2026-03-29T01:60:00Z"})
        CHECK_FALSE(parse_instant(bad).has_value());
}

TEST_CASE("a partial date is kept as given and read as its last possible day", "[core][R14]") {
    const auto [given, first, last] = GENERATE(table<const char*, const char*, const char*>({
        {"2023-09", "2023-09-01", "2023-09-30"},
        {"2024-02", "2024-02-01", "2024-02-29"},
        {"2019", "2019-01-01", "2019-12-31"},
        {"2025-05-22", "2025-05-22", "2025-05-22"},
    }));
    const auto date = PartialDate::parse(given);
    REQUIRE(date.has_value());
    CHECK(date->text() == given);
    CHECK(date->first_day() == day(first));
    CHECK(date->last_day() == day(last));
    CHECK(date->uncertain() == (std::string_view{given}.size() < 10));
}

TEST_CASE("no date is a value of its own", "[core]") {
    const auto none = PartialDate::parse("");
    REQUIRE(none.has_value());
    CHECK_FALSE(none->known());
    CHECK_FALSE(none->last_day().has_value());
    CHECK(none->text().empty());
    for (const char* bad : {"2023-9", "202", "2023-13", "2023-09-31", "Sep 2023"})
        CHECK_FALSE(PartialDate::parse(bad).has_value());
}

TEST_CASE("56 days count the day of publication", "[core][R34]") {
    const auto [published, last] = GENERATE(table<const char*, const char*>({
        {"2026-01-01", "2026-02-25"},
        {"2026-02-12", "2026-04-08"},
        {"2028-01-15", "2028-03-10"},
    }));
    CHECK(text_of(last_day_of_period(day(published), std::chrono::days{56})) == last);
}

TEST_CASE("a deadline of kind none binds nobody", "[core][R10]") {
    CHECK_FALSE(Deadline{}.last_day().has_value());
    const Deadline dated{DeadlineKind::inspectorate, *PartialDate::parse("2024-09"),
                         "by 30 September", ""};
    CHECK(dated.last_day() == day("2024-09-30"));
}
