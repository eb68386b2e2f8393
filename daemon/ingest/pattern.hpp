// Private to daemon/ingest/: RE2 with places instead of copies.
#pragma once

#include <re2/re2.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forcewatch {

struct Part {
    std::size_t begin{};
    std::size_t end{};
    bool there{};
    [[nodiscard]] std::string_view of(std::string_view text) const {
        return text.substr(begin, end - begin);
    }
};

/// The whole match and its groups.
using Parts = std::vector<Part>;

/// A pattern that is compiled once and aborts when it is wrong: it is part of the program.
class Pattern {
public:
    explicit Pattern(const std::string& text);

    [[nodiscard]] bool in(std::string_view text) const;
    /// The first match at or after `from`.
    [[nodiscard]] std::optional<Parts> find(std::string_view text, std::size_t from = 0) const;
    /// All matches that do not overlap, at most a thousand.
    [[nodiscard]] std::vector<Parts> all(std::string_view text) const;

private:
    re2::RE2 pattern_;
};

}  // namespace forcewatch
