/// What scans runs here: one thread beside the loop, with a read-only view of the database.
///
/// Owner: Service.   Thread: asked on the loop, works on its own.   Blocks: nothing on the loop.
/// Fails: a StoreError becomes a 503.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/thread_pool.hpp>
#include <filesystem>
#include <functional>

#include "daemon/engine/engine.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"

namespace forcewatch {

/// 503: another connection to the database found something amiss.
[[nodiscard]] Response unreadable(const StoreError& error);

class Worker {
public:
    using Question = std::function<Response(Engine& engine)>;

    /// Answers with an engine that cannot write, on the database as it is when its turn comes.
    [[nodiscard]] asio::awaitable<Response> ask(std::filesystem::path database, Settings settings,
                                                Question question);

private:
    asio::thread_pool thread_{1};
};

}  // namespace forcewatch
