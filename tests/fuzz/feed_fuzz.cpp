// Feeds: no crash, at most 1,000 entries, and every fault is told.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ingest/news_feed.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto items = forcewatch::read_feed("f", bytes);
    if (!items && items.error().empty()) std::abort();
    if (items && items->size() > 1000) std::abort();
    return 0;
}
