/// The courier's other task: fetches feeds and pages for the daemon, one at a time.
///
/// Asks the daemon what to fetch, fetches it, tells what came. Holds nothing that outlives it: what
/// was fetched and not told is asked for again. Which addresses it may reach, and where a feed is,
/// it knows from its own configuration.
///
/// Thread: one. Blocks: nothing; the transfers move on in the loop's turn.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "config/settings.hpp"
#include "courier/daemon_client.hpp"
#include "courier/web_page.hpp"

namespace forcewatch {

class Fetcher {
public:
    /// Both must outlive it. `wait` is how long the daemon may hold back its answer; none: the
    /// fetcher is finished as soon as there is nothing to fetch.
    Fetcher(TransferLoop& transfers, DaemonClient& daemon, std::chrono::seconds wait,
            FetchLimits limits, std::function<Instant()> now);

    /// Asks for an order, unless one is under way or it is too early after a failure.
    void work(const Settings& settings);
    /// Lets go of what is under way: it is asked for again.
    void stop();
    /// There is nothing to fetch, or it was stopped.
    [[nodiscard]] bool finished() const { return finished_; }
    /// Until `work` has something to do that no transfer will wake it for.
    [[nodiscard]] std::chrono::milliseconds until_next() const;

private:
    using Moment = std::chrono::steady_clock::time_point;

    void on_order(const DaemonAnswer& answer, const Settings& settings);
    void fetch(const FetchOrder& order, const Settings& settings);
    void tell(const Fetched& fetched, const std::string& socket_path);
    void on_told(const DaemonAnswer& answer);
    void pause(const std::string& why);

    TransferLoop& transfers_;
    DaemonClient& daemon_;
    std::chrono::seconds wait_;
    FetchLimits limits_;
    std::function<Instant()> now_;
    TransferLoop::Id under_way_{0};  // zero: nothing is
    Moment next_contact_at_{};
    std::chrono::milliseconds pause_{0};
    bool finished_{false};
};

}  // namespace forcewatch
