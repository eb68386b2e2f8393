/// Text from outside: what may enter the journal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/event.hpp"

namespace forcewatch {

/// What is wrong with a text: not UTF-8, a control character, or longer than 10,000 bytes.
/// Line breaks and tabs are allowed. Empty: nothing.
[[nodiscard]] std::optional<std::string> text_fault(std::string_view text);

/// Nothing but blanks and line breaks: whoever has to say something has said nothing.
[[nodiscard]] bool is_blank(std::string_view text);

struct FieldFault {
    std::string field;
    std::string what;
};
/// The first text field of an event that may not enter the journal.
[[nodiscard]] std::optional<FieldFault> text_fault(const Event& event);

}  // namespace forcewatch
