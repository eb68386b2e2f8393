// JSON Lines: every row has the columns of the first, and a fault says on which line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ingest/jsonl_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    std::size_t columns = 0;
    const auto read = forcewatch::read_jsonl(text, [&](forcewatch::SourceRow&& row) {
        if (columns == 0) columns = row.fields.size();
        if (row.line < 1 || row.fields.size() != columns) std::abort();
        return true;
    });
    if (!read && (read.error().line < 1 || read.error().what.empty())) std::abort();
    return 0;
}
