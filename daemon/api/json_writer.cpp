#include "daemon/api/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/check.hpp"
#include "core/utf8.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t large = 1UL << 20U;  // room beside such a document is worth giving back
constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

template <typename Word>
Word word_at(const char* place) {
    Word word{};
    std::memcpy(&word, place, sizeof word);
    return word;
}

/// Whether all eight bytes are plain, by the highest bit of each; of a word that is not, it may say
/// so of a plain byte beside the other.
bool is_plain(std::uint64_t word) {
    constexpr std::uint64_t each = 0x0101010101010101;
    constexpr std::uint64_t highest = each << 7U;
    const std::uint64_t quote = word ^ (each * '"');
    const std::uint64_t backslash = word ^ (each * '\\');
    return ((word | (word - each * 0x20) | (quote - each) | (backslash - each)) & highest) == 0;
}

/// Whether JSON takes `text` as it is. The last word overlaps the one before: most texts are short.
bool is_plain(std::string_view text) {
    constexpr std::size_t whole = sizeof(std::uint64_t);
    constexpr std::size_t half = sizeof(std::uint32_t);
    const char* const end = text.data() + text.size();
    if (text.size() >= whole) {
        for (const char* place = text.data(); place < end - whole; place += whole)
            if (!is_plain(word_at<std::uint64_t>(place))) return false;
        return is_plain(word_at<std::uint64_t>(end - whole));
    }
    if (text.size() >= half)
        return is_plain(word_at<std::uint32_t>(text.data()) |
                        std::uint64_t{word_at<std::uint32_t>(end - half)} << 32U);
    for (const char c : text)
        if (!is_plain(static_cast<unsigned char>(c))) return false;
    return true;
}

/// As std::memcpy, which is slow for a few bytes. Returns the end.
char* copy(std::string_view bytes, char* to) {
    const auto in_two = [&]<typename Word>(Word) {
        const auto last = bytes.size() - sizeof(Word);
        const auto begin = word_at<Word>(bytes.data());
        const auto end = word_at<Word>(bytes.data() + last);
        std::memcpy(to, &begin, sizeof begin);
        std::memcpy(to + last, &end, sizeof end);
    };
    const auto size = bytes.size();
    if (size > 2 * sizeof(std::uint64_t))
        std::memcpy(to, bytes.data(), size);
    else if (size >= sizeof(std::uint64_t))
        in_two(std::uint64_t{});
    else if (size >= sizeof(std::uint32_t))
        in_two(std::uint32_t{});
    else
        std::copy(bytes.begin(), bytes.end(), to);
    return to + size;
}

/// As much of the beginning as JSON takes as it is.
std::string_view plain_beginning(std::string_view text) {
    constexpr std::size_t word = sizeof(std::uint64_t);
    std::size_t end = 0;
    while (end + word <= text.size() && is_plain(word_at<std::uint64_t>(text.data() + end)))
        end += word;
    while (end < text.size() && is_plain(static_cast<unsigned char>(text[end]))) ++end;
    return text.substr(0, end);
}

std::string_view escape_of(unsigned char c, std::array<char, 6>& room) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            room = {'\\', 'u', '0', '0', hex[c >> 4U], hex[c & 0xFU]};
            return {room.data(), room.size()};
    }
}

}  // namespace

void JsonWriter::grow(std::size_t bytes) {
    out_.resize(std::max({usual_size, 2 * out_.size(), end_ + bytes}));
}

void JsonWriter::put(std::string_view bytes) { copy(bytes, room(bytes.size())); }

void JsonWriter::put_string(std::string_view text) {
    if (is_plain(text)) {
        char* at = room(text.size() + 2);
        *at = '"';
        *copy(text, at + 1) = '"';
        return;
    }
    put('"');
    std::size_t place = 0;
    std::array<char, 6> room_for_one{};
    while (place < text.size()) {
        const auto plain = plain_beginning(text.substr(place));
        put(plain);
        place += plain.size();
        if (place == text.size()) break;
        const auto c = static_cast<unsigned char>(text[place]);
        const auto length = c < 0x80 ? 1 : utf8_length(text, place);
        put(c < 0x80      ? escape_of(c, room_for_one)
            : length == 0 ? replacement
                          : text.substr(place, length));
        place += std::max<std::size_t>(length, 1);
    }
    put('"');
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
        put(',');
    }
    first_ = false;
}

void JsonWriter::open(char bracket, Place place) {
    before_value();
    FW_CHECK(depth_ < deepest);
    done_ = false;
    put(bracket);
    places_.at(depth_++) = place;
    first_ = true;
}

void JsonWriter::close(char bracket, Place place) {
    FW_CHECK(depth_ > 0 && places_.at(depth_ - 1) == place);
    put(bracket);
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
    if (!first_) put(',');
    put_string(name);
    put(':');
    places_.at(depth_ - 1) = Place::object_value;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    before_value();
    put_string(text);
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
    put(json);
    return *this;
}

std::string JsonWriter::take() {
    FW_CHECK(depth_ == 0 && done_);
    done_ = false;
    first_ = true;
    out_.resize(std::exchange(end_, 0));
    if (out_.size() > large) out_.shrink_to_fit();
    return std::exchange(out_, {});
}

}  // namespace forcewatch
