#include "daemon/messages/tidy_text.hpp"

#include "core/utf8.hpp"

namespace forcewatch {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

unsigned char byte_at(std::string_view text, std::size_t place) {
    return static_cast<unsigned char>(text[place]);
}

/// U+0080–U+009F, U+061C, U+200E, U+200F, U+2028–U+202E, U+2066–U+2069.
bool is_hidden(std::string_view character) {
    const auto lead = byte_at(character, 0);
    const auto second = character.size() > 1 ? byte_at(character, 1) : 0;
    if (lead == 0xC2) return second < 0xA0;
    if (lead == 0xD8) return second == 0x9C;
    if (lead != 0xE2 || character.size() < 3) return false;
    const auto third = byte_at(character, 2);
    if (second == 0x80) return third == 0x8E || third == 0x8F || (third >= 0xA8 && third <= 0xAE);
    return second == 0x81 && third >= 0xA6 && third <= 0xA9;
}

}  // namespace

std::string tidy(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t place = 0; place < text.size();) {
        const auto length = utf8_length(text, place);
        if (length == 0) {
            out += replacement;
            ++place;
            continue;
        }
        const auto character = text.substr(place, length);
        const auto lead = byte_at(character, 0);
        const bool control = (lead < 0x20 && lead != '\n') || lead == 0x7F;
        if (control)
            out += lead == '\r' ? "" : " ";
        else if (!is_hidden(character))
            out += character;
        place += length;
    }
    return out;
}

std::string tidy_line(std::string_view text) {
    std::string line = tidy(text);
    for (char& c : line)
        if (c == '\n') c = ' ';
    return line;
}

std::string header_text(std::string_view text) {
    std::string line = tidy_line(text);
    for (auto place = line.find("=?"); place != std::string::npos; place = line.find("=?", place))
        line.insert(place + 1, 1, ' ');
    return line;
}

std::string shortened(std::string text, std::size_t longest) {
    if (text.size() <= longest) return text;
    std::size_t end = longest - ellipsis.size();
    while (end > 0 && (byte_at(text, end) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text.append(ellipsis);
}

std::string comma_list(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += ", ";
        text += tidy_line(part);
    }
    return text;
}

}  // namespace forcewatch
