#include "core/utf8.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;

TEST_CASE("a text is cut between its characters", "[core][I1]") {
    CHECK(utf8_beginning("Heddlu", 4) == "Hedd");
    CHECK(utf8_beginning("d\xC5\xB5r", 2) == "d");
    CHECK(utf8_beginning("d\xC5\xB5r", 3) == "d\xC5\xB5");
    CHECK(utf8_beginning("ab\xFFz", 10) == "ab");
    CHECK(utf8_beginning("", 5).empty());
}
