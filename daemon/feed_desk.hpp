/// Feeds and pages: what the courier is to fetch, and what becomes of it.
///
/// A feed that is due is handed out for a few minutes; what comes of it is read on the worker and
/// kept by one turn together with how the feed fares, so that a crash in between only makes it be
/// fetched again. A page that somebody asks for waits in memory for the courier, and the somebody
/// for the page.
///
/// Owner: Service.   Thread: the loop thread.   Fails: problem documents.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/alarm.hpp"
#include "daemon/api/fetch_protocol.hpp"
#include "daemon/http/request.hpp"
#include "daemon/http/response.hpp"
#include "daemon/turn.hpp"
#include "daemon/worker.hpp"

namespace forcewatch {

class FeedDesk {
public:
    struct Hooks {
        std::function<Instant()> now;
        std::function<bool()> courier_present;
    };
    FeedDesk(asio::io_context& io, Turn& turn, Worker& worker, Engine& engine, Hooks hooks);

    /// The courier's side: /courier/fetch and /courier/fetched.
    [[nodiscard]] asio::awaitable<Response> answer(Request request);
    /// 200 with the page at `url`, or why it did not come.
    [[nodiscard]] asio::awaitable<Response> page(std::string url);
    /// Feeds may have become due: a courier that waits looks again.
    void ring() { for_couriers_.ring(); }
    void close();

private:
    struct Page {
        std::string url;
        bool handed_out{};
        std::optional<Fetched> fetched;
    };
    [[nodiscard]] asio::awaitable<Response> next(Request request);
    [[nodiscard]] asio::awaitable<Response> fetched(Request request);
    [[nodiscard]] asio::awaitable<Response> feed_fetched(std::string name, Fetched fetched);
    /// Hands out a page that waits; empty: none does.
    [[nodiscard]] std::optional<FetchOrder> next_page();
    [[nodiscard]] std::chrono::steady_clock::duration until_next_feed();
    /// Why no page can be asked for now; empty: one can.
    [[nodiscard]] std::optional<Response> refusal() const;

    Alarm for_couriers_;
    Alarm for_readers_;
    Turn& turn_;
    Worker& worker_;
    Engine& engine_;
    Hooks hooks_;
    std::map<std::int64_t, std::shared_ptr<Page>> pages_;
    std::map<std::int64_t, std::string> feeds_handed_out_;  // their names, by order
    std::int64_t last_order_{0};
    bool closed_{};
};

}  // namespace forcewatch
