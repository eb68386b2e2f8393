/// One turn of the loop, one commit.
///
/// Work that is ready in the same turn runs in one transaction, each piece in a savepoint of its
/// own; one COMMIT makes all of it durable, and only then is anybody answered. After the work, a
/// bounded piece of what the engine has due is done in the same transaction.
///
/// Lengthy work has a turn of its own on a thread of its own. The loop goes on meanwhile, but
/// neither the engine nor its store is anybody else's until that turn is over (`busy_since`), and
/// all other work waits for it. Where the disk is slow, and a turn took long for that, the next one
/// goes beside the loop as well, so that readers need not wait for each sync; and who has waited
/// for too long to change something is turned away, with nothing done.
///
/// Owner: Service.   Thread: the loop thread.   Blocks: one transaction, save a lengthy one.
/// Fails: `failed` is told of every StoreError; those waiting are answered 503.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/engine/engine.hpp"
#include "daemon/http/response.hpp"
#include "storage/error.hpp"

namespace forcewatch {

class Turn {
public:
    /// An answer below 400 keeps what the work did; any other undoes it, and so does a trial, which
    /// did it only to tell of it.
    struct Result {
        Result(Response answer, bool trial = false)
            : response{std::move(answer)}, kept{response.status < 400 && !trial} {}
        Response response;
        bool kept;
    };
    using Work = std::function<Result(Engine&, Instant)>;
    enum class Length { brief, lengthy };

    struct Hooks {
        std::function<Instant()> now;
        /// After every turn that was kept; `wrote`: it changed something.
        std::function<void(const std::vector<AlertNews>&, bool wrote)> committed;
        std::function<void(const StoreError&)> failed;
        std::function<void()> idle;  ///< nothing more is due by itself
    };
    struct Patience {
        std::chrono::milliseconds loop{100};  ///< a turn that took longer sends the next one aside
        std::chrono::milliseconds caller{30'000};
    };

    Turn(asio::io_context& io, Engine& engine, Hooks hooks, Patience patience);
    Turn(asio::io_context& io, Engine& engine, Hooks hooks)
        : Turn{io, engine, std::move(hooks), Patience{}} {}

    /// Runs `work` in the next turn; answers when it is durable.
    [[nodiscard]] asio::awaitable<Response> submit(Work work, Length length = Length::brief);
    /// Runs `work` in the next turn; nobody waits for its answer.
    void post(Work work);
    /// Comes back once no lengthy turn is at work; until the caller waits again, none begins. 503:
    /// the service stops, and nothing is to be changed any more.
    [[nodiscard]] asio::awaitable<Response> free();
    /// Asks for a turn, for what the engine has due.
    void wake();
    /// From now on nothing runs; those waiting are answered 503. A lengthy turn is cut short:
    /// nothing of it is kept, unless it was being committed.
    void close();

    /// Since when a lengthy turn has had the engine; empty: none has.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> busy_since() const;
    [[nodiscard]] bool busy() const { return lengthy_.has_value(); }

private:
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        Work work;
        Length length{};
        std::function<void(Response)> answer;
        Clock::time_point since{Clock::now()};
        bool leaves{true};  ///< somebody waits for the answer, and not for ever
    };
    using Batch = std::vector<Waiting>;
    struct Done {
        std::vector<Response> responses;
        std::vector<AlertNews> news;
        bool more{};   ///< the engine has more that is due
        bool wrote{};  ///< rows were changed
    };
    struct Outcome {
        Done done;
        std::optional<StoreError> error;
        std::exception_ptr bug;  ///< what nobody foresaw, for the loop to end by
    };
    struct Lengthy {
        Batch batch;
        std::chrono::steady_clock::time_point since;
        Outcome outcome{};  ///< of the thread, until it ends
        std::jthread thread{};
    };

    void run();
    [[nodiscard]] Batch next_batch();
    [[nodiscard]] Done run_in_transaction(const Batch& batch, Instant now);
    [[nodiscard]] Outcome attempt(const Batch& batch, Instant now);
    void begin_lengthy(Batch batch, Instant now);
    void end_lengthy();
    void finish(const Batch& batch, Outcome outcome);
    void watch_the_waiting();
    void turn_away_the_waiting();

    asio::io_context& io_;
    Engine& engine_;
    Hooks hooks_;
    Patience patience_;
    asio::steady_timer watch_;
    Clock::duration last_took_{};  ///< of brief turns that wrote: without a sync none is slow
    std::deque<Waiting> waiting_;
    std::optional<Lengthy> lengthy_;
    bool scheduled_{};
    bool closed_{};
};

}  // namespace forcewatch
