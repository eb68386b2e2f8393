#include "daemon/ingest/text_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/utf8.hpp"

namespace forcewatch {

namespace {

/// 0x80 to 0x9F of Windows-1252; 0: no character.
constexpr std::array<std::uint16_t, 32> upper_controls{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::uint16_t character_of(unsigned char byte) {
    return byte >= 0x80 && byte < 0xA0 ? upper_controls.at(byte - 0x80U) : byte;
}

void append_utf8(std::string& out, std::uint16_t character) {
    if (character < 0x80) {
        out += static_cast<char>(character);
    } else if (character < 0x800) {
        out += static_cast<char>(0xC0U | (character >> 6U));
        out += static_cast<char>(0x80U | (character & 0x3FU));
    } else {
        out += static_cast<char>(0xE0U | (character >> 12U));
        out += static_cast<char>(0x80U | ((character >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (character & 0x3FU));
    }
}

std::optional<std::size_t> first_not_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto length = utf8_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return std::nullopt;
}

/// Where the text cannot be Windows-1252: a byte that means nothing there, or one that leads a
/// character of several bytes and is followed like one, so that it is rather UTF-8 gone wrong.
std::optional<std::size_t> first_not_windows(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
        if (character_of(byte) == 0) return at;
        if (byte >= 0xC0 && next >= 0x80 && next < 0xC0) return at;
        if (byte >= 0xFE && next >= 0xFE) return at;
    }
    return std::nullopt;
}

SourceFault fault_at(std::string_view text, std::size_t at, std::string what) {
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return {static_cast<int>(line), std::move(what)};
}

}  // namespace

tl::expected<SourceText, SourceFault> utf8_of(std::string_view bytes) {
    constexpr std::string_view mark{"\xEF\xBB\xBF"};
    const auto nul = bytes.find('\0');
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") || nul < 4)
        return tl::unexpected(
            SourceFault{0, "is UTF-16; save it as \"CSV UTF-8\" (or as .xlsx) and import that"});
    if (nul != std::string_view::npos)
        return tl::unexpected(fault_at(bytes, nul, fmt::format("holds a NUL at byte {}", nul)));
    const bool marked = bytes.starts_with(mark);
    const auto text = bytes.substr(marked ? mark.size() : 0);
    const auto broken = first_not_utf8(text);
    if (!broken) return SourceText{marked ? "UTF-8 with a byte order mark" : "UTF-8", text, {}};
    const auto stray = first_not_windows(text);
    if (marked || stray) {
        const auto at = marked ? *broken : *stray;
        return tl::unexpected(fault_at(
            text, at,
            fmt::format("is not UTF-8 (nor Windows-1252): byte 0x{:02X} at {}",
                        static_cast<unsigned char>(text[at]), at + (marked ? mark.size() : 0))));
    }
    SourceText source{"Windows-1252", text, {}};
    source.translated.reserve(text.size() + text.size() / 8);
    for (const char c : text)
        append_utf8(source.translated, character_of(static_cast<unsigned char>(c)));
    return source;
}

}  // namespace forcewatch
