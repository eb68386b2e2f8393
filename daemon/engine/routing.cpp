#include "daemon/engine/routing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace forcewatch {

namespace {

bool fits(const Route& route, const RouteQuestion& question) {
    return (route.kinds.empty() || route.kinds.contains(question.kind)) &&
           (route.forces.empty() || route.forces.contains(question.force)) &&
           (route.rules.empty() || route.rules.contains(question.rule)) &&
           question.severity >= route.at_least;
}

class Walk {
public:
    Walk(const Settings& settings, const RouteQuestion& question)
        : settings_{settings}, question_{question} {}

    /// What an inner route leaves open is as the outer one has it.
    void take(const Route& node, const std::string& path, const Route& inherited) {
        Route present = node;
        if (present.escalation.empty()) present.escalation = inherited.escalation;
        if (!present.repeat_every) present.repeat_every = inherited.repeat_every;
        bool taken = false;
        for (std::size_t i = 0; i < node.inner.size(); ++i) {
            const auto& inner = node.inner[i];
            if (!fits(inner, question_)) continue;
            take(inner, fmt::format("{} > {}", path, name_of(inner, i)), present);
            taken = true;
            if (!inner.goes_on) break;
        }
        if (taken) return;
        for (const auto& name : node.to) add(name, "route " + path);
        if (routing.escalation.empty()) routing.escalation = present.escalation;
        if (present.repeat_every &&
            (!routing.repeat_every || *present.repeat_every < *routing.repeat_every))
            routing.repeat_every = present.repeat_every;
    }
    void add(const std::string& name, const std::string& why) {
        const auto* destination = find_destination(settings_, name);
        const bool known =
            std::any_of(routing.to.begin(), routing.to.end(),
                        [&](const RoutedTo& to) { return to.destination == destination; });
        if (destination != nullptr && !known) routing.to.push_back({destination, why});
    }
    static std::string name_of(const Route& route, std::size_t place) {
        return route.name.empty() ? std::to_string(place + 1) : route.name;
    }

    Routing routing;

private:
    const Settings& settings_;
    const RouteQuestion& question_;
};

}  // namespace

const std::string& fallback_of(const Settings& settings, const std::string& name) {
    const auto* destination = find_destination(settings, name);
    return destination != nullptr && !destination->fallback.empty() ? destination->fallback
                                                                    : settings.alerting.fallback;
}

bool is_role(const std::string& recipient) {
    return !recipient.empty() && recipient.find('@') == std::string::npos;
}

Routing route(const Settings& settings, const RouteQuestion& question) {
    Walk walk{settings, question};
    if (settings.routes.empty()) {
        for (const auto& destination : settings.destinations)
            walk.add(destination.name, "every destination, for there is no route");
        return std::move(walk.routing);
    }
    for (std::size_t i = 0; i < settings.routes.size(); ++i)
        if (fits(settings.routes[i], question))
            walk.take(settings.routes[i], Walk::name_of(settings.routes[i], i), {});
    if (walk.routing.to.empty()) walk.add(settings.alerting.otherwise, "what no route takes");
    return std::move(walk.routing);
}

std::vector<Addressee> addressees_of(const Destination& destination) {
    std::vector<Addressee> who;
    if (const auto* email = std::get_if<EmailTarget>(&destination.target))
        for (const auto& address : email->to) who.push_back({destination.name, address});
    else
        who.push_back({destination.name, {}});
    return who;
}

}  // namespace forcewatch
