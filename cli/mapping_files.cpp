#include "cli/mapping_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/text.hpp"
#include "core/nearest.hpp"
#include "daemon/ingest/guess_mapping.hpp"

namespace forcewatch {

namespace {

constexpr std::uintmax_t largest_mapping = 256UL << 10UL;
constexpr std::uintmax_t largest_file = 8UL << 20UL;

std::vector<std::string> shipped_mappings() {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{FORCEWATCH_MAPPINGS_DIR, error})
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

Outcome<MappingFile> find_mapping(const std::string& path_or_name) {
    const std::filesystem::path given{path_or_name};
    const auto shipped = std::filesystem::path{FORCEWATCH_MAPPINGS_DIR} / (path_or_name + ".toml");
    std::error_code error;
    const bool is_name =
        path_or_name.find('/') == std::string::npos && !std::filesystem::exists(given, error);
    if (is_name && !std::filesystem::exists(shipped, error) && given.extension() != ".toml") {
        const auto names = shipped_mappings();
        const auto meant = nearest(path_or_name, names);
        const auto hint = !meant.empty() ? fmt::format("did you mean {}?", meant)
                          : names.empty()
                              ? fmt::format("none is installed under {}.", FORCEWATCH_MAPPINGS_DIR)
                              : fmt::format("there are {}.", fmt::join(names, ", "));
        return tl::unexpected(
            Failure{cli_exit::failed,
                    fmt::format("{}: there is no such file, and no mapping of that name comes with "
                                "Forcewatch: {}",
                                one_line(path_or_name), hint),
                    {}});
    }
    const auto path = is_name && given.extension() != ".toml" ? shipped : given;
    auto text = read_whole_file(path.string(), largest_mapping, "is larger than 256 KiB");
    if (!text) return tl::unexpected(text.error());
    return MappingFile{path.filename().string(), std::move(*text)};
}

int propose_mapping(Session& session) {
    if (session.given.json) {
        session.say("forcewatchctl: a mapping is TOML: --guess takes no --json.");
        return cli_exit::usage;
    }
    if (session.given.files.size() != 1) {
        session.say("forcewatchctl: --guess looks at one file.");
        return cli_exit::usage;
    }
    const auto& path = session.given.files.front();
    const auto bytes = read_whole_file(path, largest_file,
                                       "is larger than 8 MiB; its first thousand rows will do");
    if (!bytes) return session.fail(bytes.error());
    const auto name = std::filesystem::path{path}.filename().string();
    const auto mapping = guess_mapping(name, *bytes, session.given.sheet);
    if (!mapping)
        return session.fail(
            {cli_exit::failed,
             fmt::format("{}{}: {}", one_line(path),
                         mapping.error().line > 0 ? fmt::format(":{}", mapping.error().line) : "",
                         one_line(mapping.error().reason)),
             {}});
    session.print(many_lines(*mapping));
    session.say(
        "Save it, look it over, and try it: forcewatchctl import --dry-run --mapping FILE " +
        one_line(path));
    return cli_exit::done;
}

}  // namespace forcewatch
