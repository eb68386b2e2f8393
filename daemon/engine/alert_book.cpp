#include "daemon/engine/alert_book.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "daemon/engine/london.hpp"

namespace forcewatch {

namespace {

/// The episode that an open alert belongs to: the one that holds its start, else the present one,
/// which a late fact may have moved. Null: its episode is over and another one runs.
const Episode* episode_of(const Alert& alert, const Ruling& ruling) {
    for (const auto& episode : ruling.episodes)
        if (episode.from <= alert.episode_on &&
            (!episode.until || alert.episode_on < *episode.until))
            return &episode;
    return ruling.firing ? &ruling.episodes.back() : nullptr;
}

}  // namespace

void AlertBook::update(const AlertSubject& subject, const Rule& rule, const Ruling& ruling) {
    auto alert = store_.alerts().open_alert(rule.name, subject.id);
    if (alert) {
        const Episode* episode = episode_of(*alert, ruling);
        const bool lasts = ruling.firing && episode == &ruling.episodes.back();
        if (lasts) {
            alert->episode_on = episode->from;
            advance(std::move(*alert), subject, ruling);
            return;
        }
        std::string ending = "no longer true";
        if (episode != nullptr && !episode->ending.empty())
            ending = episode->ending;
        else if (!ruling.episodes.empty() && !ruling.episodes.back().ending.empty())
            ending = ruling.episodes.back().ending;
        close(std::move(*alert), ending, subject.kind);
    }
    if (ruling.firing) open(subject, rule, ruling);
}

void AlertBook::open(const AlertSubject& subject, const Rule& rule, const Ruling& ruling) {
    FW_CHECK(!ruling.episodes.empty());
    Alert alert;
    alert.rule = rule.name;
    alert.subject = subject.id;
    alert.force = subject.force;
    alert.title = subject.title;
    alert.episode_on = ruling.episodes.back().from;
    alert.severity = ruling.severity;
    alert.revision = 1;
    alert.version = ruling.version;
    alert.reminders = ruling.reminders;
    alert.effective_on = ruling.effective_on;
    alert.effective_at = starts_at(ruling.effective_on);
    alert.detected_at = now_;
    alert.opened_at = now_;
    alert.summary = ruling.summary;
    alert.id = store_.alerts().insert(alert);
    std::vector<std::string> steps;
    for (const auto& step : ruling.reached) {
        store_.alerts().add_step(alert.id, alert.version, step.name, step.on, alert.revision);
        steps.push_back(step.name);
    }
    write(alert, Change::opened, std::move(steps), ruling.remarks);
    notify(alert, subject.kind);
}

void AlertBook::advance(Alert alert, const AlertSubject& subject, const Ruling& ruling) {
    const bool moved = alert.version != ruling.version;
    const auto told = store_.alerts().told_steps(alert.id, ruling.version);
    std::vector<const ReachedStep*> fresh;
    for (const auto& step : ruling.reached)
        if (!told.contains(step.name)) fresh.push_back(&step);

    const Severity before = alert.severity;
    const bool reminds = fresh.empty() && !moved && ruling.reminders > alert.reminders;
    // A moved deadline re-arms only the steps still ahead: what it had passed by then goes to the
    // ledger without a word, unless it makes matters worse.
    const bool tells = ruling.severity != before || (!fresh.empty() && !moved) || reminds;

    alert.title = subject.title;
    alert.version = ruling.version;
    alert.severity = ruling.severity;
    alert.reminders = ruling.reminders;
    alert.summary = ruling.summary;
    if (tells) {
        ++alert.revision;
        alert.effective_on = ruling.effective_on;
        alert.effective_at = starts_at(ruling.effective_on);
        alert.detected_at = now_;
        alert.state = ruling.severity > before ? AlertState::open : alert.state;
    }
    store_.alerts().update(alert);
    std::vector<std::string> steps;
    for (const auto* step : fresh) {
        store_.alerts().add_step(alert.id, alert.version, step->name, step->on, alert.revision);
        steps.push_back(step->name);
    }
    if (!tells) return;
    const Change change = ruling.severity > before   ? Change::raised
                          : ruling.severity < before ? Change::lowered
                          : reminds                  ? Change::reminder
                                                     : Change::step;
    write(alert, change, std::move(steps), ruling.remarks);
    notify(alert, subject.kind);
}

void AlertBook::close(Alert alert, const std::string& ending, ForceKind kind) {
    alert.state = AlertState::closed;
    alert.closed_at = now_;
    alert.ending = ending;
    ++alert.revision;
    store_.alerts().update(alert);
    write(alert, Change::closed, {}, {});
    notify(alert, kind);
}

void AlertBook::close_others(const std::string& subject, const std::vector<std::string>& kept,
                             const std::string& ending) {
    for (const auto& rule : store_.alerts().open_rules(subject)) {
        if (std::find(kept.begin(), kept.end(), rule) != kept.end()) continue;
        auto alert = store_.alerts().open_alert(rule, subject);
        const auto force = alert ? store_.facts().force(alert->force) : std::nullopt;
        if (alert) close(std::move(*alert), ending, force ? force->kind : ForceKind::other);
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
