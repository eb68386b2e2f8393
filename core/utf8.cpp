#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace forcewatch {

namespace {

unsigned byte_at(std::string_view text, std::size_t place) {
    return place < text.size() ? static_cast<unsigned char>(text[place]) : 0U;
}

bool is_tail(unsigned byte) { return (byte & 0xC0U) == 0x80U; }

/// Where plain ASCII that begins at `place` has surely not ended yet: most text is nothing else.
std::size_t skip_ascii(std::string_view text, std::size_t place) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    for (std::uint64_t eight = 0; place + sizeof eight <= text.size(); place += sizeof eight) {
        std::memcpy(&eight, text.data() + place, sizeof eight);
        if ((eight & high_bits) != 0) break;
    }
    return place;
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t place) {
    const unsigned lead = byte_at(text, place);
    if (lead < 0x80U) return place < text.size() ? 1 : 0;
    const unsigned second = byte_at(text, place + 1);
    if (!is_tail(second)) return 0;
    if (lead >= 0xC2U && lead <= 0xDFU) return 2;
    if (!is_tail(byte_at(text, place + 2))) return 0;
    if (lead >= 0xE0U && lead <= 0xEFU) {
        if (lead == 0xE0U && second < 0xA0U) return 0;  // overlong
        if (lead == 0xEDU && second > 0x9FU) return 0;  // surrogate
        return 3;
    }
    if (!is_tail(byte_at(text, place + 3)) || lead < 0xF0U || lead > 0xF4U) return 0;
    if (lead == 0xF0U && second < 0x90U) return 0;  // overlong
    if (lead == 0xF4U && second > 0x8FU) return 0;  // above U+10FFFF
    return 4;
}

std::string_view utf8_beginning(std::string_view text, std::size_t longest) {
    std::size_t end = 0;
    for (auto length = utf8_length(text, end); length > 0 && end + length <= longest;
         length = utf8_length(text, end))
        end += length;
    return text.substr(0, end);
}

bool is_utf8(std::string_view text) {
    for (std::size_t place = skip_ascii(text, 0); place < text.size();
         place = skip_ascii(text, place)) {
        const auto length = utf8_length(text, place);
        if (length == 0) return false;
        place += length;
    }
    return true;
}

}  // namespace forcewatch
