/// Text for a terminal: made harmless, measured and cut.
///
/// Whatever comes from the daemon, a file or another program may hold anything. Pure functions; the
/// widths need a UTF-8 LC_CTYPE, which `Terminal::detect` sets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace forcewatch {

/// The text on one line: line breaks and tabs become spaces; control characters, characters that
/// turn the reading direction and broken UTF-8 are spelt out, such as "\x1b" or "\u202e".
[[nodiscard]] std::string one_line(std::string_view text);
/// The same, but line breaks and tabs stay.
[[nodiscard]] std::string many_lines(std::string_view text);
/// JSON with the same characters as JSON escapes: still the same document.
[[nodiscard]] std::string harmless_json(std::string_view json);

/// Columns on the screen.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// At most `width` columns, the end replaced by `mark` where something is cut.
[[nodiscard]] std::string cut(std::string_view text, std::size_t width, std::string_view mark);
/// Lines of at most `width` columns, broken between words; a longer word has a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// "1,234,567".
[[nodiscard]] std::string grouped(std::int64_t number);
/// "1 file", "2 files".
[[nodiscard]] std::string counted(std::int64_t number, std::string_view thing);

}  // namespace forcewatch
