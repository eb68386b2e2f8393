#include "tests/simulation/planted_bugs.hpp"

#include <iostream>

#include "tests/simulation/year.hpp"

using namespace forcewatch;
using namespace forcewatch::sim;

TEST_CASE("the simulator finds every bug that is planted", "[.][planted-bugs][A1]") {
    constexpr unsigned most_seeds = 1'000;
    CHECK(planted_bugs().size() >= 20);
    for (const auto& bug : planted_bugs()) {
        Seams seams;
        bug.plant(seams);
        Findings found;
        unsigned seed = 0;
        while (found.wrong.empty() && seed < most_seeds)
            found = Year{plan_of(++seed), seams}.live();
        CAPTURE(bug.name);
        CHECK_FALSE(found.wrong.empty());
        if (found.wrong.empty()) continue;
        const auto& first = found.wrong.front();
        std::cout << "planted: " << bug.name << ": found by seed " << seed << " as "
                  << wrong_names.at(static_cast<std::size_t>(first.kind)) << ": " << first.what
                  << '\n';
    }
}
