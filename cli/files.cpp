#include "cli/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace forcewatch {

Outcome<std::string> read_whole_file(const std::string& path, std::uintmax_t largest,
                                     const std::string& too_large) {
    const auto refuse = [&](std::string why) {
        return tl::unexpected(
            Failure{cli_exit::failed, fmt::format("{}: {}", one_line(path), why), {}});
    };
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return refuse("is a folder, not a file");
    std::ifstream in{path, std::ios::binary};
    if (!in) return refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
    const auto size = std::filesystem::file_size(path, error);
    if (!error && size > largest) return refuse(too_large);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace forcewatch
