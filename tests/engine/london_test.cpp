#include "daemon/engine/london.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;

namespace {
Date day(std::string_view text) { return parse_date(text).value(); }
}  // namespace

TEST_CASE("a deadline passes at the next London midnight", "[engine][R11][R33]") {
    const auto [deadline, passed] = GENERATE(table<const char*, const char*>({
        {"2026-03-28", "2026-03-29T00:00:00Z"},
        {"2026-03-29", "2026-03-29T23:00:00Z"},
        {"2026-10-24", "2026-10-24T23:00:00Z"},
        {"2026-10-25", "2026-10-26T00:00:00Z"},
        {"2028-02-29", "2028-03-01T00:00:00Z"},
        {"2026-04-08", "2026-04-08T23:00:00Z"},
    }));
    CHECK(text_of(starts_at(day(deadline) + std::chrono::days{1})) == passed);
}

TEST_CASE("a local time that is missing or repeated has one instant", "[engine][R33]") {
    using std::chrono::minutes;
    CHECK(text_of(at_local_time(day("2026-03-29"), minutes{90})) == "2026-03-29T01:00:00Z");
    CHECK(text_of(at_local_time(day("2026-10-25"), minutes{90})) == "2026-10-25T00:30:00Z");
}

TEST_CASE("every hour of both change days of 2020 to 2037 falls on its London day",
          "[engine][R33]") {
    for (int year = 2020; year <= 2037; ++year)
        for (const auto month : {std::chrono::March, std::chrono::October}) {
            const Date change{std::chrono::year{year} / month /
                              std::chrono::Sunday[std::chrono::last]};
            const Instant begin = starts_at(change);
            const Instant end = starts_at(change + std::chrono::days{1});
            CAPTURE(text_of(change));
            CHECK(end - begin == std::chrono::hours{month == std::chrono::March ? 23 : 25});
            for (Instant at = begin; at < end; at += std::chrono::minutes{30})
                CHECK(london_date(at) == change);
            CHECK(london_date(begin - std::chrono::seconds{1}) == change - std::chrono::days{1});
            CHECK(london_date(end) == change + std::chrono::days{1});
        }
}
