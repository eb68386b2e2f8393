// Private to daemon/: what a request to import asks for, checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/engine/engine.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"
#include "daemon/ingest/import_file.hpp"

namespace forcewatch {

/// One file, read once from end to end and found sound by itself.
struct FileToImport {
    std::string name;
    std::string_view bytes;
    std::string sheet;  ///< of a workbook; empty: the mapping's, else the first
    ImportFile read;    ///< with its rows where they are few, else without
    bool streams{};     ///< the rows are read again from the bytes
};

struct ImportRequest {
    std::vector<FileToImport> files;  ///< views into the request's body
    bool many{};                      ///< several files may come, taken as one
    std::optional<Mapping> mapping;
    bool dry{};
    ImportMode mode{ImportMode::normal};
    bool whole{true};  ///< else a file is a part of its plan, and nothing is missing from it
    std::optional<int>
        close_missing_up_to;  ///< percent of the scope; empty: absence closes nothing

    [[nodiscard]] ImportOptions options(const FileToImport& file) const {
        return {file.sheet, mapping ? &*mapping : nullptr};
    }
};

/// The answer where the address asks for what there is not.
[[nodiscard]] std::optional<Response> fault_of_import_parameters(const Request& request);

/// The answer where it cannot be done. Reads every file once, to find its own faults.
[[nodiscard]] tl::expected<ImportRequest, Response> read_import_request(const Request& request);

/// 422 that lists the faults of files.
[[nodiscard]] Response file_refused(const std::vector<FileFault>& faults);

}  // namespace forcewatch
