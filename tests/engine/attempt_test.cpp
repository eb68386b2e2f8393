#include "daemon/engine/attempt.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;

TEST_CASE("who fails among many is left out alone, and nothing of it stays", "[engine][R40]") {
    const test::ScratchFolder scratch;
    Store store{scratch / "a.db"};
    Store::Transaction transaction{store};
    constexpr int bad = attempted_together + 4;
    std::vector<int> items(3 * attempted_together + 2);
    std::iota(items.begin(), items.end(), 0);
    const auto name_of = [](int item) { return fmt::format("item {}", item); };
    int done = 0;
    std::vector<std::pair<int, std::string>> failed;
    attempt_each(
        store, items,
        [&](int item) {
            store.set_setting(name_of(item), "done");
            ++done;
            if (item == bad) throw std::runtime_error{"it is bad"};
        },
        [&] { return done; }, [&](int before) { done = before; },
        [&](int item, const std::string& why) { failed.emplace_back(item, why); });
    CHECK(failed == std::vector<std::pair<int, std::string>>{{bad, "it is bad"}});
    CHECK(done == static_cast<int>(items.size()) - 1);
    for (const int item : items) CHECK(store.setting(name_of(item)).has_value() == (item != bad));
}
