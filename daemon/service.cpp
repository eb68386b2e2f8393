#include "daemon/service.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <csignal>

#include "config/notices.hpp"
#include "daemon/api/courier_protocol.hpp"
#include "daemon/api_addresses.hpp"
#include "daemon/engine/feed_watch.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/log.hpp"
#include "daemon/messages/letter.hpp"
#include "daemon/notify.hpp"
#include "daemon/renderer.hpp"
#include "daemon/store_words.hpp"
#include "daemon/unknown_names.hpp"

namespace forcewatch {

namespace {

/// The loop never sleeps longer, so that a clock that jumps is noticed.
constexpr std::chrono::seconds longest_sleep{60};
constexpr std::chrono::seconds retry_after_failure{5};
/// A lengthy turn that works for longer is a hang, and the watchdog may end it.
constexpr std::chrono::minutes longest_turn{5};
constexpr std::chrono::seconds between_status_lines{10};
constexpr std::chrono::seconds rest_after{2};
constexpr int rows_checked_at_start = 100;
/// Pages, 16 MB; only where the checkpointer does not keep up.
constexpr int longest_log = 4'000;

void log_alerts(const std::vector<AlertNews>& news) {
    constexpr std::size_t most = 200;
    for (std::size_t i = 0; i < std::min(news.size(), most); ++i) {
        const auto& [alert, change, severity, force, rule, title, summary] = news[i];
        const auto id = std::to_string(number_of(alert));
        log_event(
            severity == Severity::info ? LogLevel::info : LogLevel::warning,
            fmt::format("alert {} {}: {}: {}", id, text_of(change), title, summary),
            {{"force", force}, {"alert", id}, {"rule", rule}, {"severity", text_of(severity)}});
    }
    if (news.size() > most)
        log_event(
            LogLevel::warning,
            fmt::format("and {} more alerts; forcewatchctl alerts lists them", news.size() - most));
}

/// Mail goes to addresses and into folders; with webhooks alone its library is never loaded.
Expected<void> prepare_for(const Settings& settings) {
    for (const auto& destination : settings.destinations)
        if (!std::holds_alternative<WebhookTarget>(destination.target)) return prepare_mail();
    return {};
}

LogLevel level_of(const Settings& settings) {
    return parse_log_level(settings.log_level).value_or(LogLevel::info);
}

}  // namespace

Service::Service(std::filesystem::path config_path, SettingsFile config, Stationery stationery)
    : config_path_{std::move(config_path)},
      store_{config.settings.storage_path},
      checkpointer_{
          config.settings.storage_path,
          [this](const StoreError& error) { asio::post(io_, [this, error] { failed(error); }); }},
      stationery_{std::move(stationery)},
      engine_{store_,
              [this](const MessageInput& input, const MailSettings& mail) {
                  return render_parcels(input, mail, stationery_);
              }},
      turn_{io_,
            engine_,
            {[this] { return checked_clock(); },
             [this](const std::vector<AlertNews>& news, bool wrote) { committed(news, wrote); },
             [this](const StoreError& error) { failed(error); }, [this] { idle(); }}},
      reads_{engine_, turn_},
      desk_{io_,
            turn_,
            engine_,
            {[this] { return present(); },
             [this](bool same) {
                 const Instant now = present();
                 if (!health_.courier_present(now) || health_.courier_matches != same)
                     reads_.changed();
                 health_.courier_seen_at = now;
                 health_.courier_matches = same;
             }}},
      feeds_{io_,
             turn_,
             worker_,
             engine_,
             {[this] { return present(); }, [this] { return health_.courier_present(present()); }}},
      access_{config.settings},
      clock_{clock_of(store_)},
      first_settings_{std::move(config.settings)},
      first_text_{std::move(config.text)},
      pump_{io_},
      watchdog_{io_},
      rest_{io_},
      signals_{io_, SIGTERM, SIGINT, SIGHUP} {}

Service::~Service() = default;

Expected<void> Service::listen() {
    auto inherited = inherited_listeners();
    if (!inherited) return tl::unexpected(inherited.error());
    listeners_ = std::move(*inherited);
    for (const auto& listener : listeners_) passed_.insert(listener.name());
    if (!passed_.contains("api")) {
        auto own = listen_unix(first_settings_.socket_path, first_settings_.socket_mode,
                               first_settings_.socket_group);
        if (!own)
            return tl::unexpected(
                fmt::format("{}: [socket]: {}", config_path_.string(), own.error()));
        serve(listeners_.emplace_back(std::move(*own)), false);
    }
    if (!passed_.contains("courier")) {
        auto own = listen_unix(first_settings_.courier_socket_path, 0600, {});
        if (!own)
            return tl::unexpected(
                fmt::format("{}: [courier]: {}", config_path_.string(), own.error()));
        serve(listeners_.emplace_back(std::move(*own)), true);
    }
    for (auto& listener : listeners_)
        if (listener.name() == "api" || listener.name() == "courier")
            serve(listener, listener.name() == "courier");
    return {};
}

void Service::serve(Listener& listener, bool courier) {
    HttpHandlers handlers;
    handlers.failed = [](std::string_view what) { log_event(LogLevel::error, what); };
    if (courier) {
        handlers.answer = [this](Request request) { return courier_asked(std::move(request)); };
    } else {
        handlers.admit = [this](const Request& head) { return admit(head); };
        handlers.for_pages = is_link;
        handlers.answer_now = [this](const Request& request) { return answer_now(request); };
        handlers.answer = [this](Request request) { return answer(std::move(request)); };
    }
    HttpLimits limits;
    limits.body_bytes = courier ? fetch_limits::message : largest_import;
    limits.reserved_for.push_back(::getuid());
    servers_.push_back(
        std::make_unique<Server>(io_, listener.release(), std::move(handlers), limits));
    ++servers_running_;
}

void Service::start() {
    if (const auto fault = store_.journal().verify_tail(rows_checked_at_start))
        throw StoreError{StoreError::Cause::corrupt,
                         fmt::format("journal row {}: {}", number_of(fault->seq), fault->what)};
    store_.leave_log_up_to(longest_log);
    const Instant now = checked_clock();
    health_.started_at = now;
    Store::Transaction transaction{store_};
    engine_.record_configuration(first_text_, now);
    if (engine_.follow_zone(now))
        log_event(LogLevel::warning,
                  "the time zone has other rules than at the last start: every clock is set anew");
    await_feeds(store_, first_settings_, now);
    transaction.commit();
    engine_.use(first_settings_);
    desk_.adopt(engine_.settings());
}

int Service::run() {
    start();
    if (const auto listening = listen(); !listening) {
        log_event(LogLevel::critical, listening.error());
        return exit_code::cannot_create;
    }
    watch_signals();
    arm_watchdog();
    check_database();
    turn_.wake();
    for (const auto& notice : notices()) log_event(LogLevel::warning, notice);
    log_event(LogLevel::info, "serving", {{"socket", engine_.settings().socket_path}});
    notify_ready(reads_.board().status_line(present()));
    if (const auto prepared = prepare_for(engine_.settings()); !prepared) {
        log_event(LogLevel::critical, prepared.error());
        stop(exit_code::internal, prepared.error());
    }
    io_.run();
    return exit_code_;
}

void Service::check_database() {
    checker_ = std::jthread{
        [this, path = engine_.settings().storage_path](const std::stop_token& stopped) {
            const auto report = [this](const StoreError& error) {
                asio::post(io_, [this, error] { failed(error); });
            };
            try {
                if (const auto fault = quick_check(path, stopped))
                    report({StoreError::Cause::corrupt, *fault});
            } catch (const StoreError& error) {
                report(error);
            }
        }};
}

void Service::watch_signals() {
    signals_.async_wait([this](const asio::error_code& error, int signal) {
        if (error) return;
        if (signal == SIGHUP)
            asio::co_spawn(io_, reload_signalled(), [](std::exception_ptr bug) {
                if (bug) std::rethrow_exception(bug);
            });
        else
            stop(0, "asked to stop");
        watch_signals();
    });
}

asio::awaitable<void> Service::reload_signalled() {
    notify_reloading();
    auto turn_over = turn_.free();
    const Response free = co_await std::move(turn_over);
    if (free.status != 200) co_return;
    for (const auto& fault : reload().faults) log_event(LogLevel::error, fault);
    notify_ready(reads_.board().status_line(present()));
}

void Service::arm_watchdog() {
    const auto interval = watchdog_interval();
    if (!interval) return;
    watchdog_.expires_after(*interval / 3);
    watchdog_.async_wait([this](const asio::error_code& error) {
        if (error) return;
        if (is_well()) notify_watchdog();
        arm_watchdog();
    });
}

bool Service::is_well() {
    if (const auto since = turn_.busy_since())
        return std::chrono::steady_clock::now() - *since < longest_turn;
    try {
        (void)store_.agenda().next_due_at();
        return true;
    } catch (const StoreError& failure) {
        failed(failure);
        return false;
    }
}

std::string Service::notice_of_change(const std::string& key) const {
    const bool courier = key == "courier.socket";
    if (passed_.contains(courier ? "courier" : "api") && (courier || key.starts_with("socket.")))
        return fmt::format("{} was changed: systemd makes this socket, so {} decides, and not {}",
                           key, courier ? "forcewatchd-courier.socket" : "forcewatchd.socket",
                           config_path_.string());
    return key + " was changed: that is in use only after a restart";
}

std::vector<std::string> Service::notices() {
    auto notices = notices_of(engine_.settings());
    for (const auto& key : needs_restart(first_settings_, engine_.settings()))
        notices.push_back(notice_of_change(key));
    for (auto& notice : unknown_names(engine_)) notices.push_back(std::move(notice));
    for (const auto& [destination, count] : reads_.board().stranded())
        notices.push_back(fmt::format(
            "{} message{} wait{} for the destination \"{}\", which the configuration does not have",
            count, count == 1 ? "" : "s", count == 1 ? "s" : "", destination));
    return notices;
}

Service::Reloaded Service::refused(std::vector<Fault> faults) {
    health_.config_rejected = fmt::format("{}", fmt::join(faults, "\n"));
    reads_.changed();
    return {std::move(faults), {}};
}

Service::Reloaded Service::reload() {
    const auto file = load_settings(config_path_);
    if (!file) return refused(file.error());
    const Settings& settings = file->settings;
    auto stationery = read_stationery(settings.mail);
    if (!stationery) return refused(stationery.error());
    if (const auto prepared = prepare_for(settings); !prepared) return refused({prepared.error()});
    try {
        Store::Transaction transaction{store_};
        engine_.record_configuration(file->text, present());
        await_feeds(store_, settings, present());
        transaction.commit();
    } catch (const StoreError& error) {
        failed(error);
        return refused({fmt::format("the configuration could not be recorded: {}", error.what())});
    }
    engine_.use(settings);
    stationery_ = std::move(*stationery);
    health_.config_rejected.clear();
    access_ = Access{settings};
    set_log_level(level_of(settings));
    desk_.adopt(settings);
    feeds_.ring();
    reads_.changed();
    turn_.wake();
    log_event(LogLevel::info, "configuration adopted", {{"file", config_path_.string()}});
    Reloaded reloaded{{}, notices()};
    for (const auto& notice : reloaded.notices) log_event(LogLevel::warning, notice);
    return reloaded;
}

void Service::committed(const std::vector<AlertNews>& news, bool wrote) {
    if (!wrote) return;
    log_alerts(news);
    reads_.changed();
    checkpointer_.log_holds(store_.log_pages());
    // What changes nothing for couriers must not wake them: two would wake each other for ever.
    if (std::exchange(rung_at_, store_.outbox().stirred()) != store_.outbox().stirred())
        desk_.ring();
    status_stale_ = true;
    rest_soon();
    if (health_.failing.empty()) return;
    // A small change fits into the log of a disk that is full: only with room is it over.
    if (!store_.has_room()) return try_again_later();
    health_.failing.clear();
    log_event(LogLevel::warning, "changes are recorded again");
}

void Service::try_again_later() {
    pump_.expires_after(retry_after_failure);
    pump_.async_wait([this](const asio::error_code& cancelled) {
        if (cancelled) return;
        if (!store_.has_room()) return try_again_later();
        turn_.post([](Engine& engine, Instant now) {
            engine.store().set_setting("last-recovery-at", text_of(now));
            return Response{};
        });
    });
}

void Service::failed(const StoreError& error) {
    if (error.fatal()) {
        const bool damaged = error.cause() != StoreError::Cause::sync_failed;
        log_event(LogLevel::critical, words_of(error, first_settings_.storage_path));
        stop(damaged ? exit_code::data : exit_code::io, error.what());
        return;
    }
    if (health_.failing.empty()) log_event(LogLevel::error, error.what());
    health_.failing = error.what();
    reads_.changed();
    try_again_later();
}

void Service::idle() {
    reads_.close_window();
    if (stopping_ || !health_.failing.empty()) return;
    const auto next = engine_.next_step_at();
    const auto sleep = next ? std::clamp<std::chrono::seconds>(
                                  *next - present(), std::chrono::seconds{0}, longest_sleep)
                            : longest_sleep;
    pump_.expires_after(sleep);
    pump_.async_wait([this](const asio::error_code& cancelled) {
        if (!cancelled) turn_.wake();
    });
    note_journal();
    // A manager that does not listen would stop us once its socket is full, so it hears little.
    const auto moment = std::chrono::steady_clock::now();
    if (status_stale_ && moment - status_told_at_ >= between_status_lines) {
        status_stale_ = false;
        status_told_at_ = moment;
        notify_status(reads_.board().status_line(present()));
    }
}

/// Once a day the log, which is kept elsewhere and by others, hears where the journal stands: who
/// cuts off its end later can be found out with `db verify --expect`.
void Service::note_journal() {
    const Date today = london_date(present());
    if (std::exchange(noted_on_, today) == today) return;
    const std::string head = text_of(store_.journal().where());
    log_event(LogLevel::info, "the journal stands at " + head, {{"journal_head", head}});
}

/// Busy times take memory; a moment after them it is given back.
void Service::rest_soon() {
    if (!resting_ || stopping_) return;
    resting_ = false;
    rest_.expires_after(rest_after);
    rest_.async_wait([this](const asio::error_code& cancelled) {
        resting_ = true;
        if (cancelled) return;
        if (turn_.busy()) return rest_soon();
        try {
            store_.rest();
        } catch (const StoreError& error) {
            failed(error);
        }
        ::malloc_trim(0);  // also of what the worker took for a long answer
    });
}

void Service::stop(int code, std::string_view why) {
    if (stopping_) return;
    stopping_ = true;
    exit_code_ = code;
    notify_stopping(why);
    log_event(LogLevel::info, "stopping", {{"reason", why}});
    checker_.request_stop();
    pump_.cancel();
    rest_.cancel();
    desk_.close();
    feeds_.close();
    for (auto& server : servers_)
        server->stop([this] {
            if (--servers_running_ > 0) return;
            turn_.close();
            signals_.cancel();
            watchdog_.cancel();
            io_.stop();
        });
    if (servers_.empty()) io_.stop();
}

}  // namespace forcewatch
