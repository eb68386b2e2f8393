/// Writes JSON straight into a growing string: no tree, no allocation but the buffer's.
///
///     JsonWriter json;
///     json.begin_object().key("open").value(3).key("worst").value("kent").end_object();
///     return json.take();
///
/// The order of calls is the order of the text. A call that would break the JSON (a value where a
/// key belongs, an end that does not match) is our own bug and aborts; so is nesting above 64.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace forcewatch {

/// Appends `text` to `out` as a quoted JSON string. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

class JsonWriter {
public:
    JsonWriter() = default;
    /// Goes on at the end of `buffer`, whose memory is used again.
    explicit JsonWriter(std::string buffer) : out_{std::move(buffer)} {}

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view{text}); }
    template <std::same_as<bool> Bool>
    JsonWriter& value(Bool yes) {
        return raw(yes ? "true" : "false");
    }
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>) JsonWriter& value(Integer number) {
        if constexpr (std::signed_integral<Integer>)
            return signed_number(number);
        else
            return unsigned_number(number);
    }
    /// A number that JSON cannot hold (infinite, not a number) is written as null.
    JsonWriter& value(double number);
    template <typename T>
    JsonWriter& value(const std::optional<T>& held) {
        return held ? value(*held) : null();
    }
    JsonWriter& null() { return raw("null"); }
    /// `json` must be one complete JSON value; it is not looked at.
    JsonWriter& raw(std::string_view json);

    /// The finished text; every object and array must have been ended. Leaves the writer empty.
    [[nodiscard]] std::string take();
    /// What has been written so far, such as to send it in chunks.
    [[nodiscard]] const std::string& text() const { return out_; }

private:
    enum class Place : std::uint8_t { array, object_key, object_value };
    static constexpr std::size_t deepest = 64;

    void before_value();
    void open(char bracket, Place place);
    void close(char bracket, Place place);
    JsonWriter& signed_number(std::int64_t number);
    JsonWriter& unsigned_number(std::uint64_t number);

    std::string out_;
    std::array<Place, deepest> places_{};
    std::size_t depth_{0};
    bool first_{true};  // nothing stands yet in the innermost object or array
    bool done_{false};  // one whole value has been written
};

}  // namespace forcewatch
