/// UTF-8 as others send it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace forcewatch {

/// Bytes of the well-formed character at `place`; zero: there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text, std::size_t place);
[[nodiscard]] bool is_utf8(std::string_view text);
/// The longest beginning of at most `longest` bytes that is well-formed.
[[nodiscard]] std::string_view utf8_beginning(std::string_view text, std::size_t longest);

}  // namespace forcewatch
