/// The daemon's JSON documents, read leniently: a member that is missing reads as empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/api/json_reader.hpp"

namespace forcewatch {

/// The value at `path`, such as "deadline.due"; nullptr: there is none, or it is null.
[[nodiscard]] const JsonValue* value_at(const JsonValue& document, std::string_view path);
/// A text as it is, a number or a yes/no spelt out; empty for everything else.
[[nodiscard]] std::string text_at(const JsonValue& document, std::string_view path);
[[nodiscard]] std::int64_t number_at(const JsonValue& document, std::string_view path);
[[nodiscard]] bool flag_at(const JsonValue& document, std::string_view path);
/// The elements of an array; empty when there is none.
[[nodiscard]] const JsonValue::Array& array_at(const JsonValue& document, std::string_view path);
/// The texts of an array, between `separator`s.
[[nodiscard]] std::string joined_at(const JsonValue& document, std::string_view path,
                                    std::string_view separator);

/// The document as JSON, on one line.
[[nodiscard]] std::string json_text(const JsonValue& document);

}  // namespace forcewatch
