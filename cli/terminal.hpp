/// What standard output is, and how to write to it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace forcewatch {

enum class ColourChoice { automatic, always, never };

/// What the words on the screen are about; shown by colour beside the word.
enum class Tone { plain, heading, good, notice, bad, faint };

struct Terminal {
    bool interactive{};  ///< standard output is a terminal
    bool progress{};     ///< standard error is one that can rewrite its line
    bool colour{};
    bool utf8{true};                   ///< it shows more than ASCII
    std::optional<std::size_t> width;  ///< empty: no limit
    std::size_t height{24};

    /// Looks at standard output, COLUMNS, NO_COLOR, TERM and the locale. Sets LC_CTYPE to a UTF-8
    /// locale, on which widths rely.
    [[nodiscard]] static Terminal detect(ColourChoice choice);

    [[nodiscard]] std::string_view ellipsis() const { return utf8 ? "…" : "..."; }
    [[nodiscard]] std::string painted(std::string_view text, Tone tone) const;
};

/// Writes to standard output, by way of a pager where `paged` and the text does not fit the screen.
/// A reader that went away is no fault; false: the text could not be written.
[[nodiscard]] bool write_out(const Terminal& terminal, std::string_view text, bool paged);

}  // namespace forcewatch
