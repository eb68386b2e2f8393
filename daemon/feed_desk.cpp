#include "daemon/feed_desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/feed_work.hpp"
#include "daemon/read_query.hpp"

namespace forcewatch {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience_for_a_page{75};
constexpr std::size_t most_pages = 20;
constexpr std::size_t most_handed_out = 100;

Response not_fetched(const std::string& url, const std::string& why) {
    ProblemDocument problem;
    problem.status = 422;
    problem.name = "not-fetched";
    problem.title = "The page was not fetched";
    problem.detail = fmt::format("{}: {}", url, why);
    return to_response(problem);
}

Response page_response(const std::string& url, std::optional<Fetched> fetched) {
    if (!fetched)
        return unavailable("the courier did not bring the page in time",
                           "Its log may say why; try again later.");
    if (!fetched->failure.empty()) return not_fetched(url, fetched->failure);
    if (fetched->status != 200)
        return not_fetched(url, fmt::format("the server answered {}", fetched->status));
    Response response;
    response.body = std::move(fetched->body);
    response.content_type = "application/octet-stream";
    return response;
}

}  // namespace

FeedDesk::FeedDesk(asio::io_context& io, Turn& turn, Worker& worker, Engine& engine, Hooks hooks)
    : for_couriers_{io},
      for_readers_{io},
      turn_{turn},
      worker_{worker},
      engine_{engine},
      hooks_{std::move(hooks)} {}

void FeedDesk::close() {
    closed_ = true;
    for_couriers_.ring();
    for_readers_.ring();
}

std::optional<FetchOrder> FeedDesk::next_page() {
    for (auto& [id, page] : pages_)
        if (!std::exchange(page->handed_out, true)) return FetchOrder{id, "", page->url, "", ""};
    return std::nullopt;
}

std::chrono::steady_clock::duration FeedDesk::until_next_feed() {
    constexpr std::chrono::seconds longest{60};
    if (turn_.busy()) return std::chrono::seconds{1};
    const Instant now = hooks_.now();
    const auto next = next_feed_at(engine_, now);
    if (!next) return longest;
    return std::clamp<std::chrono::seconds>(*next - now, std::chrono::seconds{1}, longest);
}

asio::awaitable<Response> FeedDesk::next(Request request) {
    const auto wait = read_fetch_wish(request.body);
    if (!wait) co_return bad_request(wait.error());
    const auto give_up_at = Clock::now() + *wait;
    for (;;) {
        if (closed_ || request.hung_up()) co_return json_response(write_fetch_order({}));
        if (const auto order = next_page()) co_return json_response(write_fetch_order(order));
        if (!turn_.busy() && has_due_feed(engine_, hooks_.now())) {
            auto order = std::make_shared<std::optional<FetchOrder>>();
            auto submitted = turn_.submit([order](Engine& engine, Instant now) {
                *order = hand_out_feed(engine, now);
                return json_response("{}");
            });
            Response response = co_await std::move(submitted);
            if (response.status != 200) co_return response;
            if (*order) {
                (*order)->id = ++last_order_;
                feeds_handed_out_[last_order_] = (*order)->feed;
                if (feeds_handed_out_.size() > most_handed_out)
                    feeds_handed_out_.erase(feeds_handed_out_.begin());
                co_return json_response(write_fetch_order(*order));
            }
        }
        const auto left = give_up_at - Clock::now();
        if (left <= Clock::duration::zero()) co_return json_response(write_fetch_order({}));
        auto waiting = for_couriers_.wait(std::min(left, until_next_feed()));
        co_await std::move(waiting);
    }
}

asio::awaitable<Response> FeedDesk::fetched(Request request) {
    auto told = read_fetched(request.body);
    if (!told) co_return bad_request(told.error());
    if (const auto page = pages_.find(told->id); page != pages_.end()) {
        page->second->fetched = std::move(*told);
        for_readers_.ring();
        co_return json_response("{}");
    }
    const auto feed = feeds_handed_out_.extract(told->id);
    if (feed.empty()) co_return not_found("nobody waits for what was fetched");
    auto read = feed_fetched(feed.mapped(), std::move(*told));
    co_return co_await std::move(read);
}

asio::awaitable<Response> FeedDesk::feed_fetched(std::string name, Fetched fetched) {
    auto reading = std::make_shared<FeedReading>();
    reading->feed = std::move(name);
    reading->fetched = std::move(fetched);
    if (reading->fetched.status == 200) {
        Worker::Question question = [reading](Engine& engine) {
            read_feed_news(engine, *reading);
            return json_response("{}");
        };
        auto asked =
            worker_.ask(engine_.settings().storage_path, engine_.settings(), std::move(question));
        Response read = co_await std::move(asked);
        if (read.status != 200) co_return read;
    }
    Turn::Work work = [reading](Engine& engine, Instant now) {
        keep_feed_news(engine, *reading, now);
        return json_response("{}");
    };
    auto submitted = turn_.submit(std::move(work), Turn::Length::lengthy);
    co_return co_await std::move(submitted);
}

std::optional<Response> FeedDesk::refusal() const {
    if (!hooks_.courier_present())
        return unavailable(
            "no courier is running, and only the courier has a network",
            "Start it: systemctl start forcewatch-courier. Or save the page and give "
            "its file to forcewatchctl read.");
    if (pages_.size() >= most_pages)
        return unavailable(fmt::format("{} pages wait for the courier already", most_pages),
                           "Try again in a minute.");
    return std::nullopt;
}

asio::awaitable<Response> FeedDesk::page(std::string url) {
    if (auto refused = refusal()) co_return std::move(*refused);
    const auto id = ++last_order_;
    const auto page = std::make_shared<Page>();
    page->url = url;
    pages_[id] = page;
    for_couriers_.ring();
    const auto give_up_at = Clock::now() + patience_for_a_page;
    while (!page->fetched && !closed_ && Clock::now() < give_up_at) {
        auto waiting = for_readers_.wait(give_up_at - Clock::now());
        co_await std::move(waiting);
    }
    pages_.erase(id);
    co_return page_response(url, std::move(page->fetched));
}

asio::awaitable<Response> FeedDesk::answer(Request request) {
    if (request.path == "/courier/fetch") {
        auto order = next(std::move(request));
        co_return co_await std::move(order);
    }
    auto told = fetched(std::move(request));
    co_return co_await std::move(told);
}

}  // namespace forcewatch
