#include "cli/text.hpp"
#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

const Words utf8{"LC_ALL=C.UTF-8"};

Words with(Words variables, const std::string& one) {
    variables.push_back(one);
    return variables;
}

}  // namespace

TEST_CASE("a table never runs over the edge of a terminal", "[cli]") {
    (void)std::setlocale(LC_CTYPE, "C.UTF-8");
    const auto& daemon = shipped();
    const auto wide_enough = [](const Ended& ended, std::size_t width) {
        // A word on standard error is a sentence that the terminal itself breaks.
        for (const auto& line : lines_of(without_colour(ended.out)))
            if (line.find("Left out for want of width") == std::string::npos)
                CHECK(display_width(line) <= width);
    };
    for (const auto& command :
         {Words{"forces"}, Words{"areas"}, Words{"stages", "--all"}, Words{"alerts"},
          Words{"inspections"}, Words{"journal"}, Words{"status"}}) {
        CAPTURE(command);
        auto arguments = command;
        arguments.emplace_back("--no-pager");
        const auto narrow =
            run_on_terminal(daemon.command(arguments), 200, with(utf8, "COLUMNS=40"));
        CHECK(narrow.code == 0);
        wide_enough(narrow, 40);
        wide_enough(run_on_terminal(daemon.command(arguments), 79, utf8), 79);
    }
    const auto stages = Words{"stages", "--all", "--no-pager"};
    CHECK_THAT(run_on_terminal(daemon.command(stages), 79, utf8).out, Contains("…"));
    CHECK_THAT(run_on_terminal(daemon.command(stages), 79, {"LC_ALL=C"}).out,
               Contains("...") && !Contains("…"));
    CHECK_THAT(run_on_terminal(daemon.command({"forces", "--no-pager"}), 40, utf8).out,
               Contains("Left out for want of width: "));
}

TEST_CASE("into a pipe nothing is cut or coloured, and dates are ISO", "[cli]") {
    const auto ended = shipped().ctl({"stages", "--all"}, {"COLUMNS=40"});
    CHECK_THAT(
        ended.out,
        !Contains("\x1b") && !Contains("…") &&
            Contains("left with one cause of concern open (3 of its 5 recommendations closed)") &&
            Contains("2024-09-18"));
}

TEST_CASE("colour is for terminals that want it", "[cli]") {
    const auto& daemon = shipped();
    const Words command =
        daemon.command({"stages", "--stage", "engage", "--as-of", "2024-06-01", "--no-pager"});
    CHECK_THAT(run_on_terminal(command, 120).out, Contains("\x1b[33mengage\x1b[0m"));
    CHECK_THAT(run_on_terminal(command, 120, {"NO_COLOR=1"}).out, !Contains("\x1b"));
    CHECK_THAT(run_on_terminal(command, 120, {"TERM=dumb"}).out, !Contains("\x1b"));
    CHECK_THAT(daemon.ctl({"--color=always", "forces"}).out, Contains("\x1b["));
    Words never = command;
    never.emplace_back("--color=never");
    CHECK_THAT(run_on_terminal(never, 120).out, !Contains("\x1b") && Contains("engage"));
}

TEST_CASE("on a terminal dates are words", "[cli]") {
    const auto ended = run_on_terminal(
        shipped().command({"stages", "--stage", "engage", "--as-of", "2024-03-14", "--no-pager"}),
        120);
    CHECK_THAT(ended.out,
               Contains("11 Mar 2024") && Contains("28 Jun 2022") && !Contains("2022-06-28"));
}

TEST_CASE("long output goes through the pager, short output and --no-pager do not", "[cli]") {
    const auto& daemon = shipped();
    const Words pager{"PAGER=sed s/^/paged:/"};
    CHECK_THAT(run_on_terminal(daemon.command({"forces"}), 80, pager, 24).out,
               Contains("\npaged:"));
    CHECK_THAT(run_on_terminal(daemon.command({"forces", "--no-pager"}), 80, pager, 24).out,
               !Contains("paged:"));
    CHECK_THAT(run_on_terminal(daemon.command({"whoami"}), 80, pager, 24).out, !Contains("paged:"));
    CHECK_THAT(daemon.ctl({"forces"}, pager).out, !Contains("paged:"));
    const auto missing =
        run_on_terminal(daemon.command({"forces"}), 80, {"PAGER=/no/such/pager"}, 24);
    CHECK(missing.code == 0);
    CHECK_THAT(missing.out, Contains("gloucestershire"));
}

TEST_CASE("a reader that goes away early hears no complaint", "[cli]") {
    const auto ended = run({"/bin/bash", "-c",
                            "set -o pipefail; " + ctl_program + " journal --socket " +
                                shipped().socket() + " | head -n 2 && echo quiet"});
    CHECK(ended.err.empty());
    CHECK(lines_of(ended.out).size() == 3);
    CHECK_THAT(ended.out, Catch::EndsWith("quiet\n"));
}

TEST_CASE("output that cannot be written is told", "[cli]") {
    const auto ended = run(
        {"/bin/sh", "-c", ctl_program + " forces --socket " + shipped().socket() + " > /dev/full"});
    CHECK(ended.code == 1);
    CHECK_THAT(ended.err, Contains("No space left on device"));
}
