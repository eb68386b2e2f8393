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
#include <utility>

namespace forcewatch {

class JsonWriter {
public:
    JsonWriter() = default;
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);

    /// Bytes that are not UTF-8 become U+FFFD.
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
    [[nodiscard]] std::string_view text() const { return {out_.data(), end_}; }

private:
    enum class Place : std::uint8_t { array, object_key, object_value };
    static constexpr std::size_t deepest = 64;
    static constexpr std::size_t usual_size = 1000;  ///< of one item's document

    void before_value();
    void open(char bracket, Place place);
    void close(char bracket, Place place);
    JsonWriter& signed_number(std::int64_t number);
    JsonWriter& unsigned_number(std::uint64_t number);
    /// Where that many more bytes go.
    char* room(std::size_t bytes) {
        if (out_.size() - end_ < bytes) grow(bytes);
        return out_.data() + std::exchange(end_, end_ + bytes);
    }
    void grow(std::size_t bytes);
    void put(char c) { *room(1) = c; }
    void put(std::string_view bytes);
    void put_string(std::string_view text);

    std::string out_;  // as long as there is room; what is written ends before
    std::size_t end_{0};
    std::array<Place, deepest> places_{};
    std::size_t depth_{0};
    bool first_{true};  // nothing stands yet in the innermost object or array
    bool done_{false};  // one whole value has been written
};

}  // namespace forcewatch
