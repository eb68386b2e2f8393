// Files to import: no crash, every fault names the file, and every row says where it stands.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ingest/import_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto file = forcewatch::read_import("f", text);
    if (file) {
        for (const auto& row : file->rows)
            if (row.line < 1 || !row.source.starts_with("f:")) std::abort();
        return 0;
    }
    if (file.error().empty()) std::abort();
    for (const auto& fault : file.error())
        if (fault.file != "f" || fault.reason.empty()) std::abort();
    return 0;
}
