/// SHA-256, for the journal's chain and for ids that must be the same on every run.
#pragma once

#include <string>
#include <string_view>

namespace forcewatch {

/// 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// Lower-case hexadecimal.
[[nodiscard]] std::string hex(std::string_view bytes);

}  // namespace forcewatch
