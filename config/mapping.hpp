/// How the columns of somebody's own tracker become those of our layouts: a TOML file, checked.
///
/// `docs/import.md` describes the file. Values only; nothing blocks or throws.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace forcewatch {

/// Where a column of ours comes from.
struct MappedColumn {
    enum class Way {
        first,  ///< the first of `from` that is not empty
        join,   ///< all of `from` that are not empty, with `between` between them
        slug    ///< an id made of the words of `from`
    };
    Way way{Way::first};
    std::vector<std::string> from;
    std::string between;
};

struct MappedLayout {
    std::string layout;
    std::map<std::string, MappedColumn> columns;  ///< by our column
    std::map<std::string, std::string> constants;
    /// By our column: what a cell says, in small letters, and what we call it; "*": anything else.
    std::map<std::string, std::map<std::string, std::string>> values;
    std::vector<std::string>
        only_with;  ///< columns of theirs; a row with one of them empty is none
    std::map<std::string, std::vector<std::string>>
        skip;  ///< rows with such a cell are passed over
};

struct Mapping {
    std::string about;
    std::string sheet;               ///< empty: the first
    int header_row{};                ///< 0: the first row that holds the columns
    std::vector<std::string> dates;  ///< such as "DD/MM/YYYY"; dates like 2026-11-30 always count
    std::vector<MappedLayout> layouts;
};

/// `file` is what faults call it.
[[nodiscard]] tl::expected<Mapping, std::vector<Fault>> read_mapping(std::string_view text,
                                                                     const std::string& file);

}  // namespace forcewatch
