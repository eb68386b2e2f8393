// Private to cli/: what the files that define the command line share.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace forcewatch {

/// Makes a command; `parent` nullptr: one of the first level.
using AddCommand =
    std::function<CLI::App*(const std::string& name, const std::string& description,
                            Command command, const std::string& example, CLI::App* parent)>;

/// Refuses at once, and by name, what the daemon would refuse later.
void one_of(CLI::Option* option, std::vector<std::string> words);
void add_day(CLI::App* command, const char* name, std::string& value, const char* description);
void add_known_at(CLI::App* command, Arguments& given);
/// --as-of and --known-at.
void add_moments(CLI::App* command, Arguments& given);
void add_force(CLI::App* command, Arguments& given);

/// Acknowledge, silence, pause, hold; destinations and addresses, the route tester, the drill.
void add_alerting_commands(const AddCommand& add, Arguments& given);
/// Those of `change_commands()`, below the commands of `app`, or below new ones.
void add_change_commands(const AddCommand& add, CLI::App& app, Arguments& given);
/// import, export and assign.
void add_file_commands(const AddCommand& add, Arguments& given);

}  // namespace forcewatch
