/// A first mapping for a tracker that nobody has described yet: proposed from its headers and from
/// what its cells say, for a person to look over.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"
#include "daemon/ingest/import_file.hpp"

namespace forcewatch {

/// The text of a mapping (`docs/import.md`), with a remark wherever a decision is a guess. `sheet`
/// empty: the first.
[[nodiscard]] tl::expected<std::string, FileFault> guess_mapping(const std::string& name,
                                                                 std::string_view bytes,
                                                                 const std::string& sheet);

}  // namespace forcewatch
