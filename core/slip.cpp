#include "core/slip.hpp"

namespace forcewatch {

void SlipTotals::count(const DeadlineHistory& deadline, std::optional<Date> done_on, Date today) {
    const auto original = deadline.original().last_day();
    if (!original) return;
    const auto moved_by = static_cast<std::int64_t>(deadline.moves().size());
    ++items;
    moves += moved_by;
    if (moved_by > 0) ++moved;
    slip += deadline.slip();
    if (!done_on && *original >= today) return;
    ++originally_due;
    if (done_on && *done_on <= *original) ++met_originally;
}

void SlipTotals::count(const Finding& finding, Date today) {
    const auto state = finding.force_state;
    const bool claimed = state == ForceState::claimed_complete;
    if (ends_clock(state) && !claimed) return;
    count(finding.deadline, claimed ? finding.force_state_on : std::nullopt, today);
}

void SlipTotals::count(const Action& action, Date today) {
    if (action.state == ActionState::cancelled) return;
    count(action.deadline, action.state == ActionState::complete ? action.updated_on : std::nullopt,
          today);
}

void SlipTotals::count(const Obligation& obligation, Date today) {
    if (obligation.tracked) count(obligation.deadline, obligation.replied_on, today);
}

void SlipTotals::add(const SlipTotals& other) {
    items += other.items;
    moved += other.moved;
    moves += other.moves;
    slip += other.slip;
    originally_due += other.originally_due;
    met_originally += other.met_originally;
}

}  // namespace forcewatch
