/// What the service takes for the present: the wall clock, as long as it is to be believed.
#include <fmt/format.h>

#include "daemon/clocks.hpp"
#include "daemon/log.hpp"
#include "daemon/read_query.hpp"
#include "daemon/service.hpp"

namespace forcewatch {

namespace {

constexpr auto confirmed_setting = "clock-confirmed-at";
constexpr auto overruled_setting = "clock-overruled";  // the newest record at that time

/// What was written by a clock that ran ahead waits for later days: it is due now.
void begin_anew(Engine& engine, Instant now) {
    engine.judge_all_again(now);
    for (const auto& destination : engine.settings().destinations)
        engine.store().outbox().begin_anew(destination.name, now);
}

}  // namespace

/// The newest record is what the clock cannot be before; or, while that is one made by a clock that
/// ran ahead, what somebody said instead.
ClockGuard Service::clock_of(const Store& store) {
    const auto newest = store.journal().newest_at();
    const auto confirmed = store.setting(confirmed_setting);
    if (newest && confirmed && store.setting(overruled_setting) == text_of(*newest))
        if (const auto at = parse_instant(*confirmed)) return ClockGuard{*at};
    return ClockGuard{newest};
}

Instant Service::present() const { return clock_.believed(wall_clock(), since_boot()); }

Instant Service::checked_clock() {
    const Instant now = wall_clock();
    const auto running = since_boot();
    switch (clock_.tick(now, running)) {
        case ClockGuard::Verdict::steady:
            break;
        case ClockGuard::Verdict::stepped_back:
            log_event(LogLevel::warning, "the clock was set back; nothing is told twice for it");
            break;
        case ClockGuard::Verdict::stepped_ahead:
            log_event(LogLevel::info, "the clock was set ahead; what was missed is caught up");
            break;
        case ClockGuard::Verdict::held:
            tell_of_held_clock(now);
            break;
        case ClockGuard::Verdict::released:
            log_event(LogLevel::warning, "the clock is right again");
            health_.clock.clear();
            break;
    }
    if (clock_.held() != engine_.held()) reads_.changed();
    engine_.hold(clock_.held());
    return clock_.believed(now, running);
}

void Service::tell_of_held_clock(Instant wall) {
    constexpr std::string_view what_helps{
        ": nothing is evaluated until it is right, or until `forcewatchctl clock confirm`"};
    const bool news = health_.clock.empty();
    health_.clock =
        clock_.unset()
            ? fmt::format("held: the clock says {}, long before the newest record", text_of(wall))
            : fmt::format("held: the clock jumped ahead to {}", text_of(wall));
    if (!news) return;
    log_event(LogLevel::critical,
              fmt::format("the clock says {}, {}{}", text_of(wall),
                          clock_.unset() ? "more than a day before the newest record"
                                         : "ahead by more than a day of the time that passed",
                          what_helps));
}

asio::awaitable<Response> Service::confirm_clock() {
    if (clock_.unset()) {
        auto kept = turn_.submit([](Engine& engine, Instant) {
            auto& store = engine.store();
            const Instant now = wall_clock();
            store.set_setting(confirmed_setting, text_of(now));
            store.set_setting(overruled_setting,
                              text_of(store.journal().newest_at().value_or(now)));
            begin_anew(engine, now);
            return Response{};
        });
        Response response = co_await std::move(kept);
        if (response.status != 200) co_return response;
    }
    auto turn_over = turn_.free();
    Response free = co_await std::move(turn_over);
    if (free.status != 200) co_return free;
    if (clock_.unset()) {
        health_.started_at = wall_clock();
        health_.courier_seen_at.reset();
    }
    clock_.confirm(wall_clock(), since_boot());
    health_.clock.clear();
    engine_.hold(false);
    reads_.changed();
    turn_.wake();
    log_event(LogLevel::warning, "the clock was confirmed; evaluation goes on");
    co_return json_response(R"({"confirmed":true})");
}

}  // namespace forcewatch
