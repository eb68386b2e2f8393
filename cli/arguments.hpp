/// The command line: which command, with what.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/commands.hpp"

namespace forcewatch {

struct Asked {
    Arguments arguments;
    Command command{};
};

/// Nothing to be done: help was asked for, or the command line makes no sense.
struct Answered {
    int exit_code{};
    std::string text;
};

/// `arguments` without the program's name. FORCEWATCH_SOCKET stands in for --socket.
[[nodiscard]] std::variant<Asked, Answered> read_arguments(std::vector<std::string> arguments);

/// The names of all commands, nested ones as "db verify".
[[nodiscard]] std::vector<std::string> command_names();

}  // namespace forcewatch
