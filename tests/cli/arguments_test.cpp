#include "cli/arguments.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "cli/text.hpp"

using namespace forcewatch;
using Catch::Contains;

namespace {

std::vector<std::string> words(const std::string& line) {
    std::istringstream in{line};
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

Answered answered(const std::string& line) {
    auto read = read_arguments(words(line));
    REQUIRE(std::holds_alternative<Answered>(read));
    return std::get<Answered>(read);
}

Asked asked(const std::string& line) {
    auto read = read_arguments(words(line));
    REQUIRE(std::holds_alternative<Asked>(read));
    return std::get<Asked>(read);
}

}  // namespace

TEST_CASE("every command's help has an example and fits 80 columns", "[cli]") {
    CHECK(command_names().size() == 102);
    for (const auto& command : command_names()) {
        CAPTURE(command);
        const auto help = answered(command + " --help");
        CHECK(help.exit_code == 0);
        CHECK_THAT(help.text, Contains("Usage: forcewatchctl " + command) &&
                                  Contains("Example:\n  forcewatchctl "));
        std::istringstream in{help.text};
        for (std::string line; std::getline(in, line);) CHECK(display_width(line) <= 80);
    }
    const auto help = answered("--help");
    CHECK(help.exit_code == 0);
    std::istringstream in{help.text};
    for (std::string line; std::getline(in, line);) CHECK(display_width(line) <= 80);
}

TEST_CASE("the examples of the help are understood", "[cli]") {
    for (const auto& command : command_names()) {
        const auto text = answered(command + " --help").text;
        const auto begin = text.find("forcewatchctl ", text.find("Example:")) + 14;
        auto example = text.substr(begin, text.find("\n\n", begin) - begin);
        for (auto at = example.find("\\\n"); at != std::string::npos; at = example.find("\\\n"))
            example.replace(at, 2, " ");
        CAPTURE(example);
        CHECK(asked(example).command != nullptr);
    }
}

TEST_CASE("what is not understood ends with 2 and names what may have been meant", "[cli]") {
    const auto [line, said] = GENERATE(table<std::string, std::string>({
        {"stauts", "there is no command \"stauts\": did you mean \"status\"?"},
        {"db verfy", "there is no command \"verfy\": did you mean \"verify\"?"},
        {"forces --kidn police", "there is no option \"--kidn\": did you mean \"--kind\"?"},
        {"areas --jsno", "there is no option \"--jsno\": did you mean \"--json\"?"},
        {"forces --kind polite", "--kind: \"polite\" is not one of police, fire, rocu, other"},
        {"areas --as-of 2024-02-30", "--as-of: "},
        {"whoami me", "forcewatchctl whoami has no use for \"me\""},
        {"xyzzy", "there is no command \"xyzzy\"."},
        {"force", "ID is required"},
        {"db", "subcommand is required"},
        {"db backup", "TO is required"},
        {"deliveries dismiss", "ID is required"},
        {"deliveries replay --since 2026-01-01", "--since requires --destination"},
        {"deliveries replay 17 --since 2026-01-01 --destination x", "ID excludes --since"},
    }));
    CAPTURE(line);
    const auto ended = answered(line);
    CHECK(ended.exit_code == 2);
    CHECK_THAT(ended.text, Contains(said) && Contains("--help"));
}

TEST_CASE("what was mistyped is shown harmlessly", "[cli]") {
    auto read = read_arguments({"\x1b[31m"});
    REQUIRE(std::holds_alternative<Answered>(read));
    CHECK_THAT(std::get<Answered>(read).text, Contains("\\x1b[31m") && !Contains("\x1b"));
}

TEST_CASE("options stand before or after the command", "[cli]") {
    for (const char* line :
         {"--json --socket /s forces --kind fire", "forces --kind fire --json --socket /s"}) {
        const auto read = asked(line);
        CHECK(read.arguments.json);
        CHECK(read.arguments.socket == "/s");
        CHECK(read.arguments.kind == "fire");
        CHECK(read.command == &show_forces);
    }
    CHECK(asked("").command == &show_welcome);
    CHECK(asked("deliveries").command == &show_deliveries);
    CHECK(asked("deliveries 17").arguments.id == "17");
    const auto replay = asked("deliveries replay 17");
    CHECK(replay.command == &replay_delivery);
    CHECK(replay.arguments.id == "17");
    CHECK(asked("--color never status").arguments.colour == ColourChoice::never);
    CHECK(asked("status").arguments.socket == "/run/forcewatch/forcewatch.sock");
}
