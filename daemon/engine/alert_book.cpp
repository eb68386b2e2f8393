#include "daemon/engine/alert_book.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "daemon/engine/london.hpp"

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

}  // namespace

std::optional<Instant> AlertBook::update(const SubjectRuling& verdict) {
    const auto& rule = *verdict.rule;
    const auto& ruling = verdict.ruling;
    auto alert = store_.alerts().open_alert(rule.name, verdict.about.id);
    if (!alert && !ruling.firing) return std::nullopt;
    std::optional<AlertMemory> memory;
    if (alert) memory = memory_of(*alert, store_.alerts().told_steps(alert->id, alert->version));

    const auto turns = turns_of(memory, rule, ruling, now_);
    if (turns.empty() && alert &&
        (alert->title != verdict.about.title || alert->summary != ruling.summary)) {
        alert->title = verdict.about.title;
        if (!alert->closing) alert->summary = ruling.summary;
        store_.alerts().update(*alert);
    }
    for (const auto& turn : turns) {
        if (!turn.memory) {
            close(std::move(*alert), turn.ending, verdict.about.kind, turn.tells);
            alert.reset();
        } else {
            alert = take(verdict, turn, std::move(alert));
        }
    }
    return alert && alert->held_until ? alert->held_until : std::nullopt;
}

Alert AlertBook::take(const SubjectRuling& verdict, const AlertTurn& turn,
                      std::optional<Alert> known) {
    const auto& ruling = verdict.ruling;
    const bool opens = !known;
    Alert alert = known ? std::move(*known) : Alert{};
    const Severity before = alert.severity;
    keep(alert, *turn.memory);
    alert.title = verdict.about.title;
    if (!alert.closing) alert.summary = ruling.summary;
    if (turn.change) {
        alert.effective_on = ruling.effective_on;
        alert.effective_at = starts_at(ruling.effective_on);
        alert.detected_at = now_;
        if (ruling.severity > before) alert.state = AlertState::open;
    }
    bool tells = turn.tells;
    if (opens) {
        alert.rule = verdict.rule->name;
        alert.subject = verdict.about.id;
        alert.force = verdict.about.force;
        alert.opened_at = now_;
        if (baseline_) {
            alert.baseline = true;
            alert.told = false;
            alert.held_until.reset();
            tells = false;
        }
        alert.id = store_.alerts().insert(alert);
    } else {
        store_.alerts().update(alert);
    }
    std::vector<std::string> steps;
    for (const auto& step : turn.steps) {
        store_.alerts().add_step(alert.id, alert.version, step.name, step.on, alert.revision);
        steps.push_back(step.name);
    }
    if (turn.change) write(alert, *turn.change, std::move(steps), ruling.remarks);
    if (tells) notify(alert, verdict.about.kind);
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
    if (tells) notify(alert, kind);
}

void AlertBook::open_notice(const AlertSubject& about, const std::string& rule, Severity severity,
                            const std::string& summary, Date today) {
    if (store_.alerts().open_alert(rule, about.id)) return;
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
    alert.id = store_.alerts().insert(alert);
    write(alert, Change::opened, {}, {});
    notify(alert, about.kind);
}

void AlertBook::close_quietly(const std::string& subject, const std::string& ending) {
    for (const auto& rule : store_.alerts().open_rules(subject))
        if (auto alert = store_.alerts().open_alert(rule, subject))
            close(std::move(*alert), ending, ForceKind::other, false);
}

void AlertBook::close_others(const std::string& subject, const std::vector<std::string>& kept,
                             const std::string& ending) {
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
    news_.push_back({alert.id, change, alert.severity, alert.force, alert.rule, alert.title,
                     change == Change::closed ? alert.ending : alert.summary});
    store_.alerts().add_revision(
        {alert.id, alert.revision, now_, change, alert.severity, std::move(steps),
         change == Change::closed ? alert.ending : alert.summary, remarks});
}

std::vector<const Destination*> AlertBook::destinations_of(const Alert& alert,
                                                           ForceKind kind) const {
    std::vector<const Destination*> found;
    for (const auto& destination : settings_.destinations) {
        const bool wanted =
            settings_.routes.empty() ||
            std::any_of(settings_.routes.begin(), settings_.routes.end(), [&](const Route& route) {
                return (route.kinds.empty() || route.kinds.contains(kind)) &&
                       (route.forces.empty() || route.forces.contains(alert.force)) &&
                       (route.rules.empty() || route.rules.contains(alert.rule)) &&
                       alert.severity >= route.at_least &&
                       std::find(route.to.begin(), route.to.end(), destination.name) !=
                           route.to.end();
            });
        if (wanted) found.push_back(&destination);
    }
    return found;
}

void AlertBook::notify(const Alert& alert, ForceKind kind) {
    if (alert.state == AlertState::closed) {
        // Whoever was told that it opened is told that it closed, and nobody else.
        for (const auto& told : store_.alerts().told(alert.id))
            store_.alerts().add_notice(alert.id, alert.revision, told.destination, told.recipient);
        return;
    }
    for (const auto* destination : destinations_of(alert, kind)) {
        if (const auto* email = std::get_if<EmailTarget>(&destination->target)) {
            for (const auto& recipient : email->to)
                store_.alerts().add_notice(alert.id, alert.revision, destination->name, recipient);
        } else {
            store_.alerts().add_notice(alert.id, alert.revision, destination->name, {});
        }
    }
}

}  // namespace forcewatch
