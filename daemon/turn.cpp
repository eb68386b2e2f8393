#include "daemon/turn.hpp"

#include <fmt/format.h>

#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <iterator>
#include <memory>
#include <system_error>

#include "daemon/http/problem.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_at_once = 256;
constexpr int steps_at_once = 50;

Response stopping() { return unavailable("the service is stopping"); }

Response not_recorded(const StoreError& error) {
    using Cause = StoreError::Cause;
    if (error.cause() != Cause::full && error.cause() != Cause::read_only)
        return unavailable(fmt::format("the change could not be recorded: {}", error.what()));
    ProblemDocument problem;
    problem.status = 503;
    problem.name = "disk-full";
    problem.title = "No room to record the change";
    problem.detail = error.what();
    problem.hint = "Free some space; the service goes on by itself.";
    return to_response(problem);
}

}  // namespace

Turn::Turn(asio::io_context& io, Engine& engine, Hooks hooks, Patience patience)
    : io_{io}, engine_{engine}, hooks_{std::move(hooks)}, patience_{patience}, watch_{io} {}

asio::awaitable<Response> Turn::submit(Work work, Length length) {
    auto initiate = [this](auto handler, Work wanted, Length takes) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        waiting_.push_back({std::move(wanted), takes,
                            [held](Response response) { (*held)(std::move(response)); }});
        wake();
    };
    auto answered = asio::async_initiate<decltype(asio::use_awaitable), void(Response)>(
        std::move(initiate), asio::use_awaitable, std::move(work), length);
    Response response = co_await std::move(answered);
    co_return response;
}

void Turn::post(Work work) {
    waiting_.push_back(
        {std::move(work), Length::brief, [](const Response&) {}, Clock::now(), false});
    wake();
}

asio::awaitable<Response> Turn::free() {
    while (busy() && !closed_) {
        auto next = submit([](Engine&, Instant) { return Response{}; });
        (void)co_await std::move(next);
    }
    co_return closed_ ? stopping() : Response{};
}

void Turn::wake() {
    if (scheduled_ || busy()) return;
    scheduled_ = true;
    asio::post(io_, [this] { run(); });
}

void Turn::close() {
    closed_ = true;
    watch_.cancel();
    if (lengthy_) {
        engine_.store().interrupt();
        end_lengthy();
    }
    auto batch = std::exchange(waiting_, {});
    for (auto& waiting : batch) waiting.answer(stopping());
}

std::optional<std::chrono::steady_clock::time_point> Turn::busy_since() const {
    return lengthy_ ? std::optional{lengthy_->since} : std::nullopt;
}

Turn::Done Turn::run_in_transaction(const Batch& batch, Instant now) {
    auto changed_before = engine_.store().rows_changed();
    Done done;
    const auto keep_news = [&] {
        auto news = engine_.take_news();
        std::move(news.begin(), news.end(), std::back_inserter(done.news));
    };
    std::optional<Store::Transaction> transaction{std::in_place, engine_.store()};
    for (const auto& waiting : batch) {
        // A savepoint copies every page that the work changes. Who is alone does without: what is
        // refused is undone with its whole transaction.
        const bool alone = batch.size() == 1;
        const auto before_work = engine_.store().rows_changed();
        std::optional<Store::Savepoint> savepoint;
        if (!alone) savepoint.emplace(engine_.store());
        Result result{Response{}};
        try {
            result = waiting.work(engine_, now);
        } catch (const StoreError& error) {
            // What one change does wrong is no fault of those beside it.
            if (alone || error.cause() != StoreError::Cause::other ||
                !engine_.store().is_in_transaction())
                throw;
            result = not_recorded(error);
        }
        if (result.kept) {
            if (savepoint) savepoint->keep();
            keep_news();
        } else {
            engine_.forget();
            if (alone) transaction.emplace(engine_.store());
            // SQLite counts what is undone among what was changed.
            changed_before += engine_.store().rows_changed() - before_work;
        }
        done.responses.push_back(std::move(result.response));
    }
    done.more = engine_.step(now, steps_at_once);
    done.more = engine_.release(now, steps_at_once) || done.more;
    keep_news();
    done.wrote = engine_.store().rows_changed() != changed_before;
    transaction->commit();
    return done;
}

Turn::Outcome Turn::attempt(const Batch& batch, Instant now) {
    try {
        return {run_in_transaction(batch, now), {}, {}};
    } catch (const StoreError& error) {
        engine_.forget();
        return {{}, error, {}};
    } catch (...) {
        return {{}, {}, std::current_exception()};
    }
}

Turn::Batch Turn::next_batch() {
    Batch batch;
    while (!waiting_.empty() && batch.size() < most_at_once) {
        const bool lengthy = waiting_.front().length == Length::lengthy;
        if (lengthy && !batch.empty()) break;
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
        if (lengthy) break;
    }
    return batch;
}

void Turn::run() {
    scheduled_ = false;
    if (closed_) return close();
    const Instant now = hooks_.now();
    Batch batch = next_batch();
    const bool is_long = batch.size() == 1 && batch.front().length == Length::lengthy;
    if (is_long || last_took_ > patience_.loop) return begin_lengthy(std::move(batch), now);
    const auto begun = Clock::now();
    auto outcome = attempt(batch, now);
    if (outcome.done.wrote) last_took_ = Clock::now() - begun;
    finish(batch, std::move(outcome));
}

void Turn::begin_lengthy(Batch batch, Instant now) {
    lengthy_.emplace(Lengthy{std::move(batch), Clock::now()});
    watch_the_waiting();
    const auto work = [this, now] { lengthy_->outcome = attempt(lengthy_->batch, now); };
    try {
        lengthy_->thread = std::jthread{[this, work] {
            work();
            asio::post(io_, [this] { end_lengthy(); });
        }};
    } catch (const std::system_error&) {  // no thread is to be had: then here
        work();
        end_lengthy();
    }
}

void Turn::end_lengthy() {
    if (!lengthy_) return;  // `close` was before us
    if (lengthy_->thread.joinable()) lengthy_->thread.join();
    const Batch batch = std::move(lengthy_->batch);
    Outcome outcome = std::move(lengthy_->outcome);
    const bool was_brief = batch.empty() || batch.front().length == Length::brief;
    if (was_brief && outcome.done.wrote) last_took_ = Clock::now() - lengthy_->since;
    lengthy_.reset();
    watch_.cancel();
    finish(batch, std::move(outcome));
}

void Turn::watch_the_waiting() {
    watch_.expires_after(patience_.caller / 10);
    watch_.async_wait([this](const asio::error_code& cancelled) {
        if (cancelled || !busy()) return;
        turn_away_the_waiting();
        watch_the_waiting();
    });
}

void Turn::turn_away_the_waiting() {
    const auto latest = Clock::now() - patience_.caller;
    std::deque<Waiting> rest;
    std::vector<Waiting> gone;
    for (auto& waiting : waiting_)
        (waiting.leaves && waiting.since < latest ? gone.emplace_back(std::move(waiting))
                                                  : rest.emplace_back(std::move(waiting)));
    waiting_ = std::move(rest);
    for (auto& waiting : gone)
        waiting.answer(unavailable("others are being recorded for long: nothing was done"));
}

void Turn::finish(const Batch& batch, Outcome outcome) {
    if (outcome.bug) std::rethrow_exception(outcome.bug);
    auto& responses = outcome.done.responses;
    if (const auto& error = outcome.error) {
        responses.assign(batch.size(), closed_ ? stopping() : not_recorded(*error));
        if (!closed_) hooks_.failed(*error);
    } else {
        hooks_.committed(outcome.done.news, outcome.done.wrote);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i].answer(std::move(responses[i]));
    if (closed_) return;
    if (outcome.done.more || !waiting_.empty())
        wake();
    else
        hooks_.idle();
}

}  // namespace forcewatch
