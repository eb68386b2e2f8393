/// Events as the bytes that the journal keeps and hashes.
///
/// One line per field, `name=value`, in the order of `fields()`; empty fields are left out. In a
/// value, `\n` stands for a line break, `\\` for a backslash and `\,` for a comma inside a list.
/// The same event always gives the same bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/event.hpp"

namespace forcewatch {

[[nodiscard]] std::string encode(const Event& event);
/// Refuses an unknown kind, an unknown field or a value that does not parse, naming it.
[[nodiscard]] Expected<Event> decode(std::string_view kind, std::string_view payload);
/// Where the kind stands in the variant; empty: there is no such kind.
[[nodiscard]] std::optional<std::size_t> rank_of(std::string_view kind);
/// The same into an event that is there already; after a fault it holds no one knows what.
[[nodiscard]] Expected<void> decode_into(Event& event, std::size_t rank, std::string_view payload);

/// The text of one field's value, before escaping; lists are joined with commas.
[[nodiscard]] inline std::string field_text(const std::string& value) { return value; }
[[nodiscard]] inline std::string field_text(const PartialDate& value) { return value.text(); }
[[nodiscard]] inline std::string field_text(Date value) { return text_of(value); }
[[nodiscard]] inline std::string field_text(int value) { return std::to_string(value); }
[[nodiscard]] inline std::string field_text(bool value) { return value ? "true" : "false"; }
template <typename Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] std::string field_text(Enum value) { return std::string{text_of(value)}; }

}  // namespace forcewatch
