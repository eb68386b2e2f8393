#include <catch2/catch.hpp>
#include <fstream>
#include <optional>
#include <set>
#include <vector>

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

using Areas = decltype(GradeCounts::areas);

/// What the label counts; empty: nothing.
std::optional<Areas> counted(const JsonValue& label) {
    const auto* counts = label.find("grade_counts");
    if (counts == nullptr || counts->is_null()) return std::nullopt;
    Areas areas;
    for (std::size_t i = 0; i < grade_words.size(); ++i) {
        const auto* number = counts->find(grade_words.at(i));
        if (number != nullptr && !number->is_null())
            areas.at(i) = static_cast<int>(*number->as<std::int64_t>());
    }
    return areas;
}

}  // namespace

TEST_CASE(
    "made-up items give their moves and counts and no others, and nothing where nothing is said",
    "[ingest][news]") {
    const auto* const file = GENERATE("seen", "seen-2", "held-out", "held-out-2");
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
        std::vector<Areas> counts;
        for (const auto& proposal : reading.proposals)
            if (proposal.kind == ProposalKind::grade_counts && proposal.counts)
                counts.push_back(proposal.counts->areas);
        const auto stated = counted(label);
        CHECK(counts == (stated ? std::vector{*stated} : std::vector<Areas>{}));
        const auto change = text_at(*label.find("monitoring"), "change");
        CHECK(moves == (change == "none" ? std::set<std::string>{} : std::set{change}));
    }
    CHECK(items >= 20);
}
