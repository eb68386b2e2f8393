/// What the service takes for the present: the wall clock, as long as it is to be believed.
#include <fmt/format.h>

#include "daemon/clocks.hpp"
#include "daemon/log.hpp"
#include "daemon/read_query.hpp"
#include "daemon/service.hpp"

namespace forcewatch {

namespace {

constexpr auto confirmed_clock_setting = "clock-confirmed-at";

}  // namespace

/// The newest record is what the clock cannot be before; or, where that was made by a clock that
/// ran ahead, what somebody said instead.
ClockGuard Service::clock_of(const Store& store) {
    if (const auto confirmed = store.setting(confirmed_clock_setting))
        if (const auto at = parse_instant(*confirmed)) return ClockGuard{*at};
    return ClockGuard{store.journal().newest_at()};
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
            const Instant now = wall_clock();
            engine.store().set_setting(confirmed_clock_setting, text_of(now));
            engine.judge_all_again(now);  // what was touched meanwhile waits for a later day
            return Response{};
        });
        Response response = co_await std::move(kept);
        if (response.status != 200) co_return response;
    }
    auto turn_over = turn_.free();
    co_await std::move(turn_over);
    clock_.confirm(wall_clock(), since_boot());
    health_.clock.clear();
    engine_.hold(false);
    reads_.changed();
    turn_.wake();
    log_event(LogLevel::warning, "the clock was confirmed; evaluation goes on");
    co_return json_response(R"({"confirmed":true})");
}

}  // namespace forcewatch
