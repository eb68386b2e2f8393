#include "core/same_as.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using namespace forcewatch;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

Finding finding(const std::string& reference, const std::string& title,
                const std::string& inspection = "peel-kent", const std::string& origin = {}) {
    Finding finding;
    finding.force = "kent";
    finding.reference = reference;
    finding.title = title;
    finding.inspection = inspection;
    finding.origin = origin;
    return finding;
}

Recorded recorded(std::int64_t seq, const char* on, Event event) {
    return {JournalSeq{seq}, {}, day(on), Certainty::exact, {}, std::move(event), {}};
}

FindingRaised raised(const std::string& reference) {
    FindingRaised event;
    event.force = "kent";
    event.reference = reference;
    event.title = reference;
    return event;
}

FindingMatched matched(const std::string& reference, const std::string& other, const char* on,
                       bool same = true) {
    return {"kent", reference, other, same, day(on), "person-1", "one report names both"};
}

}  // namespace

TEST_CASE("titles are as alike as the words that they share", "[core][R21]") {
    const auto [one, other, alike] = GENERATE(table<const char*, const char*, double>(
        {{"Improve response to emergency calls", "Response to emergency calls: improve!", 1.0},
         {"The force should improve the supervision of investigations",
          "Force should improve supervision of its investigations", 1.0},
         {"Improve custody records", "Improve custody reviews", 0.5},
         {"Improve custody", "Vet all officers", 0.0},
         {"of the", "of the", 0.0}}));
    CAPTURE(one, other);
    CHECK(likeness_of(one, other) == Approx(alike));
}

TEST_CASE("what may be one comes from one publication, or from a national report and the force's",
          "[core][R21]") {
    const auto title = "Improve the supervision of investigations";
    const auto alike = [&](Finding other) {
        return likely_duplicates({finding("AFI-1", title), std::move(other)}).size();
    };
    CHECK(alike(finding("AFI-2", title)) == 1);
    CHECK(alike(finding("AFI-2", title, "national-2025", "super-complaint-3")) == 1);
    CHECK(alike(finding("AFI-2", title, "peel-kent-2")) == 0);
    CHECK(alike(finding("AFI-2", "Improve the response to calls")) == 0);
    auto other = finding("AFI-2", title);
    other.kind = FindingKind::recommendation;
    CHECK(alike(other) == 0);
    other = finding("AFI-2", title);
    other.force = "essex";
    CHECK(alike(other) == 0);
    other = finding("AFI-2", title);
    other.apart_from = {"AFI-1"};
    CHECK(alike(other) == 0);
    other = finding("AFI-2", title);
    other.same_as = "AFI-3";
    CHECK(alike(other) == 0);
    other = finding("AFI-2", title);
    other.inspectorate_state = InspectorateState::closed;
    CHECK(alike(other) == 0);
}

TEST_CASE("a link holds from its day on, whatever order it is told in", "[core][R5][R21]") {
    std::vector<Recorded> events{
        recorded(1, "2026-01-01", raised("AFI-1")), recorded(2, "2026-01-01", raised("AFI-2")),
        recorded(3, "2026-01-10", matched("AFI-2", "AFI-1", "2026-01-10")),
        recorded(4, "2026-02-01", matched("AFI-2", "AFI-1", "2026-02-01", false)),
        recorded(5, "2026-03-01", matched("AFI-2", "AFI-1", "2026-03-01"))};
    std::mt19937 random{7};
    for (int i = 0; i < 50; ++i) {
        std::shuffle(events.begin(), events.end(), random);
        const auto on = [&](const char* text) {
            auto until = events;
            std::erase_if(until,
                          [&](const Recorded& each) { return each.effective_on > day(text); });
            return fold(std::move(until)).findings.at("finding:kent/AFI-2");
        };
        CHECK(on("2026-01-09").same_as.empty());
        CHECK(on("2026-01-10").same_as == "AFI-1");
        CHECK(on("2026-02-01").same_as.empty());
        CHECK(on("2026-02-01").apart_from == std::vector<std::string>{"AFI-1"});
        const auto last = on("2026-03-01");
        CHECK(last.same_as_on == day("2026-03-01"));
        CHECK(last.same_as_by == "person-1");
        CHECK(last.apart_from.empty());
    }
}

TEST_CASE("a chain of links leads to its end, and a circle to nobody", "[core][R21]") {
    std::map<std::string, Finding> known;
    for (const auto& [reference, other] :
         {std::pair{"A", "B"}, std::pair{"B", "C"}, std::pair{"C", ""}, std::pair{"D", "E"},
          std::pair{"E", "D"}, std::pair{"F", "gone"}}) {
        auto each = finding(reference, reference);
        each.same_as = other;
        known.emplace("finding:kent/" + std::string{reference}, each);
    }
    const auto principal = [&](const std::string& reference) {
        const auto found = principal_of(
            known.at("finding:kent/" + reference),
            [&](const std::string& subject) -> std::optional<Finding> {
                const auto item = known.find(subject);
                return item == known.end() ? std::nullopt : std::optional{item->second};
            });
        return found ? found->reference : std::string{"itself"};
    };
    CHECK(principal("A") == "C");
    CHECK(principal("B") == "C");
    CHECK(principal("C") == "itself");
    CHECK(principal("D") == "itself");
    CHECK(principal("F") == "itself");
}
