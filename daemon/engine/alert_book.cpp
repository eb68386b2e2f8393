#include "daemon/engine/alert_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/day_count.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

AlertMemory memory_of(const Alert& alert, std::set<std::string> steps) {
    return {alert.episode_on, alert.severity,   alert.revision, alert.version, alert.reminders,
            std::move(steps), alert.held_until, alert.told,     alert.closing, alert.damped};
}

void keep(Alert& alert, const AlertMemory& memory) {
    alert.episode_on = memory.episode_on;
    alert.severity = memory.severity;
    alert.revision = memory.revision;
    alert.version = memory.version;
    alert.reminders = memory.reminders;
    alert.held_until = memory.held_until;
    alert.told = memory.told;
    alert.closing = memory.closing;
    alert.damped = memory.damped;
}

bool is_overdue(const Rule& rule, const Ruling& ruling) {
    return std::holds_alternative<DeadlineRule>(rule.condition) &&
           std::any_of(ruling.reached.begin(), ruling.reached.end(), is_past);
}

/// Whoever took the alert on did not take on this.
bool is_worse(const Alert& before, const Alert& now, const std::vector<ReachedStep>& steps) {
    return now.severity > before.severity || is_earlier(now.version, before.version) ||
           (now.overdue && std::any_of(steps.begin(), steps.end(), is_past));
}

}  // namespace

std::optional<Instant> AlertBook::update(const SubjectRuling& verdict) {
    const auto& rule = *verdict.rule;
    const auto& ruling = verdict.ruling;
    if (!ruling.firing && !ever_had_alerts(verdict.about->id)) return std::nullopt;
    auto alert = store_.alerts().open_alert(rule.name, verdict.about->id);
    if (!alert && !ruling.firing) return std::nullopt;
    if (alert && alert->review_at) {
        if (const auto review_at = keep_closed(*alert, verdict)) return review_at;
        if (!ruling.firing) return std::nullopt;
        alert = store_.alerts().open_alert(rule.name, verdict.about->id);
    }
    // Whoever waits for its answer may no longer do so: it may be another's by now.
    if (alert && std::holds_alternative<Stalled>(rule.condition))
        stir(Restraint::Cause::asked, *alert);
    std::optional<AlertMemory> memory;
    if (alert) memory = memory_of(*alert, store_.alerts().told_steps(alert->id, alert->version));

    const auto turns = turns_of(memory, rule, ruling, now_);
    if (turns.empty() && alert &&
        (alert->title != verdict.about->title || alert->summary != ruling.summary)) {
        alert->title = verdict.about->title;
        if (!alert->closing) alert->summary = ruling.summary;
        store_.alerts().update(*alert);
    }
    for (const auto& turn : turns) {
        if (!turn.memory) {
            close(std::move(*alert), turn.ending, verdict.about->kind, turn.tells);
            alert.reset();
        } else {
            alert = take(verdict, turn, std::move(alert));
        }
    }
    return alert && alert->held_until ? alert->held_until : std::nullopt;
}

bool AlertBook::ever_had_alerts(const std::string& subject) {
    if (std::exchange(last_subject_, subject) != subject)
        last_had_alerts_ = store_.alerts().any_of(subject);
    return last_had_alerts_;
}

void AlertBook::insert(Alert& alert) {
    alert.id = store_.alerts().insert(alert);
    last_subject_.clear();
}

Alert AlertBook::take(const SubjectRuling& verdict, const AlertTurn& turn,
                      std::optional<Alert> known) {
    const auto& ruling = verdict.ruling;
    const bool opens = !known;
    Alert alert = known ? std::move(*known) : Alert{};
    const Alert before = alert;
    keep(alert, *turn.memory);
    alert.overdue = is_overdue(*verdict.rule, ruling);
    alert.title = verdict.about->title;
    if (!alert.closing) alert.summary = ruling.summary;
    if (turn.change) {
        alert.effective_on = ruling.effective_on;
        alert.effective_at = starts_at(ruling.effective_on);
        alert.detected_at = now_;
    }
    auto remarks = ruling.remarks;
    if (!opens && is_earlier(alert.version, before.version))
        remarks.push_back(
            fmt::format("The deadline was brought forward, from {}.", before.version));
    if (before.state == AlertState::acknowledged && is_worse(before, alert, turn.steps)) {
        const auto acknowledged = store_.care().acknowledgement(alert.id);
        if (acknowledged && acknowledged->sticky)
            remarks.emplace_back(worse_yet_acknowledged);
        else
            remarks.emplace_back(worse_than_acknowledged);
        if (!acknowledged || !acknowledged->sticky) end_acknowledgement(alert);
    }
    bool tells = turn.tells;
    if (opens) {
        alert.rule = verdict.rule->name;
        alert.subject = verdict.about->id;
        alert.force = verdict.about->force;
        alert.opened_at = now_;
        if (baseline_) {
            alert.baseline = true;
            alert.told = false;
            alert.held_until.reset();
            tells = false;
        }
        insert(alert);
    } else {
        store_.alerts().update(alert);
    }
    std::vector<std::string> steps;
    for (const auto& step : turn.steps) {
        store_.alerts().add_step(alert.id, alert.version, step.name, step.on, alert.revision);
        steps.push_back(step.name);
    }
    if (turn.change) write(alert, *turn.change, std::move(steps), remarks);
    if (tells) notify(alert, turn.change.value_or(Change::opened), verdict.about->kind);
    return alert;
}

void AlertBook::close(Alert alert, const std::string& ending, ForceKind kind, bool tells) {
    if (!alert.told && alert.held_until) ++alert.damped;
    alert.state = AlertState::closed;
    alert.closed_at = now_;
    alert.ending = ending;
    alert.held_until.reset();
    alert.closing = false;
    ++alert.revision;
    store_.alerts().update(alert);
    write(alert, Change::closed, {}, {});
    if (tells) notify(alert, Change::closed, kind);
    store_.care().forget(alert.id);
    if (!settings_.inhibitions.empty()) stir(Restraint::Cause::inhibited, alert);
    stir(Restraint::Cause::acknowledged, alert);
    stir(Restraint::Cause::asked, alert);
}

void AlertBook::stir(Restraint::Cause cause, const Alert& alert) {
    store_.notices().stir(cause, key_of(alert.id), now_);
}

std::optional<Instant> AlertBook::keep_closed(Alert alert, const SubjectRuling& verdict) {
    const auto memory = memory_of(alert, store_.alerts().told_steps(alert.id, alert.version));
    if (!is_same_episode(memory, *verdict.rule, verdict.ruling, now_)) {
        alert.review_at.reset();
        store_.alerts().update(alert);
        return std::nullopt;
    }
    if (now_ < *alert.review_at) return alert.review_at;
    const auto review_at = std::exchange(alert.review_at, std::nullopt);
    alert.closed_at.reset();
    alert.ending.clear();
    alert.state = AlertState::open;
    alert.severity = verdict.ruling.severity;
    alert.summary = verdict.ruling.summary;
    alert.overdue = is_overdue(*verdict.rule, verdict.ruling);
    alert.detected_at = now_;
    alert = revise(std::move(alert), Change::reopened, verdict.ruling.summary,
                   {fmt::format("It was closed by hand until {} and is still so.",
                                text_of(london_date(*review_at)))});
    notify(alert, Change::reopened, verdict.about->kind);
    return std::nullopt;
}

Alert AlertBook::revise(Alert alert, Change change, const std::string& summary,
                        const std::vector<std::string>& remarks) {
    ++alert.revision;
    store_.alerts().update(alert);
    news_.push_back({alert.id, change, alert.severity, alert.force, alert.rule, alert.title,
                     store_.people().named(as_read_on(summary, london_date(now_)))});
    store_.alerts().add_revision(
        {alert.id, alert.revision, now_, change, alert.severity, {}, summary, remarks});
    return alert;
}

void AlertBook::close_by_hand(Alert alert, const std::string& reason, Date review_on) {
    alert.review_at = starts_at(review_on);
    const auto subject = alert.subject;
    close(std::move(alert), fmt::format("closed by hand until {}: {}", text_of(review_on), reason),
          ForceKind::other, true);
    store_.agenda().touch(subject_on_agenda(subject), now_);
}

void AlertBook::end_acknowledgement(Alert& alert) {
    const auto acknowledged = store_.care().acknowledgement(alert.id);
    alert.state = AlertState::open;
    store_.alerts().update(alert);
    store_.care().unacknowledge(alert.id);
    stir(Restraint::Cause::acknowledged, alert);
    if (acknowledged && acknowledged->left_over)
        store_.care().set_clock(alert.id, AlertClock::escalate, now_ + *acknowledged->left_over);
}

void AlertBook::open_notice(const AlertSubject& about, const std::string& rule, Severity severity,
                            const std::string& summary, Date today) {
    if (const auto alert = open_plainly(about, rule, severity, summary, today))
        notify(*alert, Change::opened, about.kind);
}

void AlertBook::open_notice_to(const AlertSubject& about, const std::string& rule,
                               Severity severity, const std::string& summary,
                               const std::string& destination) {
    const auto alert = open_plainly(about, rule, severity, summary, london_date(now_));
    if (!alert) return;
    if (destination.empty())
        notify(*alert, Change::opened, about.kind);
    else
        teller_.to(*alert, {destination}, "fallback");
}

std::optional<Alert> AlertBook::open_plainly(const AlertSubject& about, const std::string& rule,
                                             Severity severity, const std::string& summary,
                                             Date today) {
    if (auto known = store_.alerts().open_alert(rule, about.id)) {
        if (!known->review_at || now_ < *known->review_at) return std::nullopt;
        // Closed by hand until a day that has come: nobody else looks whether it is still so.
        known->review_at.reset();
        store_.alerts().update(*known);
    }
    Alert alert;
    alert.rule = rule;
    alert.subject = about.id;
    alert.force = about.force;
    alert.title = about.title;
    alert.episode_on = today;
    alert.severity = severity;
    alert.revision = 1;
    alert.effective_on = today;
    alert.effective_at = starts_at(today);
    alert.detected_at = now_;
    alert.opened_at = now_;
    alert.summary = summary;
    insert(alert);
    write(alert, Change::opened, {}, {});
    return alert;
}

void AlertBook::close_all(const std::string& subject, const std::string& ending, bool tells) {
    store_.alerts().forget_reviews(subject);
    for (const auto& rule : store_.alerts().open_rules(subject))
        if (auto alert = store_.alerts().open_alert(rule, subject))
            close(std::move(*alert), ending, ForceKind::other, tells);
}

void AlertBook::close_quietly(const std::string& subject, const std::string& ending) {
    close_all(subject, ending, false);
}

void AlertBook::close_told(const std::string& subject, const std::string& ending) {
    close_all(subject, ending, true);
}

void AlertBook::close_others(const std::string& subject, const std::vector<std::string>& kept,
                             const std::string& ending) {
    if (!ever_had_alerts(subject)) return;
    for (const auto& rule : store_.alerts().open_rules(subject)) {
        if (std::find(kept.begin(), kept.end(), rule) != kept.end()) continue;
        auto alert = store_.alerts().open_alert(rule, subject);
        const auto force = alert ? store_.facts().force(alert->force) : std::nullopt;
        if (!alert) continue;
        const bool told = alert->told;
        close(std::move(*alert), ending, force ? force->kind : ForceKind::other, told);
    }
}

void AlertBook::write(const Alert& alert, Change change, std::vector<std::string> steps,
                      const std::vector<std::string>& remarks) {
    const auto& summary = change == Change::closed ? alert.ending : alert.summary;
    news_.push_back({alert.id, change, alert.severity, alert.force, alert.rule, alert.title,
                     store_.people().named(as_read_on(summary, london_date(now_)))});
    store_.alerts().add_revision({alert.id, alert.revision, now_, change, alert.severity,
                                  std::move(steps), summary, remarks});
}

void AlertBook::start_escalation(const Alert& alert, const Routing& routing) {
    const auto found = std::find_if(
        settings_.escalations.begin(), settings_.escalations.end(),
        [&](const Escalation& escalation) { return escalation.name == routing.escalation; });
    if (routing.escalation.empty() || found == settings_.escalations.end()) return;
    EscalationState state;
    state.alert = alert.id;
    state.name = found->name;
    state.from_delivery = found->from_delivery;
    for (const auto& step : found->steps) state.steps.push_back({step.after, step.to});
    if (!state.from_delivery) {
        state.base_at = std::max(alert.effective_at, alert.opened_at);
        store_.care().set_clock(alert.id, AlertClock::escalate,
                                *state.base_at + state.steps.front().after);
    }
    store_.care().set_escalation(state);
}

void AlertBook::notify(const Alert& alert, Change change, ForceKind kind) {
    if (alert.state == AlertState::closed) return teller_.to_those_told(alert);
    const auto routing = teller_.routing_of(alert, kind);
    teller_.by_routes(alert, routing);
    if (change == Change::opened) start_escalation(alert, routing);
    store_.care().set_clock(alert.id, AlertClock::repeat, teller_.repeat_at(routing, now_));
}

}  // namespace forcewatch
