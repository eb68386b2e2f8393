#include "core/slip.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

DeadlineHistory dated(std::initializer_list<const char*> dues) {
    DeadlineHistory history;
    for (const char* due : dues)
        history.revisions.push_back(
            {{DeadlineKind::local, *PartialDate::parse(due), {}, {}}, day("2026-01-01"), {}, {}});
    return history;
}

Action action_due(std::initializer_list<const char*> dues, ActionState state = ActionState::open,
                  const char* updated_on = "2026-01-01") {
    Action action;
    action.deadline = dated(dues);
    action.state = state;
    action.updated_on = day(updated_on);
    return action;
}

}  // namespace

TEST_CASE("moves, days and dates met are counted over several items", "[core][R105]") {
    const Date today = day("2026-06-01");
    SlipTotals totals;
    totals.count(action_due({"2026-03-31", "2026-04-30", "2026-05-31"}), today);
    totals.count(action_due({"2026-03-31"}, ActionState::complete, "2026-03-31"), today);
    totals.count(action_due({"2026-03-31", "2026-04-30"}, ActionState::complete, "2026-04-01"),
                 today);
    totals.count(action_due({"2026-08-31", "2026-08-01"}), today);
    totals.count(action_due({"2026-08-31"}, ActionState::complete, "2026-05-01"), today);
    CHECK(totals.items == 5);
    CHECK(totals.moved == 3);
    CHECK(totals.moves == 4);
    CHECK(totals.slip == std::chrono::days{61 + 30 - 30});
    CHECK(totals.originally_due == 4);  // not the one that is due in August and open
    CHECK(totals.met_originally == 2);
}

TEST_CASE("what has no date, or came to nothing, has none to meet", "[core][R105]") {
    const Date today = day("2026-06-01");
    SlipTotals totals;
    totals.count(Action{}, today);
    totals.count(action_due({"2026-03-31"}, ActionState::cancelled), today);
    Finding not_ours;
    not_ours.deadline = dated({"2026-03-31"});
    not_ours.force_state = ForceState::not_ours;
    not_ours.force_state_on = day("2026-02-01");
    totals.count(not_ours, today);
    Obligation history;
    history.deadline = dated({"2026-03-31"});
    history.tracked = false;
    totals.count(history, today);
    CHECK(totals.items == 0);
    not_ours.force_state = ForceState::claimed_complete;
    totals.count(not_ours, today);
    history.tracked = true;
    totals.count(history, today);
    CHECK(totals.items == 2);
    CHECK(totals.originally_due == 2);
    CHECK(totals.met_originally == 1);
}
