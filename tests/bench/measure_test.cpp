#include "tests/bench/measure.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch::bench;

TEST_CASE("a median is the middle value, or the mean of the two in the middle", "[bench]") {
    CHECK(median({3}) == 3);
    CHECK(median({9, 1, 5}) == 5);
    CHECK(median({8, 1, 2, 4}) == 3);
}

TEST_CASE("a percentile is a value that was measured", "[bench]") {
    const std::vector<double> hundred = [] {
        std::vector<double> values;
        for (int i = 100; i >= 1; --i) values.push_back(i);
        return values;
    }();
    CHECK(percentile(hundred, 0.5) == 50);
    CHECK(percentile(hundred, 0.99) == 99);
    CHECK(percentile(hundred, 0.999) == 100);
    CHECK(percentile(hundred, 0) == 1);
    CHECK(percentile({7}, 0.99) == 7);
}

TEST_CASE("rounds alternate, so that neither side always goes first", "[bench]") {
    std::string order;
    const auto side = [&order](char name) {
        return [&order, name] {
            order += name;
            return Sample{static_cast<double>(order.size()), 1, 1};
        };
    };
    const auto samples = alternate(3, {side('a'), side('b'), side('c')});
    CHECK(order == "abccbaabc");
    REQUIRE(samples.size() == 3);
    REQUIRE(samples[1].size() == 3);
    CHECK(samples[0][1].items == 6);
    CHECK(samples[2][1].items == 4);
}

TEST_CASE("a ratio compares what was measured in the same round", "[bench]") {
    const Samples fast{{200, 1, 2}, {20, 1, 1}, {400, 1, 4}};
    const Samples slow{{100, 1, 4}, {10, 1, 2}, {100, 1, 2}};
    CHECK(median_ratio(fast, slow, &Sample::rate) == 2);
    CHECK(median_ratio(fast, slow, &Sample::cpu_per_item) == Approx(0.25));
}

TEST_CASE("a goal is reached at its limit and short beyond it", "[bench]") {
    Verdict verdict{"P8", "import", "5/s", "1/s", 5, Wanted::at_least, 5, ""};
    CHECK(verdict.reached());
    verdict.value = 4.99;
    CHECK_FALSE(verdict.reached());
    CHECK(verdict.line().find("short") != std::string::npos);
    verdict.wanted = Wanted::at_most;
    CHECK(verdict.reached());
    CHECK(verdict.line().find("<= 5") != std::string::npos);
}

TEST_CASE("figures are written for people", "[bench]") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(-1234567) == "-1,234,567");
    CHECK(per_second(12.34) == "12.3/s");
    CHECK(per_second(24100.4) == "24,100/s");
    CHECK(duration(0.0034) == "3.40 ms");
    CHECK(duration(2.5e-6) == "2.50 us");
    CHECK(megabytes(6'200'000) == "6.2 MB");
}
