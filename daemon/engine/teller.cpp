#include "daemon/engine/teller.hpp"

#include <algorithm>
#include <map>

namespace forcewatch {

Routing Teller::routing_of(const Alert& alert, ForceKind kind) const {
    return route(settings_, {kind, alert.force, alert.rule, alert.severity});
}

std::optional<Instant> Teller::repeat_at(const Routing& routing, Instant from) const {
    if (!routing.repeat_every) return std::nullopt;
    const auto every = *routing.repeat_every;
    // What was missed while nothing ran is caught up once.
    Instant next = from + every;
    if (next <= now_) next += (now_ - next) / every * every + every;
    return next;
}

void Teller::add(const Alert& alert, const Addressee& who, const std::string& why,
                 const std::string& remark) {
    Notice notice;
    notice.alert = alert.id;
    notice.revision = alert.revision;
    notice.destination = who.destination;
    notice.recipient = who.recipient;
    notice.why = why;
    notice.remark = remark;
    notice.at = now_;
    store_.notices().add(notice);
}

void Teller::by_routes(const Alert& alert, const Routing& routing) {
    for (const auto& to : routing.to)
        for (const auto& who : addressees_of(*to.destination)) add(alert, who, to.why, {});
    if (routing.to.empty())
        store_.notices().add_decision({0,
                                       now_,
                                       alert.id,
                                       alert.revision,
                                       {},
                                       {Restraint::Cause::dropped, {}, "no route takes it", {}}});
}

void Teller::to_those_told(const Alert& alert) {
    std::map<Addressee, std::string> told;
    for (const auto& notice : store_.notices().of_alert(alert.id)) {
        const Addressee who{notice.destination, notice.recipient};
        const bool heard = notice.outcome == NoticeOutcome::waiting ||
                           (notice.outcome == NoticeOutcome::told &&
                            store_.notices().last_told(alert.id, who).has_value());
        if (heard) told[who] = notice.why;
    }
    for (const auto& [who, why] : told) add(alert, who, why, {});
}

void Teller::to(const Alert& alert, const std::vector<std::string>& destinations,
                const std::string& why, const std::string& remark) {
    for (const auto& name : destinations)
        if (const auto* destination = find_destination(settings_, name))
            for (const auto& who : addressees_of(*destination)) add(alert, who, why, remark);
}

void Teller::to_acknowledger(const Alert& alert, const Acknowledgement& acknowledgement) {
    const auto person = store_.people().find(acknowledgement.by);
    const std::string address = person ? person->email : std::string{};
    std::map<Addressee, std::string> told;
    for (const auto& notice : store_.notices().of_alert(alert.id)) {
        const auto* destination = find_destination(settings_, notice.destination);
        if (destination == nullptr) continue;
        const bool mail = std::holds_alternative<EmailTarget>(destination->target);
        // Without an address of their own, they hear it where they heard of the alert.
        if (mail && !address.empty())
            told[{notice.destination, "acknowledger"}] = "you acknowledged it";
        else
            told[{notice.destination, notice.recipient}] = notice.why;
    }
    for (const auto& [who, why] : told) add(alert, who, why, {});
}

}  // namespace forcewatch
