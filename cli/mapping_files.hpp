/// Mappings that are named on the command line: files, or those that come with Forcewatch.
#pragma once

#include <string>

#include "cli/api_client.hpp"

namespace forcewatch {

struct MappingFile {
    std::string name;  ///< as faults call it
    std::string text;
};

/// A path, or the name of a shipped one, such as "city-of-london".
[[nodiscard]] Outcome<MappingFile> find_mapping(const std::string& path_or_name);

}  // namespace forcewatch
