#include <catch2/catch.hpp>

#include "cli/arguments.hpp"
#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

std::string document(const std::string& name) {
    const auto text = text_of_file(FORCEWATCH_SOURCE_DIR "/docs/" + name);
    REQUIRE_FALSE(text.empty());
    return text;
}

/// The first code of every line of a table that begins with "| `/".
Words paths_in_tables(const std::string& text) {
    Words paths;
    for (const auto& line : lines_of(text)) {
        if (!line.starts_with("| `/") || line.starts_with("| `/problems/")) continue;
        const auto end = line.find('`', 3);
        paths.push_back(line.substr(3, end - 3));
    }
    return paths;
}

/// A request as curl would send it.
int status_of(const std::string& target) {
    return UnixHttpClient{shipped().socket()}.ask("GET", target).status;
}

}  // namespace

TEST_CASE("every command line in docs/cli.md is one that forcewatchctl understands",
          "[cli][docs]") {
    int seen = 0;
    for (const auto& line : lines_of(document("cli.md"))) {
        if (!line.starts_with("$ forcewatchctl")) continue;
        ++seen;
        CAPTURE(line);
        std::istringstream in{line.substr(std::string_view{"$ forcewatchctl"}.size())};
        Words words;
        for (std::string word; in >> word;) words.push_back(word);
        CHECK(std::holds_alternative<Asked>(read_arguments(words)));
    }
    CHECK(seen > 20);
}

TEST_CASE("docs/cli.md names every command", "[cli][docs]") {
    const auto text = document("cli.md");
    for (const auto& command : command_names())
        if (command != "version" && command != "deliveries replay") {
            CAPTURE(command);
            CHECK_THAT(text, Contains("forcewatchctl " + command));
        }
}

TEST_CASE("every example in docs/import.md can be imported as it stands", "[cli][docs]") {
    const RunningDaemon daemon;
    daemon.import_reference();
    std::vector<std::string> examples;
    bool inside = false;
    for (const auto& line : lines_of(document("import.md"))) {
        if (line == "```csv") {
            examples.emplace_back();
            inside = true;
        } else if (line == "```") {
            inside = false;
        } else if (inside) {
            examples.back() += line + "\n";
        }
    }
    REQUIRE(examples.size() == 13);
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const auto file = daemon.file(fmt::format("{}.csv", i), examples[i]);
        const auto ended = daemon.ctl({"import", file});
        CAPTURE(examples[i], ended.err);
        CHECK(ended.code == 0);
        CHECK_THAT(ended.err, !Contains("nothing was changed"));
    }
}

TEST_CASE("every path that docs/api.md says may be read is served", "[cli][docs]") {
    const auto paths = paths_in_tables(document("api.md"));
    CHECK(paths.size() >= 15);
    for (auto path : paths) {
        if (const auto id = path.find("{id}"); id != std::string::npos) path.replace(id, 4, "kent");
        CAPTURE(path);
        // These ask for what they are about, and say so.
        const bool asks = path == "/v1/explain" || path == "/v1/backtest" || path == "/v1/told";
        CHECK(status_of(path) == (asks ? 400 : 200));
    }
    CHECK(status_of("/v1/nothing") == 404);
    CHECK(status_of("/v1/alerts?as_of=2024-06-01") == 400);
}
