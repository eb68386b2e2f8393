#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <type_traits>

#include "core/event_codec.hpp"
#include "core/facts.hpp"
#include "core/reconcile.hpp"
#include "core/text_check.hpp"

using namespace forcewatch;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

/// Fills every field with a value that is not its default.
struct Filler {
    void operator()(std::string_view name, std::string& value) {
        value = std::string{name} + " a\\b,c\nd=\xC3\xB4";
    }
    void operator()(std::string_view, std::vector<std::string>& value) {
        value = {"x,y", "z\\", "\xE2\x80\x93"};
    }
    void operator()(std::string_view, PartialDate& value) {
        value = *PartialDate::parse("2021-12");
    }
    void operator()(std::string_view, Date& value) { value = day("2026-03-29"); }
    void operator()(std::string_view, int& value) { value = 56; }
    void operator()(std::string_view, bool& value) { value = !value; }
    template <typename T>
    void operator()(std::string_view name, std::optional<T>& value) {
        (*this)(name, value.emplace());
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    void operator()(std::string_view, Enum& value) { value = static_cast<Enum>(1); }
};

template <std::size_t... Index>
std::vector<Event> one_of_each(std::index_sequence<Index...>) {
    std::vector<Event> events;
    const auto add = [&]<typename E>(std::type_identity<E>) {
        E event;
        Filler filler;
        E::fields(event, filler);
        events.emplace_back(std::move(event));
    };
    (add(std::type_identity<std::variant_alternative_t<Index, Event>>{}), ...);
    return events;
}

std::vector<Event> every_event() {
    return one_of_each(std::make_index_sequence<std::variant_size_v<Event>>{});
}

}  // namespace

TEST_CASE("every kind of event survives its encoding, byte for byte", "[core][R101]") {
    for (const auto& event : every_event()) {
        CAPTURE(kind_of(event));
        const auto payload = encode(event);
        const auto back = decode(kind_of(event), payload);
        REQUIRE(back.has_value());
        CHECK(back->index() == event.index());
        CHECK(encode(*back) == payload);
    }
}

TEST_CASE("what the journal never wrote is refused", "[core]") {
    CHECK_FALSE(decode("force-recorded", "colour=blue\n").has_value());
    CHECK_FALSE(decode("force-recorded", "force=kent").has_value());
    CHECK_FALSE(decode("force-recorded", "kind=army\n").has_value());
    CHECK_FALSE(decode("force-recorded", "force=kent\\\n").has_value());
    CHECK_FALSE(decode("action-planned", "findings=,s\\\n").has_value());
    CHECK_FALSE(decode("unheard-of", "").has_value());
    CHECK_FALSE(decode("cycle-defined", "order=7x\n").has_value());
}

TEST_CASE("the rank of each kind is fixed, since it orders the events of one day", "[core][R5]") {
    std::string ranks;
    for (const auto& event : every_event()) ranks += std::string{kind_of(event)} + " ";
    CHECK(ranks ==
          "scale-defined cycle-defined area-defined areas-linked holidays-defined "
          "obligation-defined deadline-policy-set force-recorded person-recorded person-moved "
          "inspection-published judgement-made judgement-corrected judgement-regraded stage-moved "
          "finding-raised finding-amended finding-claimed finding-verified finding-decided "
          "finding-matched condition-set condition-judged action-planned action-amended "
          "action-updated "
          "meeting-planned meeting-updated evidence-filed obligation-arose deadline-revised "
          "obligation-replied alert-acknowledged alert-unacknowledged alert-closed silence-set "
          "silence-ended pause-set pause-ended sending-held delivery-replayed "
          "delivery-dismissed destination-enabled rules-adopted retracted "
          "events-withdrawn ");
}

TEST_CASE("a correction replaces its judgement and a regrade takes effect from its own day",
          "[core]") {
    const Date made_on = day("2024-02-29");
    const auto recorded = [](std::int64_t seq, Date on, Event event) {
        return Recorded{JournalSeq{seq}, {}, on, Certainty::exact, {}, std::move(event), {}};
    };
    const Facts facts = fold({
        recorded(1, made_on, JudgementMade{"i", "kent", "responding", "good", {}, {}, {}}),
        recorded(2, day("2024-08-08"),
                 JudgementRegraded{"i", "kent", "responding", "inadequate", day("2024-08-08")}),
        recorded(3, made_on, JudgementCorrected{"i", "kent", "responding", "adequate"}),
    });
    const auto& judgement = facts.judgements.at("judgement:i/kent/responding");
    CHECK(judgement.grades ==
          std::vector<GradePoint>{{made_on, "adequate"}, {day("2024-08-08"), "inadequate"}});
}

TEST_CASE("what is withdrawn is gone, and what is said of it later changes nothing",
          "[core][R27]") {
    const auto recorded = [](std::int64_t seq, const char* on, Event event) {
        return Recorded{JournalSeq{seq}, {}, day(on), Certainty::exact, {}, std::move(event), {}};
    };
    FindingRaised raised;
    raised.force = "kent";
    raised.reference = "AFI-1";
    raised.title = "Custody";
    std::vector<Recorded> events{
        recorded(1, "2026-01-01", raised),
        recorded(2, "2026-02-01",
                 FindingClaimed{"kent", "AFI-1", ForceState::in_progress, day("2026-02-01")})};
    CHECK(fold(events).findings.size() == 1);
    events.push_back(recorded(3, "2026-01-01", Retracted{"finding:kent/AFI-1", "twice"}));
    CHECK(fold(events).findings.empty());
}

TEST_CASE("the axes of a finding stop its clock by themselves or by a later one", "[core][R9]") {
    Finding finding;
    CHECK_FALSE(clock_stopped_on(finding, Axis::force));
    finding.inspectorate_state = InspectorateState::closed;
    finding.inspectorate_state_on = day("2026-05-01");
    for (const auto axis : {Axis::force, Axis::verified, Axis::inspectorate})
        CHECK(clock_stopped_on(finding, axis) == day("2026-05-01"));
    finding.force_state = ForceState::claimed_complete;
    finding.force_state_on = day("2026-03-01");
    CHECK(clock_stopped_on(finding, Axis::force) == day("2026-03-01"));
    CHECK(clock_stopped_on(finding, Axis::inspectorate) == day("2026-05-01"));
}

TEST_CASE("a row that says nothing new gives no event", "[core][R18]") {
    const Date today = day("2026-11-23");
    ActionRow row;
    row.planned.source = "tracker";
    row.planned.external_id = "A-1";
    row.planned.force = "kent";
    row.planned.title = "Rota";
    row.planned.deadline = {DeadlineKind::local, *PartialDate::parse("2026-12-01"), "", ""};
    row.state = ActionState::in_progress;
    const auto first = changes(std::nullopt, row, today);
    REQUIRE(first.size() == 2);

    std::vector<Recorded> recorded;
    for (const auto& event : first)
        recorded.push_back({{}, {}, today, Certainty::exact, {}, event, {}});
    const Action known = fold(recorded).actions.at("action:tracker/A-1");
    CHECK(changes(known, row, today).empty());

    SECTION("a moved deadline is a revision") {
        row.planned.deadline.due = *PartialDate::parse("2027-01-15");
        const auto moved = changes(known, row, today);
        REQUIRE(moved.size() == 1);
        CHECK(std::holds_alternative<DeadlineRevised>(moved.front()));
    }
    SECTION("a date without a word on who set it moves the deadline and keeps its kind") {
        row.planned.deadline = {DeadlineKind::none, *PartialDate::parse("2027-03-01"), "", ""};
        const auto moved = changes(known, row, today);
        REQUIRE(moved.size() == 1);
        CHECK(std::get<DeadlineRevised>(moved.front()).deadline.kind == DeadlineKind::local);
        CHECK(std::get<DeadlineRevised>(moved.front()).deadline.due.text() == "2027-03-01");
    }
    SECTION("\"none\" said in so many words takes the date away") {
        row.planned.deadline = {};
        row.deadline_kind_said = true;
        const auto moved = changes(known, row, today);
        REQUIRE(moved.size() == 1);
        CHECK(std::get<DeadlineRevised>(moved.front()).deadline.kind == DeadlineKind::none);
    }
    SECTION("a new state keeps the note") {
        Action noted = known;
        noted.note = "first note";
        row.state = ActionState::complete;
        const auto said = changes(noted, row, today);
        REQUIRE(said.size() == 1);
        CHECK(std::get<ActionUpdated>(said.front()).note == "first note");
    }
    SECTION("a field is emptied only where that is said") {
        Action owned = known;
        owned.owner = "person-1";
        CHECK(changes(owned, row, today).empty());
        row.cleared = {"owner"};
        const auto said = changes(owned, row, today);
        REQUIRE(said.size() == 1);
        CHECK(std::get<ActionAmended>(said.front()).owner == std::string{});
    }
    SECTION("an empty cell leaves what is known") {
        row.planned.title.clear();
        row.planned.deadline = {};
        CHECK(changes(known, row, today).empty());
    }
}

TEST_CASE("the day of a state is corrected by saying the state again", "[core][R9][R18]") {
    FindingRaised raised;
    raised.force = "kent";
    raised.reference = "AFI-1";
    raised.title = "Custody";
    const auto recorded = [](std::int64_t seq, const char* on, Event event) {
        return Recorded{JournalSeq{seq}, {}, day(on), Certainty::exact, {}, std::move(event), {}};
    };
    const auto claimed = [&](std::int64_t seq, const char* on) {
        return recorded(
            seq, on,
            FindingClaimed{"kent", "AFI-1", ForceState::claimed_complete, day(on), {}, {}});
    };
    const auto [first, corrected] = GENERATE(table<const char*, const char*>(
        {{"2026-02-01", "2026-03-01"}, {"2026-03-01", "2026-02-01"}}));
    const auto facts =
        fold({recorded(1, "2026-01-01", raised), claimed(2, first), claimed(3, corrected)});
    CHECK(facts.findings.at("finding:kent/AFI-1").force_state_on == day(corrected));
}

TEST_CASE("what was withdrawn can be recorded anew", "[core][R27]") {
    FindingRaised raised;
    raised.force = "kent";
    raised.reference = "AFI-1";
    raised.title = "Custody";
    const auto recorded = [](std::int64_t seq, Event event) {
        return Recorded{JournalSeq{seq},  {}, day("2026-01-01"), Certainty::exact, {},
                        std::move(event), {}};
    };
    std::vector<Recorded> events{recorded(1, raised),
                                 recorded(2, Retracted{"finding:kent/AFI-1", "by mistake"})};
    CHECK(fold(events).findings.empty());
    events.push_back(recorded(3, raised));
    CHECK(fold(events).findings.size() == 1);
    events.push_back(recorded(4, Retracted{"finding:kent/AFI-1", "and again"}));
    CHECK(fold(events).findings.empty());
}

TEST_CASE("what an import said can be taken back, and what others said stays", "[core][R27]") {
    FindingRaised raised;
    raised.force = "kent";
    raised.reference = "AFI-1";
    raised.title = "Custody";
    const auto recorded = [](std::int64_t seq, Event event) {
        return Recorded{JournalSeq{seq},  {}, day("2026-01-01"), Certainty::exact, {},
                        std::move(event), {}};
    };
    const auto amended = [](const char* title) {
        return FindingAmended{"kent", "AFI-1", title, {}, {}};
    };
    std::vector<Recorded> events{recorded(1, raised), recorded(2, amended("Custody suites")),
                                 recorded(3, amended("Custody cells"))};
    CHECK(fold(events).findings.at("finding:kent/AFI-1").title == "Custody cells");
    events.push_back(recorded(4, EventsWithdrawn{"finding:kent/AFI-1", 3, 3, "wrong file"}));
    CHECK(fold(events).findings.at("finding:kent/AFI-1").title == "Custody suites");
    events.push_back(recorded(5, EventsWithdrawn{"finding:kent/AFI-1", 1, 2, "all of it"}));
    CHECK(fold(events).findings.empty());
    events.push_back(recorded(6, EventsWithdrawn{"finding:kent/AFI-2", 1, 9, "another item"}));
    events.push_back(recorded(7, raised));
    CHECK(fold(events).findings.size() == 1);
}

TEST_CASE("text that would harm a reader does not enter the journal", "[core]") {
    CHECK_FALSE(text_fault("Dyfed-Powys / Heddlu Dyfed-Powys\n\xC5\xB5").has_value());
    for (const auto& bad :
         {std::string("a\0b", 3), std::string("\x1b[31m"), std::string("\xff"),
          std::string("\xc0\xaf"), std::string("\xed\xa0\x80"), std::string(10'001, 'x')})
        CHECK(text_fault(bad).has_value());
}

TEST_CASE("facts follow the days on which things took effect, not their arrival",
          "[core][R5][R18]") {
    FindingRaised raised;
    raised.force = "kent";
    raised.reference = "AFI-1";
    raised.title = "Custody";
    const auto amended = [](const char* title) {
        return FindingAmended{"kent", "AFI-1", title, {}, {}};
    };
    const auto claimed = [](const char* on, ForceState state) {
        return FindingClaimed{"kent", "AFI-1", state, day(on), {}, {}};
    };
    const auto recorded = [](std::int64_t seq, const char* on, Event event) {
        return Recorded{JournalSeq{seq}, {}, day(on), Certainty::exact, {}, std::move(event), {}};
    };
    const std::vector<Recorded> said{
        recorded(5, "2026-01-01", raised), recorded(4, "2026-02-01", amended("Cells")),
        recorded(1, "2026-03-01", amended("Suites")),
        recorded(2, "2026-02-01", claimed("2026-02-01", ForceState::claimed_complete)),
        recorded(3, "2026-01-15", claimed("2026-01-15", ForceState::in_progress))};
    std::vector<std::size_t> order{0, 1, 2, 3, 4};
    do {
        std::vector<Recorded> events;
        for (const auto place : order) events.push_back(said[place]);
        const auto finding = fold(std::move(events)).findings.at("finding:kent/AFI-1");
        CHECK(finding.title == "Suites");
        CHECK(finding.force_state == ForceState::claimed_complete);
        CHECK(finding.deadline.revisions.size() == 1);
    } while (std::next_permutation(order.begin(), order.end()));
}
