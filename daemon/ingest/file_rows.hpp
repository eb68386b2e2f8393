/// The rows of a file of any format that we read, found by its content.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/ingest/source_rows.hpp"
#include "daemon/ingest/text_source.hpp"

namespace forcewatch {

class FileRows {
public:
    /// Refuses by name what is none of our formats. `bytes` must outlive this.
    [[nodiscard]] static tl::expected<FileRows, SourceFault> open(std::string_view bytes,
                                                                  std::string sheet);

    /// Such as "CSV, Windows-1252, semicolons".
    [[nodiscard]] const std::string& format() const { return format_; }
    /// Whether a row may be shorter than the header: its last cells are empty.
    [[nodiscard]] bool ends_early() const { return kind_ != Kind::csv; }
    [[nodiscard]] tl::expected<void, SourceFault> read(const RowSink& sink) const;

private:
    enum class Kind { csv, jsonl, xlsx };
    FileRows() = default;

    Kind kind_{Kind::csv};
    std::string_view bytes_;
    SourceText text_;
    char separator_{','};
    std::string sheet_;
    std::string format_;
};

}  // namespace forcewatch
