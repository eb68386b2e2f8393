/// Reads JSON that somebody else wrote: first the text, then its shape.
///
/// `parse_json_object` answers whether the text is JSON at all (400 over HTTP); an `ObjectReader`
/// takes the members it knows and reports everything else, each fault with its JSON pointer (422).
/// The caller limits the size of the text; depth, duplicates, encoding and numbers are limited
/// here. Values only; nothing blocks or throws.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

struct JsonMember;

/// One JSON value. Integers that fit 64 bits stay integers; every other number is a double.
struct JsonValue {
    using Array = std::vector<JsonValue>;
    using Object = std::vector<JsonMember>;  ///< in the order of the text, names unique
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> held;

    [[nodiscard]] bool is_null() const { return held.index() == 0; }
    template <typename T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&held);
    }
    /// The member of that name; nullptr: no such member, or not an object.
    [[nodiscard]] const JsonValue* find(std::string_view name) const;
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

/// Parses one object and nothing after it. Refused: nesting above 64, a name twice in an object,
/// text that is not UTF-8, a lone surrogate, U+0000, a number out of range.
[[nodiscard]] Expected<JsonValue> parse_json_object(std::string_view text);

/// Something wrong with the shape of a document.
struct JsonFault {
    std::string pointer;  ///< RFC 6901, such as "/results/0/verdict"; empty: the whole document
    std::string message;  ///< a sentence for a person
    friend bool operator==(const JsonFault&, const JsonFault&) = default;
};
using JsonFaults = std::vector<JsonFault>;

/// Takes known members out of one object. Each getter reports what is missing or wrong and then
/// answers with an empty value, so that one pass finds every fault. A member that is null counts
/// as absent. Lives no longer than the value and the faults it was given.
class ObjectReader {
public:
    ObjectReader(const JsonValue& value, std::string pointer, JsonFaults& faults);

    /// Text of at most `longest` bytes.
    std::string required_text(std::string_view name, std::size_t longest);
    std::optional<std::string> optional_text(std::string_view name, std::size_t longest);
    std::int64_t required_integer(std::string_view name, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t least,
                                                 std::int64_t most);
    std::optional<bool> optional_bool(std::string_view name);
    /// The elements of an array of at most `longest`; nullptr: absent or wrong.
    const JsonValue::Array* required_array(std::string_view name, std::size_t longest);
    const JsonValue::Array* optional_array(std::string_view name, std::size_t longest);
    const JsonValue* optional_object(std::string_view name);

    /// Reports a fault of the member `name`, such as a text that does not name anything known.
    void report(std::string_view name, std::string message);
    /// Reports every member that no getter asked for.
    void refuse_unknown();
    /// Reports the member if it is missing or null; it counts as known.
    void require(std::string_view name) { (void)member(name, true); }
    [[nodiscard]] bool has(std::string_view name) const;

    /// The pointer of the member `name`, or of its element `index`.
    [[nodiscard]] std::string pointer_to(std::string_view name) const;
    [[nodiscard]] std::string pointer_to(std::string_view name, std::size_t index) const;

private:
    const JsonValue* member(std::string_view name, bool required);
    std::optional<std::string> text_in(const JsonValue* found, std::string_view name,
                                       std::size_t longest);
    std::optional<std::int64_t> integer_in(const JsonValue* found, std::string_view name,
                                           std::int64_t least, std::int64_t most);

    const JsonValue::Object* object_;  // nullptr: the value is not an object
    std::string pointer_;
    JsonFaults& faults_;
    std::vector<bool> known_;  // by the place of the member
};

}  // namespace forcewatch
