#include "core/source_order.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;

TEST_CASE("a pattern names one source, or several with a star", "[core][R23]") {
    const auto [text, pattern, fits] = GENERATE(table<const char*, const char*, bool>(
        {{"register.csv", "register.csv", true},
         {"register.csv", "register", false},
         {"register-2026.csv", "register*.csv", true},
         {"register.csv.csv", "register*.csv", true},
         {"my-register.csv", "register*.csv", false},
         {"https://hmicfrs.example/news/1", "https://hmicfrs.example/*", true},
         {"aab", "*a*b", true},
         {"aabc", "*a*b", false},
         {"", "*", true},
         {"", "", true}}));
    CAPTURE(text, pattern);
    CHECK(fits_pattern(text, pattern) == fits);
}

TEST_CASE("of two sources the one named earlier is believed, and a named one rather than another",
          "[core][R23]") {
    const std::vector<std::string> order{"register*.csv", "tracker.csv"};
    CHECK(believed_of(order, "register-1.csv", "tracker.csv") == Believed::one);
    CHECK(believed_of(order, "tracker.csv", "register-1.csv") == Believed::other);
    CHECK(believed_of(order, "plan.csv", "tracker.csv") == Believed::other);
    CHECK(believed_of(order, "register-1.csv", "register-2.csv") == Believed::neither);
    CHECK(believed_of(order, "plan.csv", "notes.csv") == Believed::neither);
    CHECK(believed_of({}, "plan.csv", "tracker.csv") == Believed::neither);
}
