#include "daemon/api/json_writer.hpp"

#include <charconv>
#include <cmath>
#include <utility>

#include "core/check.hpp"
#include "core/utf8.hpp"

namespace forcewatch {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

void append_escaped(std::string& out, unsigned char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += hex[c >> 4U];
            out += hex[c & 0xFU];
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t place = 0;
    while (place < text.size()) {
        const std::size_t start = place;
        while (place < text.size() && is_plain(static_cast<unsigned char>(text[place]))) ++place;
        out.append(text, start, place - start);
        if (place == text.size()) break;
        const auto c = static_cast<unsigned char>(text[place]);
        if (c < 0x80) {
            append_escaped(out, c);
            ++place;
            continue;
        }
        const auto length = utf8_length(text, place);
        out += length == 0 ? replacement : text.substr(place, length);
        place += length == 0 ? 1 : length;
    }
    out += '"';
}

void JsonWriter::before_value() {
    FW_CHECK(!done_);
    if (depth_ == 0) {
        done_ = true;
        return;
    }
    Place& place = places_.at(depth_ - 1);
    FW_CHECK(place != Place::object_key);
    if (place == Place::object_value) {
        place = Place::object_key;
    } else if (!first_) {
        out_ += ',';
    }
    first_ = false;
}

void JsonWriter::open(char bracket, Place place) {
    before_value();
    FW_CHECK(depth_ < deepest);
    done_ = false;
    out_ += bracket;
    places_.at(depth_++) = place;
    first_ = true;
}

void JsonWriter::close(char bracket, Place place) {
    FW_CHECK(depth_ > 0 && places_.at(depth_ - 1) == place);
    out_ += bracket;
    --depth_;
    first_ = false;
    done_ = depth_ == 0;
}

JsonWriter& JsonWriter::begin_object() {
    open('{', Place::object_key);
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    close('}', Place::object_key);
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    open('[', Place::array);
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    close(']', Place::array);
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    FW_CHECK(depth_ > 0 && places_.at(depth_ - 1) == Place::object_key);
    if (!first_) out_ += ',';
    append_json_string(out_, name);
    out_ += ':';
    places_.at(depth_ - 1) = Place::object_value;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    before_value();
    append_json_string(out_, text);
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) return null();
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

JsonWriter& JsonWriter::signed_number(std::int64_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

JsonWriter& JsonWriter::unsigned_number(std::uint64_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    before_value();
    out_ += json;
    return *this;
}

std::string JsonWriter::take() {
    FW_CHECK(depth_ == 0 && done_);
    done_ = false;
    first_ = true;
    return std::exchange(out_, {});
}

}  // namespace forcewatch
