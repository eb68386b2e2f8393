/// The files of daemon/messages/templates as they were compiled in. Private to daemon/messages.
#pragma once

#include <span>
#include <string_view>

namespace forcewatch {

struct ShippedText {
    std::string_view name;  ///< such as "mail.html" or "cy/words"
    std::string_view text;
};
[[nodiscard]] std::span<const ShippedText> shipped_texts();

}  // namespace forcewatch
