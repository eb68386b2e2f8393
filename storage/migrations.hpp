// Private to storage/: the numbered migrations, compiled in; the first brings an empty file to
// schema 1.
#pragma once

#include <string_view>
#include <vector>

namespace forcewatch {

[[nodiscard]] const std::vector<std::string_view>& migrations();

}  // namespace forcewatch
