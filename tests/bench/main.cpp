// bench_goals [NAME...]: measures the goals of that name ("P8"), or all of them.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/goals.hpp"
#include "tests/bench/process.hpp"

namespace {

using namespace forcewatch::bench;

struct Group {
    std::string_view goals;
    void (*measure)(Bench&);
};
constexpr std::array groups{
    Group{"P1 P3 ", measure_reads},      Group{"P2 ", measure_instructions},
    Group{"P4 ", measure_pages},         Group{"P6 P7 ", measure_changes},
    Group{"P8 P5 P12 ", measure_import}, Group{"P9 P12 ", measure_rest},
    Group{"P11 ", measure_start},        Group{"P15 ", measure_waking},
    Group{"P16 ", measure_fold},         Group{"P13 ", measure_webhooks},
    Group{"P14 ", measure_mail},         Group{"P10 ", measure_due},
    Group{"P18 ", measure_tick},         Group{"P17 ", measure_years},
};

bool wanted(const Group& group, const std::vector<std::string>& names) {
    return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
               return group.goals.find(name + " ") != std::string_view::npos;
           });
}

bool known(const std::string& name) {
    return std::any_of(groups.begin(), groups.end(),
                       [&](const Group& group) { return wanted(group, {name}); });
}

int run(const std::vector<std::string>& names) {
    const auto build = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
    const Folder scratch{build / "bench" / fmt::format("run-{}", ::getpid())};
    Bench bench{{}, scratch.path(), build / "bench"};
    const double begun_at = wall_seconds();
    bool failed = false;
    bench.report.heading();
    for (const auto& group : groups) {
        if (!wanted(group, names)) continue;
        try {
            group.measure(bench);
        } catch (const std::exception& error) {
            failed = true;
            fmt::print("{}: CANNOT BE MEASURED: {}\n", group.goals, error.what());
        }
        stay_anywhere();
    }
    bench.report.summary();
    fmt::print("took {:.0f} s\n", wall_seconds() - begun_at);
    return failed ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> names{arguments + 1, arguments + count};
    for (auto& name : names) {
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (known(name)) continue;
        fmt::print(stderr, "bench_goals: no goal is called \"{}\"; try P8, or nothing for all\n",
                   name);
        return 64;
    }
    return run(names);
}
