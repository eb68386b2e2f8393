#include "daemon/engine/alert_clocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/engine/attempt.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/silence_list.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

std::string still(const Alert& alert) {
    return alert.overdue ? "still overdue: " + alert.summary : "still so: " + alert.summary;
}

}  // namespace

std::optional<Instant> AlertClocks::next_at(Store& store) {
    auto next = store.care().next_clock_at();
    const auto sooner = [&](std::optional<Instant> other) {
        if (other && (!next || *other < *next)) next = other;
    };
    sooner(store.care().next_silence_end());
    if (const auto day = store.care().next_pause_end()) sooner(starts_at(*day));
    sooner(SilenceList::next_at(store));
    return next;
}

ForceKind AlertClocks::kind_of_force(const Alert& alert) {
    const auto force = store_.facts().force(alert.force);
    return force ? force->kind : ForceKind::other;
}

void AlertClocks::refresh(Alert& alert) {
    const auto rulings =
        judge_subject(facts_, settings_.rules, subject_on_agenda(alert.subject), london_date(now_));
    for (const auto& verdict : rulings.all)
        if (verdict.about->id == alert.subject && verdict.rule->name == alert.rule &&
            verdict.ruling.firing)
            alert.summary = verdict.ruling.summary;
}

bool AlertClocks::end_restraints() {
    const auto silences = store_.care().take_ended_silences(now_);
    for (const auto& silence : silences)
        store_.notices().stir(Restraint::Cause::silenced, fmt::format("silence:{}", silence.id),
                              now_);
    const auto pauses = store_.care().take_ended_pauses(london_date(now_));
    for (const auto& pause : pauses)
        store_.notices().stir(Restraint::Cause::paused, fmt::format("pause:{}", pause.id), now_);
    const bool listed = SilenceList{store_, reference_, now_}.run(book_);
    return listed || !silences.empty() || !pauses.empty();
}

bool AlertClocks::run(int limit, const Probe& probe) {
    const auto due = store_.care().due_clocks(now_, limit);
    attempt_each(
        store_, due, [&](const DueClock& each) { ring(each, probe); },
        [&] { return book_.news().size(); }, [&](std::size_t kept) { book_.forget_news(kept); },
        [&](const DueClock& each, const std::string& why) { tell_of_fault(each, why); });
    return !due.empty();
}

void AlertClocks::tell_of_fault(const DueClock& due, const std::string& why) {
    const Instant again_at = now_ + std::chrono::hours{1};
    store_.care().set_clock(due.alert, due.clock, again_at);
    const auto alert = store_.alerts().find(due.alert);
    if (!alert) return;
    const auto words = fmt::format("what was due on alert {} failed and is tried each hour: {}: {}",
                                   number_of(due.alert), text_of(due.clock), why);
    const auto decided = store_.notices().decisions(due.alert);
    if (decided.empty() || decided.back().held.words != words)
        store_.notices().add_decision({0,
                                       now_,
                                       due.alert,
                                       alert->revision,
                                       {},
                                       {Restraint::Cause::faulty, {}, words, again_at}});
    book_.open_notice({alert->subject, alert->force, kind_of_force(*alert), alert->title},
                      cannot_evaluate_rule, Severity::critical, words, london_date(now_));
}

void AlertClocks::ring(const DueClock& due, const Probe& probe) {
    store_.care().set_clock(due.alert, due.clock, {});
    auto alert = store_.alerts().find(due.alert);
    if (!alert || alert->state == AlertState::closed) return;
    if (probe) probe(alert->subject);
    refresh(*alert);
    switch (due.clock) {
        case AlertClock::acknowledgement:
            return drop_acknowledgement(*alert, "the acknowledgement ended");
        case AlertClock::remind:
            return remind(*alert);
        case AlertClock::escalate:
            return escalate(*alert);
        case AlertClock::repeat:
            return repeat(*alert, due.due_at);
        case AlertClock::fallback:
            return fall_back(*alert);
    }
}

void AlertClocks::drop_acknowledgement(Alert alert, const std::string& why) {
    const auto acknowledged = store_.care().acknowledgement(alert.id);
    if (!acknowledged) return;
    book_.end_acknowledgement(alert);
    const auto words = fmt::format("{}, {}", why, still(alert));
    alert = book_.revise(std::move(alert), Change::resumed, words, {});
    const auto routing = book_.teller().routing_of(alert, kind_of_force(alert));
    book_.teller().by_routes(alert, routing);
    book_.teller().to_acknowledger(alert, *acknowledged);
    store_.care().set_clock(alert.id, AlertClock::repeat, book_.teller().repeat_at(routing, now_));
}

void AlertClocks::remind(const Alert& alert) {
    auto acknowledged = store_.care().acknowledgement(alert.id);
    if (!acknowledged) return;
    if (acknowledged->reminded >= settings_.alerting.unanswered_reminders)
        return drop_acknowledgement(
            alert,
            fmt::format("the acknowledgement was dropped after {} reminders without an answer",
                        acknowledged->reminded));
    ++acknowledged->reminded;
    store_.care().acknowledge(*acknowledged);
    store_.care().set_clock(alert.id, AlertClock::remind, now_ + acknowledged->remind_every);
    const auto revised = book_.revise(
        alert, Change::acknowledged,
        fmt::format("acknowledged until {}, {}", text_of(acknowledged->until), still(alert)),
        {fmt::format("Reminder {} of {} to whoever acknowledged it.", acknowledged->reminded,
                     settings_.alerting.unanswered_reminders)});
    book_.teller().to_acknowledger(revised, *acknowledged);
}

void AlertClocks::escalate(const Alert& alert) {
    auto state = store_.care().escalation(alert.id);
    if (!state || !state->base_at || alert.state == AlertState::acknowledged) return;
    const int count = static_cast<int>(state->steps.size());
    const bool more = state->taken < count;
    const auto& step = state->steps[static_cast<std::size_t>(more ? state->taken : count - 1)];
    if (more)
        ++state->taken;
    else
        state->unanswered = true;
    const auto words =
        more ? fmt::format("nobody acknowledged it (step {} of {} of \"{}\"), {}", state->taken,
                           count, state->name, still(alert))
             : fmt::format("nobody answered any step of \"{}\", {}", state->name, still(alert));
    const auto revised =
        book_.revise(alert, more ? Change::escalated : Change::unanswered, words, {});
    book_.teller().to(revised, step.to, fmt::format("escalation \"{}\"", state->name));
    // Steps that were missed while nothing ran follow each other at once, each told.
    store_.care().set_clock(
        alert.id, AlertClock::escalate,
        state->taken < count && more
            ? *state->base_at + state->steps[static_cast<std::size_t>(state->taken)].after
            : now_ + settings_.alerting.longest_gap);
    store_.care().set_escalation(*state);
}

void AlertClocks::repeat(const Alert& alert, Instant due_at) {
    const auto routing = book_.teller().routing_of(alert, kind_of_force(alert));
    store_.care().set_clock(alert.id, AlertClock::repeat,
                            book_.teller().repeat_at(routing, due_at));
    if (alert.state == AlertState::acknowledged || !alert.told || alert.closing) return;
    const auto revised = book_.revise(alert, Change::reminder, still(alert), {});
    book_.teller().by_routes(revised, routing);
}

void AlertClocks::fall_back(const Alert& alert) {
    std::set<std::string> without;
    std::set<std::string> fallbacks;
    for (const auto& notice : store_.notices().of_alert(alert.id)) {
        const auto messages = store_.notices().messages_of(notice);
        for (const auto id : messages)
            if (const auto delivery = store_.outbox().find(id);
                delivery && delivery->state == DeliveryState::sent)
                return;
        const bool reaches_nobody =
            notice.outcome == NoticeOutcome::nobody || notice.outcome == NoticeOutcome::bounced;
        if (messages.empty() && !reaches_nobody) continue;
        without.insert(notice.destination);
        fallbacks.insert(fallback_of(settings_, notice.destination));
    }
    fallbacks.erase("");
    for (const auto& name : without) fallbacks.erase(name);
    if (fallbacks.empty()) return;
    book_.teller().to(
        alert, {fallbacks.begin(), fallbacks.end()}, "fallback",
        fmt::format("Nobody took it in time: {} did not.",
                    fmt::join(std::vector<std::string>{without.begin(), without.end()}, ", ")));
}

}  // namespace forcewatch
