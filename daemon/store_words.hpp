/// What stopped the daemon, for whoever reads the log. Pure.
#pragma once

#include <filesystem>
#include <string>

#include "storage/error.hpp"

namespace forcewatch {

/// Names the database, and where it is damaged the way to recover.
[[nodiscard]] std::string words_of(const StoreError& error, const std::filesystem::path& database);

}  // namespace forcewatch
