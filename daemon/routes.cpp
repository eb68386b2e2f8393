#include "daemon/routes.hpp"

#include <array>

namespace forcewatch {

namespace {

struct Route {
    std::string_view path;    ///< whole, or up to '*', which stands for one or more characters
    std::string_view ending;  ///< what the path must end in beside that
    std::string_view methods;
};
constexpr std::string_view read = "GET, HEAD";
constexpr std::string_view item = "GET, HEAD, PATCH, DELETE";
/// The first match counts.
constexpr std::array routes{
    Route{"/healthz", "", read},
    Route{"/metrics", "", read},
    Route{"/v1/status", "", read},
    Route{"/v1/whoami", "", read},
    Route{"/v1/explain", "", read},
    Route{"/v1/forecast", "", read},
    Route{"/v1/backtest", "", "GET, HEAD, POST"},
    Route{"/v1/holidays", "", read},
    Route{"/v1/forces", "", "GET, HEAD, POST"},
    Route{"/v1/people", "", "GET, HEAD, POST"},
    Route{"/v1/policies", "", "GET, HEAD, POST"},
    Route{"/v1/meetings", "", "GET, HEAD, POST"},
    Route{"/v1/conditions", "", "GET, HEAD, POST"},
    Route{"/v1/evidence", "", "POST"},
    Route{"/v1/areas", "", read},
    Route{"/v1/obligations", "", read},
    Route{"/v1/alerts", "", read},
    Route{"/v1/silences", "", "GET, HEAD, POST"},
    Route{"/v1/pauses", "", "GET, HEAD, POST"},
    Route{"/v1/hold", "", "GET, HEAD, POST"},
    Route{"/v1/destinations", "", read},
    Route{"/v1/route", "", read},
    Route{"/v1/told", "", read},
    Route{"/v1/addresses", "", read},
    Route{"/v1/addresses/report", "", "POST"},
    Route{"/v1/addresses/allow", "", "POST"},
    Route{"/a/*", "", "GET, HEAD, POST"},
    Route{"/u/*", "", "GET, HEAD, POST"},
    Route{"/v1/deliveries", "", read},
    Route{"/v1/journal", "", read},
    Route{"/v1/findings", "", "GET, HEAD, POST"},
    Route{"/v1/actions", "", "GET, HEAD, POST"},
    Route{"/v1/inspections", "", "GET, HEAD, POST"},
    Route{"/v1/stages", "", "GET, HEAD, POST"},
    Route{"/v1/judgements", "", "POST"},
    Route{"/v1/import", "", "POST"},
    Route{"/v1/imports", "", read},
    Route{"/v1/imports/*", "/undo", "POST"},
    Route{"/v1/export", "", read},
    Route{"/v1/assign", "", "POST"},
    Route{"/v1/read", "", "POST"},
    Route{"/v1/proposals", "", read},
    Route{"/v1/conflicts", "", read},
    Route{"/v1/conflicts/*", "/settle", "POST"},
    Route{"/v1/feeds", "", read},
    Route{"/v1/feeds/*", "/fetch", "POST"},
    Route{"/v1/reload", "", "POST"},
    Route{"/v1/clock/confirm", "", "POST"},
    Route{"/v1/findings/duplicates", "", read},
    Route{"/v1/findings/*", "/same-as", "POST"},
    Route{"/v1/findings/*", "/apart", "POST"},
    Route{"/v1/forces/*", "/timeline", read},
    Route{"/v1/forces/*", "/slips", read},
    Route{"/v1/people/*", "/leave", "POST"},
    Route{"/v1/people/*", "/return", "POST"},
    Route{"/v1/people/*", "", item},
    Route{"/v1/conditions/*", "/judge", "POST"},
    Route{"/v1/conditions/*", "", "DELETE"},
    Route{"/v1/meetings/*", "", item},
    Route{"/v1/obligations/*", "/reply", "POST"},
    Route{"/v1/deliveries/replay", "", "POST"},
    Route{"/v1/deliveries/*", "/replay", "POST"},
    Route{"/v1/alerts/*", "/acknowledge", "POST"},
    Route{"/v1/alerts/*", "/unacknowledge", "POST"},
    Route{"/v1/alerts/*", "/close", "POST"},
    Route{"/v1/silences/*", "/end", "POST"},
    Route{"/v1/pauses/*", "/end", "POST"},
    Route{"/v1/destinations/*", "/test", "POST"},
    Route{"/v1/destinations/*", "/enable", "POST"},
    Route{"/v1/drill/*", "", "POST"},
    Route{"/v1/deliveries/*", "/dismiss", "POST"},
    Route{"/v1/proposals/*", "/confirm", "POST"},
    Route{"/v1/proposals/*", "/dismiss", "POST"},
    Route{"/v1/proposals/*", "", "GET, HEAD, PATCH"},
    Route{"/v1/forces/*", "", read},
    Route{"/v1/alerts/*", "", read},
    Route{"/v1/deliveries/*", "", read},
    Route{"/v1/obligations/*", "", "GET, HEAD, PATCH"},
    Route{"/v1/findings/*", "", item},
    Route{"/v1/actions/*", "", item},
    Route{"/v1/inspections/*", "", item},
    Route{"/v1/judgements/*", "", "DELETE"},
    Route{"/v1/stages/*", "", "PATCH, DELETE"},
};

bool matches(const Route& route, std::string_view path) {
    if (!route.path.ends_with('*')) return path == route.path;
    const auto prefix = route.path.substr(0, route.path.size() - 1);
    return path.starts_with(prefix) && path.size() > prefix.size() + route.ending.size() &&
           path.ends_with(route.ending);
}

}  // namespace

std::string methods_of(std::string_view path) {
    for (const auto& route : routes)
        if (matches(route, path)) return std::string{route.methods};
    return {};
}

}  // namespace forcewatch
