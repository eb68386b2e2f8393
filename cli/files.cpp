#include "cli/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
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

Outcome<std::string> read_whole_input(const std::string& path, std::uintmax_t largest,
                                      const std::string& too_large) {
    if (path != "-") return read_whole_file(path, largest, too_large);
    std::string text;
    char piece[65536];
    while (std::cin.read(piece, sizeof piece) || std::cin.gcount() > 0) {
        text.append(piece, static_cast<std::size_t>(std::cin.gcount()));
        if (text.size() > largest)
            return tl::unexpected(Failure{cli_exit::failed, "-: " + too_large, {}});
    }
    return text;
}

}  // namespace forcewatch
