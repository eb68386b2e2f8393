#include "storage/events_to_fold.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "core/event_codec.hpp"
#include "storage/error.hpp"

using namespace forcewatch;

namespace {

struct Said {
    int seq{};
    const char* on{};
    Event event;
};

FindingRaised raised() {
    FindingRaised event;
    event.force = "kent";
    event.reference = "AFI-1";
    event.title = "Custody";
    return event;
}

FindingAmended amended(const char* title) { return {"kent", "AFI-1", title, {}, {}}; }

void add(EventsToFold& events, const Said& said) {
    const auto payload = encode(said.event);
    events.add({JournalSeq{said.seq}, parse_date(said.on).value(), Certainty::exact,
                kind_of(said.event), "kent", payload});
}

std::vector<int> handed_over(EventsToFold& events) {
    std::vector<int> seqs;
    for (Recorded event; events.next(event);)
        seqs.push_back(static_cast<int>(number_of(event.seq)));
    return seqs;
}

}  // namespace

TEST_CASE("events are folded by day, then kind, then arrival, however they come",
          "[storage][R5][R18]") {
    const std::array said{Said{2, "2026-01-01", raised()}, Said{1, "2026-01-01", amended("a")},
                          Said{4, "2026-01-01", amended("b")}, Said{5, "2026-01-02", raised()},
                          Said{3, "2026-02-01", amended("c")}};
    std::array<std::size_t, 5> order{0, 1, 2, 3, 4};
    do {
        EventsToFold events;
        for (const auto place : order) add(events, said.at(place));
        CHECK(handed_over(events) == std::vector{2, 1, 4, 5, 3});
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("an event that waits is the event that was recorded", "[storage][R18]") {
    EventsToFold events;
    add(events, {7, "2026-01-01", raised()});
    Recorded event;
    REQUIRE(events.next(event));
    CHECK(event.seq == JournalSeq{7});
    CHECK(event.effective_on == parse_date("2026-01-01").value());
    CHECK(event.force == "kent");
    CHECK(encode(event.event) == encode(raised()));
    CHECK_FALSE(events.next(event));
}

TEST_CASE("what was withdrawn waits for nobody, on whatever day that counts from",
          "[storage][R27]") {
    const auto* const withdrawn_on = GENERATE("2025-01-01", "2026-01-01", "2027-01-01");
    EventsToFold events;
    add(events, {1, "2026-01-01", raised()});
    add(events, {2, "2026-01-02", amended("a")});
    add(events, {3, "2026-01-03", amended("b")});
    SECTION("by number") {
        add(events, {4, withdrawn_on, EventsWithdrawn{"finding:kent/AFI-1", 2, 2, "wrong file"}});
        const auto seqs = handed_over(events);
        CHECK(seqs.size() == 3);
        CHECK(std::count(seqs.begin(), seqs.end(), 2) == 0);
    }
    SECTION("whole") {
        add(events, {4, withdrawn_on, Retracted{"finding:kent/AFI-1", "by mistake"}});
        CHECK(handed_over(events) == std::vector{4});
    }
}

TEST_CASE("a payload larger than all before is kept whole", "[storage][R18]") {
    EventsToFold events;
    const std::string title(100'000, 'x');
    add(events, {1, "2026-01-01", raised()});
    add(events, {2, "2026-01-02", amended(title.c_str())});
    add(events, {3, "2026-01-03", amended("b")});
    Recorded event;
    REQUIRE((events.next(event) && events.next(event)));
    CHECK(std::get<FindingAmended>(event.event).title == title);
    REQUIRE(events.next(event));
    CHECK(std::get<FindingAmended>(event.event).title == "b");
}

TEST_CASE("a row that cannot be understood is corruption", "[storage][R18]") {
    EventsToFold events;
    CHECK_THROWS_AS(events.add({JournalSeq{1}, {}, {}, "unheard-of", {}, {}}), StoreError);
    events.add({JournalSeq{2}, {}, {}, FindingRaised::kind, {}, "colour=blue\n"});
    Recorded event;
    CHECK_THROWS_AS(events.next(event), StoreError);
}
