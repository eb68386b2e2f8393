#include "cli/text.hpp"

#include <fmt/format.h>

#include <cwchar>

#include "core/utf8.hpp"

namespace forcewatch {

namespace {

struct Character {
    char32_t code;
    std::string_view bytes;
    bool broken;
};

/// The character at `place`; a byte that is no UTF-8 stands alone.
Character character_at(std::string_view text, std::size_t place) {
    const auto length = utf8_length(text, place);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[place + i]); };
    if (length == 0) return {byte(0), text.substr(place, 1), true};
    constexpr unsigned lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t code = byte(0) & lead_bits[length];
    for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
    return {code, text.substr(place, length), false};
}

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code <= 0x9F); }

/// Characters that show nothing and change how the text around them reads.
bool is_deceptive(char32_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xFEFF;
}

std::string spelt_out(const Character& character) {
    const auto code = static_cast<unsigned>(character.code);
    return character.broken || code < 0x80 ? fmt::format("\\x{:02x}", code)
                                           : fmt::format("\\u{:04x}", code);
}

std::string harmless(std::string_view text, bool keep_lines) {
    std::string out;
    for (std::size_t place = 0; place < text.size();) {
        const auto character = character_at(text, place);
        place += character.bytes.size();
        if (character.code == '\n' || character.code == '\t')
            out += keep_lines ? static_cast<char>(character.code) : ' ';
        else if (character.code == '\r' && place < text.size() && text[place] == '\n')
            continue;
        else if (character.broken || is_control(character.code) || is_deceptive(character.code))
            out += spelt_out(character);
        else
            out += character.bytes;
    }
    return out;
}

std::size_t width_of(const Character& character) {
    if (character.broken) return 1;
    const int width = ::wcwidth(static_cast<wchar_t>(character.code));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::string one_line(std::string_view text) { return harmless(text, false); }
std::string many_lines(std::string_view text) { return harmless(text, true); }

std::string harmless_json(std::string_view json) {
    std::string out;
    for (std::size_t place = 0; place < json.size();) {
        const auto character = character_at(json, place);
        place += character.bytes.size();
        const bool blank =
            character.code == '\n' || character.code == '\r' || character.code == '\t';
        if (!character.broken && !blank &&
            (is_control(character.code) || is_deceptive(character.code)))
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(character.code));
        else
            out += character.bytes;
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t place = 0; place < text.size();) {
        const auto character = character_at(text, place);
        place += character.bytes.size();
        width += width_of(character);
    }
    return width;
}

std::string cut(std::string_view text, std::size_t width, std::string_view mark) {
    if (display_width(text) <= width) return std::string{text};
    const std::size_t mark_width = display_width(mark);
    if (mark_width > width) return std::string{mark.substr(0, width)};
    std::string out;
    std::size_t used = 0;
    for (std::size_t place = 0; place < text.size();) {
        const auto character = character_at(text, place);
        place += character.bytes.size();
        used += width_of(character);
        if (used > width - mark_width) break;
        out += character.bytes;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out.append(mark);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        const auto space = text.find(' ');
        const auto word = text.substr(0, space);
        text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
        if (word.empty()) continue;
        auto& line = lines.back();
        if (line.empty())
            line = word;
        else if (display_width(line) + 1 + display_width(word) <= width)
            line.append(" ").append(word);
        else
            lines.emplace_back(word);
    }
    return lines;
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t place = digits.size(); place > first + 3;) digits.insert(place -= 3, 1, ',');
    return digits;
}

std::string counted(std::int64_t number, std::string_view thing) {
    return fmt::format("{} {}{}", grouped(number), thing, number == 1 ? "" : "s");
}

}  // namespace forcewatch
