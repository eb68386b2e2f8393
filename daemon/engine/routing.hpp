/// Who is told of an alert: the tree of routes, walked.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "storage/notices.hpp"

namespace forcewatch {

/// What a route looks at.
struct RouteQuestion {
    ForceKind kind{};
    std::string force;
    std::string rule;
    Severity severity{};
};

struct RoutedTo {
    const Destination* destination{};
    std::string why;  ///< such as "route police > custody"
};

struct Routing {
    std::vector<RoutedTo> to;  ///< each destination once
    std::string escalation;    ///< of the first route that names one; empty: none
    std::optional<std::chrono::seconds> repeat_every;  ///< the shortest
};

/// With no route at all, every destination is told; what fits no route goes where [alerts]
/// otherwise says.
[[nodiscard]] Routing route(const Settings& settings, const RouteQuestion& question);
/// One addressee for each address of a mail destination, and one for each other destination.
[[nodiscard]] std::vector<Addressee> addressees_of(const Destination& destination);
/// The destination that is asked where this one fails: its own fallback, else the general one.
/// Empty: there is none.
[[nodiscard]] const std::string& fallback_of(const Settings& settings, const std::string& name);
/// "owner" and the like, for whom an address is found only when a message is made.
[[nodiscard]] bool is_role(const std::string& recipient);

}  // namespace forcewatch
