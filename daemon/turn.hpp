/// One turn of the loop, one commit.
///
/// Work that is ready in the same turn runs in one transaction, each piece in a savepoint of its
/// own; one COMMIT makes all of it durable, and only then is anybody answered. After the work, a
/// bounded piece of what the engine has due is done in the same transaction.
///
/// Owner: Service.   Thread: the loop thread.   Blocks: one transaction.   Fails: `failed` is told
/// of every StoreError; those waiting are answered 503.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "daemon/engine/engine.hpp"
#include "daemon/http/response.hpp"
#include "storage/error.hpp"

namespace forcewatch {

class Turn {
public:
    /// An answer below 400 is kept; any other undoes what the work did.
    using Work = std::function<Response(Engine&, Instant)>;

    struct Hooks {
        std::function<Instant()> now;
        /// After every turn that was kept; `wrote`: it changed something.
        std::function<void(const std::vector<AlertNews>&, bool wrote)> committed;
        std::function<void(const StoreError&)> failed;
        std::function<void()> idle;  ///< nothing more is due by itself
    };

    Turn(asio::io_context& io, Engine& engine, Hooks hooks);

    /// Runs `work` in the next turn; answers when it is durable.
    [[nodiscard]] asio::awaitable<Response> submit(Work work);
    /// Runs `work` in the next turn; nobody waits for its answer.
    void post(Work work);
    /// Asks for a turn, for what the engine has due.
    void wake();
    /// From now on nothing runs; those waiting are answered 503.
    void close();

private:
    struct Waiting {
        Work work;
        std::function<void(Response)> answer;
    };
    void run();
    struct Done {
        std::vector<Response> responses;
        std::vector<AlertNews> news;
        bool more{};   ///< the engine has more that is due
        bool wrote{};  ///< rows were changed
    };
    [[nodiscard]] Done run_in_transaction(const std::vector<Waiting>& batch);

    asio::io_context& io_;
    Engine& engine_;
    Hooks hooks_;
    std::vector<Waiting> waiting_;
    bool scheduled_{};
    bool closed_{};
};

}  // namespace forcewatch
