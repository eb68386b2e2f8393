/// forcewatchd as a whole: sockets, turns, timers and signals around one engine.
///
/// Owner: main.   Thread: one, that of `run`.   Blocks: `run`, until stopped.
/// Fails: `run` returns the exit code of sysexits.h that the service manager shows.
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "config/settings.hpp"
#include "core/clock_guard.hpp"
#include "daemon/access.hpp"
#include "daemon/courier_desk.hpp"
#include "daemon/feed_desk.hpp"
#include "daemon/http/listener.hpp"
#include "daemon/http/server.hpp"
#include "daemon/messages/stationery.hpp"
#include "daemon/read_desk.hpp"
#include "daemon/turn.hpp"
#include "daemon/worker.hpp"
#include "storage/checkpointer.hpp"

namespace forcewatch {

class Service {
public:
    Service(std::filesystem::path config_path, SettingsFile config, Stationery stationery);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    [[nodiscard]] int run();

private:
    [[nodiscard]] Expected<void> listen();
    void start();
    void serve(Listener& listener, bool courier);
    void watch_signals();
    void arm_watchdog();
    /// The database answers, or a lengthy turn is at work that may still be one.
    [[nodiscard]] bool is_well();
    void check_database();

    /// Imports come in one body; everything else is far smaller. One import is one turn: 8 MiB,
    /// some 110,000 actions, take 7 to 12 s on two slow cores.
    static constexpr std::size_t largest_import = 8UL << 20UL;

    /// Who may send what is decided on the head, before any of the body is held.
    [[nodiscard]] Admission admit(const Request& head) const;
    [[nodiscard]] std::optional<Response> answer_now(const Request& request);
    [[nodiscard]] asio::awaitable<Response> answer(Request request);
    [[nodiscard]] static ClockGuard clock_of(const Store& store);
    /// The present, after a look at whether the clock is to be believed.
    [[nodiscard]] Instant checked_clock();
    void tell_of_held_clock(Instant wall);
    /// The present, as it was last believed.
    [[nodiscard]] Instant present() const;
    [[nodiscard]] asio::awaitable<Response> confirm_clock();
    [[nodiscard]] Response whoami(const Request& request) const;
    [[nodiscard]] asio::awaitable<Response> reload_requested();
    [[nodiscard]] asio::awaitable<Response> courier_asked(Request request);
    /// POST /v1/read: of a body, or of a page that is fetched first.
    [[nodiscard]] asio::awaitable<Response> read_news(Request request);
    struct Reloaded {
        std::vector<Fault> faults;         ///< of the file; empty: it is in use
        std::vector<std::string> notices;  ///< what its author should know nevertheless
    };
    [[nodiscard]] Reloaded reload();
    /// The old settings go on, and health tells why.
    [[nodiscard]] Reloaded refused(std::vector<Fault> faults);
    /// SIGHUP: the same, for nobody who waits for an answer.
    [[nodiscard]] asio::awaitable<void> reload_signalled();
    /// What of the settings in use is not as it may seem.
    [[nodiscard]] std::vector<std::string> notices();
    /// Of a key that a reload cannot put into use.
    [[nodiscard]] std::string notice_of_change(const std::string& key) const;

    void committed(const std::vector<AlertNews>& news, bool wrote);
    void failed(const StoreError& error);
    /// In a moment, tries whether something can be recorded again.
    void try_again_later();
    void idle();
    void note_journal();
    void rest_soon();
    void stop(int exit_code, std::string_view why);

    asio::io_context io_{1};
    std::filesystem::path config_path_;
    Store store_;
    Checkpointer checkpointer_;
    Stationery stationery_;
    Engine engine_;
    Turn turn_;
    ReadDesk reads_;
    CourierDesk desk_;
    FeedDesk feeds_;
    Access access_;
    Health health_;
    ClockGuard clock_;
    Settings first_settings_;
    std::string first_text_;
    std::vector<Listener> listeners_;
    std::set<std::string> passed_;  ///< names of the sockets that systemd made
    std::vector<std::unique_ptr<Server>> servers_;
    asio::steady_timer pump_;
    asio::steady_timer watchdog_;
    asio::steady_timer rest_;
    asio::signal_set signals_;
    std::jthread checker_;
    Worker worker_;
    Date noted_on_{};           ///< when the log last heard where the journal stands
    std::uint64_t rung_at_{0};  ///< what `Outbox::stirred` said when the desk was last rung
    bool status_stale_{true};
    std::chrono::steady_clock::time_point status_told_at_{};
    bool resting_{true};  ///< nothing was changed since memory was given back
    bool stopping_{};
    std::size_t servers_running_{};
    int exit_code_{};
};

}  // namespace forcewatch
