#include <fmt/format.h>

#include <algorithm>

#include "core/day_count.hpp"
#include "core/ladder.hpp"

namespace forcewatch {

using std::chrono::days;

namespace {

/// Of every item at every look, so without a format to parse.
std::string deadline_sentence(const Deadline& deadline, Date due) {
    auto sentence = due_or_overdue(due);
    sentence.append(": ").append(text_of(deadline.kind)).append(" deadline ");
    sentence += deadline.due.text();
    if (deadline.due.uncertain()) sentence.append(" (read as ").append(text_of(due)).append(")");
    return sentence;
}

template <typename Subjects>
bool looks_at(const Subjects& subjects, DeadlineSubject subject) {
    return subjects.empty() || subjects.contains(subject);
}

struct ItemJudge {
    const Rule& rule;
    const ItemView& item;
    Date today;
    const WorkingCalendar& calendar;
    Ruling ruling{};

    void operator()(const DeadlineRule& condition) {
        const Deadline deadline = item.deadline.current();
        const auto due = deadline.last_day();
        if (!due || !looks_at(condition.subjects, item.subject)) return;
        ruling.version = deadline.due.text();
        Date from = *due;
        for (const auto& step : rule.ladder)
            if (step.offset)
                from = std::min(
                    from, step.working
                              ? calendar.plus(*due, static_cast<int>(step.offset->count())).day
                              : *due + *step.offset);
        if (const auto met_on = item.stopped(condition.stops)) {
            const std::string met = *met_on > *due ? "met late" : "met in time";
            if (*met_on >= from)
                ruling.episodes.push_back(
                    {from, *met_on, item.dropped_as.empty() ? met : item.dropped_as});
            return;
        }
        climb(ruling, rule, *due, {}, today, calendar);
        if (ruling.firing) ruling.episodes.push_back({from, std::nullopt, {}});
        ruling.summary = deadline_sentence(deadline, *due);
        if (deadline.due.uncertain())
            ruling.remarks.push_back("the deadline is known only as " + deadline.due.text());
    }

    void operator()(const Stalled& condition) {
        const bool wanted = condition.subjects.empty() ? item.subject == DeadlineSubject::action
                                                       : condition.subjects.contains(item.subject);
        if (!wanted || !item.said_on) return;
        if (const auto stopped = item.stopped(Axis::force))
            return end_on(ruling, *stopped, "it is done");
        Date origin = *item.said_on;
        const auto due = item.deadline.current().last_day();
        if (condition.due_within && due) {
            // The first step falls on the day the period before the deadline begins, unless
            // something was said since.
            const Date asked_on = *due - *condition.due_within;
            const days first = rule.ladder.front().offset.value_or(days{0});
            if (*item.said_on < asked_on) origin = std::min(origin, asked_on - first);
        }
        hold_since(ruling, rule, origin, today, calendar);
        ruling.summary = fmt::format("nothing was said of it for {}, since {}",
                                     days_since(*item.said_on), text_of(*item.said_on));
        if (!ruling.firing) end_on(ruling, *item.said_on, "an update came");
    }

    void operator()(const Unowned&) {
        if (item.subject != DeadlineSubject::action) return;
        if (const auto stopped = item.stopped(Axis::force))
            return end_on(ruling, *stopped, "it is done");
        if (!item.unowned_since) return end_on(ruling, today, "it has an owner");
        hold_since(ruling, rule, *item.unowned_since, today, calendar);
        ruling.summary = item.owner_gone.empty()
                             ? std::string{"it has no accountable owner"}
                             : fmt::format("its owner left on {}", text_of(*item.unowned_since));
    }

    void operator()(const Slipped& condition) {
        if (!looks_at(condition.subjects, item.subject)) return;
        if (const auto stopped = item.stopped(Axis::force))
            return end_on(ruling, *stopped, "it is done");
        const auto moves = item.deadline.moves();
        const auto original = item.deadline.original();
        const auto first = original.last_day();
        std::optional<Date> since;
        for (std::size_t i = 0; i < moves.size() && !since; ++i) {
            const auto& revision = item.deadline.revisions[moves[i]];
            const auto last = revision.deadline.last_day();
            const bool often =
                condition.moves && i + 1 > static_cast<std::size_t>(*condition.moves);
            const bool far = condition.by && first && last && *last - *first > *condition.by;
            if (often || far) since = revision.agreed_on;
        }
        if (!since) return;
        hold_since(ruling, rule, *since, today, calendar);
        ruling.summary = fmt::format(
            "its deadline was moved {} time{}, from {} to {} ({})", moves.size(),
            moves.size() == 1 ? "" : "s", original.due.text(),
            item.deadline.current().last_day() ? item.deadline.current().due.text() : "no date",
            days_text(item.deadline.slip()));
    }

    void operator()(const Unverified&) {
        if (item.subject != DeadlineSubject::finding) return;
        if (const auto closed = item.stopped(Axis::inspectorate))
            return end_on(ruling, *closed, "the inspectorate closed it");
        if (!item.claimed_on) return end_on(ruling, today, "it is no longer claimed complete");
        hold_since(ruling, rule, *item.claimed_on, today, calendar);
        ruling.summary =
            fmt::format("claimed complete on {} and not closed by the inspectorate for {}",
                        text_of(*item.claimed_on), days_since(*item.claimed_on));
    }

    template <typename Other>
    void operator()(const Other&) {}
};

std::array<std::optional<Date>, 3> by_one_word(const std::optional<Date>& on) {
    return {on, on, on};
}

}  // namespace

bool selects(const Rule& rule, ForceKind kind, std::string_view force, std::string_view programme) {
    return (rule.kinds.empty() || rule.kinds.contains(kind)) &&
           (rule.forces.empty() || rule.forces.contains(std::string{force})) &&
           (rule.programmes.empty() || rule.programmes.contains(std::string{programme}));
}

ItemView view_of(const Action& action, const std::optional<Person>& owner) {
    ItemView view;
    view.subject = DeadlineSubject::action;
    view.deadline = action.deadline;
    view.stopped_on = by_one_word(clock_stopped_on(action));
    if (action.state == ActionState::cancelled) view.dropped_as = text_of(action.state);
    view.said_on = action.updated_on.value_or(action.planned_on);
    if (action.owner.empty()) view.unowned_since = action.planned_on;
    if (owner && !owner->active) {
        view.unowned_since = owner->since;
        view.owner_gone = owner->id;
    }
    return view;
}

ItemView view_of(const Finding& finding) {
    ItemView view;
    view.subject = DeadlineSubject::finding;
    view.deadline = finding.deadline;
    for (const auto axis : {Axis::force, Axis::verified, Axis::inspectorate})
        view.stopped_on[static_cast<std::size_t>(axis)] = clock_stopped_on(finding, axis);
    view.said_on = finding.updated_on;
    if (finding.inspectorate_state == InspectorateState::superseded)
        view.dropped_as = text_of(finding.inspectorate_state);
    if (finding.force_state == ForceState::claimed_complete)
        view.claimed_on = finding.force_state_on;
    else if (ends_clock(finding.force_state))
        view.dropped_as = text_of(finding.force_state);
    return view;
}

ItemView view_of(const Obligation& obligation) {
    ItemView view;
    view.subject = DeadlineSubject::obligation;
    view.deadline = obligation.deadline;
    view.stopped_on = by_one_word(obligation.replied_on);
    return view;
}

ItemView view_of(const Meeting& meeting) {
    ItemView view;
    view.subject = DeadlineSubject::meeting;
    view.deadline = meeting.deadline;
    if (meeting.state != MeetingState::planned) view.stopped_on = by_one_word(meeting.state_on);
    if (meeting.state == MeetingState::cancelled) view.dropped_as = text_of(meeting.state);
    return view;
}

ItemView papers_of(const Meeting& meeting) {
    ItemView view = view_of(meeting);
    view.subject = DeadlineSubject::papers;
    if (meeting.papers_sent_on) {
        view.stopped_on = by_one_word(meeting.papers_sent_on);
        view.dropped_as.clear();
    }
    for (auto& revision : view.deadline.revisions) {
        const auto on = revision.deadline.last_day();
        revision.deadline.due = on && meeting.papers_days > 0
                                    ? PartialDate{*on - days{meeting.papers_days}}
                                    : PartialDate{};
        if (!revision.deadline.due.known()) revision.deadline.kind = DeadlineKind::none;
    }
    return view;
}

Ruling judge_item(const Rule& rule, const ItemView& item, Date today,
                  const WorkingCalendar& calendar) {
    ItemJudge judge{rule, item, today, calendar};
    std::visit(judge, rule.condition);
    return std::move(judge.ruling);
}

}  // namespace forcewatch
