#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "tests/simulation/year.hpp"

using namespace forcewatch;
using namespace forcewatch::sim;

namespace {

unsigned number_from(const char* name, unsigned otherwise) {
    const char* wanted = std::getenv(name);
    return wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : otherwise;
}

/// The counts of many years.
struct Sum {
    Findings all;
    std::array<int, wrong_names.size()> wrong{};
    unsigned years{};

    void add(unsigned seed, const Findings& found) {
        ++years;
        for (const auto& each : found.wrong) {
            ++wrong.at(static_cast<std::size_t>(each.kind));
            std::cout << "seed " << seed << ": "
                      << wrong_names.at(static_cast<std::size_t>(each.kind)) << ": " << each.what
                      << '\n';
        }
        if (!found.wrong.empty())
            std::cout << "again: FORCEWATCH_FIRST_SEED=" << seed
                      << " FORCEWATCH_YEARS=1 test_simulation \"[random-year]\"\n";
        for (std::size_t i = 0; i < kill_points; ++i) all.kills.at(i) += found.kills.at(i);
        all.crashes += found.crashes;
        all.commands += found.commands;
        all.alerts += found.alerts;
        all.messages += found.messages;
        all.arrivals += found.arrivals;
        all.repeats += found.repeats;
        all.under_way += found.under_way;
        all.dead += found.dead;
        all.store_errors += found.store_errors;
        all.commits += found.commits;
    }
    /// One count a line, so that the counts of several runs can be added up.
    void print() const {
        const auto line = [](std::string_view name, auto count) {
            std::cout << "count " << name << ": " << count << '\n';
        };
        line("years", years);
        line("commands", all.commands);
        line("commits", all.commits);
        line("deaths of the daemon", all.crashes);
        line("commits that the disk refused", all.store_errors);
        line("alerts", all.alerts);
        line("messages", all.messages);
        line("arrivals", all.arrivals);
        line("dead", all.dead);
        line("sends of unknown outcome", all.under_way);
        line("repeats", all.repeats);
        for (std::size_t i = 0; i < wrong.size(); ++i)
            line(fmt::format("wrong, {}", wrong_names.at(i)), wrong.at(i));
        for (std::size_t i = 0; i < kill_points; ++i)
            line(std::string{"killed at "} + kill_point_names.at(i), all.kills.at(i));
    }
};

}  // namespace

TEST_CASE("a random year loses, doubles and misorders nothing, wherever it is killed",
          "[simulation][random-year][A1][K1][D2][T3][T4][T7][M4][W6][R46]") {
    constexpr unsigned of_ci = 100;
    const unsigned first = number_from("FORCEWATCH_FIRST_SEED", 1);
    const unsigned count = number_from("FORCEWATCH_YEARS", of_ci);
    Sum sum;
    for (unsigned seed = first; seed < first + count; ++seed) {
        const auto found = Year{plan_of(seed)}.live();
        sum.add(seed, found);
        CAPTURE(seed);  // the seed is the whole bug report
        CHECK(found.wrong.empty());
    }
    sum.print();
    if (count < of_ci) return;
    for (std::size_t i = 0; i < kill_points; ++i) {
        CAPTURE(kill_point_names.at(i));
        CHECK(sum.all.kills.at(i) > 0);
    }
}

TEST_CASE("the same seed gives the same year", "[simulation][random-year-again][R64]") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        CHECK(Year{plan_of(seed)}.live().trace == Year{plan_of(seed)}.live().trace);
    }
}

TEST_CASE("a year without faults tells everything once, and reloads and restarts change nothing",
          "[simulation][random-year-calm][R64]") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        Year calm{plan_of(seed, false)};
        const auto found = calm.live();
        CHECK(found.wrong.empty());
        CHECK(found.repeats == 0);
        auto plan = plan_of(seed, false);
        for (int day = 1; day < 360; day += 3) {
            Command command;
            command.kind = day % 2 == 0 ? Command::Kind::reload : Command::Kind::restart;
            command.at = plan.begin + std::chrono::days{day} + std::chrono::hours{11};
            command.item = day;
            plan.commands.push_back(command);
        }
        std::stable_sort(
            plan.commands.begin(), plan.commands.end(),
            [](const Command& left, const Command& right) { return left.at < right.at; });
        Year restless{std::move(plan)};
        CHECK(restless.live().wrong.empty());
        CHECK(restless.letters().size() == calm.letters().size());
        for (const auto& [id, letter] : calm.letters()) {
            const auto same = restless.letters().find(id);
            REQUIRE(same != restless.letters().end());
            CHECK(same->second.body == letter.body);
        }
    }
}
