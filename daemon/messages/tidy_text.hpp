/// Text from records before it enters a letter. Private to daemon/messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forcewatch {

/// Well-formed UTF-8 without control characters (a line break stays) and without marks that turn
/// the direction of writing, for with those a text can be shown as another.
[[nodiscard]] std::string tidy(std::string_view text);
/// The same without line breaks.
[[nodiscard]] std::string tidy_line(std::string_view text);
/// The same for a mail's header: nothing in it can be read as an encoded word, "=?utf-8?q?x?=".
[[nodiscard]] std::string header_text(std::string_view text);
/// At most `longest` bytes, cut between characters, with an ellipsis where something is missing.
[[nodiscard]] std::string shortened(std::string text, std::size_t longest);
/// "a, b, c", each tidied.
[[nodiscard]] std::string comma_list(const std::vector<std::string>& parts);

}  // namespace forcewatch
