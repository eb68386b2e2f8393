/// Files that are named on the command line.
#pragma once

#include <cstdint>
#include <string>

#include "cli/api_client.hpp"

namespace forcewatch {

/// The bytes of a file of at most `largest`; `too_large` says what is wrong with a larger one.
[[nodiscard]] Outcome<std::string> read_whole_file(const std::string& path, std::uintmax_t largest,
                                                   const std::string& too_large);

/// The same; "-" is the standard input.
[[nodiscard]] Outcome<std::string> read_whole_input(const std::string& path, std::uintmax_t largest,
                                                    const std::string& too_large);

}  // namespace forcewatch
