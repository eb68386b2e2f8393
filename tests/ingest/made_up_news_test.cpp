#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "daemon/api/json_reader.hpp"
#include "daemon/ingest/known_bodies.hpp"
#include "daemon/ingest/news_source.hpp"
#include "daemon/ingest/read_news.hpp"
#include "daemon/ingest/shipped_bodies.hpp"

using namespace forcewatch;

namespace {

std::string text_at(const JsonValue& value, std::string_view name) {
    const auto* found = value.find(name);
    const auto* text = found != nullptr ? found->as<std::string>() : nullptr;
    return text != nullptr ? *text : std::string{};
}

}  // namespace

TEST_CASE("made-up items give their moves and no others, and nothing where nothing is said",
          "[ingest][news]") {
    const auto* const file = GENERATE("seen", "held-out", "held-out-2");
    const auto names = names_of_bodies("bodies.csv", shipped_bodies());
    REQUIRE(names);
    std::ifstream lines{std::string{FORCEWATCH_SOURCE_DIR "/tests/data/news-made-up/"} + file +
                        ".jsonl"};
    int items = 0;
    for (std::string line; std::getline(lines, line); ++items) {
        const auto document = parse_json_object(line).value();
        const auto& label = *document.find("label");
        CAPTURE(text_at(label, "id"));
        const auto item = read_news_source("item.json", "", line);
        REQUIRE(item);
        const auto reading = read_news(item->front(), *names);
        if (!*label.find("event")->as<bool>()) CHECK(reading.proposals.empty());
        std::set<std::string> moves;
        for (const auto& proposal : reading.proposals)
            if (proposal.kind == ProposalKind::stage) moves.insert(proposal.change);
        const auto change = text_at(*label.find("monitoring"), "change");
        CHECK(moves == (change == "none" ? std::set<std::string>{} : std::set{change}));
    }
    CHECK(items >= 20);
}
