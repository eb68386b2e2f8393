#include "daemon/turn.hpp"

#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <iterator>
#include <memory>

#include "daemon/http/problem.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_at_once = 256;
constexpr int steps_at_once = 50;

Response unavailable(const StoreError* error) {
    using Cause = StoreError::Cause;
    ProblemDocument problem;
    problem.status = 503;
    problem.name = "unavailable";
    problem.title = "The change could not be recorded";
    problem.detail = error != nullptr ? error->what() : "the service is stopping";
    if (error != nullptr && (error->cause() == Cause::full || error->cause() == Cause::read_only)) {
        problem.name = "disk-full";
        problem.title = "No room to record the change";
        problem.hint = "Free some space; the service goes on by itself.";
    }
    return to_response(problem);
}

}  // namespace

Turn::Turn(asio::io_context& io, Engine& engine, Hooks hooks)
    : io_{io}, engine_{engine}, hooks_{std::move(hooks)} {}

asio::awaitable<Response> Turn::submit(Work work) {
    auto initiate = [this](auto handler, Work wanted) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        waiting_.push_back(
            {std::move(wanted), [held](Response response) { (*held)(std::move(response)); }});
        wake();
    };
    auto answered = asio::async_initiate<decltype(asio::use_awaitable), void(Response)>(
        std::move(initiate), asio::use_awaitable, std::move(work));
    Response response = co_await std::move(answered);
    co_return response;
}

void Turn::post(Work work) {
    waiting_.push_back({std::move(work), [](const Response&) {}});
    wake();
}

void Turn::wake() {
    if (scheduled_) return;
    scheduled_ = true;
    asio::post(io_, [this] { run(); });
}

void Turn::close() {
    closed_ = true;
    auto batch = std::move(waiting_);
    waiting_.clear();
    for (auto& waiting : batch) waiting.answer(unavailable(nullptr));
}

Turn::Done Turn::run_in_transaction(const std::vector<Waiting>& batch) {
    const Instant now = hooks_.now();
    const auto changed_before = engine_.store().rows_changed();
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
        std::optional<Store::Savepoint> savepoint;
        if (!alone) savepoint.emplace(engine_.store());
        Response response = waiting.work(engine_, now);
        if (response.status < 400) {
            if (savepoint) savepoint->keep();
            keep_news();
        } else {
            engine_.forget();
            if (alone) transaction.emplace(engine_.store());
        }
        done.responses.push_back(std::move(response));
    }
    done.more = engine_.step(now, steps_at_once);
    done.more = engine_.release(now, steps_at_once) || done.more;
    keep_news();
    done.wrote = engine_.store().rows_changed() != changed_before;
    transaction->commit();
    return done;
}

void Turn::run() {
    scheduled_ = false;
    if (closed_) return close();
    std::vector<Waiting> batch = std::move(waiting_);
    waiting_.clear();
    if (batch.size() > most_at_once) {
        waiting_.assign(std::make_move_iterator(batch.begin() + most_at_once),
                        std::make_move_iterator(batch.end()));
        batch.resize(most_at_once);
    }
    bool more = !waiting_.empty();
    std::vector<Response> responses;
    try {
        Done done = run_in_transaction(batch);
        responses = std::move(done.responses);
        more = more || done.more;
        hooks_.committed(done.news, done.wrote);
    } catch (const StoreError& error) {
        engine_.forget();
        responses.clear();
        for (std::size_t i = 0; i < batch.size(); ++i) responses.push_back(unavailable(&error));
        hooks_.failed(error);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i].answer(std::move(responses[i]));
    if (more)
        wake();
    else
        hooks_.idle();
}

}  // namespace forcewatch
