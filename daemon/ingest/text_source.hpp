/// The bytes of a text file as UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"
#include "daemon/ingest/source_rows.hpp"

namespace forcewatch {

/// UTF-8, with or without a byte order mark, or Windows-1252 as Excel writes it.
struct SourceText {
    std::string_view encoding;  ///< such as "UTF-8"
    std::string_view as_given;
    std::string translated;  ///< set where it was not UTF-8 as it came

    [[nodiscard]] std::string_view text() const {
        return translated.empty() ? as_given : std::string_view{translated};
    }
};

/// Refuses UTF-16, a NUL and what is neither encoding, by its byte. `bytes` must outlive the text.
[[nodiscard]] tl::expected<SourceText, SourceFault> utf8_of(std::string_view bytes);

}  // namespace forcewatch
