// News in any form: no crash, and every proposal has words of its item.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ingest/known_bodies.hpp"
#include "daemon/ingest/news_source.hpp"
#include "daemon/ingest/read_news.hpp"
#include "daemon/ingest/reading_json.hpp"
#include "daemon/ingest/shipped_bodies.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace forcewatch;
    static const auto names = names_of_bodies("bodies.csv", shipped_bodies());
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto items = read_news_source("f", {}, bytes);
    if (!items) {
        if (items.error().empty()) std::abort();
        return 0;
    }
    std::vector<NewsReading> readings;
    for (const auto& item : *items) {
        readings.push_back(read_news(item, *names));
        for (const auto& proposal : readings.back().proposals)
            if (proposal.words.empty() || proposal.percent < 1 || proposal.percent > 100)
                std::abort();
    }
    JsonWriter json;
    write_readings(json, "f", readings);
    return json.take().empty() ? 1 : 0;
}
