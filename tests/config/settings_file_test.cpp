#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "config/settings.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using Catch::Contains;
using test::ScratchFolder;

namespace {

void check_one_fault(const std::filesystem::path& path, const std::string& words) {
    const auto settings = read_settings_file(path);
    REQUIRE_FALSE(settings);
    REQUIRE(settings.error().size() == 1);
    CHECK_THAT(settings.error().front(), Contains(path.string()) && Contains(words));
}

}  // namespace

TEST_CASE("the shipped file has no fault and the rules of the first day", "[config][R42]") {
    const auto settings =
        read_settings_file(std::filesystem::path{FORCEWATCH_SOURCE_DIR} / "config/forcewatch.toml");
    for (const auto& fault : settings ? std::vector<Fault>{} : settings.error())
        UNSCOPED_INFO(fault);
    REQUIRE(settings);
    std::vector<std::string> rules;
    for (const auto& rule : settings->rules) rules.push_back(rule.name);
    CHECK(rules == std::vector<std::string>{
                       "remains-requires-improvement", "deadlines", "in-engage", "left-engage",
                       "left-with-open-causes", "ready-to-leave", "exit-condition-regressed",
                       "declined", "again", "no-update", "no-owner", "slipped", "not-closed"});
    REQUIRE(settings->destinations.size() == 1);
    CHECK(std::holds_alternative<FolderTarget>(settings->destinations.front().target));
    CHECK(settings->routes == std::vector<Route>{{{}, {}, {}, Severity::info, {"outbox"}}});
}

TEST_CASE("the examples of the shipped file are right once uncommented", "[config][R42]") {
    std::ifstream file{std::string{FORCEWATCH_SOURCE_DIR} + "/config/forcewatch.toml"};
    std::string text;
    for (std::string line; std::getline(file, line);) {
        const auto words = line.find(" = ");
        const bool example =
            line.starts_with("# [") || (line.starts_with("# ") && line.find(' ', 2) == words);
        text += (example ? line.substr(2) : line) + "\n";
    }
    const auto settings = read_settings(text, "forcewatch.toml");
    for (const auto& fault : settings ? std::vector<Fault>{} : settings.error())
        UNSCOPED_INFO(fault);
    REQUIRE(settings);
    CHECK(settings->mail.host == "mail.force.example");
    CHECK(settings->destinations.size() == 4);
    CHECK(settings->quiet_hours);
}

TEST_CASE("what is no readable regular file is one fault and never hangs", "[config][C1]") {
    const ScratchFolder scratch;
    check_one_fault(scratch.path() / "absent.toml", "No such file");
    check_one_fault(scratch.path(), "not a regular file");
    const auto fifo = scratch.path() / "fifo.toml";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    check_one_fault(fifo, "not a regular file");
    check_one_fault("/dev/zero", "not a regular file");
    const auto loop = scratch.path() / "loop.toml";
    std::filesystem::create_symlink(loop, loop);
    check_one_fault(loop, "cannot be opened");
}

TEST_CASE("a file of exactly 1 MiB is read and one byte more is not", "[config][C1]") {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "large.toml";
    std::ofstream{path} << "rule = []\n#" << std::string((1U << 20U) - 11, 'x');
    CHECK(read_settings_file(path));
    std::ofstream{path, std::ios::app} << "x";
    check_one_fault(path, "larger than 1 MiB");
}

TEST_CASE("a file that was emptied or lost its rules is refused, unless it says so",
          "[config][C1][R64]") {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "cut.toml";
    const auto [text, words] = GENERATE(table<std::string, std::string>({
        {"", "nothing in this file"},
        {" \n\t\n", "nothing in this file"},
        {"# all of it\n# is a comment\n", "nothing in this file"},
        {"[log]\nlevel = 'info'\n", "no [[rule]]"},
    }));
    CAPTURE(text);
    std::ofstream{path} << text;
    check_one_fault(path, words);
    std::ofstream{path} << "rule = []\n" << text;
    const auto settings = read_settings_file(path);
    REQUIRE(settings);
    CHECK(*settings == Settings{});
}

TEST_CASE("what was checked is the text that is handed out", "[config][C1]") {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "forcewatch.toml";
    std::ofstream{path} << "rule = []\n[log]\nlevel = 'debug'\n";
    const auto file = load_settings(path);
    REQUIRE(file);
    CHECK(file->text == "rule = []\n[log]\nlevel = 'debug'\n");
    CHECK(file->settings.log_level == "debug");
}
