// What must hold when a year is over and everything has had its time.
#include <fmt/format.h>

#include "daemon/engine/routing.hpp"
#include "tests/simulation/year.hpp"

namespace forcewatch::sim {

namespace {

constexpr int everything = 1'000'000;

std::vector<std::string> readers_of(const Settings& settings) {
    std::vector<std::string> readers;
    for (const auto& destination : settings.destinations)
        if (destination.name != fallback_destination)
            for (const auto& who : addressees_of(destination))
                readers.push_back(Receivers::reader_of(who.destination, who.recipient));
    return readers;
}

std::map<std::pair<std::string, std::string>, std::vector<Alert>> alerts_of(Store& store) {
    AlertFilter filter;
    filter.limit = everything;
    std::map<std::pair<std::string, std::string>, std::vector<Alert>> found;
    for (auto& alert : store.alerts().list(filter))
        found[{alert.rule, alert.subject}].push_back(std::move(alert));
    return found;
}

}  // namespace

void check_outbox(Context& context, Daemon& daemon) {
    auto& findings = context.findings;
    auto& store = daemon.store();
    for (const auto& [destination, count] : store.notices().waiting_by_destination())
        findings.add(Wrong::lost, fmt::format("{} notices still wait for {}", count, destination));
    std::set<std::string> dead;
    std::set<std::string> known;
    for (const auto& delivery : store.outbox().list({{}, {}, 0, everything})) {
        const auto& id = delivery.parcel.message_id;
        known.insert(id);
        if (delivery.state == DeliveryState::dead) dead.insert(id);
        if (delivery.state != DeliveryState::dead && delivery.state != DeliveryState::sent)
            findings.add(Wrong::lost, fmt::format("{} to {} is {}", id, delivery.parcel.destination,
                                                  text_of(delivery.state)));
    }
    findings.messages = static_cast<int>(known.size());
    findings.dead = static_cast<int>(dead.size());
    for (const auto& [id, letter] : context.receivers.sent()) {
        if (!known.contains(id))
            findings.add(Wrong::lost, fmt::format("{} is not in the outbox any more", id));
        if (context.receivers.arrivals_of(id) == 0 && !dead.contains(id))
            findings.add(Wrong::lost, fmt::format("{} never reached {}", id, letter.reader));
        if (!dead.contains(id)) continue;
        for (const auto& line : letter.lines) {
            bool somebody = false;
            for (const auto& destination : context.plan.settings.destinations)
                for (const auto& who : addressees_of(destination))
                    somebody = somebody || context.receivers.heard_of_subject(
                                               Receivers::reader_of(who.destination, who.recipient),
                                               line.subject);
            if (!somebody && line.severity >= Severity::warning)
                findings.add(Wrong::lost, fmt::format("{} is dead, and nobody else heard of {}", id,
                                                      line.subject));
        }
    }
}

/// The alerts that there are, with their steps, are those that the facts give.
void check_alerts(Context& context, Daemon& daemon) {
    auto& findings = context.findings;
    auto& store = daemon.store();
    const auto alerts = alerts_of(store);
    for (const auto& [key, watch] : context.model.all()) {
        const auto found = alerts.find(key);
        const std::size_t count = found == alerts.end() ? 0 : found->second.size();
        const auto name = fmt::format("{}, {}", key.first, key.second);
        findings.alerts += static_cast<int>(count);
        if (count != watch.alerts.size()) {
            findings.add(Wrong::alerts,
                         fmt::format("{}: {} alerts, to be {}", name, count, watch.alerts.size()));
            continue;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto& alert = found->second[i];
            const auto& expected = watch.alerts[i];
            findings.note(fmt::format("{} {} {} {}", name, text_of(alert.episode_on),
                                      alert.revision, alert.ending));
            if (expected.open != (alert.state != AlertState::closed))
                findings.add(Wrong::alerts, name + ": is not as open as it is to be");
            for (const auto& [version, steps] : expected.steps)
                if (store.alerts().told_steps(alert.id, version) != steps)
                    findings.add(Wrong::alerts,
                                 fmt::format("{}: other steps than expected for {}", name,
                                             version.empty() ? "it" : version));
        }
    }
}

/// In the end every reader knows what is so.
void check_readers(Context& context, Daemon& daemon) {
    const auto readers = readers_of(context.plan.settings);
    std::set<std::pair<std::string, std::string>> unheard;
    for (const auto& dead : daemon.store().outbox().list({DeliveryState::dead, {}, 0, everything}))
        for (const auto& line : context.receivers.sent().at(dead.parcel.message_id).lines)
            unheard.emplace(Receivers::reader_of(dead.parcel.destination, dead.parcel.recipient),
                            std::to_string(number_of(line.alert)));
    for (const auto& [key, all] : alerts_of(daemon.store())) {
        if (context.model.find(key.first, key.second) == nullptr) continue;
        for (const auto& alert : all)
            for (const auto& reader : readers) {
                const auto* heard = context.receivers.heard(reader, alert.id);
                if (unheard.contains({reader, std::to_string(number_of(alert.id))})) continue;
                const auto name = fmt::format("{}: alert {} of {}, {}", reader, number_of(alert.id),
                                              key.first, key.second);
                const bool closed = alert.state == AlertState::closed;
                if (heard == nullptr) {
                    if (!closed || alert.severity >= Severity::warning)
                        context.findings.add(Wrong::lost, name + " was never heard of");
                    continue;
                }
                if (heard->out_of_turn) continue;
                if (heard->open == closed)
                    context.findings.add(Wrong::lost,
                                         name + (closed ? " was never heard to close"
                                                        : " was heard to close, and is open"));
            }
    }
}

/// Whoever acknowledged it was to be followed by "still open", where it stayed open for long.
void check_acknowledgements(Context& context, Daemon& daemon) {
    constexpr std::chrono::days slack{20};  // receivers that are down, then silences
    for (const auto& [id, times] : context.receivers.not_resumed()) {
        const auto alert = daemon.store().alerts().find(id);
        if (!alert || times.second + slack > context.now ||
            (alert->closed_at && *alert->closed_at <= times.second + slack))
            continue;
        context.findings.add(
            Wrong::lost, fmt::format("alert {} was acknowledged until {}, and nobody heard after",
                                     number_of(id), text_of(times.second)));
    }
}

void check_given_up(Context& context, const Courier& courier) {
    const auto fallback = Receivers::reader_of(fallback_destination, {});
    for (const auto& name : courier.given_up())
        if (name != fallback_destination &&
            !context.receivers.heard_of_subject(fallback, "destination:" + name))
            context.findings.add(Wrong::lost, "nobody was told that " + name + " was given up");
}

void check_journal(Context& context, Daemon& daemon) {
    if (const auto fault = daemon.store().journal().verify())
        context.findings.add(Wrong::journal, fault->what);
    constexpr int whole = 25;  // of so many years one is folded again from its journal
    if (context.plan.seed % whole != 0) return;
    const auto database = daemon.database();
    daemon.stop();
    for (const auto& fault : verify(database)) context.findings.add(Wrong::journal, fault);
}

}  // namespace forcewatch::sim
