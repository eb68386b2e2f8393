/// The views that sum up: status, health, metrics.
///
/// The status document is kept until something is written or the London day ends.
#pragma once

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
    std::optional<Instant> courier_seen_at;
    bool courier_matches{true};  ///< it has the same destinations
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
    [[nodiscard]] std::string metrics(const Health& health);

private:
    [[nodiscard]] std::string write_status(Instant now, const Health& health);

    Engine& engine_;
    std::shared_ptr<const std::string> status_;
    Instant status_good_until_{};
};

/// "ok", "degraded" (somebody should look) or "failing" (nothing can be recorded).
[[nodiscard]] std::string_view state_of(const Health& health, const Outbox::Counts& outbox);

}  // namespace forcewatch
