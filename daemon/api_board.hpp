/// The views that sum up: status, health, metrics.
///
/// The status document is kept until something is written, the London day ends, or ten seconds
/// have passed: how long a courier has been silent is part of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/engine/engine.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"

namespace forcewatch {

/// What only the running service knows of its health.
struct Health {
    std::string failing;          ///< why nothing can be recorded; empty: all is well
    std::string clock;            ///< why the clock is not believed; empty: it is
    std::string config_rejected;  ///< why the latest reload was refused; empty: it was not
    Instant started_at{};         ///< of this daemon
    std::optional<Instant> courier_seen_at;
    bool courier_matches{true};  ///< it has the same destinations

    /// A courier asks at least every minute, so one that was silent for longer is not there.
    [[nodiscard]] bool courier_present(Instant now) const;
    /// Messages have waited for more than five minutes and no courier came for them.
    [[nodiscard]] bool courier_missed(const Outbox::Counts& outbox, Instant now) const;
};

class ApiBoard {
public:
    explicit ApiBoard(Engine& engine) : engine_{engine} {}

    /// Empty: no such path here.
    [[nodiscard]] std::optional<Response> answer(const Request& request, Instant now,
                                                 const Health& health);
    [[nodiscard]] Response status(Instant now, const Health& health);
    /// Something was written, or health changed.
    void changed() { status_.reset(); }
    /// One line for the service manager.
    [[nodiscard]] std::string status_line(Instant now);
    /// Messages, in words or not yet, whose destination the configuration does not have, by its
    /// name: they go when it is back.
    [[nodiscard]] std::map<std::string, std::int64_t> stranded() const;

private:
    /// Whether a person should look although nothing fails here: a hold, destinations, feeds,
    /// messages that cannot be written.
    [[nodiscard]] bool more_to_see_to(Instant now) const;
    /// Destinations that nothing goes to any more until somebody enables them.
    [[nodiscard]] std::vector<std::string> given_up() const;
    /// Alerts that cannot be put into words for somebody.
    [[nodiscard]] std::vector<AlertId> unwritten() const;
    [[nodiscard]] Response healthz(Instant now, const Health& health);
    [[nodiscard]] std::string write_status(Instant now, const Health& health);

    Engine& engine_;
    std::shared_ptr<const std::string> status_;
    Instant status_good_until_{};
};

/// "ok", "degraded" (somebody should look) or "failing" (nothing can be recorded).
[[nodiscard]] std::string_view state_of(const Health& health, const Outbox::Counts& outbox,
                                        Instant now, bool more_to_see_to = false);

}  // namespace forcewatch
