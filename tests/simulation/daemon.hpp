/// The daemon as a process: the true store and engine on the scratch disk, which start, take their
/// turns, die at kill points and start again.
///
/// What `Service` and `Turn` do with clock and errors is done here in the same order; each durable
/// step is a commit of its own, which is harder on the program than its one commit per turn.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "core/clock_guard.hpp"
#include "daemon/engine/engine.hpp"
#include "tests/simulation/context.hpp"

namespace forcewatch::sim {

class Daemon {
public:
    Daemon(Context& context, std::filesystem::path database);

    [[nodiscard]] bool runs() const { return engine_.has_value(); }
    [[nodiscard]] Engine& engine() { return *engine_; }
    [[nodiscard]] Store& store() { return *store_; }
    [[nodiscard]] const std::filesystem::path& database() const { return database_; }
    /// When a dead one is started again.
    [[nodiscard]] Instant starts_at() const { return starts_at_; }
    /// What it takes the time for.
    [[nodiscard]] Instant clock() const;

    void start();
    /// As asked by the manager.
    void stop();
    void die_until(Instant at);

    /// Runs `work` as a process does: whatever kills it is dealt with. False: it died, or the store
    /// could not do it, or there is none.
    bool attempt(const std::function<void()>& work);
    /// One transaction with its three kill points. `work` says whether to keep it; `kept` is
    /// called once that is certain, be it after a restart.
    bool durable(KillPoint before, const std::function<bool()>& work,
                 const std::function<void()>& kept = {});
    void kill_here(KillPoint point);

    /// Looks at the clock, then judges and releases all that is due.
    void turn();
    void adopt(const std::string& text);
    [[nodiscard]] bool believes_clock() const { return !guard_.held(); }
    /// An operator says that the wall clock is right.
    void confirm_clock();
    void tamper(const std::string& sql) const;

private:
    void open();
    void check_promises();
    void look_at_clock();
    [[nodiscard]] std::chrono::seconds since_boot() const;
    void forget_work();
    [[nodiscard]] Renderer renderer();

    Context& context_;
    std::filesystem::path database_;
    std::optional<Store> store_;
    std::optional<Engine> engine_;
    ClockGuard guard_;
    Settings settings_;
    std::string text_{"rules"};
    Instant starts_at_{};
    int turns_{};
    JournalHead promised_{};  ///< whoever wrote up to here was answered
    struct Doubt {
        JournalHead head{};
        std::function<void()> kept;
    };
    std::optional<Doubt> doubt_;  ///< a commit of which nobody knows
};

}  // namespace forcewatch::sim
